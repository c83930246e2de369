"""A service and a worker on one data folder, in one process."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.artifacts import open_store
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.kept import copy_kept

# Figures of a comparison of `trained_folder` that need none of the slower analyses.
FIGURES = (
    "accuracy", "layer-similarity", "similarity-profile", "rdms", "local-angle", "global-angle",
    "update-angle", "sign-concordance", "validation-accuracy", "loss",
)  # fmt: skip


@dataclass
class Atlas:
    """The product without processes: HTTP on one side, jobs run when a test says so."""

    client: TestClient
    worker: WorkerContext

    def launch(self, **changes: Any) -> dict[str, Any]:
        """Launch an experiment of small runs; its JSON."""
        spec = {
            "name": "A test",
            "rules": [{"rule": "bp"}],
            "epochs": 1,
            "probe_size": 20,
            "batch_size": 256,
            "track_every": 2,
            **changes,
        }
        return self.post("/experiments", spec, 201)

    def train(self, experiment: dict[str, Any]) -> dict[str, Any]:
        """Train every run of an experiment, one after another; its JSON afterwards."""
        for run in experiment["runs"]:
            run_training(self.worker, run["id"], "test")
        return self.get(f"/experiments/{experiment['id']}")

    def compare(
        self, experiment: dict[str, Any], panels: tuple[str, ...] = (), **request: Any
    ) -> dict[str, Any]:
        """Ask for a comparison and compute it, with these of its slower panels; its JSON."""
        path = f"/experiments/{experiment['id']}/comparisons"
        asked = self.post(path, request, 200)
        for analysis_id in self.queued_analyses("similarity", "rdm", *panels):
            run_analysis(self.worker, analysis_id, "test")
        return self.get(f"/comparisons/{asked['id']}")

    def queued_analyses(self, *kinds: str) -> list[str]:
        """Return ids of the analyses of these kinds that wait."""
        waiting = select(Analysis.id).where(Analysis.state == "queued", Analysis.kind.in_(kinds))
        with self.worker.database.read() as session:
            return list(session.scalars(waiting))

    def get(self, path: str, status: int = 200) -> Any:
        """Return JSON of a GET that must answer ``status``."""
        answer = self.client.get(f"/api{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any, status: int) -> Any:
        """Return JSON of a POST that must answer ``status``."""
        answer = self.client.post(f"/api{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def rows(self, path: str, named: str = "") -> list[dict[str, str]]:
        """Return rows of a CSV table, downloaded as a file whose name begins with ``named``."""
        answer = self.client.get(f"/api{path}")
        assert answer.status_code == 200, answer.text
        start = f'attachment; filename="{named}'
        assert answer.headers["content-disposition"].startswith(start)
        return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which three rules and two seeds were trained for an epoch each."""
    folder = tmp_path_factory.mktemp("trained") / "data"
    copy_kept("integration", _train_three_rules, folder)
    return folder


def _train_three_rules(folder: Path) -> None:
    with running(Settings(data_dir=folder, device="cpu")) as product:
        rules = [{"rule": rule} for rule in ("bp", "fa_toeplitz", "usf_sn")]
        product.train(product.launch(rules=rules, seeds=[0, 5]))


@contextmanager
def running(settings: Settings) -> Iterator[Atlas]:
    """Run the product on the data folder of these settings."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        product = _atlas(client, settings)
        yield product
        product.worker.database.close()


@pytest.fixture
def atlas(client: TestClient, settings: Settings) -> Iterator[Atlas]:
    """The product on an empty data folder."""
    product = _atlas(client, settings)
    yield product
    product.worker.database.close()


@pytest.fixture
def trained_atlas(trained_folder: Path, settings: Settings) -> Iterator[Atlas]:
    """The product on a copy of `trained_folder`."""
    shutil.copytree(trained_folder, settings.data_path)
    with running(settings) as product:
        yield product


@pytest.fixture
def trained(trained_atlas: Atlas) -> dict[str, Any]:
    """The one experiment of `trained_folder`."""
    items = trained_atlas.get("/experiments")["items"]
    experiment: dict[str, Any] = trained_atlas.get(f"/experiments/{items[0]['id']}")
    return experiment


def _atlas(client: TestClient, settings: Settings) -> Atlas:
    database = Database(settings.resolved_database_url)
    store = open_store(settings)
    return Atlas(client, WorkerContext(settings, database, store))
