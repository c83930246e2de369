"""Every limit of the settings ends in a sentence and a 4xx, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from feedback_atlas.data import image_files
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.models import Analysis, Artifact
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs import dataset_facts
from tests.backend.specs.test_bad_input import image_tree, in_folder

SPEC = {"name": "A test", "rules": [{"rule": "bp"}], "epochs": 2, "probe_size": 20}


@contextmanager
def limited(settings: Settings, **limits: int) -> Iterator[TestClient]:
    with TestClient(create_app(settings.model_copy(update=limits))) as client:
        yield client


@pytest.mark.parametrize(
    ("limits", "changes", "status", "words"),
    [
        ({"max_epochs": 10}, {"epochs": 11}, 422, "11 is out of range for epochs; use 1 to 10"),
        ({"max_runs": 3}, {"seeds": [0, 1, 2, 3]}, 422, "at most 3"),
        (
            {"max_probe_size": 50},
            {"probe_size": 51},
            422,
            "51 is out of range for probe images; use 4 to 50",
        ),
        ({"max_body_bytes": 1000}, {"name": "x" * 2000}, 413, "too large"),
        ({"max_stored_bytes": 1_000_000}, {}, 409, "0.00 GB allowed"),
        ({"max_feedback_bytes": 1000}, {"rules": [{"rule": "fa_dense"}]}, 422, "feedback"),
    ],
    ids=["epochs", "runs", "probe", "body", "disk", "feedback"],
)
def test_what_is_too_much_is_refused(
    settings: Settings, limits: dict[str, int], changes: dict[str, Any], status: int, words: str
) -> None:
    with limited(settings, **limits) as client:
        answer = client.post("/api/experiments", json={**SPEC, **changes})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert words in answer.json()["detail"]
        assert client.get("/api/experiments").json()["total"] == 0


def test_a_body_of_unknown_length_is_read_no_further(settings: Settings) -> None:
    sent = []

    def pieces() -> Iterator[bytes]:
        for _ in range(1000):
            sent.append(1)
            yield b" " * 1000

    with limited(settings, max_body_bytes=5000) as client:
        answer = client.post("/api/experiments", content=pieces())
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert "too large" in answer.json()["detail"]


def test_what_runs_have_stored_counts(settings: Settings) -> None:
    with limited(settings, max_stored_bytes=10**10) as client:
        created = client.post("/api/experiments", json=SPEC)
        assert created.status_code == 201
        run = created.json()["runs"][0]["id"]
        with part_of(client.app, Database).write() as session:  # type: ignore[attr-defined]
            session.add(
                Artifact(run_id=run, kind="weights", epoch=1, key="k", sha256="0", size=10**10)
            )
        refused = client.post("/api/experiments", json=SPEC)
        assert refused.status_code == 409
        assert "10.00 GB of the 10.00 GB" in refused.json()["detail"]


def test_analyses_in_flight_are_bounded(settings: Settings) -> None:
    with limited(settings, max_analyses=10) as client:
        database = part_of(client.app, Database)  # type: ignore[attr-defined]
        experiment = client.post("/api/experiments", json=SPEC).json()
        now = datetime.now(UTC)
        with database.write() as session:
            from feedback_atlas.server.db.models import Run

            run = session.get_one(Run, experiment["runs"][0]["id"])
            run.state, run.best_epoch, run.epoch = "completed", 1, 2
            for kind in ("weights", "activations"):
                for epoch in (0, 1, 2):
                    session.add(
                        Artifact(
                            run_id=run.id, kind=kind, epoch=epoch, key=f"{kind}{epoch}",
                            sha256="0" * 64, size=1,
                        )
                    )  # fmt: skip
            session.add(
                Artifact(run_id=run.id, kind="probe", epoch=0, key="p", sha256="1" * 64, size=1)
            )
            for number in range(10):
                session.add(
                    Analysis(
                        id=f"{number:064}", kind="rdm", experiment_id=experiment["id"], inputs={},
                        state="queued", created_at=now,
                    )
                )  # fmt: skip
        path = f"/api/experiments/{experiment['id']}/comparisons"
        refused = client.post(path, json={})
        assert refused.status_code == 429, refused.text
        assert refused.headers["retry-after"] == "10"
        assert "At most 10 analyses" in refused.json()["detail"]
        with database.write() as session:
            assert session.query(Analysis).count() == 10
            session.query(Analysis).update({"state": "completed"})
        assert client.post(path, json={}).status_code == 200


def _bomb(path: Path) -> None:
    """Write a file of some kilobytes that decodes to 120 million pixels."""
    Image.new("1", (12_000, 10_000)).save(path)
    assert path.stat().st_size < 50_000


def _large(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(dataset_facts.MAX_IMAGE_BYTES))


def _postscript(path: Path) -> None:
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 40\n%%EndComments\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_bomb, "pixels; at most 50,000,000 pixels"),
        (_large, "bytes; at most 50,000,000 pixels"),
        (_postscript, "not a readable image"),
    ],
    ids=["bomb", "bytes", "postscript"],
)
def test_an_image_that_would_fill_the_memory_is_refused(
    client: TestClient, settings: Settings, spoil: Callable[[Path], None], words: str
) -> None:
    root = image_tree(settings.folder_roots[0] / "set")
    spoil(root / "train" / "class0" / "0.png")
    answer = client.post("/api/experiments/estimate", json=in_folder(root))
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["detail"]
    assert "'0.png' in 'class0'" in answer.json()["detail"]


def test_both_sides_have_the_same_limits() -> None:
    assert dataset_facts.MAX_IMAGE_PIXELS == image_files.MAX_IMAGE_PIXELS
    assert dataset_facts.MAX_IMAGE_BYTES == image_files.MAX_IMAGE_BYTES
    assert dataset_facts.FORMATS == image_files.FORMATS


@pytest.mark.parametrize("what", ["split", "class", "image"])
def test_no_link_leads_out_of_the_allowed_folders(
    client: TestClient, settings: Settings, tmp_path: Path, what: str
) -> None:
    root = image_tree(settings.folder_roots[0] / "set")
    outside = image_tree(tmp_path / "outside")
    inside = {"split": "train", "class": "train/class1", "image": "train/class1/1.png"}[what]
    (root / inside).rename(tmp_path / "aside")
    (root / inside).symlink_to(outside / inside)
    answer = client.post("/api/experiments/estimate", json=in_folder(root))
    assert answer.status_code == 422, answer.text
    assert "is a link to outside the allowed folders" in answer.json()["detail"]
    # Within what is allowed, links are of use: one set can show a part of another.
    (root / inside).unlink()
    other = image_tree(settings.folder_roots[0] / "other")
    (root / inside).symlink_to(other / inside)
    assert client.post("/api/experiments/estimate", json=in_folder(root)).status_code == 200
