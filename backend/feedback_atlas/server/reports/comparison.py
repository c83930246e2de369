"""A comparison as one HTML file that opens from disk and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import get_args

from feedback_atlas.server import __version__
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.reports.html_page import page
from feedback_atlas.server.reports.html_tables import html_table
from feedback_atlas.server.reports.methods.comparison import Methods
from feedback_atlas.server.reports.settings import settings_of
from feedback_atlas.server.specs.schemas import ExperimentSpec


def report_page(
    view: Comparison,
    specs: Mapping[str, ExperimentSpec],
    numbers: ComparisonNumbers,
    methods: Methods,
    made: str,
) -> str:
    """The page: all figures in both themes, tables, findings, settings and methods.

    ``made`` says when, in words. All text is escaped.
    """
    shown = [
        name for name in panels.figures() if name in view.figures and name not in view.unavailable
    ]
    drawn = {name: _drawn(name, numbers) for name in shown}
    body = "".join(
        (
            _sentences("Findings", view.findings),
            _sentences("Caveats", view.caveats),
            *(_figure(drawn[name]["light"]["wide"]) for name in shown),
            _missing(view.unavailable),
            _settings(settings_of(view, specs)),
            _methods(methods),
        )
    )
    figures = {
        name: {
            theme: {width: of_theme[width].plotly for width in get_args(Width)}
            for theme, of_theme in themes.items()
        }
        for name, themes in drawn.items()
    }
    return page(view.title, view.subtitle, f"{made} by Feedback Atlas {__version__}", body, figures)


def _drawn(name: str, numbers: ComparisonNumbers) -> dict[Theme, dict[Width, Figure]]:
    return {
        theme: {width: panels.draw(name, numbers, theme, width) for width in get_args(Width)}
        for theme in get_args(Theme)
    }


def _figure(figure: Figure) -> str:
    title = escape(figure.title)
    return (
        f'<section class="card" aria-labelledby="title-{figure.name}">\n'
        f'<h2 id="title-{figure.name}">{title}</h2>\n<p class="caption">{escape(figure.caption)}'
        f'</p>\n<div class="figure" data-figure="{figure.name}"></div>\n'
        f"<details><summary>Data table: {title}</summary>\n{html_table(figure.table, title)}"
        "</details>\n</section>\n"
    )


def _sentences(title: str, sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{escape(sentence)}</li>\n" for sentence in sentences)
    return f'<section class="card">\n<h2>{title}</h2>\n<ul>\n{items}</ul>\n</section>\n'


def _missing(unavailable: dict[str, str]) -> str:
    return _sentences("What is not shown", list(dict.fromkeys(unavailable.values())))


def _settings(settings: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>\n" for label, text in settings
    )
    return f'<section class="card">\n<h2>Settings</h2>\n<dl>\n{rows}</dl>\n</section>\n'


def _methods(methods: Methods) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in methods.paragraphs)
    return (
        f'<section class="card">\n<h2>Methods</h2>\n{paragraphs}'
        f'<h3>References</h3>\n<pre tabindex="0" aria-label="BibTeX">{escape(methods.bibtex)}</pre>'
        "\n</section>\n"
    )
