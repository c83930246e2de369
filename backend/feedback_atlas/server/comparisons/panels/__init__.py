"""The panels of a comparison, in the order of the page: one module per panel."""

from __future__ import annotations

from feedback_atlas.server.catalog.schemas import PanelOut
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels import (
    exemplars,
    findings,
    geometry_map,
    image_space,
    layer_similarity,
    learning,
    rdms,
    result,
    similarity_profile,
)
from feedback_atlas.server.comparisons.panels.panel import Computation, Panel, PanelFigure
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.core.registry import Registry
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions

PANELS: Registry[Panel] = Registry(
    (
        findings.PANEL,
        result.PANEL,
        layer_similarity.PANEL,
        similarity_profile.PANEL,
        geometry_map.PANEL,
        rdms.PANEL,
        exemplars.PANEL,
        image_space.PANEL,
        learning.ALIGNMENT,
        learning.LOSS,
        learning.VALIDATION_ACCURACY,
        learning.ACCURACY,
    )
)
_AS_MEASURED = CurveOptions()


def described() -> list[PanelOut]:
    """Describe every panel for the API, in the order of the page."""
    return [
        PanelOut(
            id=panel.id,
            title=panel.title,
            answers=panel.answers,
            size=panel.size,
            shown=panel.shown,
            figures=[figure.name for figure in panel.figures],
        )
        for panel in PANELS.values()
    ]


def figures() -> dict[str, PanelFigure]:
    """Return every panel's figures by name, in the order of the page."""
    return {figure.name: figure for panel in PANELS.values() for figure in panel.figures}


def computations() -> list[Computation]:
    """Return the analyses behind all panels, first those that every comparison needs."""
    every = [one for panel in PANELS.values() for one in panel.computations]
    return sorted(every, key=lambda one: not one.kind.core)


def panel_of(kind: str) -> Panel:
    """Return the panel that a kind of analysis is computed for."""
    return next(
        panel for panel in PANELS.values() if kind in {one.kind.id for one in panel.computations}
    )


def figures_showing(kind: str) -> list[PanelFigure]:
    """Return the figures that show the numbers of a kind of analysis."""
    return [
        figure
        for figure in figures().values()
        if kind in {one.id for one in (*figure.needs, *figure.also)}
    ]


def figures_needing(kind: str) -> list[PanelFigure]:
    """Return the figures that cannot be drawn without a kind of analysis."""
    return [figure for figure in figures().values() if kind in {one.id for one in figure.needs}]


def draw(
    name: str,
    numbers: ComparisonNumbers,
    theme: Theme,
    width: Width,
    options: CurveOptions = _AS_MEASURED,
) -> Figure:
    """Draw the figure ``name`` of a comparison; ``options`` are those of curves.

    Raises NotFoundError when the comparison has no numbers for it.
    """
    figure = figures().get(name)
    drawn = None if figure is None else figure.draw(numbers, theme, width, options)
    if drawn is None:
        raise NotFoundError(
            "This comparison does not have this figure; the page gives the reason in its place."
        )
    return drawn
