"""`atlas report` without workers: what it waits for, what it writes, what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from feedback_atlas.server.cli import report
from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient
from feedback_atlas.server.cli.main import app
from tests.conftest import free_port

ANALYSIS = "a" * 64


def state(name: str, error: str | None = None) -> dict[str, Any]:
    return {
        "id": ANALYSIS,
        "state": name,
        "error": error,
        "arms": [{"experiment_id": "b" * 16}, {"experiment_id": "c" * 16}],
    }


class _Service(ServiceClient):
    """A service that answers what it is told to, an error where it is told one."""

    answers: list[Any]
    asked: list[tuple[str, Any]]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        self.asked.append((path, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def file(self, path: str) -> bytes:
        return self.ask("GET", path)  # type: ignore[no-any-return]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> _Service:
    made = _Service("http://atlas")
    made.answers, made.asked = [], []
    monkeypatch.setattr(report, "_POLL_SECONDS", 0.0)
    return made


def write(
    service: _Service, output: Path, other: str | None = None, form: str = "html"
) -> list[str]:
    told: list[str] = []
    report.write_report(
        "b" * 16, other, form=form, output=output, service=service, tell=told.append
    )
    return told


def waiting() -> ServiceCallError:
    detail = "The paper’s panels are being computed for the report; try again in a moment."
    return ServiceCallError(detail, status=503)


def test_it_waits_for_answers_and_panels_and_writes_the_file(
    service: _Service, tmp_path: Path
) -> None:
    output = tmp_path / "report.md"
    service.answers = [
        state("queued"), state("running"), state("completed"), {}, waiting(), waiting(),
        b"# Report",
    ]  # fmt: skip
    told = write(service, output, "c" * 16, "md")
    assert output.read_bytes() == b"# Report"
    path, body = service.asked[0]
    assert path == f"/experiments/{'b' * 16}/answers"
    assert body == {"other": "c" * 16}
    assert [path for path, _ in service.asked[1:]] == [
        *[f"/answers/{ANALYSIS}"] * 2, f"/experiments/{'b' * 16}/paper",
        *[f"/answers/{ANALYSIS}/report.md"] * 3,
    ]  # fmt: skip
    assert len(told) == 2  # what is waited for is told once


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([state("failed", "Out of memory.")], "could not be computed: Out of memory"),
        ([state("cancelled")], "could not be computed: cancelled"),
        ([ServiceCallError("There is no such experiment.", status=404)], "no such experiment"),
        (
            [ServiceCallError("Not its arm.", [("other", "Not its arm.")], 422)],
            "Not its arm",
        ),
        ([state("completed"), {}, ServiceCallError("It is damaged.", status=503)], "damaged"),
        ([{"state": "completed"}], "is not Feedback Atlas"),
    ],
)
def test_why_there_is_no_report_is_said(
    service: _Service, tmp_path: Path, answers: list[Any], words: str
) -> None:
    service.answers = answers
    output = tmp_path / "report.html"
    with pytest.raises(ServiceCallError, match=words):
        write(service, output)
    assert not output.exists()


def test_where_it_cannot_be_written_and_that_nobody_answers_is_said(
    service: _Service, tmp_path: Path
) -> None:
    service.answers = [state("completed"), {}, b"page"]
    with pytest.raises(ServiceCallError, match="cannot be written"):
        write(service, tmp_path / "missing" / "report.html")


def test_the_command_says_when_no_service_answers() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    result = CliRunner().invoke(app, ["report", "b" * 16, "--address", address])
    assert result.exit_code == 1
    assert "No service responds" in result.stderr
    assert CliRunner().invoke(app, ["report", "x", "--format", "pdf"]).exit_code == 2
