"""Formulae in LaTeX as MathML that is safe in a page, whoever wrote them.

latex2mathml passes on what it does not know: commands as words, and with ``\\text`` and ``\\href``
whole elements and addresses. So what it makes is read again, and nothing is written but the
elements that are listed here, with none of their attributes.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from latex2mathml.converter import convert

TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
# How many parts an element has; None is any number. The page takes the same (Formula.tsx).
PARTS: dict[str, int | None] = {
    "math": None, "mrow": None, "mtable": None, "mtr": None, "mtd": None, "msqrt": None,
    "mroot": 2, "mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "mover": 2, "munder": 2,
    "munderover": 3,
}  # fmt: skip
_MOST_CHARACTERS = 2000
_DEEPEST = 50
# Fonts without mathematics stretch brackets out of all proportion.
_BRACKETS = frozenset("()[]{}|‖")
# Operators that latex2mathml takes for identifiers, which have no space around them.
_OPERATORS = {"~": "∼", **{sign: sign for sign in "±∓{}[]#%"}}


class FormulaError(ValueError):
    """A formula cannot be set, with the reason."""


@lru_cache(maxsize=1024)
def mathml(latex: str) -> str:
    """Return a formula as a ``math`` element; several lines stand below each other.

    Args:
        latex: a line of LaTeX for each line of the formula, without dollar signs.

    Returns:
        MathML of the elements in `TOKENS` and `PARTS` and nothing else.

    Raises:
        FormulaError: the LaTeX is not understood, or makes anything else.
    """
    if len(latex) > _MOST_CHARACTERS:
        raise FormulaError(f"A formula has {len(latex):,} of at most {_MOST_CHARACTERS:,} signs.")
    try:
        lines = [allowed(convert(line, display="block")) for line in latex.splitlines()]
    except FormulaError as error:
        raise FormulaError(f"{latex!r}: {error}") from error
    except Exception as error:  # latex2mathml has a dozen errors, and no common one
        raise FormulaError(f"{latex!r} is not LaTeX that can be set: {error!r}.") from error
    if len(lines) == 1:
        return lines[0]
    inner = (line.removeprefix(_FORMULA).removesuffix("</math>") for line in lines)
    rows = "".join(f"<mtr><mtd>{one}</mtd></mtr>" for one in inner)
    return f"{_FORMULA}<mtable>{rows}</mtable></math>"


def inline(latex: str) -> str:
    """Return a formula as Markdown has it: its lines between dollar signs, one after another."""
    return ", ".join(f"${line}$" for line in latex.splitlines())


def allowed(markup: str) -> str:
    """Return MathML written anew: elements that are listed here, and none of their attributes.

    Raises:
        FormulaError: it is not well-formed, or holds another element, a comment, an instruction or
            a document type, with which entities come.
    """
    root = _parsed(markup)
    if root.tag != "math":
        raise FormulaError(f"{root.tag!r} is not a formula.")
    return f"{_FORMULA}{_parts(root)}</math>"


_FORMULA = '<math display="block">'


def _parsed(markup: str) -> Element:
    builder, parser = TreeBuilder(), expat.ParserCreate()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise FormulaError(f"It is nested more than {_DEEPEST} deep.")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise FormulaError("A formula holds neither comments, instructions nor document types.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.CommentHandler = parser.ProcessingInstructionHandler = refuse
    # Before an entity is declared, which could grow without bound.
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(markup, True)
    except expat.ExpatError as error:
        raise FormulaError(f"It is not well-formed: {error}.") from error
    return builder.close()


def _written(element: Element) -> str:
    tag = element.tag
    if tag == "mspace":
        return f"<mtext>{chr(0x2003)}</mtext>"
    if tag in TOKENS:
        if len(element):
            raise FormulaError(f"{tag!r} holds text alone.")
        return _token(tag, element.text or "")
    if tag not in PARTS or tag == "math":
        raise FormulaError(f"A formula cannot hold {tag!r}.")
    letters = [part.text or "" for part in element if part.get("mathvariant") == "normal"]
    if tag == "mrow" and 1 < len(letters) == len(element):
        # A name such as \mathrm{sign} is one identifier, not a product of its letters.
        return _token("mi", "".join(letters))
    return f"<{tag}>{_parts(element)}</{tag}>"


def _parts(element: Element) -> str:
    if "".join((element.text or "", *(part.tail or "" for part in element))).strip():
        raise FormulaError(f"{element.tag!r} holds elements alone.")
    if PARTS[element.tag] not in (None, len(element)):
        raise FormulaError(f"{element.tag!r} has {len(element)} of {PARTS[element.tag]} parts.")
    return "".join(map(_written, element))


def _token(tag: str, text: str) -> str:
    if "\\" in text:
        raise FormulaError(f"{text!r} is not known.")
    if tag == "mi" and text in _OPERATORS:
        tag, text = "mo", _OPERATORS[text]
    elif tag == "mo" and len(text) > 1 and text.isalpha():
        tag = "mi"
    fixed = ' stretchy="false"' if tag == "mo" and text in _BRACKETS else ""
    return f"<{tag}{fixed}>{escape(text)}</{tag}>"
