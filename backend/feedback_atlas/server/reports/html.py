"""A report as one HTML file that opens from disk and asks nobody for anything."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from feedback_atlas.server.catalog.mathml import mathml
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.reports.document import SOURCES, Report, shown_rows
from feedback_atlas.server.reports.embedding import embedded_json

# Longer tables are cut: a page with every dissimilarity of every pair would not open.
_MOST_ROWS = 500


def html_report(report: Report) -> str:
    """Write every section with its figures in both themes and three widths.

    All text is escaped. The policy in the head allows the two scripts, inline styles, and nothing
    from anywhere else.
    """
    drawn = {
        name: {
            theme: {width: draw(theme, width) for width in get_args(Width)}
            for theme in get_args(Theme)
        }
        for section in report.sections
        for name, draw in section.figures
    }
    figures = {
        name: {
            theme: {width: figure.plotly for width, figure in of_theme.items()}
            for theme, of_theme in themes.items()
        }
        for name, themes in drawn.items()
    }
    scripts = (_plotly(), _own("page.js"))
    return _templates().get_template("report.html.j2").render(
        report=report,
        drawn={name: themes["light"]["wide"] for name, themes in drawn.items()},
        sources_are=SOURCES,
        policy=(
            "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; "
            f"style-src 'unsafe-inline'; script-src {' '.join(map(_hash, scripts))}"
        ),
        style=_own("page.css"),
        scripts=scripts,
        figures=Markup(embedded_json(figures)),
    )  # fmt: skip


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("feedback_atlas.server.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["rows"] = lambda table: shown_rows(table, _MOST_ROWS)
    # Markup by the list of elements in catalog/mathml.py.
    templates.filters["formula"] = lambda latex: Markup(mathml(latex))
    return templates


@cache
def _own(name: str) -> Markup:
    return Markup((files("feedback_atlas.server.reports") / "static" / name).read_text("utf-8"))


@cache
def _plotly() -> Markup:
    script = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("plotly.js holds what would end its script element; it cannot be inlined")
    return Markup(script)


@cache
def _hash(script: str) -> str:
    """Return what a content security policy knows a script by."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
