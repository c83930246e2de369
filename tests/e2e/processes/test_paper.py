"""The paper from a terminal: launched, trained by real workers, every panel with its verdict."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from feedback_atlas.server.papers.panels import PANELS
from tests.conftest import ATLAS_COMMAND
from tests.e2e.conftest import RunningAtlas

# Its parts are fast tests too: the command in tests/backend/cli, the panels in tests/integration.
pytestmark = pytest.mark.slow

Start = Callable[..., RunningAtlas]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ATLAS_COMMAND, "paper", *options],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_atlas_paper_goes_through_every_panel(start_atlas: Start) -> None:
    atlas = start_atlas()
    result = run("--epochs", "1", "--data", "digits", "--address", atlas.address)
    assert result.returncode == 0, f"{result.stderr}\n{atlas.logs()}"
    *table, page = result.stdout.strip().splitlines()
    assert page.startswith(f"{atlas.address}/experiments/")
    assert page.endswith("/paper")
    assert "5 of 5 runs have ended, 100 % of all epochs." in result.stderr
    assert f"{len(PANELS)} of {len(PANELS)} panels are ready." in result.stderr
    heads = [line for line in table if not line.startswith(" ")]
    assert [line.split("  ")[0] for line in heads] == [place for place, _ in PANELS.values()]
    assert "Figure 1 agrees Agrees: all 20 entries" in " ".join(result.stdout.split())
    # Sentences are wrapped at the width of whoever reads them.
    assert "another data set (Digits, the paper’s is CIFAR-10)" in " ".join(result.stdout.split())
    view = atlas.get(f"/experiments/{page.split('/')[-2]}/paper")
    assert view["state"] == "completed"
    for panel in view["panels"]:
        for figure in panel["figures"]:
            drawn = atlas.get(f"/experiments/{view['experiment_id']}/paper/figures/{figure}")
            assert drawn["plotly"]["data"], figure
