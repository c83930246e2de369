"""Tracebacks as those who ran a run see them, and what they leave out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from feedback_atlas.jobs import training
from feedback_atlas.jobs.tracebacks import MOST_CHARACTERS, own_traceback
from feedback_atlas.jobs.training import run_training
from feedback_atlas.models import build
from tests.integration.conftest import Atlas


def caught(fail: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as raised:  # noqa: PT011  # what it is, is the test's own
        fail()
    return raised.value


def test_own_files_are_named_and_others_only_counted() -> None:
    text = own_traceback(caught(lambda: build("moskovitz1")(torch.zeros(1, 7))))
    lines = text.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert any(line.startswith('  File "feedback_atlas/models/') for line in lines)
    assert any(line.startswith("  … ") and "outside this program" in line for line in lines)
    assert lines[-1].startswith("RuntimeError: ")
    root = str(Path(training.__file__).parents[2])
    assert root not in text
    assert str(Path(torch.__file__).parent) not in text
    assert "tests/" not in text


def test_what_led_to_an_error_comes_first() -> None:
    def fail() -> None:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error

    def while_handled() -> None:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second")  # noqa: B904  # without a cause, on purpose

    def hidden() -> None:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second") from None

    led = own_traceback(caught(fail))
    assert led.index("KeyError: 'first'") < led.index("This led to:") < led.index("ValueError")
    assert "While handling it, another error occurred" in own_traceback(caught(while_handled))
    assert "first" not in own_traceback(caught(hidden))


def test_errors_that_lead_to_each_other_end() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert own_traceback(one).count("ValueError: one") == 1


def test_it_is_bounded_and_keeps_its_end() -> None:
    error: BaseException = ValueError("x" * 5000)
    for depth in range(40):
        later = RuntimeError(f"{depth} " + "y" * 900)
        later.__cause__ = error
        error = later
    text = own_traceback(error)
    assert len(text) <= MOST_CHARACTERS
    assert text.startswith("…")
    assert text.splitlines()[-1].startswith("RuntimeError: 39 ")


def test_a_run_that_fails_stores_where(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake of the program")

    monkeypatch.setattr(training, "choose_probe", broken)
    launched = atlas.launch()
    run_id = launched["runs"][0]["id"]
    run_training(atlas.worker, run_id, "test")
    run = atlas.get(f"/runs/{run_id}")
    assert run["error"] == "Unexpected error: ZeroDivisionError: a mistake of the program"
    failure = atlas.get(f"/runs/{run_id}/failure")
    assert failure["text"] == f"Failed. {run['error']}"
    assert 'File "feedback_atlas/jobs/training.py"' in failure["traceback"]
    assert "in _train" in failure["traceback"]
    log = atlas.get(f"/experiments/{launched['id']}/log")["items"]
    assert log[0] == failure
