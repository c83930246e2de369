"""A report as Markdown: all text, formulae and tables; of figures, their numbers."""

from __future__ import annotations

import re

from feedback_atlas.server.catalog.mathml import inline
from feedback_atlas.server.figures.base.figure import Table
from feedback_atlas.server.reports.document import SOURCES, Report, Section, shown_rows

# Longer tables are for a spreadsheet.
_MOST_ROWS = 60
# What marks up within a line, begins an entity or makes an address a link, and what marks up at
# the start of a line.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$]|&(?=#?\w+;)|:(?=//)|(?<=www)\.|@(?=\w)")
_FIRST = re.compile(r"^(?:[-+=]|\d+[.)](?=\s|$))")


def markdown_report(report: Report) -> str:
    """Write a report; names that a user typed cannot mark anything up."""
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
    drawn = [draw("light", "wide") for _, draw in section.figures]
    parts = [f"## {_plain(section.title or drawn[0].title)}{notes}"]
    parts += [_plain(text) for text in section.paragraphs]
    parts.append("\n".join(f"- {_plain(text)}" for text in section.points))
    parts.append("\n".join(f"- {_plain(f'{name}: {of}')}" for name, of in section.settings))
    parts.append("\n".join(f"- {_plain(name)}: {inline(of)}" for name, of in section.formulae))
    for figure in drawn:
        parts += [f"### {_plain(figure.title)}"] if section.title else []
        parts.append(_plain(figure.caption))
        if len(figure.table.rows) <= _MOST_ROWS:
            parts.append(_table(figure.table))
        else:
            parts.append(f"The HTML report contains its {len(figure.table.rows):,} numbers.")
    for title, table in section.tables:
        parts += [f"### Table: {_plain(title)}", _table(table)]
    if section.verbatim:
        parts.append(f"```bibtex\n{section.verbatim}\n```")
    return [part for part in parts if part]


def _table(table: Table) -> str:
    rows, rest = shown_rows(table, _MOST_ROWS)
    if not rows:
        return ""
    lines = [
        f"| {' | '.join(map(_plain, table.columns))} |",
        f"|{'|'.join('---:' if is_number else '---' for _, is_number in rows[0])}|",
        *(f"| {' | '.join(_plain(text) for text, _ in row)} |" for row in rows),
    ]
    if rest:
        lines.append(f"\n{rest:,} more rows are in the service’s CSV.")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Escape a text, in one line, wherever in a document it stands."""
    escaped = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _FIRST.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", escaped)
