"""`atlas paper` without workers: what it launches, and what it says of what it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from feedback_atlas.server.catalog.published import Variant
from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient
from feedback_atlas.server.cli.launch import LaunchError
from feedback_atlas.server.cli.main import app
from feedback_atlas.server.cli.paper import reproduce, spec_of, verdict_table
from tests.conftest import free_port


def paper(*options: str) -> Result:
    return CliRunner().invoke(app, ["paper", *options])


def options(**changes: Any) -> dict[str, Any]:
    return {
        "epochs": 3, "seeds": "0-2", "data": "digits", "search": False, "variant": Variant.CODE,
    } | changes  # fmt: skip


def test_options_scale_the_recipe() -> None:
    spec = spec_of(**options(search=True, variant=Variant.TEXT))
    assert (spec.dataset, spec.epochs, spec.seeds) == ("digits", 3, [0, 1, 2])
    assert spec.search is not None
    assert spec.name.endswith("as in the paper, by its text")
    folder = spec_of(**options(data="folder:/data/cifar"))
    assert (folder.dataset, folder.folder) == ("folder", "/data/cifar")


@pytest.mark.parametrize(("changes", "words"), [
    ({"data": "imagenet"}, "'imagenet' is not a data set here"),
    ({"seeds": "a"}, "'a' is not a seed"),
    ({"seeds": ""}, "No seed given"),
])  # fmt: skip
def test_options_that_mean_nothing_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(LaunchError, match=words):
        spec_of(**options(**changes))


def test_no_service_and_no_address_are_said() -> None:
    result = paper("--address", f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert "No service responds" in result.stderr
    assert "is not a valid address" in paper("--address", "localhost").stderr
    assert paper("--variant", "both").exit_code == 2


class _Service(ServiceClient):
    """A service that answers what it is told to, an error where it is told one."""

    answers: list[Any]
    asked: list[tuple[str, str]]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        self.asked.append((method, path))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


RUN = {"state": "completed", "rule_name": "BP", "seed": 0, "error": None}
PANEL = {"name": "table-1", "place": "Table 1", "state": "ready", "verdict": "agrees",
         "sentence": "Agrees: yes."}  # fmt: skip
WAITING = PANEL | {"state": "computing", "verdict": None, "sentence": "It is being computed."}


def follow(
    monkeypatch: pytest.MonkeyPatch, *answers: Any, wait: bool = True
) -> tuple[bool, str, str]:
    _Service.answers, _Service.asked = list(answers), []
    monkeypatch.setattr("feedback_atlas.server.cli.paper.ServiceClient", _Service)
    monkeypatch.setattr("feedback_atlas.server.cli.paper._POLL_SECONDS", 0.0)
    told: list[str] = []
    said: list[str] = []
    complete = reproduce(
        spec_of(**options()), "http://here", wait=wait, tell=told.append, say=said.append
    )
    assert not _Service.answers
    return complete, "\n".join(told), "\n".join(said)


def test_it_follows_runs_and_panels_over_a_restart_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def runs(state: str, progress: float) -> dict[str, Any]:
        return {"runs": [RUN | {"state": state}], "trials": [], "progress": progress}

    complete, told, said = follow(
        monkeypatch,
        {"id": "e1"},
        runs("running", 0.5),
        ServiceCallError("away"),
        ServiceCallError("busy", status=503),
        runs("completed", 1.0),
        {"state": "computing", "panels": [WAITING]},
        {"state": "completed", "panels": [PANEL]},
    )
    assert complete
    assert "0 of 1 runs have ended, 50 % of all epochs" in told
    assert "0 of 1 panels are ready" in told
    assert said.splitlines() == [
        "Table 1  agrees          Agrees: yes.", "http://here/experiments/e1/paper",
    ]  # fmt: skip
    assert _Service.asked[0] == ("POST", "/experiments")
    assert _Service.asked[-1] == ("GET", "/experiments/e1/paper")


def test_without_waiting_the_address_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    complete, told, said = follow(monkeypatch, {"id": "e1"}, wait=False)
    assert (complete, told, said) == (True, "", "http://here/experiments/e1/paper")


def test_what_failed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"runs": [RUN | {"state": "failed", "error": "Out of memory."}], "trials": [],
              "progress": 0.0}  # fmt: skip
    complete, told, _ = follow(
        monkeypatch,
        {"id": "e1"},
        failed,
        {"state": "incomplete", "panels": [WAITING | {"state": "missing", "sentence": "Lost."}]},
    )
    assert not complete
    assert "BP, seed 0, failed: Out of memory." in told
    with pytest.raises(LaunchError, match="No run has completed"):
        follow(monkeypatch, {"id": "e1"}, failed, {"state": "empty", "panels": []})
    refused = ServiceCallError("wrong", [("folder", "There is no folder.")], 422)
    with pytest.raises(LaunchError, match="folder: There is no folder"):
        follow(monkeypatch, refused)
    with pytest.raises(LaunchError, match="not Feedback Atlas"):
        follow(monkeypatch, {"nothing": json.dumps(1)})


def test_sentences_are_wrapped_beside_their_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = PANEL | {"verdict": "not_comparable", "sentence": "word " * 30}
    lines = verdict_table([long, WAITING]).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].startswith("Table 1  not comparable  word")
    assert lines[1].startswith(" " * 25 + "word")
    assert lines[-1] == "Table 1  missing         It is being computed."
