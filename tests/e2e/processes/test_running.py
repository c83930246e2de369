"""`atlas up` for real: processes, brokers, databases, signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import ATLAS_COMMAND, wait_until
from tests.e2e.conftest import RunningAtlas, wait_for_comparison, wait_for_runs

Start = Callable[..., RunningAtlas]

# A name of the standard library, of others' packages that are loaded early and late, ours, and
# what Python and Celery look for by themselves.
MODULES = (
    "secrets", "numpy", "torch", "celery", "celeryconfig", "uvicorn", "sqlalchemy", "sklearn",
    "sitecustomize", "usercustomize", "backend", "worker", "feedback_atlas/jobs/app",
    "feedback_atlas/jobs/tasks", "feedback_atlas/server/main", "feedback_atlas/learning/__init__",
)  # fmt: skip

SMALL = {
    "name": "A test",
    "rules": [{"rule": "bp"}, {"rule": "usf_sn"}],
    "epochs": 1,
    "probe_size": 20,
}


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("redis and postgresql", marks=[pytest.mark.redis, pytest.mark.postgres]),
    ]
)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """The same product on its defaults, and with two URLs changed."""
    if request.param == "embedded":
        return {}
    return {
        "ATLAS_BROKER_URL": request.getfixturevalue("redis_url"),
        "ATLAS_DATABASE_URL": request.getfixturevalue("postgres_url")(f"t{os.urandom(6).hex()}"),
    }


def follow(atlas: RunningAtlas, seen: list[tuple[int, dict[str, Any]]]) -> None:
    """Read the event stream until both runs have completed."""
    with urllib.request.urlopen(f"{atlas.address}/api/events?after=0", timeout=120) as stream:
        done: set[str] = set()
        fields: dict[str, str] = {}
        for line in stream:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field:
                fields[field] = value
            elif "data" in fields:
                event = json.loads(fields["data"])
                seen.append((int(fields["id"]), event))
                fields = {}
                if event["type"] == "run" and event["data"]["state"] == "completed":
                    done.add(event["run_id"])
                if len(done) == 2:
                    return


@pytest.fixture
def current_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds modules of its own, none of which is ever imported."""
    here, imported = tmp_path / "here", tmp_path / "imported"
    for name in MODULES:
        file = here / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(imported)!r}, 'a').write({name!r} + chr(10))\n")
    yield here
    assert not imported.exists(), imported.read_text()


def test_an_experiment_from_launch_to_comparison(
    current_folder: Path, start_atlas: Start, environment: dict[str, str]
) -> None:
    atlas = start_atlas(folder=current_folder, **environment)
    seen: list[tuple[int, dict[str, Any]]] = []
    listener = threading.Thread(target=follow, args=(atlas, seen), daemon=True)
    listener.start()
    launched = atlas.post("/experiments", SMALL)
    experiment = wait_for_runs(atlas, launched["id"], 120)
    assert [run["state"] for run in experiment["runs"]] == ["completed"] * 2, atlas.logs()
    listener.join(15)
    assert not listener.is_alive(), "the stream did not tell that the runs completed"
    ids = [event_id for event_id, _ in seen]
    assert ids == sorted(set(ids))
    assert [event["id"] for event in atlas.get("/events/list")["items"]][: len(ids)] == ids
    steps = [event["data"]["step"] for _, event in seen if event["type"] == "run"]
    assert max(steps) == 10
    comparison = wait_for_comparison(atlas, launched["id"], 60)
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/layer-similarity")
    assert figure["table"]["rows"]
    system = atlas.get("/system")
    assert system["database"] == ("postgresql" if environment else "sqlite")
    assert system["broker"] == ("redis" if environment else "filesystem")
    assert sorted(worker["queues"] for worker in system["workers"]) == [["analysis"], ["train"]]


@pytest.mark.slow
def test_ctrl_c_stops_everything_and_the_next_start_goes_on(start_atlas: Start) -> None:
    atlas = start_atlas()
    launched = atlas.post("/experiments", {**SMALL, "epochs": 4})

    def under_way() -> bool:
        runs = atlas.get(f"/experiments/{launched['id']}")["runs"]
        return all(run["epoch"] >= 1 for run in runs)

    wait_until(under_way, 90, f"training did not start\n{atlas.logs()}")
    family = atlas.family()
    assert len(family) >= 6, "the API, two workers and their processes"
    assert atlas.stop(signal.SIGINT) == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    again = start_atlas()
    before = again.get(f"/experiments/{launched['id']}")
    assert {run["state"] for run in before["runs"]} <= {"queued", "running"}
    ended = wait_for_runs(again, launched["id"], 120)
    for run in ended["runs"]:
        assert (run["state"], run["attempt"], run["epoch"]) == ("completed", 2, 4)


@pytest.mark.slow
def test_a_killed_training_process_does_not_lose_its_run(start_atlas: Start) -> None:
    atlas = start_atlas(ATLAS_LEASE_SECONDS="6", ATLAS_HEARTBEAT_SECONDS="1")
    launched = atlas.post("/experiments", {**SMALL, "rules": [{"rule": "bp"}], "epochs": 5})

    def under_way() -> bool:
        return bool(atlas.get(f"/experiments/{launched['id']}")["runs"][0]["epoch"] >= 1)

    wait_until(under_way, 90, f"training did not start\n{atlas.logs()}")
    busiest = max(atlas.family(), key=lambda process: process.memory_info().rss)
    busiest.kill()
    run = wait_for_runs(atlas, launched["id"], 120)["runs"][0]
    assert (run["state"], run["attempt"]) == ("completed", 2), atlas.logs()


def test_a_port_in_use_is_said_to_be_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        started = subprocess.run(
            [*ATLAS_COMMAND, "up"],
            env={**os.environ, "ATLAS_PORT": port, "ATLAS_DATA_DIR": str(tmp_path / "data")},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert started.returncode == 1
    assert f"Port {port}" in started.stderr
    assert "ATLAS_PORT" in started.stderr
