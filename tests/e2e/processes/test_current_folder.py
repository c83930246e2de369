"""`atlas up` in a folder that holds modules of its own: they are never imported."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import running_atlas, wait_for_comparison, wait_for_runs
from tests.e2e.processes.test_running import SMALL

# A name of the standard library, of others' packages that are loaded early and late, ours, and
# what Python and Celery look for by themselves.
MODULES = (
    "secrets", "numpy", "torch", "celery", "celeryconfig", "uvicorn", "sqlalchemy", "sklearn",
    "sitecustomize", "usercustomize", "backend", "worker", "feedback_atlas/jobs/app",
    "feedback_atlas/jobs/tasks", "feedback_atlas/server/main", "feedback_atlas/learning/__init__",
)  # fmt: skip


def test_nothing_is_imported_from_the_current_folder(tmp_path: Path) -> None:
    here = tmp_path / "here"
    for name in MODULES:
        file = here / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write({name!r} + chr(10))\n")
    with running_atlas(tmp_path / "data", here) as atlas:
        launched = atlas.post("/experiments", SMALL)
        experiment = wait_for_runs(atlas, launched["id"], 120)
        assert [run["state"] for run in experiment["runs"]] == ["completed"] * 2, atlas.logs()
        wait_for_comparison(atlas, launched["id"], 60)
    imported = tmp_path / "imported"
    assert not imported.exists(), imported.read_text()
