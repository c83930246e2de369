"""Formulas as MathML, which browsers set by themselves: a few builders, and no package.

A part is a string or what a builder returned. In strings, letters become identifiers (one letter
italic, several upright), digits numbers, everything else operators.
"""

from __future__ import annotations

import re
from html import escape

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|\S")


class Markup(str):
    """A piece that is MathML already."""

    __slots__ = ()


def formula(*parts: str) -> str:
    """A whole formula as a ``math`` element."""
    return f'<math display="block">{row(*parts)}</math>'


def row(*parts: str) -> Markup:
    """Parts beside each other, as one."""
    return Markup(f"<mrow>{''.join(map(_markup, parts))}</mrow>")


def lines(*rows: str) -> Markup:
    """Formulas below each other."""
    return Markup(
        f"<mtable>{''.join(f'<mtr><mtd>{row(one)}</mtd></mtr>' for one in rows)}</mtable>"
    )


def words(text: str) -> Markup:
    """Plain words within a formula, with the space around them."""
    # Plain spaces at the ends of text are dropped.
    return Markup(f"<mtext>{escape(text).replace(' ', chr(0xA0))}</mtext>")


def fraction(above: str, below: str) -> Markup:
    """One part over another."""
    return Markup(f"<mfrac>{row(above)}{row(below)}</mfrac>")


def root(*parts: str) -> Markup:
    """A square root."""
    return Markup(f"<msqrt>{row(*parts)}</msqrt>")


def sub(base: str, index: str) -> Markup:
    """A part with an index."""
    return Markup(f"<msub>{row(base)}{row(index)}</msub>")


def power(base: str, exponent: str) -> Markup:
    """A part with an exponent."""
    return Markup(f"<msup>{row(base)}{row(exponent)}</msup>")


def hat(base: str, mark: str = "~") -> Markup:
    """A part with a mark above it."""
    return Markup(f"<mover>{row(base)}<mo>{mark}</mo></mover>")


def total(over: str) -> Markup:
    """A sum sign with what runs below it."""
    return Markup(f"<munder><mo>∑</mo>{row(over)}</munder>")


def _markup(part: str) -> str:
    if isinstance(part, Markup):
        return part
    return "".join(map(_token, _TOKEN.findall(part)))


def _token(token: str) -> str:
    if token.isalpha():
        return f"<mi>{token}</mi>"
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    # Brackets as high as their line: fonts without mathematics stretch them out of all proportion.
    fixed = ' stretchy="false"' if token in "()[]{}|‖" else ""
    return f"<mo{fixed}>{escape(token)}</mo>"
