"""`atlas share`: waits for the comparison, prints a link that works, or says why there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.cli.main import app
from feedback_atlas.server.settings import Settings
from tests.backend.cli.test_launching import listening
from tests.conftest import free_port
from tests.integration.conftest import Atlas


def share(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["share", *arguments], input=typed)


@pytest.fixture
def computing(trained_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """While the command waits, a worker computes one analysis; how often it waited."""
    pauses: list[float] = []

    def compute(seconds: float) -> None:
        pauses.append(seconds)
        kinds = ("similarity", "rdm", "statistics", "geometry", "exemplars", "costs",
                 "accuracy_tests", "image_space")  # fmt: skip
        run_analysis(trained_atlas.worker, trained_atlas.queued_analyses(*kinds)[0], "test")

    monkeypatch.setattr("feedback_atlas.server.cli.share.sleep", compute)
    return pauses


def test_the_command_waits_and_prints_a_link_that_works(
    trained_atlas: Atlas, trained: dict[str, Any], computing: list[float]
) -> None:
    client: TestClient = trained_atlas.client
    terms = ("--label", "For Ada", "--expires", "30d", "--passphrase")
    with listening(trained_atlas.worker.settings) as address:
        made = share(
            trained["id"], *terms, "--address", address, typed="several words\nseveral words\n"
        )
        assert made.exit_code == 0, made.output
        again = share(f"{address}/experiments/{trained['id']}/compare?x=1", "--embed",
                      "--address", address)  # fmt: skip
        by_name = share(trained["name"].upper(), "--address", address)
    waited = made.stderr.splitlines()
    assert any("A test: waits for a worker." in line for line in waited)
    assert any("not ready yet: " in line and "geometry map" in line for line in waited)
    assert waited[-1] == "A test: computed."
    assert len(computing) >= 6
    # What is computed is not waited for again.
    assert (again.stderr, by_name.stderr) == ("", "")
    tokens = []
    for result in (made, again, by_name):
        where, token = result.stdout.strip().rsplit("/s/", 1)
        assert where == address
        tokens.append(token)
    assert trained_atlas.get(f"/shared/{tokens[0]}/access") == {"needs_passphrase": True}
    shown = trained_atlas.get(f"/shared/{tokens[1]}")
    assert shown["comparison"]["unavailable"] == {}
    assert "geometry-map" in shown["comparison"]["figures"]
    _, second, first = trained_atlas.get(f"/experiments/{trained['id']}/shares")
    assert (first["label"], first["has_passphrase"], first["embeddable"]) == (
        "For Ada",
        True,
        False,
    )
    ends = datetime.fromisoformat(first["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29.9) < ends < timedelta(days=30)
    assert (second["label"], second["expires_at"], second["embeddable"]) == ("", None, True)
    actions = [one["action"] for one in client.get("/api/audit").json()["items"]]
    assert actions.count("share") == 3


def test_why_there_is_no_link_is_said(
    trained_atlas: Atlas, trained: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert f"No service responds at {nobody}" in share("x", "--address", nobody).stderr
    assert "is not a valid address" in share("x", "--address", "localhost").stderr
    assert "is not a duration" in share("x", "--expires", "soon").stderr
    settings = trained_atlas.worker.settings
    with listening(settings) as address:
        unknown = share("No such", "--address", address)
        assert unknown.exit_code == 1
        assert "has no experiment named 'No such'" in unknown.stderr
        assert trained["id"] in share("A te", "--address", address).stderr
        assert "experiment does not exist" in share("0" * 16, "--address", address).stderr
        empty = trained_atlas.launch(name="Not trained")
        refused = share("not trained", "--address", address)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "No run has completed" in refused.stderr
        trained_atlas.launch(name="A TEST")
        several = share("A test", "--address", address).stderr
        assert "2 experiments have this name" in several
        assert trained["id"] in several
        assert empty["id"] not in several
    # Made anew: a copy would keep what the settings have worked out.
    guarded = Settings(data_dir=settings.data_dir, device="cpu", require_token=True)
    token = CliRunner().invoke(app, ["token", "create", "v"]).stdout.strip()
    with listening(guarded) as address:
        assert "asks for a token" in share(trained["id"], "--address", address).stderr
        monkeypatch.setenv("ATLAS_TOKEN", token)
        assert "is a viewer's" in share(trained["id"], "--address", address).stderr


def test_a_comparison_that_fails_ends_the_waiting(
    trained_atlas: Atlas, trained: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(_: float) -> None:
        for analysis in trained_atlas.queued_analyses("similarity", "rdm"):
            trained_atlas.post(f"/analyses/{analysis}/cancel", None, 200)

    monkeypatch.setattr("feedback_atlas.server.cli.share.sleep", cancel)
    with listening(trained_atlas.worker.settings) as address:
        result = share(trained["id"], "--address", address)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "could not be computed: it was cancelled" in result.stderr
