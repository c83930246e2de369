"""A wheel that carries the page, installed into an environment without Node or make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from feedback_atlas.server import __version__
from tests.conftest import missing
from tests.e2e.browsing import faults, watched
from tests.e2e.conftest import running_atlas, wait_for_runs
from tests.e2e.processes.test_running import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[3]
PAGE = "feedback_atlas/server/page/"
SCREENSHOT = ROOT / "dist/page.png"
NAME = "From a wheel"


def run(*command: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Return what a command prints, both streams in one."""
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout in which nothing was installed or built."""
    if shutil.which("npm") is None:
        missing("Node", "it builds the page")
    copy = tmp_path_factory.mktemp("checkout") / "atlas"
    for folder in ("backend", "worker", "frontend"):
        installed = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=installed)
    shutil.rmtree(copy / "backend" / PAGE, ignore_errors=True)
    for file in ROOT.iterdir():
        if file.is_file() and file.name != ".git":
            shutil.copy(file, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    """The wheel that `make wheel` makes, with what is installed for the tests."""
    venv = Path(sys.prefix)
    run(
        "make", "wheel", f"VENV={venv}", "-o", venv / ".runtime", "-o", venv / ".dev",
        folder=checkout,
    )  # fmt: skip
    (made,) = (checkout / "dist").iterdir()
    return Path(shutil.move(made, checkout))


def contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_holds_the_product_and_nothing_else(wheel: Path, checkout: Path) -> None:
    held = contents(wheel)
    print(f"{wheel.name}: {wheel.stat().st_size} bytes, {len(held)} files")
    about = f"feedback_atlas-{__version__}.dist-info/"
    product = {name for name in held if not name.startswith(about)}
    expected = {
        str(file.relative_to(root))
        for root in (checkout / "backend", checkout / "worker")
        for file in root.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert product == expected
    assert {name.split("/")[0] for name in product} == {"feedback_atlas"}
    assert b"ATLAS_NONCE" in held[f"{PAGE}index.html"]
    assert f"{about}licenses/LICENSE" in held


def test_a_wheel_made_through_an_sdist_is_the_same(wheel: Path, checkout: Path) -> None:
    run(sys.executable, "-m", "build", "--outdir", "through-sdist", ".", folder=checkout)
    assert contents(checkout / "through-sdist" / wheel.name) == contents(wheel)


def test_make_wheel_fails_where_no_page_was_built(wheel: Path, checkout: Path) -> None:
    page = checkout / "backend" / PAGE
    page.rename(checkout / "kept")
    venv, index = Path(sys.prefix), page.relative_to(checkout) / "index.html"
    refused = subprocess.run(
        ["make", "wheel", f"VENV={venv}", "-o", str(venv / ".dev"), "-o", str(index)],
        cwd=checkout, text=True, capture_output=True,
    )  # fmt: skip
    (checkout / "kept").rename(page)
    assert refused.returncode != 0
    assert "No page was built" in refused.stdout
    assert not list((checkout / "dist").iterdir())


def test_an_installed_wheel_serves_the_page_and_trains(
    wheel: Path, checkout: Path, browser: Browser, tmp_path: Path
) -> None:
    installed, home, here = (tmp_path / name for name in ("installed", "home", "here"))
    home.mkdir()
    here.mkdir()
    run(sys.executable, "-m", "venv", installed, folder=here)
    programs = installed / "bin"
    run(
        programs / "python", "-m", "pip", "install", "--disable-pip-version-check",
        "-c", checkout / "constraints.txt", wheel, folder=here,
    )  # fmt: skip
    # No Node, no npm, no make, nothing of the system: only what was installed.
    environment = {
        "PATH": str(programs), "HOME": str(home), "XDG_DATA_HOME": "", "ATLAS_DATA_DIR": "",
    }  # fmt: skip
    everything = {**os.environ, **environment}
    said = run(programs / "atlas", "--version", folder=here, env=everything)
    assert said == f"Feedback Atlas {__version__}\n"
    data = home / ".local/share/feedback-atlas"

    with running_atlas(data, here, [str(programs / "atlas")], **environment) as atlas:
        launched = atlas.post("/experiments", {**SMALL, "name": NAME})
        ended = wait_for_runs(atlas, launched["id"], 240)
        assert [run["state"] for run in ended["runs"]] == ["completed"] * 2, atlas.logs()
        assert atlas.get("/system")["version"] == __version__
        complaints: list[str] = []
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = watched(context, complaints)
        page.goto(f"{atlas.address}/experiments/{launched['id']}")
        expect(page.get_by_role("heading", name=NAME)).to_be_visible()
        expect(page.get_by_text("All 2 runs have finished")).to_be_visible()
        expect(page.get_by_text("2 completed")).to_be_visible()
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        SCREENSHOT.parent.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOT)
        context.close()
        assert faults(complaints) == []

    listed = run(programs / "atlas", "token", "list", folder=here, env=everything)
    assert listed.startswith(f"Data folder: {data} (your data folder on this platform)\n")
    assert (data / "atlas.db").is_file()
    assert not list(here.iterdir())
