"""Dependencies of routes."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Path, Query, Request

from feedback_atlas.server.api.problems import Problem
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.figures.curves.options import (
    MOST_SMOOTHING,
    CurveAxis,
    CurveLines,
    CurveOptions,
    CurveScale,
)
from feedback_atlas.server.settings import Settings

_Part = TypeVar("_Part")


def install(app: FastAPI, *parts: object) -> None:
    """Give an application the parts that its routes depend on, by class."""
    app.state.parts = {type(one): one for one in parts}


def part_of(app: FastAPI, kind: type[_Part]) -> _Part:
    """Return the application's one part of this class or a subclass."""
    found = app.state.parts.get(kind)
    if found is None:
        found = next(one for one in app.state.parts.values() if isinstance(one, kind))
    part: _Part = found
    return part


def part(kind: type[_Part]) -> Any:
    """Return a route's dependency on the service's one part of this class."""

    async def provide(request: Request) -> _Part:
        return part_of(request.app, kind)

    return Depends(provide)


SettingsDep = Annotated[Settings, part(Settings)]
DatabaseDep = Annotated[Database, part(Database)]
StoreDep = Annotated[ArtifactStore, part(ArtifactStore)]
RecordId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
ContentId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Limit = Annotated[int, Query(ge=1, le=200)]


def _curve_options(
    smoothing: Annotated[
        float,
        Query(
            ge=0.0,
            le=MOST_SMOOTHING,
            allow_inf_nan=False,
            description="Curves: weight of an exponential moving average; each measurement counts "
            "so many times as much as the one after it. 0 does not smooth.",
        ),
    ] = 0.0,
    x: Annotated[CurveAxis, Query(description="Curves: what they are placed over.")] = "step",
    scale: Annotated[
        CurveScale, Query(description="Of the loss; every other measure is on a linear scale.")
    ] = "linear",
    lines: Annotated[
        CurveLines,
        Query(description="Curves: seeds as their mean in a band of all, or a line each."),
    ] = "band",
) -> CurveOptions:
    # Rounded, so that invisible differences in smoothing reuse the cached figure.
    return CurveOptions(round(smoothing, 3), x, scale, lines)


CurveOptionsDep = Annotated[CurveOptions, Depends(_curve_options)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI the errors that a route can answer with."""
    return problem_responses(*statuses, 422, 503)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI errors with these statuses and no others."""
    return {
        status: {"model": Problem, "content": {"application/problem+json": {}}}
        for status in statuses
    }
