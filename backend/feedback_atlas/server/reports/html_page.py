"""What every saved page has: its head, its policy, the scripts that draw its figures."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from feedback_atlas.server.reports.embedding import embedded_json


def page(title: str, subtitle: str, made: str, body: str, figures: Any) -> str:
    """One HTML file that opens from disk and asks nobody for anything.

    ``title``, ``subtitle`` and ``made`` are plain text; ``body`` is HTML; ``figures`` are Plotly's,
    by name, theme and width. The policy in the head allows the two scripts, inline styles, and
    nothing from anywhere else.
    """
    own = _own_files()
    scripts = (_plotly(), own["page.js"])
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; "
        f"style-src 'unsafe-inline'; script-src {' '.join(map(_hash, scripts))}"
    )
    head = own["header.html"].format(
        title=escape(title), subtitle=escape(subtitle), made=escape(made)
    )
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(title)} · Feedback Atlas</title>\n"
            f"<style>\n{own['page.css']}</style>\n</head>\n<body>\n",
            head,
            '<main id="content" tabindex="-1">\n',
            body,
            "</main>\n",
            f'<script type="application/json" id="figures">{embedded_json(figures)}</script>\n',
            *(f"<script>{script}</script>\n" for script in scripts),
            "</body>\n</html>\n",
        )
    )


@cache
def _own_files() -> dict[str, str]:
    folder = files("feedback_atlas.server.reports") / "static"
    return {
        name: (folder / name).read_text("utf-8") for name in ("page.css", "page.js", "header.html")
    }


@cache
def _plotly() -> str:
    script = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("plotly.js holds what would end its script element; it cannot be inlined")
    return script


@cache
def _hash(script: str) -> str:
    """What a content security policy knows a script by."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
