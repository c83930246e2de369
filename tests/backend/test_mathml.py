"""Formulae: LaTeX that can be proofread, MathML of listed elements and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.catalog.definitions import SECTIONS
from feedback_atlas.server.catalog.mathml import (
    PARTS,
    TOKENS,
    FormulaError,
    allowed,
    inline,
    mathml,
)

ROOT = Path(__file__).resolve().parents[2]
FORMULAE = {
    f"{section.id}-{one.id}": one.formula
    for section in SECTIONS
    for one in section.definitions
    if one.formula
}


def assert_harmless(markup: str) -> None:
    """Nothing but listed elements, with the two attributes that are ours."""
    for element in ElementTree.fromstring(markup).iter():
        assert element.tag in TOKENS | PARTS.keys()
        assert set(element.items()) <= {("display", "block"), ("stretchy", "false")}
        assert not (element.tag in TOKENS and len(element))
    assert not re.search(r"<(?!/?m)", markup)


@pytest.mark.parametrize("latex", FORMULAE.values(), ids=FORMULAE)
def test_every_formula_of_the_catalog_can_be_set(latex: str) -> None:
    assert_harmless(mathml(latex))


@pytest.mark.parametrize("latex", FORMULAE.values(), ids=FORMULAE)
def test_every_formula_of_the_catalog_reads_the_same_in_markdown(latex: str) -> None:
    # A backslash before a sign is eaten, a bar ends a cell, and a percent sign begins a comment.
    assert not re.search(r"\\[^A-Za-z]|[|%$#]", latex.replace("\n", ""))
    assert latex.count("{") == latex.count("}")


def test_the_document_has_every_formula() -> None:
    document = (ROOT / "docs/methods.md").read_text()
    for section in SECTIONS:
        for one in section.definitions:
            if one.formula:
                line = f"- {one.name} (`{one.id}`): {inline(one.formula)}\n"
                assert line in document, f"docs/methods.md lacks the line\n{line}"


def test_the_page_takes_the_elements_that_the_service_gives() -> None:
    (page,) = (ROOT / "frontend/src").rglob("Formula.tsx")
    listed = re.search(r'new Set\(\s*"([a-z ]+)"\.split', page.read_text())
    assert listed is not None
    assert set(listed[1].split()) == TOKENS | PARTS.keys()


@pytest.mark.parametrize(
    ("latex", "inner"),
    [
        (r"\mathrm{sign}(W)", '<mi>sign</mi><mo stretchy="false">(</mo><mi>W</mi>'
         '<mo stretchy="false">)</mo>'),
        (r"a \sim b", "<mi>a</mi><mo>∼</mo><mi>b</mi>"),
        (r"a \pm b", "<mi>a</mi><mo>±</mo><mi>b</mi>"),
        (r"\min a", "<mi>min</mi><mi>a</mi>"),
        (r"\lVert a \rVert", '<mo stretchy="false">‖</mo><mi>a</mi><mo stretchy="false">‖</mo>'),
        (r"a \quad b", "<mi>a</mi><mtext>\u2003</mtext><mi>b</mi>"),
        (r"\tilde{K}", "<mover><mrow><mi>K</mi></mrow><mo>~</mo></mover>"),
        (r"x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\frac{1}{n}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>n</mi></mrow></mfrac>"),
        (r"\text{R D} < 1", "<mtext>R D</mtext><mo>&lt;</mo><mn>1</mn>"),
    ],
)  # fmt: skip
def test_latex_becomes_mathml(latex: str, inner: str) -> None:
    found = mathml(latex).replace("\xa0", " ")
    assert found == f'<math display="block"><mrow>{inner}</mrow></math>'


def test_lines_stand_below_each_other() -> None:
    rows = ElementTree.fromstring(mathml("a = b\nc = d")).findall("mtable/mtr/mtd/mrow")
    assert ["".join(row.itertext()) for row in rows] == ["a=b", "c=d"]
    assert inline("a = b\nc = d") == "$a = b$, $c = d$"


HOSTILE_LATEX = [
    r"\text{<script>alert(1)</script>}",
    r"\text{<img src=x onerror=alert(1)>}",
    r"\text{<img src='x' onerror='alert(1)'/>}",
    r"\text{</mtext></math><script>alert(1)</script><math><mtext>}",
    r"\text{<style>*{display:none}</style>}",
    r"\text{<annotation-xml encoding='text/html'><b/></annotation-xml>}",
    r"\text{<mglyph src='https://evil.example/x.png'/>}",
    r"\text{<!-- a comment -->}",
    r"\text{<?php 1 ?>}",
    r"\text{&nbsp;&bomb;}",
    r"\unknown{a}",
    r"\frac{a",
    "a & b",
    "{" * 200 + "a" + "}" * 200,
    "x" * 2001,
    "\x00",
]


@pytest.mark.parametrize("latex", HOSTILE_LATEX, ids=lambda latex: latex[:40])
def test_hostile_latex_is_refused_with_a_reason(latex: str) -> None:
    with pytest.raises(FormulaError, match=r".{10}"):
        mathml(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\href{https://evil.example}{x}",
        r"\style{background:url(https://evil.example)}{x}",
        r"\color{red}{x}",
        r"\textbf{x}",
        r"\text{<![CDATA[<script>alert(1)</script>]]>}",
    ],
)
def test_what_only_decorates_is_left_out_or_refused(latex: str) -> None:
    try:
        found = mathml(latex)
    except FormulaError:
        return
    assert_harmless(found)
    assert "evil" not in found
    assert "javascript" not in found


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<mi><script>alert(1)</script></mi>",
        "<mtext><img src='x'/></mtext>",
        "<style>math{}</style>",
        "<mglyph src='data:image/svg+xml,x'/>",
        "<malignmark/>",
        "<maction actiontype='statusline'><mi>x</mi><mi>y</mi></maction>",
        "<semantics><mi>x</mi></semantics>",
        "<annotation-xml encoding='text/html'><p/></annotation-xml>",
        "<annotation>x</annotation>",
        "<ms>x</ms>",
        "<menclose notation='box'><mi>x</mi></menclose>",
        "<a href='javascript:alert(1)'>x</a>",
        "<math><mi>x</mi></math>",
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
        "<MI>x</MI>",
        "<mi>x</mi><!-- c -->",
        "<?xml-stylesheet href='data:text/css,x'?><mi>x</mi>",
        "<mrow>words</mrow>",
        "<mrow/>words",
        "<mi>x",
        "<mi>x</mo>",
        "<mi a='1' a='2'>x</mi>",
        "<mi>&nbsp;</mi>",
        "<mi>&#0;</mi>",
        "<mfrac><mi>x</mi></mfrac>",
        "<msup><mi>x</mi><mi>y</mi><mi>z</mi></msup>",
        r"<mi>\command</mi>",
        "",
    ],
)
def test_other_elements_comments_and_broken_xml_are_refused(inner: str) -> None:
    markup = f"<math>{inner}</math>" if inner else ""
    with pytest.raises(FormulaError):
        allowed(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<html><math/></html>",
        "<m:math xmlns:m='http://www.w3.org/1998/Math/MathML'/>",
        "<!DOCTYPE math><math/>",
        '<!DOCTYPE math [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><math><mi>&b;</mi></math>',
        '<!DOCTYPE math [<!ENTITY f SYSTEM "file:///etc/passwd">]><math><mi>&f;</mi></math>',
        '<!DOCTYPE math SYSTEM "https://evil.example/x.dtd"><math/>',
        "<math/><script/>",
        "not xml",
    ],
)
def test_only_one_formula_without_a_document_type_is_taken(markup: str) -> None:
    with pytest.raises(FormulaError):
        allowed(markup)


def test_no_attribute_comes_through() -> None:
    attributes = {
        "onclick": "alert(1)", "href": "javascript:alert(1)", "style": "background:url(//evil)",
        "class": "x", "id": "figures", "mathvariant": "bold", "display": "inline",
        "src": "data:text/html,x", "xmlns": "http://www.w3.org/1999/xhtml",
        "xmlns:xlink": "http://www.w3.org/1999/xlink", "xlink:href": "javascript:alert(1)",
        "definitionURL": "https://evil.example", "actiontype": "toggle",
    }  # fmt: skip
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    found = allowed(f"<math {written}><mrow {written}><mi {written}>x</mi></mrow></math>")
    assert found == '<math display="block"><mrow><mi>x</mi></mrow></math>'


def test_text_stays_text() -> None:
    hostile = "&lt;script&gt;alert(1)&lt;/script&gt;"
    found = allowed(f"<math><mtext>{hostile}</mtext><mtext><![CDATA[<img>]]></mtext></math>")
    assert f"<mtext>{hostile}</mtext><mtext>&lt;img&gt;</mtext>" in found
    assert_harmless(found)


PIECES = [*"\\{}<>&_^'\"/=! abt1$%#~|-[]", "\\text{", "\\frac{", "\\href{", "<mi>", "</mtext>",
          "<script>", "\\sqrt{", "\\left(", "\\right)", "\\begin{array}", "\n"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_is_written_gives_harmless_mathml_or_an_error(latex: str) -> None:
    try:
        found = mathml(latex)
    except FormulaError:
        return
    if latex.strip():
        assert_harmless(found)
