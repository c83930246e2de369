"""A report as Markdown: all text and tables; of figures, their numbers."""

from __future__ import annotations

import re

from feedback_atlas.server.figures.base.figure import Table
from feedback_atlas.server.reports.document import SOURCES, Report, Section
from feedback_atlas.server.reports.html_tables import shown

# Longer tables are for a spreadsheet.
_MOST_ROWS = 60
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown_report(report: Report) -> str:
    """The report; names that a user typed cannot mark anything up."""
    parts = [f"# {_plain(report.title)}", _plain(report.subtitle), f"*{_plain(report.made)}.*"]
    for section in report.sections:
        parts += _section(report, section)
    if report.sources:
        parts.append("## Sources of the numbers")
        parts.append(SOURCES)
        parts.append("\n".join(f"[^{number}]: `{of}`" for of, number in report.sources.items()))
    return "\n\n".join(parts) + "\n"


def _section(report: Report, section: Section) -> list[str]:
    notes = "".join(f"[^{number}]" for number in report.cited(section))
    parts = [f"## {_plain(section.title)}{notes}"]
    parts += [_plain(text) for text in section.paragraphs]
    if section.points:
        parts.append("\n".join(f"- {_plain(text)}" for text in section.points))
    for _, draw in section.figures:
        figure = draw("light", "wide")
        parts += [f"### {_plain(figure.title)}", _plain(figure.caption)]
        if len(figure.table.rows) <= _MOST_ROWS:
            parts.append(_table(figure.table))
        else:
            parts.append(f"The HTML report has its {len(figure.table.rows):,} numbers.")
    for title, table in section.tables:
        parts += [f"### Table: {_plain(title)}", _table(table)]
    if section.verbatim:
        parts.append(f"```bibtex\n{section.verbatim}\n```")
    return [part for part in parts if part]


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    digits = table.digits or (None,) * len(table.columns)
    lines = [
        f"| {' | '.join(map(_plain, table.columns))} |",
        f"|{'|'.join('---' if places is None else '---:' for places in digits)}|",
    ]
    for row in table.rows[:_MOST_ROWS]:
        cells = (_plain(shown(cell, places)) for cell, places in zip(row, digits, strict=True))
        lines.append(f"| {' | '.join(cells)} |")
    rest = len(table.rows) - _MOST_ROWS
    if rest > 0:
        lines.append(f"\n{rest:,} more rows are in the service’s CSV.")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
