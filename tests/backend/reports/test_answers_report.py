"""The report: every number traceable, safe whatever a user typed, in both forms."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from feedback_atlas.server.answers.figures import FIGURES, draw
from feedback_atlas.server.papers.panels.panel import Panel, Source
from feedback_atlas.server.papers.panels.verdicts import Verdict
from feedback_atlas.server.reports.experiment import paper_report
from feedback_atlas.server.reports.html import html_report
from feedback_atlas.server.reports.markdown import markdown_report
from feedback_atlas.server.reports.material import Arm, Material
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.specs.schemas import ExperimentSpec
from tests.backend.answers.examples import RULES, answers

ANALYSIS, COMPARED = "a" * 64, "b" * 64
NAME = "Ten <script>alert(1)</script> | *seeds*"


def material(data: Answers | None = None) -> Material:
    data = data or answers()
    specs = {
        arm: ExperimentSpec(
            name=NAME, rules=[{"rule": rule} for rule in ("bp", *RULES)],
            seeds=list(range(10)), epochs=10, initialisation=arm,
        )
        for arm in data.arms
    }  # fmt: skip
    panel = Panel(
        "figure-5", "Figure 5", "Similarity", "Layer by layer.", "code", Verdict.DIFFERS,
        "Lower by 0.1.", {"figure-5": lambda theme, width: draw("order", data, theme, width)},
        source=Source(analyses=(COMPARED,)),
    )  # fmt: skip
    return Material(
        arms={arm: Arm("c" * 16, spec, data.seeds[arm]) for arm, spec in specs.items()},
        panels=(panel,),
        missing=("Figure 6 is missing: it failed.",),
        remarks=("Ours are means.",),
        answers=data,
        analysis=ANALYSIS,
        versions={"Feedback Atlas": "0.1.0", "PyTorch": "2.15.0"},
        made="Made on 1 May 2026",
    )


class _Page(HTMLParser):
    """Content of a page: its elements, and the text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def test_the_page_holds_everything_and_asks_nobody() -> None:
    report = paper_report(material())
    page = html_report(report)
    found = _Page(page)
    text = " ".join("".join(found.words).split())
    assert NAME in text
    assert sum(tag == "script" for tag, _ in found.tags) == 3
    for _, attributes in found.tags:
        assert not (attributes.get("src") or "").startswith("http")
        assert not (attributes.get("href") or "#").startswith("http")
    figures = {
        attributes["data-figure"] for _, attributes in found.tags if "data-figure" in attributes
    }
    assert figures == {"paper-figure-5", *(f"answer-{name}" for name in FIGURES)}
    embedded = re.search(r'id="figures">(.*?)</script>', page, re.DOTALL)
    assert embedded is not None
    assert set(json.loads(embedded[1])["figures"]) == figures
    # Every section that has numbers names the analysis that they come from.
    for section in report.sections:
        if section.figures or section.tables:
            assert section.sources, section.title
    assert ANALYSIS in text
    assert "Of the paper’s tables and figures, 1 differs." in text
    assert COMPARED in text
    for words in ("Holm, 1979", "PyTorch 2.15.0", "Figure 6 is missing", "learning rate 0.001",
                  "A second arm differs only in the weights", "Arvesen"):  # fmt: skip
        assert words in text, words


def test_markdown_has_the_same_text_and_its_notes_lead_somewhere() -> None:
    report = paper_report(material())
    text = markdown_report(report)
    assert "<script" not in text.replace("\\<script", "")
    used = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    defined = dict(re.findall(r"^\[\^(\d+)\]: `(\w+)`$", text, re.MULTILINE))
    assert used == set(defined)
    assert set(defined.values()) == {ANALYSIS, COMPARED}
    for section in report.sections:
        for point in section.points:
            assert re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(point.split())) in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) > 1
    assert any("uSF SN" in line and "0.380" in line for line in rows)


def test_what_is_not_answered_is_said() -> None:
    bare = replace(
        answers(), arms=("shared",), seeds={"shared": (0,)}, closeness=(), seed_effects=(),
        arms_effects=(), tracking=(), orders=(), pairs=(),
    )  # fmt: skip
    report = paper_report(material(bare))
    short = next(section for section in report.sections if section.title == "Summary")
    assert sum("Not answered." in point for point in short.points) == 4
    assert "There are no values to draw." in html_report(report)
    assert "Not answered." in markdown_report(report)


@pytest.mark.parametrize("name", list(FIGURES))
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_figures_show_every_estimate_within_their_axes(name: str, width: str) -> None:
    for theme in ("light", "dark"):
        figure = draw(name, answers(), theme, width)  # type: ignore[arg-type]
        dots = [trace for trace in figure.plotly["data"] if trace["mode"] == "markers"]
        assert dots
        low, high = figure.plotly["layout"]["yaxis"]["range"]
        assert low < 0.2 < high or name == "tracking"
        assert figure.table.rows
        assert len({len(row) for row in figure.table.rows} | {len(figure.table.columns)}) == 1
        assert len(figure.table.digits) == len(figure.table.columns)
