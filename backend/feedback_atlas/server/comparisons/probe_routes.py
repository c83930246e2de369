"""The probe's images as small pictures, of a comparison and of a shared one."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from feedback_atlas.server.access.guards import for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import ContentId, problems
from feedback_atlas.server.comparisons.deps import ComparisonViewerDep
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import ProbeOut
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.results.types import ProbePictures, RdmGallery
from feedback_atlas.server.sharing.deps import LinkViewerDep
from feedback_atlas.server.sharing.link_access import LinkDep, for_link_holders

router = APIRouter(tags=["probes"], route_class=AccessRoute)

IfNoneMatch = Annotated[str | None, Header(max_length=1_000)]
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "Pictures in rows."}
}
# A comparison's sheet never changes. A link's is asked for again, since the link may be revoked.
_FOREVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"


@router.get("/comparisons/{comparison_id}/probe", responses=problems(404))
@for_viewers
def read_probe(comparison_id: ContentId, viewer: ComparisonViewerDep) -> ProbeOut:
    """The classes of the probe's images, and the sheets of their pictures."""
    rdms = _rdms(viewer.numbers(comparison_id))
    return _out(rdms, viewer.pictures(comparison_id))


@router.get(
    "/comparisons/{comparison_id}/probe/{sha256}.png",
    response_class=Response,
    responses={**problems(404), **_PNG},
)
@for_viewers
def read_probe_sheet(
    comparison_id: ContentId, sha256: ContentId, viewer: ComparisonViewerDep
) -> Response:
    """A sheet of pictures, named by its content."""
    return _sheet(viewer.pictures(comparison_id), sha256, _FOREVER)


@router.get("/shared/{token}/probe", responses=problems(404))
@for_link_holders
def read_shared_probe(link: LinkDep, links: LinkViewerDep) -> ProbeOut:
    """As of a comparison, from the frozen copy."""
    numbers = links.frozen(link).numbers
    return _out(_rdms(numbers), numbers.pictures)


@router.get(
    "/shared/{token}/probe/{sha256}.png",
    response_class=Response,
    responses={**problems(404), **_PNG},
)
@for_link_holders
def read_shared_probe_sheet(
    link: LinkDep, sha256: ContentId, links: LinkViewerDep, if_none_match: IfNoneMatch = None
) -> Response:
    """A sheet of pictures of the frozen copy; 304 where the reader has it and the link stands."""
    pictures = links.frozen(link).numbers.pictures
    if if_none_match == f'"{sha256}"':
        return Response(status_code=304, headers={"ETag": if_none_match})
    return _sheet(pictures, sha256, _ASK_AGAIN)


def _rdms(numbers: ComparisonNumbers) -> RdmGallery:
    if numbers.rdms is None:
        raise NotFoundError("This comparison has no dissimilarity matrices, hence no probe.")
    return numbers.rdms


def _out(rdms: RdmGallery, pictures: ProbePictures | None) -> ProbeOut:
    # A link that was made while the probe's file was damaged has no pictures.
    pictures = pictures or ProbePictures((), 1, 1, 1)
    return ProbeOut(
        labels=rdms.labels.tolist(),
        class_names=list(rdms.class_names),
        side=pictures.side,
        columns=pictures.columns,
        on_a_sheet=pictures.on_a_sheet,
        sheets=[hashlib.sha256(sheet).hexdigest() for sheet in pictures.sheets],
    )


def _sheet(pictures: ProbePictures | None, sha256: str, cache: str) -> Response:
    for sheet in pictures.sheets if pictures is not None else ():
        if hashlib.sha256(sheet).hexdigest() == sha256:
            headers = {"Cache-Control": cache, "ETag": f'"{sha256}"'}
            return Response(sheet, media_type="image/png", headers=headers)
    raise NotFoundError("The probe has no such sheet of pictures.")
