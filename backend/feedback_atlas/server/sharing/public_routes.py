"""Routes open to everyone with a link: its frozen copy alone, no job and no events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from feedback_atlas.server.access.guards import identify_visitor
from feedback_atlas.server.access.tokens import Visitor
from feedback_atlas.server.api.access import AccessRoute, address_of
from feedback_atlas.server.api.deps import DatabaseDep, problems
from feedback_atlas.server.api.responses import file_response, file_stem, of_type
from feedback_atlas.server.catalog import MATRICES, RULES
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.figure_routes import FigureSource, figure_router
from feedback_atlas.server.comparisons.schemas import Comparison, Matrices
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing import passphrases
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.archive import numbers_archive
from feedback_atlas.server.sharing.deps import LinkViewerDep
from feedback_atlas.server.sharing.link_access import (
    LINK_COOKIE,
    LinkDep,
    PassphraseAttemptsDep,
    Token,
    for_link_holders,
    for_link_visitors,
    is_unlocked,
)
from feedback_atlas.server.sharing.preview_image import preview_png
from feedback_atlas.server.sharing.schemas import (
    LinkAccess,
    LinkKey,
    PassphraseRequest,
    SharedComparison,
)
from feedback_atlas.server.specs.routes import YAML, yaml_file
from feedback_atlas.server.specs.schemas import ExperimentSpec

router = APIRouter(prefix="/shared/{token}", tags=["shared"], route_class=AccessRoute)

MatricesQuery = Annotated[
    Matrices | None,
    Query(description="Whose layer similarities are drawn; left out: as it was shared."),
]


@router.get("/access", responses=problems(404))
@for_link_visitors
def read_access(link: LinkDep, token: Token, request: Request) -> LinkAccess:
    """Return whether this reader has to give a passphrase first."""
    return LinkAccess(needs_passphrase=not is_unlocked(request, link, token))


@router.post("/access", responses=problems(401, 404, 413))
@for_link_visitors
def say_passphrase(
    wanted: PassphraseRequest,
    link: LinkDep,
    token: Token,
    request: Request,
    response: Response,
    attempts: PassphraseAttemptsDep,
) -> LinkKey:
    """Open a link that has a passphrase: for a week, for this browser or whoever sends the key."""
    if link.passphrase is None:
        return LinkKey(needs_passphrase=False, key=None, expires_at=None)
    passphrases.check(link.passphrase, wanted.passphrase, attempts, address_of(request))
    until = shares.key_ends(link)
    key = passphrases.key(link.passphrase, token, until)
    response.set_cookie(
        LINK_COOKIE,
        key,
        expires=until,
        path=f"/api/shared/{token}",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return LinkKey(needs_passphrase=False, key=key, expires_at=until)


@router.get("", responses=problems(404))
@for_link_holders
async def read_shared(
    link: LinkDep, request: Request, links: LinkViewerDep, database: DatabaseDep
) -> SharedComparison:
    """Return the frozen comparison behind a link. This counts as opening it."""
    visitor = await identify_visitor(request)
    return await run_in_threadpool(_shared, link, links, database, visitor)


def _figures(
    link: LinkDep,
    links: LinkViewerDep,
    matrices: MatricesQuery = None,
    map_dimensions: Annotated[
        int | None, Query(ge=2, le=3, description="Of the map; left out: as it was shared.")
    ] = None,
) -> FigureSource:
    return FigureSource(
        title=lambda: links.frozen(link).view["comparison"]["title"],
        numbers=lambda: links.frozen(link).redrawn(matrices, map_dimensions),
        drawn=lambda what, draw: links.drawn(
            link,
            (*what, matrices, map_dimensions),
            lambda copy: draw(copy.redrawn(matrices, map_dimensions)),
        ),
        pictures=lambda: links.frozen(link).numbers.pictures,
        cache="private, no-cache",
    )


router.include_router(figure_router("", for_link_holders, _figures))


@router.get("/preview.png", response_class=Response, responses=of_type("image/png") | problems(404))
@for_link_holders
def read_preview(link: LinkDep, links: LinkViewerDep) -> Response:
    """Return a picture of the frozen numbers, which chats and mails show beside the link."""
    drawn = links.drawn(
        link,
        ("preview",),
        lambda copy: preview_png(copy.numbers, Comparison.model_validate(copy.view["comparison"])),
    )
    return Response(drawn, media_type="image/png")


@router.get("/spec.yaml", response_class=Response, responses=YAML | problems(404))
@for_link_holders
def download_shared_spec(link: LinkDep, links: LinkViewerDep) -> Response:
    """Return the settings of the shared experiment as a YAML file, to launch it anew."""
    spec = links.frozen(link).view["spec"]
    return yaml_file(ExperimentSpec.model_validate(spec))


@router.get(
    "/numbers.zip", response_class=Response, responses=of_type("application/zip") | problems(404)
)
@for_link_holders
def download_shared_numbers(link: LinkDep, links: LinkViewerDep) -> Response:
    """Return all frozen numbers: RDMs and similarities (NPZ), a CSV per figure, a manifest."""
    copy = links.frozen(link)
    view = Comparison.model_validate(copy.view["comparison"])
    name = f"{file_stem(view.title)}-numbers.zip"
    content = numbers_archive(copy.numbers, view, copy.view["versions"])
    return file_response(content, "application/zip", name)


def _shared(
    link: Share, links: LinkViewerDep, database: DatabaseDep, visitor: Visitor | None
) -> SharedComparison:
    copy = links.frozen(link)
    with database.write() as session:
        shares.count_opening(session, link.id)
    return SharedComparison(
        created_at=link.created_at,
        expires_at=link.expires_at,
        comparison=Comparison.model_validate(
            {**copy.view["comparison"], "panels": panels.described()}
        ),
        spec=copy.view["spec"],
        matrices=[MATRICES[one] for one in copy.matrices],
        parameters={
            **{one.id: one.name for rule in RULES.values() for one in rule.parameters},
            **{one.id: one.name for rule in RULES.values() for one in rule.choices},
        },
        may_launch=visitor is not None and visitor.role == "owner",
    )
