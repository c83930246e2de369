"""Read the figures of a comparison: the same routes for a live one and for the copy of a link."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response

from feedback_atlas.server.analyses.kinds import RDM
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import ContentId, CurveOptionsDep, problems
from feedback_atlas.server.api.responses import CSV, csv_response, figure_json, result_json
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.deps import FigureName
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels import result
from feedback_atlas.server.comparisons.schemas import ProbeOut
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.figures.names import FigureWidth, ThemeName
from feedback_atlas.server.figures.result.table import result_table
from feedback_atlas.server.figures.schemas import FigureOut, ResultOut
from feedback_atlas.server.results.types import ProbePictures

_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "Pictures in rows."}
}
_IfNoneMatch = Annotated[str | None, Header(max_length=1_000)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison whose figures are read.

    ``drawn`` keeps what was drawn, by ``what`` was asked for. ``cache`` says how long browsers may
    keep a sheet of pictures, which never changes: a link may be revoked, and is asked again.
    """

    title: Callable[[], str]
    numbers: Callable[[], ComparisonNumbers]
    drawn: Callable[[tuple[Hashable, ...], Callable[[ComparisonNumbers], bytes]], bytes]
    pictures: Callable[[], ProbePictures | None]
    cache: str


def figure_router(
    prefix: str, admit: Callable[[Any], Any], shown: Callable[..., Shown], *tags: str
) -> APIRouter:
    """Make the routes below ``prefix`` that read the figures of what ``shown`` depends on.

    ``admit`` declares who may use them, such as `for_viewers`.
    """
    router = APIRouter(prefix=prefix, tags=list(tags), route_class=AccessRoute)
    shown_dep = Annotated[Shown, Depends(shown)]

    @router.get("/result", response_model=ResultOut, responses=problems(404))
    @admit
    def read_result(shown: shown_dep) -> Response:
        """Accuracy, similarity, cost and plausibility, a row a rule; 503 while it is computed."""
        drawn = shown.drawn(
            ("result",), lambda numbers: result_json(result_table(result.sources(numbers)))
        )
        return Response(drawn, media_type="application/json")

    @router.get("/figures/{name}.csv", response_class=Response, responses=CSV | problems(404))
    @admit
    def download_figure(name: FigureName, shown: shown_dep) -> Response:
        """All numbers of a figure as CSV."""
        return csv_response(panels.draw(name, shown.numbers(), "light", "wide"), shown.title())

    @router.get("/figures/{name}", response_model=FigureOut, responses=problems(404))
    @admit
    def read_figure(
        name: FigureName,
        shown: shown_dep,
        options: CurveOptionsDep,
        theme: ThemeName = "light",
        width: FigureWidth = "wide",
    ) -> Response:
        """A figure of a computed comparison; 503 while it is being computed."""
        drawn = shown.drawn(
            (name, theme, width, options),
            lambda numbers: figure_json(panels.draw(name, numbers, theme, width, options)),
        )
        return Response(drawn, media_type="application/json")

    @router.get("/probe", responses=problems(404))
    @admit
    def read_probe(shown: shown_dep) -> ProbeOut:
        """The classes of the probe's images, and the sheets of their pictures."""
        rdms = shown.numbers().of(RDM)
        if rdms is None:
            raise NotFoundError(
                "This comparison has no dissimilarity matrices and so no probe images."
            )
        # A link whose probe could not be read when it was made has no pictures.
        pictures = shown.pictures() or ProbePictures((), 1, 1, 1)
        return ProbeOut(
            labels=rdms.labels.tolist(),
            class_names=list(rdms.class_names),
            side=pictures.side,
            columns=pictures.columns,
            on_a_sheet=pictures.on_a_sheet,
            sheets=[hashlib.sha256(sheet).hexdigest() for sheet in pictures.sheets],
        )

    @router.get("/probe/{sha256}.png", response_class=Response, responses={**problems(404), **_PNG})
    @admit
    def read_probe_sheet(
        sha256: ContentId,
        shown: shown_dep,
        if_none_match: _IfNoneMatch = None,
    ) -> Response:
        """A sheet of pictures, named by its content; 304 where the reader has it."""
        pictures = shown.pictures()
        for sheet in pictures.sheets if pictures is not None else ():
            if hashlib.sha256(sheet).hexdigest() == sha256:
                headers = {"Cache-Control": shown.cache, "ETag": f'"{sha256}"'}
                if if_none_match == headers["ETag"]:
                    return Response(status_code=304, headers=headers)
                return Response(sheet, media_type="image/png", headers=headers)
        raise NotFoundError("The probe has no such sheet of images.")

    return router
