"""Names that users typed, in every form of a report: they change its text and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from feedback_atlas.server.figures.base.figure import Table
from feedback_atlas.server.reports import comparison_report, html_report, methods_of
from feedback_atlas.server.reports.document import Report, Section
from feedback_atlas.server.reports.experiment import paper_report
from feedback_atlas.server.reports.markdown import markdown_report
from feedback_atlas.server.results.types import ChannelExemplars, ExemplarGallery
from tests.backend.figures.examples import gallery, similarity
from tests.backend.figures.test_image_space import space
from tests.backend.reports.test_answers_report import material
from tests.backend.reports.test_methods import ADDED, EXPERIMENT, SPEC, VERSIONS, numbers, view

NAMES = {
    "script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "quotes": '" onmouseover="alert(1) \' `x` &quot;',
    "expression": "{{ 7*7 }} {{ config }}",
    "statement": "{% for x in range(9) %}{{ x }}{% endfor %} {# gone #}",
    "filter": "{{ report.title | safe }}",
    "entity": "&lt;b&gt; &amp; &#60;script&#62;",
    "comment": "<!-- --> ]]> <![CDATA[ <?php ?>",
    "emphasis": "*a* _b_ **c** ~~d~~ `e`",
    "link": "[a](javascript:alert(1)) ![b](https://evil.example/x.png) <https://evil.example>",
    "address": "https://evil.example www.evil.example a@evil.example",
    "cell": "a | b || c \\| d",
    "note": "[^1] [^2]: x",
    "mathematics": "$x^2$ $$y$$",
    "heading": "# a ## b",
    "item": "- a",
    "numbered item": "1. a",
    "rule": "--- ===",
    "fence": "``` ~~~",
    "long": "x" * 200,
    "right to left": "\u202eabc\u202c שלום مرحبا",
}
PLAIN = "Plain"


def comparison(name: str) -> Report:
    """All that a comparison shows of names: titles, experiments, classes, notes."""
    pictures = np.zeros((2, 1, 8, 8), dtype=np.uint8)
    channel = ChannelExemplars("bp", 7, 0.5, pictures, np.array([2.0, 1.0]), np.array([1, 0]))
    shown = numbers(
        similarity=similarity(2, subset="one_class", class_name=name, used=(3,) * 4),
        rdms=gallery(12, 2, class_names=("cat", name, "ship")),
        exemplars=ExemplarGallery("conv1", 1, ("cat", name), 4, "best", 100, (channel,), {}),
        image_space=replace(space(), class_names=("cat", name, "ship")),
    )
    both = [{"id": of, "name": name, "letter": on} for of, on in ((EXPERIMENT, "A"), (ADDED, "B"))]
    seen = view(
        title=name, subtitle=f"Digits · B: {name}", findings=[name], caveats=[name],
        figures=["layer-similarity", "rdms", "exemplars", "image-space", "local-angle"],
        unavailable={"result": name}, class_names=["cat", name, "ship"], experiments=both,
        request={"subset": "one_class", "subset_class": 1},
    )  # fmt: skip
    specs = {EXPERIMENT: SPEC.model_copy(update={"name": name})}
    methods = methods_of(seen, specs, shown, VERSIONS)
    return comparison_report(seen, specs, shown, methods, f"Saved {name}")


def experiment(name: str) -> Report:
    """All that an experiment's report shows of names."""
    given = material()
    arms = {
        arm: replace(one, spec=one.spec.model_copy(update={"name": name}))
        for arm, one in given.arms.items()
    }
    table = Table(("Class", name), ((name, 0.5), ("dog", None)), (None, 2))
    panels = [replace(one, title=name, sentence=name, table=table) for one in given.panels]
    return paper_report(
        replace(given, arms=arms, panels=panels, missing=(name,), remarks=(name, name))
    )


REPORTS = {"comparison": comparison, "experiment": experiment}


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.ends: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.ends.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")


def tokens(markdown: str) -> tuple[list[str], str]:
    """Return what a Markdown document is made of, and the text that it shows."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    blocks = parser.parse(markdown)
    every = chain.from_iterable([one, *(one.children or [])] for one in blocks)
    flat = [one for one in every if one.type not in ("inline", "text", "text_special")]
    shown = [
        "".join(each.content for each in one.children or [] if not each.nesting)
        for one in blocks
        if one.type == "inline"
    ]
    return [one.type for one in flat], "\n".join(shown)


@cache
def written(form: str, of: str, name: str) -> str:
    return {"html": html_report, "md": markdown_report}[form](REPORTS[of](name))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("of", REPORTS)
def test_a_name_changes_the_text_of_a_page_and_nothing_else(of: str, name: str) -> None:
    page, plain = Page(written("html", of, name)), Page(written("html", of, PLAIN))
    assert page.elements == plain.elements
    assert page.ends == plain.ends
    text, expected = one_line("".join(page.text)), one_line("".join(plain.text))
    assert text.count(one_line(name)) >= 5
    assert expected.count(PLAIN) >= 5
    embedded = re.search(r'id="figures">(.*?)</script>', written("html", of, name), re.DOTALL)
    assert embedded is not None
    assert json.loads(embedded[1])["figures"]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("of", REPORTS)
def test_a_name_changes_the_text_of_markdown_and_nothing_else(of: str, name: str) -> None:
    document = written("md", of, name)
    found, text = tokens(document)
    assert found == tokens(written("md", of, PLAIN))[0]
    assert one_line(name) in one_line(text)
    # What GitHub makes of bare addresses and of dollar signs, CommonMark does not.
    assert not re.search(r"(?<!`)https?://|www\.evil|a@evil", document)
    assert not re.search(r"(?<!\\)\$[x$y]", document)


def table_of(text: str) -> Table:
    return Table((text,), ((text,),))


@given(st.text(max_size=60))
def test_any_text_stays_one_text_in_markdown(text: str) -> None:
    if not text.split():
        return
    section = Section("A", paragraphs=(text,), points=(text,), tables=((text, table_of(text)),))
    report = Report(text, text, text, (section,))
    found, shown = tokens(markdown_report(report))
    plain = Section("A", paragraphs=("x",), points=("x",), tables=(("x", table_of("x")),))
    assert found == tokens(markdown_report(Report("x", "x", "x", (plain,))))[0]
    assert one_line(text.replace("\x00", "\ufffd")) in one_line(shown)
