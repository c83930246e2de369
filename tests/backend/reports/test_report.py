"""A comparison as one HTML file: self-contained, escaped, and the same figures as on the page."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.comparisons.panels import draw
from feedback_atlas.server.figures.base.figure import Table, Theme, Width
from feedback_atlas.server.reports import comparison_report, html_report
from feedback_atlas.server.reports.document import Report, Section, shown
from feedback_atlas.server.reports.embedding import embedded_json
from feedback_atlas.server.results.types import AccuracyRow, RunLabel
from tests.backend.figures.examples import gallery, similarity
from tests.backend.reports.test_methods import SPECS, numbers, view, written

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FIGURES = ["layer-similarity", "rdms", "accuracy", "local-angle"]


class Reader(HTMLParser):
    """Collects elements, attributes and the text of scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self.within_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.within_script = tag == "script"
        if self.within_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.within_script = False

    def handle_data(self, data: str) -> None:
        if self.within_script:
            self.scripts[-1] += data
        else:
            self.text.append(data)


def whole(node: Any, shared: list[Any]) -> Any:
    """Return an embedded figure as page.js completes it."""
    if isinstance(node, list):
        return [whole(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    if "$" in node:
        return shared[node["$"]]
    return {name: whole(value, shared) for name, value in node.items()}


@pytest.fixture(scope="module")
def shown_numbers() -> Any:
    return numbers(
        accuracy=(AccuracyRow(RunLabel("bp", 0), 3, 0.91, 0.9, 12.5),), similarity=similarity(2)
    )


@pytest.fixture(scope="module")
def page(shown_numbers: Any) -> str:
    seen = view(
        title=HOSTILE, subtitle=HOSTILE, findings=[HOSTILE], caveats=["A caveat."],
        figures=FIGURES, unavailable={"result": HOSTILE}, class_names=[HOSTILE],
    )  # fmt: skip
    return html_report(comparison_report(seen, SPECS, shown_numbers, written(), f"Saved {HOSTILE}"))


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_text_is_escaped_wherever_it_stands(page: str, read: Reader) -> None:
    assert [tag for tag, _ in read.elements].count("script") == 3
    assert not any(tag == "img" or "onerror" in attributes for tag, attributes in read.elements)
    assert "".join(read.text).count(HOSTILE) >= 4


def test_nothing_is_asked_for(read: Reader) -> None:
    for tag, attributes in read.elements:
        assert tag not in ("link", "iframe", "object", "base")
        for name in ("src", "href", "action", "srcset"):
            assert (attributes.get(name) or "#content") == "#content", (tag, attributes)


def test_the_policy_allows_the_pages_own_scripts_alone(read: Reader) -> None:
    policy = next(
        attributes["content"] or ""
        for tag, attributes in read.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["img-src"] == "data: blob:"
    run = [
        script
        for script, (_, attributes) in zip(
            read.scripts, [one for one in read.elements if one[0] == "script"], strict=True
        )
        if "type" not in attributes
    ]
    hashes = [b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in run]
    assert directives["script-src"].split() == [f"'sha256-{value}'" for value in hashes]
    assert "unsafe" not in directives["script-src"]


def test_figures_are_those_of_the_page_in_every_theme_and_width(
    read: Reader, shown_numbers: Any
) -> None:
    data = json.loads(read.scripts[0])
    assert set(data["figures"]) == set(FIGURES)
    for name in FIGURES:
        for theme in get_args(Theme):
            for width in get_args(Width):
                drawn = draw(name, shown_numbers, theme, width).plotly
                embedded = whole(data["figures"][name][theme][width], data["shared"])
                assert embedded == json.loads(json.dumps(drawn))


def test_arrays_are_written_once() -> None:
    large = numbers(rdms=gallery(150))
    variants = [
        draw("rdms", large, theme, width).plotly
        for theme in get_args(Theme)
        for width in get_args(Width)
    ]
    text = embedded_json(variants)
    assert len(text) < 1.2 * len(json.dumps(variants[0]))
    assert re.findall(r'"bdata":"([^"]{64,})"', text) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=80)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=70)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=100,
    )
)  # fmt: skip
def test_embedding_changes_nothing(figures: Any) -> None:
    text = embedded_json([figures, figures])
    assert "<" not in text
    data = json.loads(text)
    restored = whole(data["figures"], data["shared"])
    assert json.dumps(restored) == json.dumps([figures, figures])


@pytest.mark.parametrize(
    ("cell", "places", "text"),
    [
        (None, 2, "–"),
        (float("nan"), 2, "–"),
        (-0.125, 2, "−0.12"),
        (-0.001, 2, "0.00"),
        (1797, 0, "1,797"),
        (12500.25, 1, "12,500.2"),
        ("conv1", None, "conv1"),
        (3, None, "3"),
    ],
)
def test_cells_are_written_as_on_the_page(cell: Any, places: int | None, text: str) -> None:
    assert shown(cell, places) == text


def test_the_result_is_a_table_of_the_page_with_a_whole_row_a_rule(shown_numbers: Any) -> None:
    """plotly.js would draw it as a picture of one height, in which rows of two lines are cut."""
    rows = tuple(
        AccuracyRow(RunLabel(rule, seed), 3, 0.9 + seed / 100, 0.8 + seed / 100, 12.5)
        for rule in ("bp", "usf_sn", "fa_dense")
        for seed in (0, 1)
    )
    shown_all = replace(shown_numbers, accuracy=rows)
    seen = view(figures=["result", "rdms"])
    page = html_report(comparison_report(seen, SPECS, shown_all, written(), "Saved"))
    reader = Reader()
    reader.feed(page)
    drawn = [attributes["data-figure"] for _, attributes in reader.elements
             if "data-figure" in attributes]  # fmt: skip
    assert drawn == ["rdms"]
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    expected = draw("result", shown_all, "light", "wide").table
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    assert [row[0] for row in found] == ["BP", "FA Dense", "uSF SN"]
    assert found == [[escape(shown(cell, None)) for cell in row] for row in expected.rows]
    assert found[0][1] == "80.5 ± 0.7"


def test_long_tables_say_how_much_is_left_out() -> None:
    table = Table(("a",), tuple((row,) for row in range(507)), (0,))
    section = Section("Tables", tables=(("A table", table),))
    reader = Reader()
    reader.feed(html_report(Report("A report", "", "Made today", (section,))))
    assert [tag for tag, _ in reader.elements].count("tr") == 501
    assert "7 more rows" in "".join(reader.text)
