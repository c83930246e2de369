"""The System page's numbers: workers, what they do, what waits, disk and versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server import __version__
from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.workers import Described
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs import presets
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from feedback_atlas.server.system.disk import StoredBytes
from feedback_atlas.server.system.versions import Versions

GPU = Described("train", "NVIDIA H100", 80_000_000_000, 1, "3.12.1", "2.9.0", "0.9.0")
CPU = Described("analysis,train", "AMD EPYC, 8 cores", 32_000_000_000, 4, "3.12.1", "2.9")


def database_of(client: TestClient) -> Database:
    database: Database = part_of(client.app, Database)  # type: ignore[attr-defined]
    return database


def system(client: TestClient) -> Any:
    answer = client.get("/api/system")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_worker_says_what_it_is_and_what_it_does(client: TestClient) -> None:
    database = database_of(client)
    spec = ExperimentSpec(
        name="Two rules", rules=[RuleSpec(rule="bp"), RuleSpec(rule="usf_sn")], seeds=[0, 7]
    )
    with database.write() as session:
        workers.beat(session, "train@gpu", GPU)
        workers.beat(session, "both@host", CPU)
        created = experiments.create(session, spec)
        experiment, ids = created.id, [run.id for run in created.runs]
        computed = analyses.request(session, "rdm", experiment, {"runs": []}).id
        analyses.request(session, "similarity", experiment, {"pairs": []})
        assert runs.claim(session, ids[3], "train@gpu")
        assert analyses.claim(session, computed, "both@host")
    shown = system(client)
    by_name = {worker["name"]: worker for worker in shown["workers"]}
    assert list(by_name) == ["both@host", "train@gpu"]
    gpu, cpu = by_name["train@gpu"], by_name["both@host"]
    assert (gpu["device"], gpu["memory_bytes"], gpu["concurrency"]) == (
        "NVIDIA H100", 80_000_000_000, 1,
    )  # fmt: skip
    assert (gpu["version"], gpu["python_version"], gpu["torch_version"]) == (
        "0.9.0", "3.12.1", "2.9.0",
    )  # fmt: skip
    assert cpu["queues"] == ["analysis", "train"]
    (run,) = gpu["jobs"]
    assert (run["kind"], run["id"], run["what"]) == ("run", ids[3], "uSF SN, seed 7")
    assert (run["experiment_id"], run["experiment_name"]) == (experiment, "Two rules")
    assert run["since"] == client.get(f"/api/runs/{ids[3]}").json()["started_at"]
    (analysis,) = cpu["jobs"]
    assert (analysis["kind"], analysis["id"], analysis["what"]) == (
        "analysis",
        computed,
        "Analysis: RDMs",
    )
    assert analysis["since"] is not None
    assert (shown["queued_runs"], shown["running_runs"]) == (3, 1)
    assert (shown["queued_analyses"], shown["running_analyses"]) == (1, 1)


def test_versions_are_those_that_run(client: TestClient) -> None:
    found = {part["name"]: part["version"] for part in system(client)["versions"]}
    assert system(client)["version"] == __version__
    assert found["Python"] == platform.python_version()
    assert found["PyTorch"] == version("torch")
    assert found["SQLite"].startswith("3.")
    assert "Redis" not in found


@pytest.mark.postgres
def test_the_version_of_postgresql_is_asked_for(postgres_url: Any) -> None:
    database = Database(postgres_url("versions"))
    found = Versions(database, Settings()).read()
    assert found["PostgreSQL"].split(".")[0].isdigit()
    database.close()


@pytest.mark.redis
def test_the_version_of_redis_is_asked_for_until_it_answers(redis_url: str, tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    found = Versions(database, Settings(broker_url=redis_url)).read()
    assert found["Redis"].split(".")[0].isdigit()
    silent = Versions(database, Settings(broker_url="redis://127.0.0.1:1/0"))
    assert silent.read()["Redis"] == "does not answer"
    database.close()


def test_bytes_of_artifacts_are_summed_once_a_minute(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("feedback_atlas.server.system.disk.time.monotonic", lambda: now[0])
    stored = StoredBytes(database)
    assert stored.read() == 0
    with database.write() as session:
        created = experiments.create(session, presets.default_spec())
        fence = runs.claim(session, created.runs[0].id, "w")
        assert fence is not None
        files = [("weights", epoch, Stored(f"k{epoch}", "0" * 64, 100)) for epoch in (1, 2)]
        runs.report(session, fence, {}, artifacts=files)
    assert stored.read() == 0
    now[0] += 61
    assert stored.read() == 200
