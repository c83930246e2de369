"""A report as one HTML file that opens from disk."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, get_args

from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.reports.document import SOURCES, Report, Section
from feedback_atlas.server.reports.html_page import page
from feedback_atlas.server.reports.html_tables import html_table


def html_report(report: Report) -> str:
    """Every section with its figures in both themes and three widths; all text is escaped."""
    drawn = {
        name: {
            theme: {width: draw(theme, width) for width in get_args(Width)}
            for theme in get_args(Theme)
        }
        for section in report.sections
        for name, draw in section.figures
    }
    body = "".join(_section(report, section, drawn) for section in report.sections)
    figures = {
        name: {
            theme: {width: figure.plotly for width, figure in of_theme.items()}
            for theme, of_theme in themes.items()
        }
        for name, themes in drawn.items()
    }
    return page(report.title, report.subtitle, report.made, body + _sources(report), figures)


def _section(report: Report, section: Section, drawn: Mapping[str, Mapping[Any, Any]]) -> str:
    notes = "".join(
        f'<a href="#source-{number}" aria-label="Source {number}">[{number}]</a> '
        for number in report.cited(section)
    )
    parts = [f'<section class="card">\n<h2>{escape(section.title)} <small>{notes}</small></h2>\n']
    parts += [f"<p>{escape(text)}</p>\n" for text in section.paragraphs]
    if section.points:
        items = "".join(f"<li>{escape(text)}</li>\n" for text in section.points)
        parts.append(f"<ul>\n{items}</ul>\n")
    for name, _ in section.figures:
        parts.append(_figure(name, drawn[name]["light"]["wide"]))
    for title, table in section.tables:
        named = escape(title)
        # Where there is no figure the table is what there is to see.
        opened = "" if section.figures else " open"
        parts.append(
            f"<details{opened}><summary>Table: {named}</summary>\n{html_table(table, named)}"
            "</details>\n"
        )
    if section.verbatim:
        label = escape(section.title)
        parts.append(f'<pre tabindex="0" aria-label="{label}">{escape(section.verbatim)}</pre>\n')
    return "".join(parts) + "</section>\n"


def _figure(name: str, figure: Figure) -> str:
    title = escape(figure.title)
    table = (
        f"<details><summary>Data table: {title}</summary>\n{html_table(figure.table, title)}"
        "</details>\n"
        if figure.table.rows
        else ""
    )
    shown = (
        f'<div class="figure" data-figure="{name}"></div>\n'
        if figure.plotly["data"]
        else '<p class="caption">There are no values to draw.</p>\n'
    )
    return f'<h3>{title}</h3>\n<p class="caption">{escape(figure.caption)}</p>\n{shown}{table}'


def _sources(report: Report) -> str:
    items = "".join(
        f'<li id="source-{number}">{escape(of)}</li>\n' for of, number in report.sources.items()
    )
    return (
        '<section class="card">\n<h2>Sources of the numbers</h2>\n'
        f'<p class="caption">{SOURCES}</p>\n<ol>\n{items}</ol>\n</section>\n'
        if items
        else ""
    )
