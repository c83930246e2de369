"""Migrations make the tables that the models describe, and can be undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from feedback_atlas.server.db.models import Base, Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings

MIGRATIONS = (
    Path(__file__).resolve().parents[3]
    / "backend"
    / "feedback_atlas"
    / "server"
    / "db"
    / "migrations"
)


def move(database: Database, revision: str) -> None:
    """Migrate up to ``revision``, or down where the database is already beyond it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        now = MigrationContext.configure(connection).get_current_revision()
        down = now is not None and (revision == "base" or revision < now)
        (command.downgrade if down else command.upgrade)(config, revision)
        connection.commit()


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing_and_down_removes_all(database: Database) -> None:
    database.migrate()
    move(database, "base")
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.migrate()
    with database.engine.connect() as connection:
        assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())


SPEC = {
    "name": "Of the release before", "dataset": "digits", "folder": None,
    "architecture": "moskovitz1", "rules": [{"rule": "bp", "lr": 0.001, "weight_decay": 0.0}],
    "seeds": [0], "initialisation": "shared", "epochs": 2, "batch_size": 128,
    "image_size": 24, "augment": False, "track_every": 10, "probe_size": 20, "search": None,
}  # fmt: skip
EXPERIMENT, RUN, ANALYSIS, COMPARISON = "e" * 16, "a" * 16, "b" * 64, "c" * 64
AT = "2026-01-02 03:04:05.000000"
# A row in every table of revision 0002, with what 0.1.0 writes into its JSON.
ROWS: dict[str, dict[str, Any]] = {
    "experiments": {"id": EXPERIMENT, "name": SPEC["name"], "spec": SPEC, "created_at": AT},
    "runs": {
        "id": RUN, "experiment_id": EXPERIMENT, "position": 0, "rule": "bp", "seed": 0,
        "parameters": {"lr": 0.001, "weight_decay": 0.0}, "epochs": 2, "state": "completed",
        "attempt": 1, "failures": 0, "cancel_requested": False, "worker": "train@host",
        "created_at": AT, "started_at": AT, "finished_at": AT, "epoch": 2, "step": 24,
        "total_steps": 24, "train_loss": 0.5, "val_accuracy": 0.75, "best_epoch": 2,
        "best_val_accuracy": 0.75, "test_accuracy": 0.7, "role": "run", "chosen": False,
    },
    "measurements": {"run_id": RUN, "kind": "step", "step": 10, "epoch": 1, "data": {"loss": 1.5}},
    "artifacts": {
        "run_id": RUN, "kind": "weights", "epoch": 2, "key": f"runs/{RUN}/weights-0002",
        "sha256": "0" * 64, "size": 1234,
    },
    "analyses": {
        "id": ANALYSIS, "kind": "rdm", "experiment_id": EXPERIMENT, "inputs": {"runs": []},
        "state": "failed", "attempt": 1, "failures": 0, "created_at": AT, "error": "Lost.",
    },
    "comparisons": {
        "id": COMPARISON, "experiment_id": EXPERIMENT, "request": {"epoch": "best"},
        "content": {
            "runs": [], "reference": "bp", "rdm_seed": 0, "unavailable": {}, "unpaired": [],
            "similarity": None, "rdm": ANALYSIS, "panels": {}, "experiments": [],
            "matrices": "ours", "map_dimensions": 2, "no_statistics": None,
        },
        "created_at": AT,
    },
    "shares": {
        "id": "5" * 16, "token_sha256": "6" * 64, "experiment_id": EXPERIMENT,
        "comparison_id": COMPARISON, "label": "For a colleague", "key": "shares/x",
        "sha256": "7" * 64, "created_at": AT,
    },
    "events": {
        "id": 41, "type": "experiment", "experiment_id": EXPERIMENT, "created_at": AT,
        "data": {"id": EXPERIMENT},
    },
    "workers": {
        "name": "train@host", "queue": "train", "device": "GPU", "seen_at": "2099-01-01 00:00:00",
        "stopping": False,
    },
}  # fmt: skip


def test_a_database_of_the_release_before_opens(database: Database, settings: Settings) -> None:
    move(database, "base")
    move(database, "0002")
    with database.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        assert tables == set(ROWS)
        for table, row in ROWS.items():
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            written = {
                name: json.dumps(value) if isinstance(value, dict) else value
                for name, value in row.items()
            }
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), written)
        connection.commit()

    url = database.url.render_as_string(hide_password=False)
    opened = settings.model_copy(update={"database_url": url})
    with TestClient(create_app(opened)) as client:

        def get(path: str) -> Any:
            answer = client.get(f"/api{path}")
            assert answer.status_code == 200, answer.text
            return answer.json()

        (listed,) = get("/experiments")["items"]
        assert (listed["name"], listed["counts"]["completed"]) == (SPEC["name"], 1)
        assert listed["progress"] == 1.0
        assert [one["id"] for one in get("/experiments?q=RELEASE")["items"]] == [EXPERIMENT]
        assert [one["id"] for one in get("/experiments?dataset=digits")["items"]] == [EXPERIMENT]
        experiment = get(f"/experiments/{EXPERIMENT}")
        assert (experiment["tags"], experiment["notes"], experiment["archived_at"]) == (
            [],
            "",
            None,
        )
        assert experiment["spec"]["track_global_every"] == 50
        assert get(f"/runs/{RUN}")["test_accuracy"] == 0.7
        figure = get(f"/experiments/{EXPERIMENT}/figures/loss")
        assert figure["table"]["rows"][0][2:] == [1.5, 1.5, 1.5, 1.5, 10]
        assert get(f"/comparisons/{COMPARISON}")["error"] == "Lost."
        (share,) = get(f"/experiments/{EXPERIMENT}/shares")
        assert (share["label"], share["title"]) == ("For a colleague", SPEC["name"])
        assert (share["state"], share["expires_at"], share["opens"]) == ("open", None, 0)
        assert (share["has_passphrase"], share["embeddable"]) == (False, False)
        (event,) = get("/events/list")["items"]
        assert event["id"] == 41
        system = get("/system")
        assert [worker["name"] for worker in system["workers"]] == ["train@host"]
        assert system["artifact_bytes"] == 1234
        written = {"tags": ["old"], "notes": "Kept", "archived": True}
        assert client.patch(f"/api/experiments/{EXPERIMENT}", json=written).status_code == 200
    with database.read() as session:
        run = session.get_one(Run, RUN)
        assert (run.rewinds, run.created_at.isoformat()) == (0, "2026-01-02T03:04:05+00:00")

    # And back: the release before finds all that it wrote.
    move(database, "0002")
    with database.engine.connect() as connection:
        connection.execute(text("DELETE FROM events WHERE id <> 41"))
        for table, row in ROWS.items():
            names = ", ".join(name for name, value in row.items() if not isinstance(value, dict))
            (kept,) = connection.execute(text(f"SELECT {names} FROM {table}")).mappings()
            assert {name: kept[name] for name in kept if not name.endswith("_at")} == {
                name: row[name] for name in kept if not name.endswith("_at")
            }
