"""Migrations make the tables that the models describe, and can be undone."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from backend.db.models import Base
from backend.db.session import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "backend" / "db" / "migrations"


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing_and_down_removes_all(database: Database) -> None:
    database.migrate()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.migrate()
    with database.engine.connect() as connection:
        assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())
