"""Make `data_0_1_0.tar.xz`: a small data folder as 0.1.0 wrote it, and what its links showed.

    /path/of/0.1.0/.venv/bin/python tests/data_0_1_0/make.py /path/of/0.1.0

takes a checkout of 0.1.0 (commit 10dcd75) with what it needs installed, and changes nothing there.
The folder has an experiment of two rules and two seeds with its comparisons, answers and five
links, and another with a run that was killed within an epoch and one that waits. Files that
nothing reads any more are left out, so that it is small: states of completed runs, checkpoints
of epochs that no panel takes. `shown.json` has the tokens and what the links showed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

CHECKOUT = Path(sys.argv[1]).resolve()
sys.path[:0] = [str(CHECKOUT), str(Path(__file__).parent)]

import torch  # noqa: E402
from backend.artifacts import open_store  # noqa: E402
from backend.db.models import Analysis, Artifact, Run  # noqa: E402
from backend.db.session import Database  # noqa: E402
from backend.main import create_app  # noqa: E402
from backend.settings import Settings  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from links import shown as shown_by  # noqa: E402
from sqlalchemy import select  # noqa: E402
from worker.jobs.analysing import run_analysis  # noqa: E402
from worker.jobs.context import WorkerContext  # noqa: E402
from worker.jobs.observer import RunObserver  # noqa: E402
from worker.jobs.training import run_training  # noqa: E402

PASSPHRASE = "four words and more"
SPEC = {
    "dataset": "digits",
    "architecture": "lenet5",
    "rules": [{"rule": "bp"}, {"rule": "usf_sn"}],
    "seeds": [0, 1],
    "epochs": 1,
    "batch_size": 256,
    "image_size": 16,
    "probe_size": 10,
    "track_every": 2,
    "track_global_every": 2,
}
HALTED = {
    **SPEC, "name": "Halted", "rules": [{"rule": "usf_sn"}], "seeds": [7, 8], "epochs": 2,
}  # fmt: skip
KILLED_AT = 8  # of 10 steps, 5 an epoch


class Killed(BaseException):
    """Ends a worker as SIGKILL does: nothing is written any more."""


class Product:
    """0.1.0 without processes: HTTP on one side, jobs run when asked for."""

    def __init__(self, client: TestClient, settings: Settings) -> None:
        database = Database(settings.resolved_database_url)
        self.client = client
        self.worker = WorkerContext(settings, database, open_store(settings))

    def shown(self, link: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Return all that a link shows."""

        def get(path: str) -> Any:
            headers = {} if key is None else {"Atlas-Link-Key": key}
            answer = self.client.get(path, headers=headers)
            assert answer.status_code == 200, (path, answer.text)
            return answer

        return shown_by(get, str(link["token"]))

    def post(self, path: str, body: Any) -> Any:
        answer = self.client.post(f"/api{path}", json=body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    def train(self, experiment: dict[str, Any]) -> None:
        for run in experiment["runs"]:
            run_training(self.worker, run["id"], "train@0.1.0")

    def compute(self, *kinds: str) -> None:
        waiting = select(Analysis.id).where(Analysis.state == "queued")
        if kinds:
            waiting = waiting.where(Analysis.kind.in_(kinds))
        with self.worker.database.read() as session:
            ids = list(session.scalars(waiting.order_by(Analysis.created_at)))
        for analysis_id in ids:
            run_analysis(self.worker, analysis_id, "analysis@0.1.0")
        with self.worker.database.read() as session:
            assert not session.scalars(
                select(Analysis.error).where(Analysis.error.is_not(None))
            ).all()

    def compare(self, experiment: dict[str, Any], **request: Any) -> str:
        return str(self.post(f"/experiments/{experiment['id']}/comparisons", request)["id"])

    def share(self, comparison_id: str, label: str, **terms: Any) -> dict[str, Any]:
        return dict(self.post(f"/comparisons/{comparison_id}/shares", {"label": label, **terms}))


def _kill_in_the_middle(product: Product, run_id: str) -> None:
    """Train a run until a step within its second epoch, and leave it as a killed worker does."""

    def progressed(self: RunObserver, step: int, epoch: int) -> None:
        plain(self, step, epoch)
        if step == KILLED_AT + 1:
            raise Killed

    def wanted(self: RunObserver) -> bool:
        return bool(self._step >= KILLED_AT - 1)

    plain = RunObserver.progressed
    asked = RunObserver.checkpoint_wanted
    RunObserver.progressed = progressed  # type: ignore[method-assign]
    RunObserver.checkpoint_wanted = wanted  # type: ignore[method-assign]
    try:
        run_training(product.worker, run_id, "train@0.1.0")
    except Killed:
        pass
    finally:
        RunObserver.progressed = plain  # type: ignore[method-assign]
        RunObserver.checkpoint_wanted = asked  # type: ignore[method-assign]


def make(folder: Path) -> dict[str, Any]:
    """Fill ``folder`` with data of 0.1.0; return what its links show."""
    settings = Settings(data_dir=folder, device="cpu", threads_per_run=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        product = Product(client, settings)
        experiment = product.post("/experiments", {"name": "Two rules on digits", **SPEC})
        product.train(experiment)
        whole = product.compare(experiment)
        other = product.compare(
            experiment, estimator="rsa_corr", distance="euclidean", map="trajectory",
            map_dimensions=3, map_seeds="all", epoch="last", matrices="beside",
        )  # fmt: skip
        # This link is made before the panels are computed.
        product.compute("similarity", "rdm")
        links = {"early": product.share(whole, "early")}
        answers = product.post(f"/experiments/{experiment['id']}/answers", {})["id"]
        product.compute()
        links["whole"] = product.share(whole, "whole", embeddable=True)
        links["locked"] = product.share(other, "locked", passphrase=PASSPHRASE)
        revoked = product.share(whole, "revoked")
        assert client.delete(f"/api/shares/{revoked['id']}").status_code == 204
        key = product.post(
            f"/shared/{links['locked']['token']}/access", {"passphrase": PASSPHRASE}
        )["key"]
        # And one to a comparison of which nothing else is left.
        gone = product.post(
            "/experiments",
            {"name": "Gone", **SPEC, "rules": [{"rule": "bp"}], "seeds": [3]},
        )
        product.train(gone)
        of_gone = product.compare(gone)
        product.compute()
        links["orphan"] = product.share(of_gone, "orphan")
        deleted = client.delete(f"/api/experiments/{gone['id']}?force=true")
        assert deleted.status_code == 204, deleted.text
        shown = {
            label: {
                "token": link["token"],
                "passphrase": PASSPHRASE if label == "locked" else None,
                "shows": product.shown(link, key if label == "locked" else None),
            }
            for label, link in links.items()
        }
        halted = product.post("/experiments", HALTED)
        _kill_in_the_middle(product, halted["runs"][0]["id"])
        product.worker.database.close()
    _left_out(folder, settings)
    return {
        "links": shown,
        "revoked": revoked["token"],
        "experiment": experiment["id"],
        "comparisons": {"whole": whole, "other": other},
        "answers": answers,
        "halted": {
            "experiment": halted["id"],
            "runs": [run["id"] for run in halted["runs"]],
            "killed_at": KILLED_AT,
        },
    }


def uninterrupted(folder: Path) -> list[dict[str, Any]]:
    """Train the runs of the experiment that was halted to their end; return them."""
    settings = Settings(data_dir=folder, device="cpu", threads_per_run=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        product = Product(client, settings)
        experiment = product.post("/experiments", HALTED)
        product.train(experiment)
        product.worker.database.close()
        answer = client.get(f"/api/experiments/{experiment['id']}").json()
    return list(answer["runs"])


def _left_out(folder: Path, settings: Settings) -> None:
    """Delete files that nothing reads any more."""
    database = Database(settings.resolved_database_url)
    with database.read() as session:
        rows = session.execute(select(Artifact, Run).join(Run, Run.id == Artifact.run_id)).all()
        for file, run in rows:
            if run.state == "completed":
                # Of networks themselves, exemplars take those of the first seed.
                needed = file.kind in ("activations", "probe") or (
                    file.kind == "weights" and run.seed == 0 < file.epoch
                )
            else:
                needed = file.epoch > 0 or file.kind in ("probe", "feedback")
            if not needed:
                (folder / "artifacts" / file.key).unlink()
    database.close()
    with closing(sqlite3.connect(folder / "atlas.db", isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _whole(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def main() -> None:
    """Write the archive beside this script."""
    torch.set_num_threads(1)
    root = Path(tempfile.mkdtemp(prefix="atlas-0.1.0-"))
    shown = make(root / "data")
    shown["halted"]["ends"] = uninterrupted(root / "other")
    (root / "shown.json").write_text(json.dumps(shown, sort_keys=True))
    with tarfile.open(Path(__file__).with_name("data_0_1_0.tar.xz"), "w:xz", preset=9) as archive:
        for name in ("data", "shown.json"):
            archive.add(root / name, name, filter=_whole)
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
