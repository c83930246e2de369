"""Signs of a stalled worker."""

from __future__ import annotations

from feedback_atlas.jobs.stall_watch import StallWatch


def test_a_message_that_waits_beside_an_idle_process_is_a_stall() -> None:
    watch = StallWatch(concurrency=2, seconds=30)
    assert not watch.stalled(0, ["a"], active=1)
    assert not watch.stalled(29, ["a"], active=1)
    assert watch.stalled(30, ["a"], active=1)


def test_a_message_may_wait_for_ever_while_every_process_works() -> None:
    watch = StallWatch(concurrency=1, seconds=30)
    assert not any(watch.stalled(now, ["a"], active=1) for now in range(0, 3600, 5))
    assert not watch.stalled(3600, ["a"], active=0), "the wait counts from when one was idle"


def test_messages_that_come_and_go_are_no_stall() -> None:
    watch = StallWatch(concurrency=1, seconds=30)
    assert not any(watch.stalled(now, [f"message {now}"], active=0) for now in range(0, 600, 5))
