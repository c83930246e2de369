"""Wake-up messages, and what becomes of work whose message is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from feedback_atlas.server.db.models import Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.queue.dispatcher import TRAIN_QUEUE, Dispatcher, celery_app
from feedback_atlas.server.reaper import Reaper
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs import presets
from tests.conftest import free_port


def queued_ids(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Run.id).order_by(Run.position)))


def read_messages(settings: Settings) -> list[str]:
    """Return ids of the rows that messages in the train queue wake, oldest first."""
    with celery_app(settings).connection_for_read() as connection:
        queue = connection.SimpleQueue(TRAIN_QUEUE)
        ids: list[str] = []
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return ids
            message.ack()
            ids.append(json.loads(message.body)[0][0])


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def broker_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for each broker that is supported."""
    url = "" if request.param == "filesystem" else request.getfixturevalue("redis_url")
    return Settings(data_dir=tmp_path / "data", broker_url=url, republish_seconds=60)


@pytest.fixture
def embedded(broker_settings: Settings) -> Database:
    database = Database(broker_settings.resolved_database_url)
    database.migrate()
    with database.write() as session:
        experiments.create(session, presets.default_spec())
    return database


def test_each_queued_run_gets_one_message(embedded: Database, broker_settings: Settings) -> None:
    dispatcher = Dispatcher(embedded, broker_settings)
    assert dispatcher.publish_waiting() == 5
    assert dispatcher.publish_waiting() == 0
    # The file-system broker keeps no order within a millisecond; nothing depends on it.
    assert sorted(read_messages(broker_settings)) == sorted(queued_ids(embedded))


def test_a_lost_message_is_sent_again(embedded: Database, broker_settings: Settings) -> None:
    dispatcher = Dispatcher(embedded, broker_settings)
    dispatcher.publish_waiting()
    assert len(read_messages(broker_settings)) == 5
    first = queued_ids(embedded)[0]
    with embedded.write() as session:
        session.execute(
            update(Run)
            .where(Run.id == first)
            .values(published_at=datetime.now(UTC) - timedelta(seconds=61))
        )
    Reaper(embedded, dispatcher, broker_settings).look()
    assert read_messages(broker_settings) == [first]


def test_a_run_taken_back_from_a_lost_worker_is_published(
    embedded: Database, broker_settings: Settings
) -> None:
    dispatcher = Dispatcher(embedded, broker_settings)
    dispatcher.publish_waiting()
    first, *others = queued_ids(embedded)
    with embedded.write() as session:
        assert runs.claim(session, first, "w")
        session.execute(
            update(Run)
            .where(Run.id == first)
            .values(heartbeat_at=datetime.now(UTC) - timedelta(seconds=31))
        )
    read_messages(broker_settings)
    Reaper(embedded, dispatcher, broker_settings).look()
    assert read_messages(broker_settings) == [first]
    assert others


def test_work_waits_while_the_broker_is_down(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", broker_url=f"redis://127.0.0.1:{free_port()}/0")
    database = Database(settings.resolved_database_url)
    database.migrate()
    with database.write() as session:
        experiments.create(session, presets.default_spec())
    assert Dispatcher(database, settings).publish_waiting() == 0
    with database.read() as session:
        rows = session.scalars(select(Run)).all()
    assert {(row.state, row.published_at) for row in rows} == {("queued", None)}
    back = Settings(data_dir=tmp_path / "data")
    assert Dispatcher(database, back).publish_waiting() == 5
