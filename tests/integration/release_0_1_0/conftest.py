"""A data folder of 0.1.0, and this release on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, create_engine, select, text

from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.server.artifacts import ArtifactStore, open_store
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing.upgrade import bring_up_to_date
from tests.backend.db.test_migrations import move
from tests.data_0_1_0 import unpack
from tests.integration.conftest import Atlas

# So that a failed assertion of these modules shows its values, as one of a test does.
pytest.register_assert_rewrite(
    "tests.integration.release_0_1_0.link_copies", "tests.integration.release_0_1_0.link_numbers"
)

PLACES = [
    ("sqlite", "local"),
    pytest.param(("postgresql", "s3"), marks=pytest.mark.postgres),
    pytest.param(("sqlite", "s3"), marks=pytest.mark.slow),
    pytest.param(("postgresql", "local"), marks=[pytest.mark.postgres, pytest.mark.slow]),
]


@dataclass(frozen=True)
class Old:
    """A data folder of 0.1.0, in a database and an artifact store, and what it showed."""

    settings: Settings
    shown: dict[str, Any]

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Open and leave the database as a process of its own does."""
        opened = Database(self.settings.resolved_database_url)
        try:
            yield opened
        finally:
            opened.close()

    @cached_property
    def store(self) -> ArtifactStore:
        return open_store(self.settings)

    def bring_up_to_date(self) -> None:
        with self.database() as database:
            bring_up_to_date(database, self.store)


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """The data folder in the places that the test's parameter names, else on this machine."""
    database, files = getattr(request, "param", ("sqlite", "local"))
    found = unpack(tmp_path)
    changes: dict[str, str] = {}
    if database == "postgresql":
        changes["database_url"] = request.getfixturevalue("postgres_url")(f"o{tmp_path.name[-20:]}")
        copy_rows(tmp_path / "data" / "atlas.db", changes["database_url"])
    if files == "s3":
        changes["artifacts_url"] = f"s3://{request.getfixturevalue('new_bucket')()}/lab"
    settings = Settings(
        data_dir=tmp_path / "data", device="cpu", threads_per_run=1, cache_bytes=0, **changes
    )
    if files == "s3":
        store = open_store(settings)
        for path in (tmp_path / "data" / "artifacts").rglob("*.*"):
            store.put(str(path.relative_to(tmp_path / "data" / "artifacts")), path.read_bytes())
    return Old(settings, found)


def copy_rows(sqlite: Path, url: str) -> None:
    """Copy all rows into a database migrated to the revision of 0.1.0."""
    source = create_engine(f"sqlite:///{sqlite}")
    tables = MetaData()
    tables.reflect(source)
    with source.connect() as reading:
        rows = {
            table.name: [dict(row) for row in reading.execute(select(table)).mappings()]
            for table in tables.sorted_tables
        }
    source.dispose()
    opened = Database(url)
    (revision,) = rows["alembic_version"]
    move(opened, revision["version_num"])
    there = MetaData()
    there.reflect(opened.engine)
    with opened.engine.begin() as writing:
        for table in there.sorted_tables:
            if table.name != "alembic_version" and rows[table.name]:
                writing.execute(table.insert(), list(map(in_utc, rows[table.name])))
            for column in table.primary_key:
                if column.autoincrement is True or column.server_default is not None:
                    name = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                    most = f"(SELECT max({column.name}) FROM {table.name})"
                    writing.execute(text(f"SELECT setval({name}, {most})"))
    opened.close()


def in_utc(row: dict[str, Any]) -> dict[str, Any]:
    """Add the zone to a row's moments, which SQLite keeps without."""
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


@pytest.fixture
def product(old: Old) -> Iterator[Atlas]:
    """This release on the data folder."""
    with (
        TestClient(create_app(old.settings), raise_server_exceptions=False) as client,
        old.database() as database,
    ):
        yield Atlas(client, WorkerContext(old.settings, database, old.store))
