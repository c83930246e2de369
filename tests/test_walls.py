"""The three import walls of the design."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCIENCE = ("learning", "models", "data", "training", "analysis")
SERVICE_PACKAGES = {"backend", "celery", "kombu", "sqlalchemy", "fastapi", "redis", "alembic"}


def imported(file: Path) -> set[str]:
    """Top-level and dotted names of every module that a file imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} uses a relative import"
            names.add(node.module or "")
    return names


def modules(folder: str) -> list[Path]:
    """Python files below a folder of the repository."""
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"there is no module in {folder}"
    return found


@pytest.mark.parametrize("file", modules("backend"), ids=lambda file: str(file.relative_to(ROOT)))
def test_backend_never_imports_torch_or_worker(file: Path) -> None:
    tops = {name.split(".")[0] for name in imported(file)}
    assert not tops & {"torch", "torchvision", "rsatoolbox", "worker"}


@pytest.mark.parametrize("part", SCIENCE)
def test_science_imports_no_service_code(part: str) -> None:
    for file in modules(f"worker/{part}"):
        names = imported(file)
        assert not {name.split(".")[0] for name in names} & SERVICE_PACKAGES, file
        assert not any(
            name.startswith(("worker.jobs", "worker.app", "worker.tasks")) for name in names
        ), file


def test_only_jobs_and_tasks_reach_the_backend() -> None:
    allowed = ("backend.services", "backend.db", "backend.artifacts", "backend.settings",
               "backend.schemas", "backend.figures.data", "backend.answers.data")  # fmt: skip
    for file in [*modules("worker/jobs"), ROOT / "worker/app.py", ROOT / "worker/tasks.py"]:
        for name in imported(file):
            assert not name.startswith("backend") or name.startswith(allowed), (file, name)


def test_starting_the_api_loads_no_torch() -> None:
    code = (
        "import sys, backend.main; backend.main.create_app();"
        "sys.exit(' '.join({'torch', 'rsatoolbox', 'sklearn', 'worker'} & set(sys.modules)) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_comparing_what_is_stored_loads_no_torch() -> None:
    # It takes seconds to load, which the first comparison of a new worker would wait for.
    code = (
        "import sys, worker.jobs.analysing, worker.jobs.layer_similarity, "
        "worker.jobs.dissimilarity, worker.jobs.statistics, worker.jobs.geometry_map;"
        "sys.exit(' '.join({'torch', 'rsatoolbox', 'sklearn'} & set(sys.modules)) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
