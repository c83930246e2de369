"""Messages that another release left in the broker block no worker."""

from __future__ import annotations

import os
import subprocess

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.queue import filesystem_broker
from feedback_atlas.server.queue.dispatcher import (
    ANALYSE_TASK,
    ANALYSIS_QUEUE,
    celery_app,
    prepare_broker,
)
from tests.conftest import ATLAS_COMMAND, wait_until
from tests.integration.release_0_1_0.conftest import Old


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
    worker = subprocess.Popen(
        [*ATLAS_COMMAND, "worker", "--queues", ANALYSIS_QUEUE, "--concurrency", "1"],
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
