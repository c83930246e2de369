"""A figure's table as HTML, numbers written as on the product's own page."""

from __future__ import annotations

from html import escape

from feedback_atlas.server.figures.base.figure import Cell, Table

# Longer tables are cut: a page with every dissimilarity of every pair would not open.
_MOST_ROWS = 500
_THIN = "\u202f"
_NUMBER = '<td class="number">'


def html_table(table: Table, title: str) -> str:
    """Write a table; ``title``, escaped, is its caption for a screen reader."""
    digits = table.digits or (None,) * len(table.columns)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f"{'<td>' if places is None else _NUMBER}{escape(shown(cell, places))}</td>"
            for cell, places in zip(row, digits, strict=True)
        )
        + "</tr>\n"
        for row in table.rows[:_MOST_ROWS]
    )
    rest = len(table.rows) - _MOST_ROWS
    note = f"<p>{rest:,} more rows are in the service’s CSV.</p>\n" if rest > 0 else ""
    return (
        f'<div class="scroll" role="group" aria-label="{title}: data table" tabindex="0"><table>'
        f'<caption class="hidden">{title}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n{note}"
    )


def shown(cell: Cell, places: int | None) -> str:
    """A cell in words: missing as a dash, numbers with ``places`` decimals and a true minus."""
    if cell is None or cell != cell:
        return "–"
    if isinstance(cell, str) or places is None:
        return str(cell)
    text = f"{abs(cell):.{places}f}"
    whole, _, decimals = text.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", _THIN)
    sign = "−" if cell < 0 and float(text) else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
