"""Settings, read from ATLAS_* environment variables and a `.env` file."""

from __future__ import annotations

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_DATABASE_FILE = "atlas.db"


def default_data_dir() -> tuple[Path, str]:
    """Return the default data folder, and in a few words why it is that one."""
    here = Path("data")
    if (here / _DATABASE_FILE).is_file():
        return here, "./data holds a database"
    if Path("pyproject.toml").is_file() and Path("backend/feedback_atlas/server").is_dir():
        return here, "./data of this checkout"
    return user_data_path("feedback-atlas", appauthor=False), "your data folder on this platform"


class Settings(BaseSettings):
    """The operator's settings; the defaults need nothing else installed."""

    model_config = SettingsConfigDict(
        env_prefix="ATLAS_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(
        default_factory=lambda: default_data_dir()[0],
        description="Folder of everything that is stored on this machine.",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty for SQLite in the data folder."
    )
    broker_url: str = Field(
        default="", description="Celery broker URL; empty for a folder in the data folder."
    )
    artifacts_url: str = Field(
        default="",
        description="Folder or `s3://bucket/prefix` of artifacts; empty for the data folder's.",
    )
    cache_bytes: int = Field(
        default=10_000_000_000,
        ge=0,
        description="Most bytes of S3 objects that are kept in the data folder; 0 keeps none.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the service listens on.")
    port: int = Field(default=8000, description="Port that the service listens on.")
    host_names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further names that the service is reached by, as behind a proxy, separated "
        "by commas. Everyone then needs a token.",
    )
    require_token: bool = Field(
        default=False,
        description="Whether a token is needed on loopback too, as where several people log in.",
    )
    folder_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="Folders inside which `folder` data sets may lie, separated as in PATH.",
    )
    train_concurrency: int = Field(
        default=0, ge=0, description="Training runs at a time on this machine; 0 chooses by cores."
    )
    threads_per_run: int = Field(
        default=0, ge=0, description="CPU threads of one training run; 0 shares the cores equally."
    )
    device: str = Field(
        default="auto", description="Where runs train: `auto`, `cpu`, `cuda` or `cuda:N`."
    )
    heartbeat_seconds: float = Field(
        default=5.0, gt=0, description="Seconds between heartbeats of a run."
    )
    checkpoint_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Age at which a run's checkpoint is followed by another, within an epoch too.",
    )
    lease_seconds: float = Field(
        default=30.0, gt=0, description="Silence after which a run is taken from its worker."
    )
    reap_seconds: float = Field(
        default=2.0, gt=0, description="Seconds between checks for lost runs."
    )
    republish_seconds: float = Field(
        default=60.0, gt=0, description="Age at which a queued run's wake-up message is sent again."
    )
    max_attempts: int = Field(
        default=3, ge=1, description="Attempts at a run whose worker died before it fails."
    )
    max_epochs: int = Field(default=1000, ge=1, description="Most epochs of a run.")
    max_runs: int = Field(default=200, ge=1, description="Most runs of an experiment.")
    max_probe_size: int = Field(default=2000, ge=4, description="Most images of a probe.")
    max_feedback_bytes: int = Field(
        default=2_000_000_000, ge=0, description="Most feedback weights of one run, in bytes."
    )
    max_analyses: int = Field(
        default=500, ge=1, description="Most analyses that wait or are computed at a time."
    )
    max_stored_bytes: int = Field(
        default=0, ge=0, description="Most bytes that runs may store together; 0 is no quota."
    )
    max_body_bytes: int = Field(
        default=1_000_000, ge=1000, description="Largest request body that is read."
    )

    @field_validator("folder_roots", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part.strip())
        return value

    @field_validator("host_names", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("artifacts_url")
    @classmethod
    def _folder_or_bucket(cls, value: str) -> str:
        scheme, separator, place = value.partition("://")
        if separator and (scheme != "s3" or not place.strip("/")):
            raise ValueError(
                f"{value!r} is neither a folder nor a bucket such as s3://bucket/prefix."
            )
        return value

    @cached_property
    def data_path(self) -> Path:
        """The data folder as an absolute path."""
        return self.data_dir.expanduser().resolve()

    @cached_property
    def is_open(self) -> bool:
        """True if no token is needed: on loopback, without other host names or `require_token`."""
        return is_loopback(self.host) and not self.host_names and not self.require_token

    @cached_property
    def resolved_database_url(self) -> str:
        """SQLAlchemy URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_path / _DATABASE_FILE}"

    @cached_property
    def resolved_broker_url(self) -> str:
        """Celery URL of the broker in use."""
        return self.broker_url or "filesystem://localhost"

    @cached_property
    def resolved_artifacts_url(self) -> str:
        """Absolute folder, or URL of the bucket, of the artifacts."""
        if self.artifacts_url.startswith("s3://"):
            return self.artifacts_url
        folder = Path(self.artifacts_url) if self.artifacts_url else self.data_path / "artifacts"
        return str(folder.expanduser().resolve())

    @cached_property
    def resolved_folder_roots(self) -> tuple[Path, ...]:
        """Allowed roots with symbolic links followed."""
        return tuple(root.expanduser().resolve() for root in self.folder_roots)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine's loopback."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
