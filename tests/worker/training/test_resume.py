"""Resuming: a run cut at any epoch ends as if it had not been."""

import dataclasses

import pytest
import torch
from safetensors.torch import load, save

from feedback_atlas.data import probe
from feedback_atlas.learning import RULES
from feedback_atlas.training import Resume, best_epoch, train
from tests.worker.training.observing import Notebook, same, spec


@pytest.mark.parametrize(
    ("rule", "epoch"), [*((rule, 1) for rule in RULES), ("usf_init", 0), ("bp", 2), ("bp", 3)]
)
def test_a_resumed_run_ends_bit_identical(few, rule, epoch) -> None:
    chosen = spec(rule, image_size=18, epochs=3, batch_size=96, track_every=2)
    whole, rest = Notebook(), Notebook()
    outcome = train(chosen, few, probe(few, 12), whole)
    # Through bytes, as a service would store them.
    stored = whole.resume_from(epoch)
    stored = Resume(
        *(load(save(part)) for part in (stored.state, stored.feedback, stored.best_weights))
    )
    torch.rand(5)
    resumed = train(chosen, few, probe(few, 12), rest, resume=stored)
    assert resumed == outcome
    assert rest.calls == whole.calls[whole.calls.index(f"epoch {epoch}") + 1 :]
    assert rest.steps == [(step, at) for step, at in whole.steps if at > epoch]
    for mine, theirs in zip(rest.records, whole.records[epoch + 1 :], strict=True):
        assert dataclasses.replace(mine, seconds=0) == dataclasses.replace(theirs, seconds=0)
    for after in range(epoch + 1, 4):
        assert same(rest.weights[after], whole.weights[after])
        assert same(rest.states[after], whole.states[after])
    for after, layers in rest.representations.items():
        assert same(layers, whole.representations[after])
    assert rest.measures == {
        step: value for step, value in whole.measures.items() if value[0] > epoch
    }


def test_resuming_from_another_networks_state_is_refused(few, digits) -> None:
    seen = Notebook()
    train(spec("bp", epochs=1), digits, probe(digits, 10), seen)
    with pytest.raises(ValueError, match="belongs to another network"):
        train(
            spec("bp", image_size=18), few, probe(few, 10), Notebook(), resume=seen.resume_from(1)
        )
    resume = dataclasses.replace(seen.resume_from(1), best_weights={})
    with pytest.raises(ValueError, match="needs the weights of epoch 1"):
        train(spec("bp"), digits, probe(digits, 10), Notebook(), resume=resume)


@pytest.mark.parametrize("rule", RULES)
def test_a_run_cut_within_an_epoch_ends_bit_identical(few, rule) -> None:
    """Cut at every step of two epochs, one after another: each attempt makes three steps."""
    chosen = spec(rule, image_size=18, epochs=2, batch_size=64, track_every=2)
    whole = Notebook()
    outcome = train(chosen, few, probe(few, 12), whole)
    measures, records = {}, []
    first = Notebook(stop_at=lambda done: done >= 3)
    attempts = [first]
    train(chosen, few, probe(few, 12), first)
    while True:
        last = attempts[-1]
        (state,) = last.checkpoints.values()
        # What an earlier attempt stored is still there.
        kept = {epoch: w for attempt in attempts for epoch, w in attempt.weights.items()}
        best = kept[best_epoch(state)] if best_epoch(state) else {}
        resume = Resume(*(load(save(part)) for part in (state, first.feedback, best)))
        torch.rand(5)
        attempts.append(Notebook(stop_at=lambda done: done >= 3))
        resumed = train(chosen, few, probe(few, 12), attempts[-1], resume=resume)
        if not resumed.stopped:
            break
    assert len(attempts) == 4
    assert resumed == outcome
    for attempt in attempts:
        measures |= attempt.measures
        records += attempt.records
    assert measures == whole.measures
    assert [dataclasses.replace(record, seconds=0) for record in records] == [
        dataclasses.replace(record, seconds=0) for record in whole.records
    ]
    assert same(attempts[-1].states[2], whole.states[2])


def test_a_checkpoint_within_an_epoch_changes_nothing(few) -> None:
    chosen = spec("usf_init", image_size=18, epochs=2, batch_size=64)
    plain, taken = Notebook(), Notebook(checkpoint_at=lambda done: done in (1, 2, 5, 7))
    for seen in (plain, taken):
        train(chosen, few, probe(few, 12), seen)
    assert [call for call in taken.calls if "check" in call] == [
        "checkpoint 1", "checkpoint 2", "checkpoint 7",
    ]  # fmt: skip
    assert same(plain.states[2], taken.states[2])
