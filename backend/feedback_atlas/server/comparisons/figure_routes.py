"""Routes that read a comparison's figures, live or from the copy of a link."""

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
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.result.table import result_table
from feedback_atlas.server.figures.schemas import FigureOut, ResultOut
from feedback_atlas.server.results.types import ProbePictures

_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "Pictures in rows."}
}
_IfNoneMatch = Annotated[str | None, Header(max_length=1_000)]


@dataclass(frozen=True, slots=True)
class FigureSource:
    """A comparison whose figures are read.

    ``drawn`` caches drawn figures by key. ``cache`` is the Cache-Control header of a sheet of
    pictures, which never changes; a link's may be revoked, so browsers have to ask again.
    """

    title: Callable[[], str]
    numbers: Callable[[], ComparisonNumbers]
    drawn: Callable[[tuple[Hashable, ...], Callable[[ComparisonNumbers], bytes]], bytes]
    pictures: Callable[[], ProbePictures | None]
    cache: str


def figure_router(
    prefix: str, admit: Callable[[Any], Any], source: Callable[..., FigureSource], *tags: str
) -> APIRouter:
    """Make the routes below ``prefix`` that read the figures of the comparison ``source`` returns.

    ``admit`` declares who may use them, such as `for_viewers`.
    """
    router = APIRouter(prefix=prefix, tags=list(tags), route_class=AccessRoute)
    SourceDep = Annotated[FigureSource, Depends(source)]

    @router.get("/result", response_model=ResultOut, responses=problems(404))
    @admit
    def read_result(source: SourceDep) -> Response:
        """Return accuracy, similarity, cost and plausibility by rule; 503 until computed."""
        drawn = source.drawn(
            ("result",), lambda numbers: result_json(result_table(result.sources(numbers)))
        )
        return Response(drawn, media_type="application/json")

    @router.get("/figures/{name}.csv", response_class=Response, responses=CSV | problems(404))
    @admit
    def download_figure(name: FigureName, source: SourceDep) -> Response:
        """Return all numbers of a figure as CSV."""
        return csv_response(panels.draw(name, source.numbers(), "light", "wide"), source.title())

    @router.get("/figures/{name}", response_model=FigureOut, responses=problems(404))
    @admit
    def read_figure(
        name: FigureName,
        source: SourceDep,
        options: CurveOptionsDep,
        theme: Theme = "light",
        width: Width = "wide",
    ) -> Response:
        """Return a figure of a computed comparison; 503 while it is being computed."""
        drawn = source.drawn(
            (name, theme, width, options),
            lambda numbers: figure_json(panels.draw(name, numbers, theme, width, options)),
        )
        return Response(drawn, media_type="application/json")

    @router.get("/probe", responses=problems(404))
    @admit
    def read_probe(source: SourceDep) -> ProbeOut:
        """Return the classes of the probe's images, and the sheets of their pictures."""
        rdms = source.numbers().of(RDM)
        if rdms is None:
            raise NotFoundError(
                "This comparison has no dissimilarity matrices and so no probe images."
            )
        # A link has no pictures if the probe could not be read when it was made.
        pictures = source.pictures() or ProbePictures((), 1, 1, 1)
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
        source: SourceDep,
        if_none_match: _IfNoneMatch = None,
    ) -> Response:
        """Return a sheet of pictures, named by its content; 304 if the reader has it."""
        pictures = source.pictures()
        for sheet in pictures.sheets if pictures is not None else ():
            if hashlib.sha256(sheet).hexdigest() == sha256:
                headers = {"Cache-Control": source.cache, "ETag": f'"{sha256}"'}
                if if_none_match == headers["ETag"]:
                    return Response(status_code=304, headers=headers)
                return Response(sheet, media_type="image/png", headers=headers)
        raise NotFoundError("The probe has no such sheet of images.")

    return router
