"""What routes ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from backend.artifacts import ArtifactStore
from backend.db.session import Database
from backend.figures.curve_options import (
    MOST_SMOOTHING,
    CurveAxis,
    CurveLines,
    CurveOptions,
    CurveScale,
)
from backend.schemas.system import Problem
from backend.services.answer_view import AnswerViewer
from backend.services.disk import StoredBytes
from backend.services.dispatch import Dispatcher
from backend.services.guesses import GuessLimit
from backend.services.hub import EventHub
from backend.services.live_figures import LiveFigures
from backend.services.paper_view import PaperViewer
from backend.services.versions import Versions
from backend.services.viewing import Viewer
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one running service."""

    settings: Settings
    database: Database
    store: ArtifactStore
    dispatcher: Dispatcher
    hub: EventHub
    viewer: Viewer
    paper: PaperViewer
    answers: AnswerViewer
    live_figures: LiveFigures
    versions: Versions
    stored_bytes: StoredBytes
    token_guesses: GuessLimit
    link_guesses: GuessLimit
    passphrase_guesses: GuessLimit


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


ContextDep = Annotated[Context, Depends(_context)]
RecordId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
ContentId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
# Any text: what is no link's token is answered as a link that has ended.
Token = Annotated[str, Path(description="What a link's address ends with.")]
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
    # Drawn figures are kept: smoothing finer than can be seen would draw them anew.
    return CurveOptions(round(smoothing, 3), x, scale, lines)


CurveOptionsDep = Annotated[CurveOptions, Depends(_curve_options)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of the errors that a route can answer with."""
    return problem_responses(*statuses, 422, 503)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of errors with these statuses and no others."""
    return {
        status: {"model": Problem, "content": {"application/problem+json": {}}}
        for status in statuses
    }
