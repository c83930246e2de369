"""The formulae of what a report shows."""

from __future__ import annotations

from collections.abc import Collection

from feedback_atlas.server.catalog.definitions import SECTIONS


def formulae_of(**ids: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the names and formulae, in LaTeX, of these entries of the Methods page.

    Args:
        ids: by the section of the Methods page, such as ``rules`` and ``similarity``.
    """
    return tuple(
        (one.name, one.formula)
        for section in SECTIONS
        for one in section.definitions
        if one.formula and one.id in ids.get(section.id, ())
    )
