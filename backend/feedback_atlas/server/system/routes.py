"""The catalog, health, and what the service runs on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from feedback_atlas.server import __version__, catalog
from feedback_atlas.server.access.guards import VisitorDep, for_viewers
from feedback_atlas.server.access.tokens import Visitor
from feedback_atlas.server.analyses.kinds import KINDS
from feedback_atlas.server.api.access import AccessRoute, for_anyone
from feedback_atlas.server.api.deps import DatabaseDep, SettingsDep, StoreDep, problems
from feedback_atlas.server.catalog.published import (
    ARCHITECTURE,
    hyperparameter_grids,
    published_rules,
)
from feedback_atlas.server.catalog.schemas import Catalog, Limits
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.queue import workers
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs import validation
from feedback_atlas.server.system import schemas
from feedback_atlas.server.system.deps import StoredBytesDep, VersionsDep

router = APIRouter(tags=["system"], route_class=AccessRoute)


@router.get("/catalog", responses=problems())
@for_viewers
def read_catalog(settings: SettingsDep, visitor: VisitorDep) -> Catalog:
    """Return learning rules, architectures, data sets and measures that can be asked for."""
    return Catalog(
        rules=list(catalog.RULES.values()),
        architectures=list(catalog.ARCHITECTURES.values()),
        datasets=list(catalog.DATASETS.values()),
        similarities=list(catalog.SIMILARITIES.values()),
        distances=list(catalog.RDM_DISTANCES.values()),
        epochs=list(catalog.EPOCHS.values()),
        images=list(catalog.IMAGES.values()),
        subsets=list(catalog.SUBSETS.values()),
        matrices=list(catalog.MATRICES.values()),
        panels=panels.described(),
        paper_rules=list(published_rules()),
        paper_architecture=ARCHITECTURE,
        paper_grids=hyperparameter_grids(),
        limits=Limits(
            name_length=validation.MAX_NAME_LENGTH,
            epochs=settings.max_epochs,
            batch_size=validation.MAX_BATCH_SIZE,
            seeds=validation.MAX_SEEDS,
            runs=settings.max_runs,
            probe_size=settings.max_probe_size,
        ),
        folder_roots=_folder_roots(settings, visitor),
    )


@router.get("/health", responses=problems())
@for_anyone
def read_health(database: DatabaseDep) -> schemas.Health:
    """Return the service's health; 503 when its database does not answer."""
    with database.read() as session:
        alive = len(workers.alive(session))
    return schemas.Health(
        status="ok" if alive else "no workers",
        version=__version__,
        database=database.url.get_backend_name(),
        workers=alive,
    )


@router.get("/system", responses=problems())
@for_viewers
def read_system(
    settings: SettingsDep,
    database: DatabaseDep,
    store: StoreDep,
    stored_bytes: StoredBytesDep,
    versions: VersionsDep,
    visitor: VisitorDep,
) -> schemas.System:
    """Return workers and their jobs, queues, disk and versions."""
    now = datetime.now(UTC)
    with database.read() as session:
        alive = workers.alive(session)
        jobs = workers.jobs(session)
        lengths = workers.queue_lengths(session)
    return schemas.System(
        version=__version__,
        database=database.url.get_backend_name(),
        broker=settings.resolved_broker_url.split(":", 1)[0],
        data_folder=str(settings.data_path) if visitor.role == "owner" else None,
        free_bytes=store.free_bytes(),
        artifact_bytes=stored_bytes.read(),
        workers=[
            from_attributes(
                schemas.WorkerOut,
                worker,
                queues=worker.queue.split(","),
                seconds_since_seen=max(0.0, (now - worker.seen_at).total_seconds()),
                jobs=[_titled(job) for job in jobs.get(worker.name, [])],
            )
            for worker in alive
        ],
        queued_runs=lengths.get(("run", "queued"), 0),
        running_runs=lengths.get(("run", "running"), 0),
        queued_analyses=lengths.get(("analysis", "queued"), 0),
        running_analyses=lengths.get(("analysis", "running"), 0),
        folder_roots=_folder_roots(settings, visitor),
        versions=[
            schemas.VersionOut(name=name, version=version)
            for name, version in versions.read().items()
        ],
    )


@router.get("/openapi.json", include_in_schema=False)
@for_anyone
def read_openapi(request: Request) -> dict[str, Any]:
    """Return this document of the API, which is the same for every installation."""
    app: FastAPI = request.app
    return app.openapi()


def _titled(job: workers.Job) -> workers.Job:
    """Return a job with what users call it; one of another release keeps its id."""
    if job.kind == "run" or job.what not in KINDS:
        return job
    return replace(job, what=f"Analysis: {KINDS[job.what].title}")


def _folder_roots(settings: Settings, visitor: Visitor) -> list[str]:
    """Return the roots of folders on this machine, for those who may name one."""
    if visitor.role != "owner":
        return []
    return [str(root) for root in settings.resolved_folder_roots]
