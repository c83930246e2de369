"""The page itself: the files that the frontend was built to, and the plotly.js it draws with."""

from __future__ import annotations

import secrets
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from feedback_atlas.server.api.access import AccessRoute, for_anyone
from feedback_atlas.server.api.headers import page_policy
from feedback_atlas.server.artifacts import ArtifactError
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.core.errors import ServiceError
from feedback_atlas.server.sharing.deps import LinkViewerDep
from feedback_atlas.server.sharing.link_access import found_link
from feedback_atlas.server.sharing.preview_meta import preview_head

# Built by `make build`, ignored by git, carried by the wheel.
FRONTEND = Path(__file__).resolve().parent.parent / "page"
_INDEX = FRONTEND / "index.html"
_PLOTLY_JS = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
# What `vite.config.ts` has put where the nonce of each answer belongs.
_NONCE = "ATLAS_NONCE"
# Their names change with their content.
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False, route_class=AccessRoute)
_files = StaticFiles(directory=FRONTEND, check_dir=False)


@router.api_route("/api", methods=["GET", "HEAD"])
@router.api_route("/api/{path:path}", methods=["GET", "HEAD"])
@for_anyone
def unknown_path(path: str = "") -> None:
    """Answer 404: the page, which takes every other path, must not answer for the API."""
    raise HTTPException(404)


@router.api_route("/plotly.min.js", methods=["GET", "HEAD"])
@for_anyone
def plotly_js() -> FileResponse:
    """Return plotly.js, as it ships with the plotly that figures are made for."""
    return FileResponse(
        _PLOTLY_JS,
        media_type="text/javascript",
        headers={"Cache-Control": "public, max-age=3600"},
    )


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
@for_anyone
def read_shared_page(token: str, request: Request, links: LinkViewerDep) -> Response:
    """Return the page of a link; its head has a preview where the link has no passphrase."""
    head = ""
    link = None
    # Whatever is wrong with a link, the page is the same, and says so.
    with suppress(ServiceError, ArtifactError, DBAPIError):
        link = found_link(request, token)
        if link.passphrase is None:
            view = links.frozen(link).view["comparison"]
            head = preview_head(Comparison.model_validate(view), str(request.base_url), token)
    return _page(head, embeddable=link is not None and link.embeddable)


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
@for_anyone
async def read_page(path: str, request: Request) -> Response:
    """Return a file of the page; for every other path the page, which reads it itself."""
    if path not in ("", "index.html"):
        try:
            answer = await _files.get_response(path, request.scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith("assets/"):
                raise
        else:
            if path.startswith("assets/"):
                answer.headers.update(_FOREVER)
            return answer
    return _page()


def _page(head: str = "", *, embeddable: bool = False) -> Response:
    if not _INDEX.is_file():
        raise HTTPException(404)
    nonce = secrets.token_urlsafe(16)
    page = _INDEX.read_text(encoding="utf-8").replace(_NONCE, nonce)
    return HTMLResponse(
        page.replace("</head>", f"{head}</head>", 1),
        headers={
            "Content-Security-Policy": page_policy(nonce, embeddable=embeddable),
            "Cache-Control": "no-cache",
        },
    )
