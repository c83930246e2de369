"""Steps that read fixed buffers, as a GPU replays them: on the CPU, to the bit the usual ones."""

import math

import pytest
import torch

from feedback_atlas.data import probe
from feedback_atlas.learning import RULES, make_rule
from feedback_atlas.training import TrainingError, train
from feedback_atlas.training.learner import Learner
from feedback_atlas.training.state import weights_of
from tests.worker.training.observing import Notebook, same, spec

REPLAYABLE = [rule for rule in RULES if make_rule(rule, {}).capturable]


@pytest.mark.parametrize("rule", REPLAYABLE)
def test_replayed_steps_learn_what_the_usual_ones_do(few, rule: str) -> None:
    learned, totals = [], []
    for replayed in (False, True):
        chosen = spec(rule, image_size=18, batch_size=64)
        learner = Learner(chosen, few, torch.device("cpu"), replayed=replayed)
        for number, batch in enumerate(learner.batches()):
            if number == 2:
                learner.learn_and_measure(batch)
            else:
                learner.learn(batch)
        assert learner.step == 5
        learned.append(weights_of(learner.model))
        totals.append(learner.end_epoch())
    assert same(*learned)
    assert totals[0].images == totals[1].images == 300
    assert totals[0].correct == totals[1].correct
    assert totals[1].loss == pytest.approx(totals[0].loss, rel=1e-12)
    assert learner.end_epoch().images == 0


def test_rules_that_wait_for_the_processor_are_not_replayed() -> None:
    assert set(RULES) - set(REPLAYABLE) == {"weight_mirror", "brsf"}
    assert not make_rule("usf_sn", {"normalization": "spectral"}).capturable


def test_a_whole_run_of_replayed_steps_is_the_usual_run(few, monkeypatch) -> None:
    """Run with measures, a leftover batch, flips and epochs."""
    seen = []
    for replayed in (False, True):
        monkeypatch.setattr(
            "feedback_atlas.training.loop.Learner",
            lambda *args, replayed=replayed: Learner(*args, replayed=replayed),
        )
        seen.append(Notebook())
        train(spec("usf_init", image_size=18, batch_size=64), few, probe(few, 10), seen[-1])
    usual, other = seen
    assert same(usual.states[2], other.states[2])
    assert usual.measures == other.measures
    assert [record.train_accuracy for record in usual.records] == [
        record.train_accuracy for record in other.records
    ]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: m.fc2.weight.fill_(math.nan), "at step 3: the gradient of layer 'fc2'"),
        (lambda m: m.fc3.bias.fill_(math.inf), "at step 3: the gradient of layer 'fc3'"),
        (lambda m: m.fc1.weight.fill_(3e38), "at step 3: the outputs of 'fc3'"),
    ],
)
def test_a_loss_that_is_no_number_is_found_late_and_dated_right(few, spoil, message) -> None:
    chosen = spec("usf_sn", image_size=18, batch_size=30)
    learner = Learner(chosen, few, torch.device("cpu"), replayed=True)
    for number, batch in enumerate(learner.batches()):
        if number == 2:
            with torch.no_grad():
                spoil(learner.model)
        learner.learn(batch)
    with pytest.raises(TrainingError, match=message):
        learner.end_epoch()


def test_a_loss_that_is_no_number_stops_within_a_hundred_steps(few) -> None:
    chosen = spec("usf_sn", image_size=18, batch_size=1)
    learner = Learner(chosen, few, torch.device("cpu"), replayed=True)
    with torch.no_grad():
        learner.model.fc3.bias.fill_(math.nan)
    batches = learner.batches()
    for _ in range(99):
        learner.learn(next(batches))
    with pytest.raises(TrainingError, match="at step 1"):
        learner.learn(next(batches))
