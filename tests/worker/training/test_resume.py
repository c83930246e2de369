"""Resuming: a run cut at any epoch ends as if it had not been."""

import dataclasses

import pytest
import torch
from safetensors.torch import load, save

from tests.worker.training.observing import Notebook, same, spec
from worker.data import probe
from worker.learning import RULES
from worker.training import Resume, train


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
