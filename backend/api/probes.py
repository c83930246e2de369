"""The probe's images as small pictures, of a comparison and of a shared one."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from backend.api.access import AccessRoute, LinkDep, for_link_holders, for_viewers
from backend.api.deps import ContentId, ContextDep, problems
from backend.figures.data import ProbePictures, RdmGallery
from backend.schemas.comparisons import ProbeOut
from backend.services.errors import NotFoundError
from backend.services.snapshots import ComparisonNumbers

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
def read_probe(comparison_id: ContentId, context: ContextDep) -> ProbeOut:
    """The classes of the probe's images, and the sheets of their pictures."""
    rdms = _rdms(context.viewer.numbers(comparison_id))
    return _out(rdms, context.viewer.pictures(comparison_id))


@router.get(
    "/comparisons/{comparison_id}/probe/{sha256}.png",
    response_class=Response,
    responses={**problems(404), **_PNG},
)
@for_viewers
def read_probe_sheet(comparison_id: ContentId, sha256: ContentId, context: ContextDep) -> Response:
    """A sheet of pictures, named by its content."""
    return _sheet(context.viewer.pictures(comparison_id), sha256, _FOREVER)


@router.get("/shared/{token}/probe", responses=problems(404))
@for_link_holders
def read_shared_probe(link: LinkDep, context: ContextDep) -> ProbeOut:
    """As of a comparison, from the frozen copy."""
    numbers = context.viewer.frozen(link).numbers
    return _out(_rdms(numbers), numbers.pictures)


@router.get(
    "/shared/{token}/probe/{sha256}.png",
    response_class=Response,
    responses={**problems(404), **_PNG},
)
@for_link_holders
def read_shared_probe_sheet(
    link: LinkDep, sha256: ContentId, context: ContextDep, if_none_match: IfNoneMatch = None
) -> Response:
    """A sheet of pictures of the frozen copy; 304 where the reader has it and the link stands."""
    pictures = context.viewer.frozen(link).numbers.pictures
    if if_none_match == f'"{sha256}"':
        return Response(status_code=304, headers={"ETag": if_none_match})
    return _sheet(pictures, sha256, _ASK_AGAIN)


def _rdms(numbers: ComparisonNumbers) -> RdmGallery:
    if numbers.rdms is None:
        raise NotFoundError("This comparison has no dissimilarity matrices, hence no probe.")
    return numbers.rdms


def _out(rdms: RdmGallery, pictures: ProbePictures | None) -> ProbeOut:
    # A link of an earlier release has no pictures.
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
