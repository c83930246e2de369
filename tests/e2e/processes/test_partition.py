"""Two workers on machines of their own, one of which is cut off from everything in mid-run.

The machines are network namespaces, joined by a bridge: PostgreSQL, Redis, S3 and the service
lie in one, each worker in another with a data folder of its own. Nothing leaves them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from feedback_atlas.server.db.models import Artifact, Event, Measurement, Run
from feedback_atlas.server.db.session import Database
from tests.conftest import ATLAS_COMMAND, missing, wait_until
from tests.postgresql import new_cluster
from tests.s3 import aws_variables

HUB = "10.77.0.1"
ADDRESSES = {"hub": HUB, "a": "10.77.0.2", "b": "10.77.0.3"}
BUCKET = "atlas"
_ASK = """
import json, os, sys, urllib.request
body = sys.argv[2].encode() if len(sys.argv) > 2 else None
headers = {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["TOKEN"]}
request = urllib.request.Request(sys.argv[1], body, headers)
sys.stdout.write(urllib.request.urlopen(request, timeout=10).read().decode())
"""
_MAKE_BUCKET = "import boto3, sys; boto3.client('s3').create_bucket(Bucket=sys.argv[1])"
_LIST_BUCKET = """
import boto3, json, sys
pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=sys.argv[1])
print(json.dumps([entry["Key"] for page in pages for entry in page.get("Contents", [])]))
"""
# What a worker is doing, asked of it through the broker; null where it does not answer.
_ACTIVE = """
import json, sys
from feedback_atlas.jobs.app import app
print(json.dumps(app.control.inspect(destination=[sys.argv[1]], timeout=3).active()))
"""
_ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.slow, pytest.mark.redis, pytest.mark.postgres]


def run(*command: str, **options: Any) -> str:
    """Run a command, which must succeed; return what it printed."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options)
    return done.stdout


@dataclass
class Lab:
    """Machines by name, what runs on them, and how to reach it."""

    root: Path
    environment: dict[str, str]
    database: Database
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def namespace(self, machine: str) -> str:
        return f"atlas{os.getpid()}{machine}"

    def on(self, machine: str, *command: str) -> list[str]:
        """Return a command as it is run on a machine."""
        return ["ip", "netns", "exec", self.namespace(machine), *command]

    def start(self, name: str, machine: str, *command: str) -> None:
        """Start a program on a machine, with a data folder of the machine's own."""
        with (self.root / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                self.on(machine, *command),
                env={**self.environment, "ATLAS_DATA_DIR": str(self.root / machine)},
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                cwd=_ROOT,
            )  # fmt: skip

    def stop(self, name: str) -> None:
        """Stop a program and all that it started."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def python(self, code: str, *arguments: str) -> str:
        """Run a Python program on the hub; return what it printed."""
        command = self.on("hub", sys.executable, "-c", code, *arguments)
        environment = {**self.environment, "ATLAS_DATA_DIR": str(self.root / "asking")}
        return run(*command, env=environment, cwd=_ROOT)

    def ask(self, path: str, body: Any = None) -> Any:
        """Return JSON of a GET, or of a POST where there is a body."""
        posted = [] if body is None else [json.dumps(body)]
        return json.loads(self.python(_ASK, f"http://{HUB}:8000/api{path}", *posted))

    def link(self, machine: str, state: str) -> None:
        """Plug a machine's cable in (``up``) or out (``down``), at the hub."""
        run("ip", "-n", self.namespace("hub"), "link", "set", f"to-{machine}", state)

    def bucket_keys(self) -> set[str]:
        return set(json.loads(self.python(_LIST_BUCKET, BUCKET)))

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in sorted(self.root.glob("*.log"))
        )


@contextmanager
def network(lab: Lab) -> Iterator[None]:
    """Make one namespace a machine, each with a cable to a bridge on the hub."""
    hub = lab.namespace("hub")
    try:
        for machine in ADDRESSES:
            run("ip", "netns", "add", lab.namespace(machine))
            run("ip", "-n", lab.namespace(machine), "link", "set", "lo", "up")
        run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", hub, "address", "add", f"{HUB}/24", "dev", "bridge")
        run("ip", "-n", hub, "link", "set", "bridge", "up")
        for machine in ("a", "b"):
            there = lab.namespace(machine)
            run("ip", "-n", hub, "link", "add", f"to-{machine}", "type", "veth",
                "peer", "name", "cable", "netns", there)  # fmt: skip
            run("ip", "-n", hub, "link", "set", f"to-{machine}", "master", "bridge", "up")
            run("ip", "-n", there, "address", "add", f"{ADDRESSES[machine]}/24", "dev", "cable")
            run("ip", "-n", there, "link", "set", "cable", "up")
        yield
    finally:
        for machine in ADDRESSES:
            subprocess.run(["ip", "netns", "delete", lab.namespace(machine)], check=False)


@contextmanager
def postgresql(lab: Lab, programs: Path) -> Iterator[None]:
    """Run PostgreSQL on the hub; the test reaches it by its socket, which is a file."""
    as_user = new_cluster(programs, lab.root / "sql")
    data = str(lab.root / "sql" / "data")
    with Path(data, "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.77.0.0/24 trust\n")
    server = subprocess.Popen(
        lab.on("hub", *as_user, str(programs / "postgres"), "-D", data, "-c", "fsync=off", "-c",
               f"listen_addresses={HUB}", "-c", f"unix_socket_directories={lab.root / 'sql'}"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp",
    )  # fmt: skip
    try:
        yield
    finally:
        run(*as_user, str(programs / "pg_ctl"), "-D", data, "stop", "-m", "immediate", cwd="/tmp")
        server.wait(30)


@pytest.fixture
def lab() -> Iterator[Lab]:
    """The service on the hub and two workers, all on their own machines."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        missing("`ip netns`, run as root,", "install Debian's iproute2 and be root")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or shutil.which("redis-server") is None:
        missing("PostgreSQL's server or redis-server", "install Debian's packages of these names")
    root = Path(tempfile.mkdtemp(prefix="atlas-lab-", dir="/tmp"))
    root.chmod(0o755)
    (root / "sql").mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ATLAS_")},
        **aws_variables(f"http://{HUB}:5000"),
        "ATLAS_DATABASE_URL": f"postgresql+psycopg://atlas@{HUB}:5432/postgres",
        "ATLAS_BROKER_URL": f"redis://{HUB}:6379/0",
        "ATLAS_ARTIFACTS_URL": f"s3://{BUCKET}/lab",
        "ATLAS_HOST": HUB,
        "ATLAS_DEVICE": "cpu",
        "ATLAS_THREADS_PER_RUN": "1",
        "ATLAS_LEASE_SECONDS": "6",
        "ATLAS_HEARTBEAT_SECONDS": "1",
        "ATLAS_REAP_SECONDS": "1",
    }
    database = Database(f"postgresql+psycopg://atlas@/postgres?host={root / 'sql'}")
    lab = Lab(root, environment, database)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root)
        stack.enter_context(network(lab))
        stack.enter_context(postgresql(lab, found[-1].parent))
        stack.callback(database.close)
        stack.callback(lambda: [lab.stop(name) for name in list(lab.processes)])
        lab.start("redis", "hub", "redis-server", "--bind", HUB, "--protected-mode", "no",
                  "--save", "", "--dir", str(root))  # fmt: skip
        lab.start("s3", "hub", sys.executable, "-m", "moto.server", "-H", HUB, "-p", "5000")
        wait_until(lambda: succeeds(lab, _MAKE_BUCKET, BUCKET), 60, "S3 is not responding")
        made = run(*lab.on("hub", *ATLAS_COMMAND, "token", "create", "lab", "--role", "owner"),
                   env={**environment, "ATLAS_DATA_DIR": str(root / "hub")}, cwd=_ROOT)  # fmt: skip
        environment["TOKEN"] = made.strip()
        lab.start("api", "hub", *ATLAS_COMMAND, "serve")
        address = f"http://{HUB}:8000/api/health"
        wait_until(lambda: succeeds(lab, _ASK, address), 60, "the service does not answer")
        for machine in ("a", "b"):
            lab.start(machine, machine, *ATLAS_COMMAND, "worker", "--queues", "train",
                      "--concurrency", "1", "--name", machine)  # fmt: skip
        wait_until(lambda: len(lab.ask("/system")["workers"]) == 2, 60, "no workers")
        yield lab


def succeeds(lab: Lab, code: str, *arguments: str) -> bool:
    command = lab.on("hub", sys.executable, "-c", code, *arguments)
    done = subprocess.run(command, env=lab.environment, capture_output=True, check=False)
    return done.returncode == 0


def launch(lab: Lab, epochs: int) -> str:
    """Launch a run; its id."""
    spec = {
        "name": "A test", "rules": [{"rule": "fa_toeplitz"}], "epochs": epochs,
        "batch_size": 256, "probe_size": 20, "track_every": 2,
    }  # fmt: skip
    run_id: str = lab.ask("/experiments", spec)["runs"][0]["id"]
    return run_id


def row_of(lab: Lab, run_id: str) -> Run:
    with lab.database.read() as session:
        return session.get_one(Run, run_id)


def all_of(lab: Lab, run_id: str) -> dict[str, Any]:
    """Return all that the database holds of a run."""
    with lab.database.read() as session:
        row = session.get_one(Run, run_id)
        files = session.scalars(select(Artifact).where(Artifact.run_id == run_id))
        measured = session.scalars(select(Measurement).where(Measurement.run_id == run_id))
        return {
            "row": {column.name: getattr(row, column.name) for column in Run.__table__.columns},
            "files": {(file.kind, file.epoch): (file.key, file.sha256) for file in files},
            "measured": {(value.kind, value.step): value.data for value in measured},
            "events": session.scalar(select(func.count()).where(Event.run_id == run_id)),
        }


def without_time(measured: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {
        place: {name: value for name, value in values.items() if name != "seconds"}
        for place, values in measured.items()
    }


@pytest.mark.parametrize("back", ["while the other trains", "when all is over"])
def test_a_worker_cut_off_in_mid_run_is_replaced_and_stops_by_itself(lab: Lab, back: str) -> None:
    epochs = 40
    run_id = launch(lab, epochs)

    def ended(which: str) -> bool:
        return row_of(lab, which).state in ("completed", "failed")

    wait_until(lambda: row_of(lab, run_id).epoch >= 2, 120, f"no training\n{lab.logs()}")
    first = row_of(lab, run_id)
    cut_off = str(first.worker).split("@")[0]
    other = {"a": "b", "b": "a"}[cut_off]
    lab.link(cut_off, "down")
    reached = row_of(lab, run_id).epoch
    assert reached < epochs, "the run was over before the cable was pulled"

    # The other machine goes on from the last checkpoint, and comes to the end.
    wait_until(lambda: row_of(lab, run_id).attempt == 2, 60, f"nobody took over\n{lab.logs()}")
    if back == "while the other trains":
        lab.link(cut_off, "up")
    wait_until(lambda: ended(run_id), 240, f"the run did not end\n{lab.logs()}")
    finished = all_of(lab, run_id)
    assert finished["row"]["state"] == "completed", finished["row"]["error"]
    assert finished["row"]["attempt"] == 2
    assert finished["row"]["worker"].split("@")[0] == other
    attempts = {epoch: key[-len("1.safetensors")] for (kind, epoch), (key, _)
                in finished["files"].items() if kind == "weights"}  # fmt: skip
    # Each epoch was stored once, by whoever trained it: no epoch before the cut was trained anew.
    assert set(attempts) == set(range(epochs + 1))
    assert {attempts[epoch] for epoch in range(reached + 1)} == {"1"}
    assert attempts[epochs] == "2"

    # Back on the network, the one that was cut off finds out, and leaves all as it is.
    lab.link(cut_off, "up")
    name = str(first.worker)

    def stopped() -> bool:
        return bool(json.loads(lab.python(_ACTIVE, name)) == {name: []})

    wait_until(stopped, 120, f"it has not come back, or not stopped\n{lab.logs()}")

    # It alone is left to train the same again, undisturbed: bit for bit the same.
    lab.stop(other)
    again = launch(lab, epochs)
    wait_until(lambda: ended(again), 240, f"it takes no work\n{lab.logs()}")
    undisturbed = all_of(lab, again)
    assert undisturbed["row"]["state"] == "completed", undisturbed["row"]["error"]
    assert undisturbed["row"]["attempt"] == 1
    assert all_of(lab, run_id) == finished
    keep = ("weights", "activations", "probe", "feedback")
    same = [
        {place: sha256 for place, (_, sha256) in state["files"].items() if place[0] in keep}
        for state in (finished, undisturbed)
    ]
    assert same[0] == same[1]
    assert without_time(finished["measured"]) == without_time(undisturbed["measured"])
    named = {key for state in (finished, undisturbed) for key, _ in state["files"].values()}
    assert lab.bucket_keys() == {f"lab/{key}" for key in named}
