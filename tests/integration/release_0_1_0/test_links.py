"""A data folder of 0.1.0 opens: links show the same numbers, runs resume, comparisons come back."""

from __future__ import annotations

import csv
import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, create_engine, event, select, text
from typer.testing import CliRunner

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.artifacts import (
    ArtifactStore,
    DiskFullError,
    LocalStore,
    open_store,
)
from feedback_atlas.server.cli.main import app as command
from feedback_atlas.server.db.models import Analysis, Measurement, Run, Share
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.queue import filesystem_broker
from feedback_atlas.server.queue.dispatcher import (
    ANALYSE_TASK,
    ANALYSIS_QUEUE,
    celery_app,
    prepare_broker,
)
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.snapshot import read_copy
from feedback_atlas.server.sharing.upgrade import bring_up_to_date
from tests.backend.db.test_migrations import move
from tests.backend.results.test_codec import assert_same
from tests.conftest import wait_until
from tests.data_0_1_0 import unpack
from tests.data_0_1_0.links import shown
from tests.integration.conftest import Atlas

PLACES = [
    ("sqlite", "local"),
    pytest.param(("postgresql", "s3"), marks=pytest.mark.postgres),
    ("sqlite", "s3"),
    pytest.param(("postgresql", "local"), marks=pytest.mark.postgres),
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


def numbers_in(value: Any) -> list[float]:
    """Return all numbers of a JSON value, in order."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in numbers_in(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in numbers_in(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def numbers_of_table(table: str) -> list[list[float]]:
    rows = []
    for row in csv.reader(io.StringIO(table)):
        rows.append([])
        for cell in row:
            with suppress(ValueError):
                rows[-1].append(float(cell))
    return rows


def numbers_of_link(seen: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers that a link shows, without the words and colours around them."""
    cells = [row["cells"] for row in seen["result"]["rows"]]
    return {
        "comparison": {
            name: seen["view"]["comparison"][name]
            for name in ("title", "subtitle", "request", "runs", "reference", "seeds", "layers",
                         "n_images", "class_names", "findings", "caveats", "figures")
        },
        "settings": seen["view"]["spec"],
        # A word of the taxonomy has no number but its place in the order of words.
        "result": [[cell["value"] if cell["icon"] is None else cell["text"] for cell in row]
                   for row in cells],
        "figures": {
            name: [{axis: trace.get(axis) for axis in ("x", "y", "z")} for trace in traces]
            for name, traces in seen["figures"].items()
        },
        "csv": {name: numbers_of_table(table) for name, table in seen["csv"].items()},
        "archive": seen["archive"],
        "probe": seen["probe"],
    }  # fmt: skip


def link_of(client: TestClient, link: dict[str, Any]) -> dict[str, Any]:
    """Return all that a link shows to whoever knows its passphrase."""
    headers = {}
    if link["passphrase"] is not None:
        path = f"/api/shared/{link['token']}"
        assert client.get(path).status_code == 401
        said = client.post(f"{path}/access", json={"passphrase": link["passphrase"]})
        headers = {"Atlas-Link-Key": said.json()["key"]}

    def get(path: str) -> Any:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer

    return shown(get, link["token"])


def assert_links_show_the_same(client: TestClient, found: dict[str, Any]) -> None:
    for link in found["links"].values():
        assert numbers_of_link(link_of(client, link)) == numbers_of_link(link["shows"])
    assert client.get(f"/api/shared/{found['revoked']}").status_code == 404


def standing(old: Old) -> tuple[dict[str, tuple[str, str, bool]], set[str]]:
    """Return the rows and the files of links."""
    with old.database() as database, database.read() as session:
        rows = {
            row.id: (row.key, row.sha256, row.revoked_at is not None)
            for row in session.scalars(select(Share))
        }
    return rows, {*old.store.keys("shares"), *old.store.keys("links")}


def assert_all_is_written_anew(old: Old) -> None:
    rows, files = standing(old)
    open_keys = {key for key, _, revoked in rows.values() if not revoked}
    assert len(open_keys) == 4
    assert open_keys == files == {f"links/{id_}.safetensors" for id_, row in rows.items()
                                  if not row[2]}  # fmt: skip
    for key, sha256, revoked in rows.values():
        if not revoked:
            old.store.get(key, sha256)


@pytest.mark.parametrize("old", PLACES, indirect=True)
def test_links_of_0_1_0_show_the_same_numbers(old: Old, product: Atlas) -> None:
    assert_links_show_the_same(product.client, old.shown)
    assert_all_is_written_anew(old)
    for share in product.get("/shares")["items"]:
        if share["state"] == "open":
            assert product.client.delete(f"/api/shares/{share['id']}").status_code == 204
    assert standing(old)[1] == set()


class Killed(BaseException):
    """Ends what is done as SIGKILL does."""


def kill() -> None:
    raise Killed


class Fuse:
    """Burns at each step of a store and a database; something happens at the one it is set to."""

    def __init__(self, left: int, happens: Callable[[], None] = kill) -> None:
        self.left, self._happens = left, happens

    def burn(self, *_: Any) -> None:
        self.left -= 1
        if self.left == -1:
            self._happens()


class FusedStore(ArtifactStore):
    """A store that is killed before, or right after, what it does."""

    def __init__(self, inner: ArtifactStore, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def _done(self, name: str, *given: Any) -> Any:
        self._fuse.burn()
        answer = getattr(self._inner, name)(*given)
        self._fuse.burn()
        return answer

    def put(self, *given: Any) -> Any:
        return self._done("put", *given)

    def get(self, *given: Any) -> Any:
        return self._done("get", *given)

    def keys(self, *given: Any) -> Any:
        return self._done("keys", *given)

    def delete(self, *given: Any) -> Any:
        return self._done("delete", *given)

    stream = stamp = delete_folder = free_bytes = None  # type: ignore[assignment]


def killed_at(old: Old, step: int) -> bool:
    """Bring ``old`` up to date, killed at a step of it; whether there was such a step."""
    fuse = Fuse(step)
    with old.database() as database:
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda *given: fuse.burn() if given[2].startswith("UPDATE shares") else None,
        )
        event.listen(database.engine, "commit", fuse.burn)
        try:
            bring_up_to_date(database, FusedStore(old.store, fuse))
        except Killed:
            return True
    return False


def readable_links(old: Old) -> dict[str, Any]:
    """Read the numbers of every link that is not revoked, as a visitor's request does."""
    with old.database() as database, database.read() as session:
        rows = session.scalars(select(Share).where(Share.revoked_at.is_(None))).all()
    return {row.id: read_copy(row, old.store) for row in rows}


def assert_links_are(old: Old, first: dict[str, Any]) -> None:
    found = readable_links(old)
    assert found.keys() == first.keys()
    for id_, copy in first.items():
        assert_same(found[id_].numbers, copy.numbers)
        assert found[id_].view == copy.view


@pytest.mark.parametrize("old", PLACES, indirect=True)
def test_writing_anew_goes_on_where_it_was_killed(old: Old) -> None:
    first = readable_links(old)
    assert len(first) == 4
    steps = 3
    while killed_at(old, steps):
        # Each time it gets a little further into what was left.
        steps += 2
        assert_links_are(old, first)
    assert steps > 10
    assert_links_are(old, first)
    assert_all_is_written_anew(old)
    ended = standing(old)
    old.bring_up_to_date()
    assert standing(old) == ended


def as_begun(old: Old) -> tuple[bytes, dict[str, bytes]]:
    """Return the database and the copies of links."""
    folder = old.settings.data_path
    copies = {key: (folder / "artifacts" / key).read_bytes() for key in old.store.keys("shares")}
    return (folder / "atlas.db").read_bytes(), copies


def start_over(old: Old, begun: bytes, copies: dict[str, bytes]) -> None:
    """Put rows and files of links back as 0.1.0 left them."""
    for left in old.settings.data_path.glob("atlas.db-*"):
        left.unlink()
    (old.settings.data_path / "atlas.db").write_bytes(begun)
    old.store.delete_folder("links")
    for key, data in copies.items():
        old.store.put(key, data)


def test_writing_anew_ends_alike_wherever_it_was_killed(old: Old) -> None:
    first = readable_links(old)
    begun, copies = as_begun(old)
    ends, step, killed = set(), 0, True
    while killed:
        start_over(old, begun, copies)
        killed = killed_at(old, step)
        assert_links_are(old, first)
        old.bring_up_to_date()
        assert_all_is_written_anew(old)
        ends.add(repr(sorted(standing(old)[0].items())))
        step += 1
    assert step > 30
    assert len(ends) == 1


def test_another_process_does_it_all_between_any_two_steps(old: Old) -> None:
    first = readable_links(old)
    old_folder = old.settings.data_path
    begun = (old_folder / "atlas.db").read_bytes()
    copies = {
        key: (old_folder / "artifacts" / key).read_bytes() for key in old.store.keys("shares")
    }
    step, between = 0, True
    while between:
        start_over(old, begun, copies)
        fuse = Fuse(step, old.bring_up_to_date)
        with old.database() as database:
            bring_up_to_date(database, FusedStore(old.store, fuse))
        between = fuse.left < 0
        assert_links_are(old, first)
        assert_all_is_written_anew(old)
        step += 3
    assert step > 20


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_processes_start_together(old: Old) -> None:
    first = readable_links(old)
    variables = {
        **os.environ,
        "ATLAS_DATA_DIR": str(old.settings.data_path),
        "ATLAS_DATABASE_URL": old.settings.database_url,
        "ATLAS_ARTIFACTS_URL": old.settings.artifacts_url,
    }
    code = "from feedback_atlas.server.cli.main import main; main()"
    started = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", code, "migrate"],
            env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    said = [one.communicate()[0] for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], said
    assert_links_are(old, first)
    assert_all_is_written_anew(old)


def test_a_damaged_copy_stays_and_the_others_go_on(
    old: Old, caplog: pytest.LogCaptureFixture
) -> None:
    token = old.shown["links"]["whole"]["token"]
    with old.database() as database, database.read() as session:
        broken = shares.find(session, token)
    old.store.put(broken.key, b"damaged")
    stranger = "shares/0000000000000000.safetensors"
    old.store.put(stranger, b"a file that no row names")
    with caplog.at_level(logging.WARNING), TestClient(create_app(old.settings)) as client:
        answer = client.get(f"/api/shared/{token}")
        assert (answer.status_code, "is damaged" in answer.json()["detail"]) == (503, True)
        assert f"The link {broken.id} stays as it is" in caplog.text
        for label in ("early", "locked", "orphan"):
            link = old.shown["links"][label]
            assert numbers_of_link(link_of(client, link)) == numbers_of_link(link["shows"])
    rows, files = standing(old)
    assert files == {row[0] for row in rows.values() if not row[2]}
    assert [key for key in files if key.startswith("shares/")] == [broken.key]


def test_links_are_read_where_nothing_can_be_written(
    old: Old, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise DiskFullError("The disk is full.")

    first = readable_links(old)
    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "put", full)
        with TestClient(create_app(old.settings)) as client:
            token = old.shown["links"]["whole"]["token"]
            assert client.get(f"/api/shared/{token}/result").status_code == 200
        assert "The disk is full" in caplog.text
    assert_links_are(old, first)
    old.bring_up_to_date()
    assert_links_are(old, first)
    assert_all_is_written_anew(old)


def test_atlas_migrate_does_it_too(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DATA_DIR", str(old.settings.data_path))
    finished = CliRunner().invoke(command, ["migrate"])
    assert finished.exit_code == 0, finished.output
    assert_all_is_written_anew(old)


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_runs_of_0_1_0_resume_and_end_as_they_would_have(old: Old, product: Atlas) -> None:
    halted = old.shown["halted"]
    killed, waiting = halted["runs"]
    database = product.worker.database
    with database.read() as session:
        before = {
            (row.kind, row.step): row.data
            for row in session.scalars(select(Measurement).where(Measurement.run_id == killed))
        }
    with database.write() as session:
        recovery.reap(session, lease_seconds=0, max_attempts=3)
    for run_id in (killed, waiting):
        run_training(product.worker, run_id, "test")
    with database.read() as session:
        rows = [session.get_one(Run, run_id) for run_id in (killed, waiting)]
        kept = {
            (row.kind, row.step): row.data
            for row in session.scalars(select(Measurement).where(Measurement.run_id == killed))
        }
    assert [(row.state, row.attempt) for row in rows] == [("completed", 2), ("completed", 1)]
    # What was measured up to the checkpoint is not measured again.
    assert before.items() <= kept.items()
    assert {step for _, step in before} <= set(range(halted["killed_at"] + 1))
    for row, end in zip(rows, halted["ends"], strict=True):
        assert row.train_loss == pytest.approx(end["train_loss"], abs=1e-3)
        assert row.test_accuracy == pytest.approx(end["test_accuracy"], abs=0.01)
        assert row.best_epoch == end["best_epoch"]


def compute_all(product: Atlas) -> None:
    """Compute whatever waits."""
    with product.worker.database.read() as session:
        waiting = session.scalars(select(Analysis.id).where(Analysis.state == "queued")).all()
    for analysis_id in waiting:
        run_analysis(product.worker, analysis_id, "test")


def as_before(product: Atlas, comparison: str, recorded: dict[str, Any]) -> None:
    """Expect a comparison to show the numbers that a link to it showed."""
    for name, table in recorded["csv"].items():
        answer = product.client.get(f"/api/comparisons/{comparison}/figures/{name}.csv")
        assert answer.status_code == 200, (name, answer.text)
        ours, theirs = numbers_of_table(answer.text), numbers_of_table(table)
        assert [len(row) for row in ours] == [len(row) for row in theirs]
        for row, other in zip(ours, theirs, strict=True):
            assert row == pytest.approx(other, rel=1e-6, abs=1e-6, nan_ok=True), name


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_comparisons_of_0_1_0_are_computed_again(old: Old, product: Atlas) -> None:
    for name, label in (("whole", "whole"), ("other", "locked")):
        path = f"/comparisons/{old.shown['comparisons'][name]}"
        refused = product.get(path, 503)
        assert "is being computed again" in refused["detail"]
        waits = product.get(path)
        assert (waits["state"], waits["error"]) == ("queued", None)
        assert all(one["state"] == "queued" for one in waits["work"])
        compute_all(product)
        opened = product.get(path)
        assert (opened["state"], opened["pending"], opened["work"]) == ("completed", [], [])
        recorded = old.shown["links"][label]["shows"]
        assert opened["findings"] == recorded["view"]["comparison"]["findings"]
        as_before(product, opened["id"], recorded)


def test_a_comparison_of_0_1_0_is_asked_for_anew(old: Old, product: Atlas) -> None:
    path = f"/experiments/{old.shown['experiment']}/comparisons"
    asked = product.post(path, {}, 200)
    assert (asked["state"], asked["id"] in old.shown["comparisons"].values()) == ("queued", False)
    compute_all(product)
    assert product.get(f"/comparisons/{asked['id']}")["state"] == "completed"
    as_before(product, asked["id"], old.shown["links"]["whole"]["shows"])


def test_all_numbers_of_a_comparison_of_0_1_0_are_downloaded(old: Old, product: Atlas) -> None:
    path = f"/api/comparisons/{old.shown['comparisons']['whole']}/numbers.zip"
    said = []
    for _ in range(3):
        answer = product.client.get(path)
        if answer.status_code == 200:
            break
        assert answer.status_code == 503
        said.append(answer.json()["detail"])
        compute_all(product)
    assert answer.status_code == 200
    assert len(said) == 2
    assert "is being computed again" in said[0]
    assert "is being created" in said[1]


def test_answers_of_0_1_0_are_computed_again(old: Old, product: Atlas) -> None:
    path = f"/answers/{old.shown['answers']}"
    assert "is being computed again" in product.get(path, 503)["detail"]
    assert product.get(path)["state"] == "queued"
    compute_all(product)
    assert product.get(path)["state"] == "completed"
    asked = product.post(f"/experiments/{old.shown['experiment']}/answers", {}, 200)
    assert (asked["state"], asked["id"] == old.shown["answers"]) == ("queued", False)


def test_messages_that_nobody_knows_block_no_worker(old: Old) -> None:
    with old.database() as database, database.write() as session:
        database.migrate()
        wanted = analyses.request(
            session,
            "accuracy_tests",
            old.shown["experiment"],
            {"reference": "bp", "accuracies": [["bp", 0, 0.5], ["usf_sn", 0, 0.25]]},
        ).id
    prepare_broker(old.settings)
    messages, _ = filesystem_broker.folders(old.settings)
    with celery_app(old.settings) as celery:
        for _ in range(3):
            celery.send_task("atlas.gone", args=["x"], queue=ANALYSIS_QUEUE)
        celery.send_task(ANALYSE_TASK, args=[], kwargs={"of": "another release"})
        celery.send_task(ANALYSE_TASK, args=["no such row"])
        celery.send_task(ANALYSE_TASK, args=[wanted])
    code = "from feedback_atlas.server.cli.main import main; main()"
    worker = subprocess.Popen(
        [sys.executable, "-P", "-c", code, "worker", "--queues", ANALYSIS_QUEUE,
         "--concurrency", "1"],
        env={**os.environ, "ATLAS_DATA_DIR": str(old.settings.data_path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def computed() -> bool:
        with old.database() as opened, opened.read() as session:
            return session.get_one(Analysis, wanted).state == "completed"

    try:
        wait_until(computed, 120, "the analysis behind those messages is not computed")
        wait_until(
            lambda: not list(messages.glob(f"*.{ANALYSIS_QUEUE}.msg")),
            120,
            "messages of 0.1.0 are left, whose names a rebooted machine's clock puts last",
        )
        assert worker.poll() is None
    finally:
        worker.terminate()
        worker.wait(60)
