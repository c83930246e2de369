"""Files that runs have stored: list them, and download them without holding them whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from feedback_atlas.server.access.guards import for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import DatabaseDep, RecordId, StoreDep, problems
from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.db.models import Artifact
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.schemas import FileKind, StoredFile

router = APIRouter(prefix="/runs", tags=["files"], route_class=AccessRoute)


@router.get("/{run_id}/files", response_model=list[StoredFile], responses=problems(404))
@for_viewers
def list_files(run_id: RecordId, database: DatabaseDep) -> list[Artifact]:
    """List checkpoints, activations, probe and feedback of a run, by kind and epoch."""
    with database.read() as session:
        return runs.files(session, run_id)


@router.get(
    "/{run_id}/files/{kind}/{epoch}",
    responses={
        **problems(404),
        200: {"content": {"application/octet-stream": {}}, "description": "The file."},
    },
    response_class=StreamingResponse,
)
@for_viewers
def download_file(
    run_id: RecordId, kind: FileKind, epoch: int, database: DatabaseDep, store: StoreDep
) -> StreamingResponse:
    """Stream one file. A damaged one never arrives whole: the answer ends before its length."""
    with database.read() as session:
        row = runs.file(session, run_id, kind, epoch)
    pieces = store.stream(Stored(row.key, row.sha256, row.size))
    # Before the answer begins, a missing file can still be told in words.
    first = next(pieces)
    body: Iterator[bytes] = chain([first], pieces)
    return StreamingResponse(
        body,
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(row.size),
            "Content-Disposition": f'attachment; filename="{run_id}-{kind}-{epoch}.safetensors"',
        },
    )
