"""Every path, module, program and setting that a file for building or deploying names exists.

No engine of containers is needed for that; and nothing else would notice a path that has moved.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from feedback_atlas.server.cli.main import app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.system.page_routes import FRONTEND as SERVED_PAGE
from tests.conftest import missing

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE = json.loads((ROOT / "frontend/package.json").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
PAGE = str(SERVED_PAGE.relative_to(ROOT))
# What these files make, and git ignores.
MADE = (".venv", "dist", "data", "frontend/node_modules", PAGE)
# Of Debian, Python or Node rather than of a package that is installed.
PROGRAMS = {"python", "pip", "npm", "node"}


def exists_or_is_made(path: str) -> bool:
    """Whether a path from the root is there, or below what is made there."""
    path = path.rstrip("/")
    return (ROOT / path).exists() or any(f"{path}/".startswith(f"{made}/") for made in MADE)


def make_value(name: str) -> str:
    """What a variable of the Makefile stands for."""
    (value,) = re.findall(rf"^{name} := (.*)$", MAKEFILE, re.M)
    return re.sub(r"\$\((\w+)\)", lambda found: make_value(found[1]), str(value))


def scripts() -> set[str]:
    """The commands that the packages of pyproject.toml bring along."""
    return {found.name for found in entry_points(group="console_scripts")} | {
        *PROJECT["project"]["scripts"],
        "ruff",  # a program of its own, without an entry point
    }


def test_vite_builds_where_the_service_serves_from() -> None:
    (folder,) = re.findall(r'outDir: "([^"]+)"', (ROOT / "frontend/vite.config.ts").read_text())
    assert (ROOT / "frontend" / folder).resolve() == SERVED_PAGE
    assert make_value("PAGE") == PAGE
    assert make_value("DIST") == f"{PAGE}/index.html" == f"backend/{make_value('PAGE_IN_WHEEL')}"
    assert PROJECT["tool"]["hatch"]["build"]["artifacts"] == [PAGE]
    assert f"/{PAGE}/" in (ROOT / ".gitignore").read_text().splitlines()


def test_paths_of_the_makefile_exist() -> None:
    text = re.sub(
        r"\$\((PAGE|VENV|DIST|RUNTIME|DEV|MODULES)\)", lambda v: make_value(v[1]), MAKEFILE
    )
    paths = re.findall(
        r"(?<![\w./$-])((?:\.venv|\.github|backend|worker|frontend|tests|docs)(?:/[\w.-]+)+"
        r"|[\w-]+\.(?:toml|txt|yml|cff))", text
    )  # fmt: skip
    assert {"frontend/vite.config.ts", "docker-compose.yml", f"{PAGE}/index.html"} <= set(paths)
    assert not [path for path in paths if not exists_or_is_made(path)]


def test_programs_and_modules_of_the_makefile_exist() -> None:
    for program in re.findall(r"\$\(BIN\)/([\w-]+)", MAKEFILE):
        assert program in scripts() | PROGRAMS, program
    for module in re.findall(r"python -m ([\w.]+)", MAKEFILE):
        assert find_spec(module), module
    for script in re.findall(r"\$\(NPM\) (?:run )?(\w+)", MAKEFILE):
        assert script in {*PACKAGE["scripts"], "ci", "audit"}, script
    for target in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[0].split():
        assert re.search(rf"^{target}:", MAKEFILE, re.M), target


@pytest.mark.parametrize(
    ("node", "fits"),
    [("18.20.8", False), ("20.18.3", False), ("20.19.0", True), ("21.7.3", False),
     ("22.11.0", False), ("22.12.0", True), ("24.1.0", True)],
)  # fmt: skip
def test_the_makefile_takes_the_versions_of_node_that_the_build_needs(
    node: str, fits: bool
) -> None:
    (program,) = re.findall(r"^NODE_FITS := (.*?[^\\])\n", MAKEFILE, re.M | re.S)
    program = program.replace("\\\n", "").replace("$(NODE_NEEDED)", PACKAGE["engines"]["node"])
    program = program.replace("process.versions.node", f'"{node}"')
    try:
        done = subprocess.run(["node", "-e", program], capture_output=True)
    except FileNotFoundError:
        missing("Node", "it builds the page")
    assert (done.returncode == 0) is fits, done.stderr


def test_the_build_needs_no_other_node_than_package_json_says() -> None:
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    for name in ("vite", "rolldown"):
        assert packages[f"node_modules/{name}"]["engines"]["node"] == PACKAGE["engines"]["node"]
    assert packages[""]["engines"] == PACKAGE["engines"]


def test_what_docker_copies_exists_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.M):
        *sources, _ = line.split()
        if sources[0] == "--from=page":
            assert sources[1:] == [f"/app/{PAGE}"]
            assert line.split()[-1] == PAGE
            continue
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source not in ignored, source
    constraints = re.findall(r"pip install .*-c (\S+)", DOCKERFILE)
    assert constraints == ["constraints.txt"]
    for name in ("readme", "license-files"):
        for file in [PROJECT["project"][name]] if name == "readme" else PROJECT["project"][name]:
            assert re.search(rf"^COPY .*\b{re.escape(file)}\b", DOCKERFILE, re.M), file


def test_what_docker_ignores_is_made_here_or_gits_own() -> None:
    for line in (ROOT / ".dockerignore").read_text().split():
        path = line.removeprefix("**/")
        if path not in (".git", "node_modules", "__pycache__"):
            assert path in MADE, line
        assert line == ".git" or re.search(
            rf"^/?{re.escape(path)}/$", (ROOT / ".gitignore").read_text(), re.M
        ), line


def commands() -> Iterator[list[str]]:
    """The commands of ours that Dockerfile and compose start, word by word."""
    yield json.loads(re.findall(r"^CMD (.*)$", DOCKERFILE, re.M)[0])
    for name, service in COMPOSE["services"].items():
        if "image" in service and service["image"].startswith("feedback-atlas"):
            yield service["command"]
            check = service["healthcheck"]["test"]
            assert check[0] == "CMD", name
            yield check[1:]
    header = "\n".join(
        line
        for line in (ROOT / "docker-compose.yml").read_text().splitlines()
        if line.startswith("#")
    )
    yield re.findall(r"run --rm api (.*)", header)[0].split()


def check_command(program: str, *arguments: str) -> None:
    """Fail unless a program knows its subcommand and options, or its module exists."""
    assert program in scripts() | PROGRAMS, program
    if program == "atlas":
        command: Any = typer.main.get_command(app)
        words = list(arguments)
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands"), arguments
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options
    if "-A" in arguments:
        module = import_module(arguments[arguments.index("-A") + 1])
        assert module.app.main == "feedback-atlas"


def test_commands_of_containers_exist() -> None:
    found = list(commands())
    assert len(found) > 8
    for command in found:
        check_command(*command)


def test_containers_set_what_is_a_setting() -> None:
    known = {f"ATLAS_{name.upper()}" for name in Settings.model_fields}
    for service in COMPOSE["services"].values():
        for name in service.get("environment", {}):
            if name.startswith("ATLAS_"):
                assert name in known, name


def test_paths_and_programs_of_pyproject_exist() -> None:
    build = PROJECT["tool"]["hatch"]["build"]
    targets = build["targets"]
    for path in (
        PROJECT["tool"]["hatch"]["version"]["path"], PROJECT["project"]["readme"],
        *PROJECT["project"]["license-files"], *build["dev-mode-dirs"],
        *PROJECT["tool"]["mypy"]["files"],
        *targets["sdist"]["include"], *targets["wheel"]["packages"],
    ):  # fmt: skip
        assert (ROOT / path.removeprefix("/")).exists(), path
    for program in PROJECT["project"]["scripts"].values():
        module, _, function = program.partition(":")
        assert callable(getattr(import_module(module), function))


def test_there_is_one_version() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert "version" not in PROJECT["project"]
    assert "version" not in PACKAGE
    assert {one["image"] for one in COMPOSE["services"].values() if "build" in one} == {
        "feedback-atlas"
    }


def test_hooks_call_what_is_installed() -> None:
    assert [repo["repo"] for repo in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        program, *arguments = hook["entry"].split()
        folder, _, name = program.rpartition("/")
        if folder == ".venv/bin":
            assert name in scripts(), program
        else:
            assert folder == "frontend/node_modules/.bin"
            assert name in PACKAGE["devDependencies"], program
        assert all((ROOT / path).exists() for path in arguments if "/" in path), hook["entry"]


def test_ci_runs_what_is_here() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    steps = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    ]
    assert steps == [".ci/run"]
    run = ROOT / ".ci/run"
    assert run.stat().st_mode & 0o111
    for target in re.findall(r"^make (.*)$", run.read_text(), re.M)[0].split():
        assert re.search(rf"^{target}:", MAKEFILE, re.M), target
