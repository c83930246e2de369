"""The catalog, the health of the service, and errors."""

from __future__ import annotations

from pydantic import BaseModel, Field

from feedback_atlas.server.queue.workers import Job


class Health(BaseModel):
    """Health of the service."""

    status: str
    version: str
    database: str
    workers: int = Field(description="Workers that reported within the last 30 s.")


class WorkerOut(BaseModel):
    """A worker process that reported lately."""

    name: str
    queues: list[str]
    device: str = Field(description="Name of its GPU, or its CPU's model and cores.")
    memory_bytes: int = Field(description="Of the GPU, or of the machine; 0 where it is unknown.")
    concurrency: int = Field(description="Jobs at a time.")
    version: str
    python_version: str
    torch_version: str
    seconds_since_seen: float
    jobs: list[Job]


class System(BaseModel):
    """Workers, queues, disk and versions of the service."""

    version: str
    database: str
    broker: str
    data_folder: str | None = Field(description="null for viewers, whom it does not concern.")
    free_bytes: int | None = Field(
        description="Bytes free for artifacts; null where no limit is known, as in S3."
    )
    artifact_bytes: int = Field(
        description="Of all files that runs have stored; at most a minute old."
    )
    workers: list[WorkerOut]
    queued_runs: int
    running_runs: int
    queued_analyses: int
    running_analyses: int
    folder_roots: list[str]
    versions: list[VersionOut]


class VersionOut(BaseModel):
    """A part that the service runs on, and its version."""

    name: str
    version: str


System.model_rebuild()
