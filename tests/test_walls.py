"""The import walls of the house: who may import whom (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER = "feedback_atlas.server"
# A domain imports only those before it.
ORDER = [
    "settings", "core", "db", "artifacts", "results", "catalog", "figures", "api", "events",
    "access", "queue", "specs", "runs", "experiments", "analyses", "comparisons", "sharing",
    "papers", "answers", "reports", "system", "reaper", "main", "cli",
]  # fmt: skip
SCIENCE = ("learning", "models", "data", "training", "analysis")
# What jobs, where service and science meet, may import of the service.
OPEN_TO_JOBS = (
    "results", "artifacts", "db", "settings", "core", "queue", "runs", "analyses", "specs.schemas",
)  # fmt: skip
SERVICE_PACKAGES = {"celery", "kombu", "sqlalchemy", "fastapi", "redis", "alembic"}
# What speaks HTTP: it composes domains, and `main` alone imports it.
MOST_MODULES = 20
MOST_LINES = 350


@cache
def imports() -> dict[Path, frozenset[str]]:
    """Return the dotted names that every module of the product imports, wherever it does."""
    found = {}
    for folder in ("backend", "worker"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            names: set[str] = set()
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    names.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    assert node.level == 0, f"{file} uses a relative import"
                    names.add(node.module or "")
                    names.update(f"{node.module}.{alias.name}" for alias in node.names)
            found[file] = frozenset(names)
    assert len(found) > 300
    return found


def package(file: Path) -> str:
    """Return the dotted name of a module of the product."""
    parts = file.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_door(name: str) -> bool:
    """Return True for a module that speaks HTTP: routes, their guards, their dependencies."""
    last = name.rsplit(".", 1)[-1]
    return last.endswith("routes") or last in ("guards", "deps", "link_access")


def domain(name: str) -> str:
    """Return the domain of a module of the service."""
    return name.removeprefix(f"{SERVER}.").split(".")[0]


def test_a_domain_imports_only_those_before_it() -> None:
    wrong = []
    for file, names in imports().items():
        own = package(file)
        if not own.startswith(f"{SERVER}.") or own.rsplit(".", 1)[-1].endswith("routes"):
            continue
        for name in names:
            if not name.startswith(f"{SERVER}."):
                continue
            other = domain(name)
            if other not in ORDER:  # a name of the package itself, such as __version__
                continue
            if ORDER.index(other) > ORDER.index(domain(own)):
                wrong.append(f"{own} -> {name}")
            if name.split(".")[-1].endswith("routes") and domain(own) != "main":
                wrong.append(f"{own} -> {name} (routes)")
            if other == "api" and domain(own) not in ("api", "main") and not is_door(own):
                wrong.append(f"{own} -> {name} (api)")
    assert not wrong, "\n".join(sorted(wrong))


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Count imports for types alone too, as `imports` finds them."""
    modules = {package(file): names for file, names in imports().items()}

    def takes_from(module: str, names: frozenset[str]) -> bool:
        """Return True where more than submodules of a module is imported."""
        parts = {name for name in names if name.rpartition(".")[0] == module}
        return not parts or not parts <= set(modules)

    graph = {
        module: {name for name in names & set(modules) if takes_from(name, names)} - {module}
        for module, names in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_every_domain_has_its_place_in_the_order() -> None:
    folder = ROOT / "backend/feedback_atlas/server"
    names = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names - {"__init__", "__pycache__", "page"} == set(ORDER)


def test_the_service_imports_neither_torch_nor_the_worker() -> None:
    science = tuple(f"feedback_atlas.{part}" for part in (*SCIENCE, "jobs"))
    for file, names in imports().items():
        if package(file).startswith(SERVER):
            assert not {name.split(".")[0] for name in names} & {
                "torch",
                "torchvision",
                "rsatoolbox",
            }
            assert not [name for name in names if name.startswith(science)], file


def test_the_science_imports_no_service_code() -> None:
    for file, names in imports().items():
        if package(file).split(".")[1] in SCIENCE:
            assert not {name.split(".")[0] for name in names} & SERVICE_PACKAGES, file
            closed = (SERVER, "feedback_atlas.jobs", "feedback_atlas.client")
            assert not [name for name in names if name.startswith(closed)], file


def test_jobs_see_the_contract_and_no_more_of_the_service() -> None:
    wrong = []
    for file, names in imports().items():
        if package(file).startswith("feedback_atlas.jobs"):
            for name in names:
                inner = name.removeprefix(f"{SERVER}.")
                if (
                    inner != name
                    and inner != "__version__"
                    and not f"{inner}.".startswith(tuple(f"{one}." for one in OPEN_TO_JOBS))
                    and not any(one.startswith(f"{inner}.") for one in OPEN_TO_JOBS)
                ):
                    wrong.append(f"{package(file)} -> {name}")
    assert not wrong, "\n".join(sorted(wrong))


def test_no_folder_is_crowded_and_no_module_is_long() -> None:
    files = [file for file in imports() if "migrations" not in file.parts]
    folders = Counter(file.parent for file in files if file.name != "__init__.py")
    assert not {str(folder): n for folder, n in folders.items() if n > MOST_MODULES}
    lines = {str(file): len(file.read_text().splitlines()) for file in files}
    assert not {file: n for file, n in lines.items() if n > MOST_LINES}


def test_every_package_says_that_it_is_typed() -> None:
    for packages in ("backend/feedback_atlas", "worker/feedback_atlas"):
        folder = ROOT / packages
        assert not (folder / "__init__.py").exists(), "the namespace belongs to nobody"
        for inner in folder.iterdir():
            if (inner / "__init__.py").exists():
                assert (inner / "py.typed").exists(), inner


def test_a_name_is_not_a_module_and_a_function_at_once() -> None:
    for file in imports():
        if file.name == "__init__.py":
            defined = {
                alias.asname or alias.name
                for node in ast.parse(file.read_text()).body
                if isinstance(node, ast.ImportFrom) and node.module != package(file)
                for alias in node.names
            }
            inner = {path.stem for path in file.parent.iterdir()}
            assert not defined & inner, (file, defined & inner)


def test_every_component_of_a_panel_is_named_after_one() -> None:
    from feedback_atlas.server.comparisons.panels import PANELS

    files = (ROOT / "frontend/src/features/compare/panels").glob("*Panel.tsx")
    names = [re.sub(r"(?<!^)(?=[A-Z])", "-", file.stem.removesuffix("Panel")) for file in files]
    own = {name.lower() for name in names} - {"figure"}  # which draws all others
    assert own <= set(PANELS)
    assert len(own) > 5


def test_starting_the_api_loads_no_torch() -> None:
    code = (
        "import sys, feedback_atlas.server.main as main; main.create_app();"
        "sys.exit(' '.join({'torch', 'rsatoolbox', 'sklearn', 'feedback_atlas.jobs'}"
        " & set(sys.modules)) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_comparing_what_is_stored_loads_no_torch() -> None:
    # It takes seconds to load, which the first comparison of a new worker would wait for.
    kinds = ", ".join(
        f"feedback_atlas.jobs.analyses.{kind}"
        for kind in ("similarity", "rdm", "statistics", "geometry")
    )
    code = (
        f"import sys, feedback_atlas.jobs.analysis, {kinds};"
        "sys.exit(' '.join({'torch', 'rsatoolbox', 'sklearn'} & set(sys.modules)) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
