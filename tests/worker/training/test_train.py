"""Training runs through the public door: what is told, and what decides it."""

import hashlib
import math

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor
from torch.nn.functional import cross_entropy

from feedback_atlas.data import probe
from feedback_atlas.learning import RULES, convert
from feedback_atlas.models import build
from feedback_atlas.training import TrainingError, derive_seed, stream, train
from feedback_atlas.training.learner import Learner
from tests.worker.training.observing import PAPER, Notebook, same, spec


def test_the_observer_is_told_everything_in_order(digits) -> None:
    seen = Notebook()
    outcome = train(spec("usf_init"), digits, probe(digits, 50), seen)
    best = outcome.best_epoch
    ends = [f"represented {epoch}" for epoch in sorted({best, 2})]
    assert seen.calls == ["feedback", "represented 0", "epoch 0", "epoch 1", "epoch 2", *ends]
    assert seen.steps == [(step, 1 + (step > 10)) for step in range(1, 21)]
    assert {step: epoch for step, (epoch, _, _) in seen.measures.items()} == {
        0: 1,
        4: 1,
        8: 1,
        12: 2,
        16: 2,
    }
    local = {"local_angle", "norm_ratio", "sign_concordance", "weight_angle", "zero_error_share"}
    against_bp = {"global_angle", "global_zero_error_share", "update_angle"}
    assert set(seen.measures[4][2]) == local
    assert set(seen.measures[0][2]) == local | against_bp
    assert seen.measures[0][2]["update_angle"]["fc3"] == 0
    assert seen.measures[0][2]["update_angle"]["all"] > 10
    assert list(seen.feedback) == ["conv2", "fc1", "fc2", "fc3"]
    first, *rest = seen.records
    assert (first.epoch, first.step, first.train_loss, first.train_accuracy) == (0, 0, None, None)
    assert first.val_loss == pytest.approx(math.log(10), abs=0.05)
    assert [(record.epoch, record.step) for record in rest] == [(1, 10), (2, 20)]
    assert rest[1].train_loss < rest[0].train_loss < 2.5
    assert all(record.seconds > 0 for record in seen.records)
    assert outcome.best_val_accuracy == max(record.val_accuracy for record in rest)
    assert not outcome.stopped
    shapes = {name: tuple(tensor.shape) for name, tensor in seen.representations[2].items()}
    assert shapes == {
        "conv1": (50, 64 * 20 * 20),
        "conv2": (50, 64 * 6 * 6),
        "fc1": (50, 384),
        "fc2": (50, 192),
        "fc3": (50, 10),
    }
    for state in seen.states.values():
        assert same(load(save(state)), state)


def test_reported_numbers_are_those_of_the_reported_weights(digits) -> None:
    """Recompute validation, test accuracy and representations the plain way."""
    seen = Notebook()
    chosen = probe(digits, 40)
    outcome = train(spec("bp"), digits, chosen, seen)
    model = build("moskovitz1", in_channels=1)

    def inputs(images: Tensor) -> Tensor:
        return (images.float() / 255 - digits.mean[0]) / digits.std[0]

    for epoch, record in enumerate(seen.records):
        model.load_state_dict(seen.weights[epoch])
        with torch.no_grad():
            logits = model(inputs(digits.val.images))
        assert record.val_accuracy == pytest.approx(
            float((logits.argmax(1) == digits.val.labels).double().mean()), abs=0.006
        )
        assert record.val_loss == pytest.approx(
            float(cross_entropy(logits, digits.val.labels)), rel=1e-4
        )
    model.load_state_dict(seen.weights[outcome.best_epoch])
    with torch.no_grad():
        logits = model(inputs(digits.test.images))
        conv1 = model.conv1(inputs(chosen.images)).flatten(1)
    assert outcome.test_loss == pytest.approx(
        float(cross_entropy(logits, digits.test.labels)), rel=1e-4
    )
    assert outcome.test_accuracy == pytest.approx(
        float((logits.argmax(1) == digits.test.labels).double().mean()), abs=0.003
    )
    represented = seen.representations[outcome.best_epoch]["conv1"]
    torch.testing.assert_close(represented, conv1, rtol=1e-3, atol=1e-5)


def test_one_step_is_adam_on_the_rules_gradients(few) -> None:
    """Make the first update by an Adam and a network put together by hand."""
    seen = Notebook()
    chosen = spec("fa_toeplitz", image_size=18, augment=False, epochs=1, batch_size=300, lr=0.01)
    train(chosen, few, probe(few, 10), seen)
    model = build("moskovitz1", image_size=18, num_classes=3, generator=stream(0, "weights"))
    assert same(dict(model.state_dict()), seen.weights[0])
    convert(model, "fa_toeplitz", feedback_scale=0.01, generator=stream(0, "feedback"))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    images = few.train.images[:, :, 1:19, 1:19].float() / 255
    loss = cross_entropy(model((images - 0.5) / 0.3), few.train.labels)
    loss.backward()
    optimiser.step()
    assert seen.measures[0][1] == pytest.approx(float(loss.detach()), rel=1e-5)
    for name, tensor in model.state_dict().items():
        # Adam's first step is the learning rate in the gradient's direction, whatever its size,
        # so entries whose gradient is rounding noise may differ; few do.
        differing = (tensor - seen.weights[1][name]).abs() > 1e-4
        assert float(differing.double().mean()) < 0.01, name


def test_the_leftover_batch_is_learned_from(few) -> None:
    seen = Notebook()
    train(spec(image_size=18, epochs=1, batch_size=128), few, probe(few, 10), seen)
    assert seen.records[1].step == 3


@pytest.mark.parametrize("rule", RULES)
def test_measuring_changes_no_bit(few, rule) -> None:
    weights = []
    for every in (0, 1):
        seen = Notebook()
        chosen = spec(
            rule,
            image_size=16,
            epochs=1,
            batch_size=15,
            track_every=2 * every,
            track_global_every=5 * every,
        )
        train(chosen, few, probe(few, 10), seen)
        assert seen.records[1].step == 20
        assert list(seen.measures) == ([0, 2, 4, 5, 6, 8, 10, 12, 14, 15, 16, 18] if every else [])
        weights.append(seen.weights[1])
    assert same(*weights)


def test_rules_of_one_seed_share_weights_batches_and_crops(few) -> None:
    """Compare first batches: the loss is the same for all; what is learned from it is not."""
    runs = {}
    for rule in RULES:
        runs[rule] = Notebook()
        train(
            spec(rule, image_size=18, epochs=1, weight_decay=0.0, feedback_scale=0.1),
            few,
            probe(few, 10),
            runs[rule],
        )
    bp = runs.pop("bp")
    for rule, seen in runs.items():
        assert same(seen.weights[0], bp.weights[0])
        assert seen.measures[0][1] == bp.measures[0][1]
        for stream_name in ("order", "augmentation"):
            key = f"generator.{stream_name}"
            assert torch.equal(seen.states[1][key], bp.states[1][key])
        for name in ("conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight"):
            equal = torch.equal(seen.weights[1][name], bp.weights[1][name])
            assert equal == (rule == "sham"), (rule, name)


def test_rules_of_independent_initialisation_differ_in_their_first_weights_alone(few) -> None:
    """Compare with the other arm: batches, crops and feedback are its own; weights are not."""
    shared, own, again = (
        {rule: Notebook() for rule in ("bp", "fa_toeplitz", "usf_init")} for _ in range(3)
    )
    for runs, arm in ((shared, "shared"), (own, "independent"), (again, "independent")):
        for rule, seen in runs.items():
            train(
                spec(rule, image_size=18, epochs=1, initialisation=arm), few, probe(few, 10), seen
            )
    first = [seen.weights[0]["conv1.weight"] for runs in (shared, own) for seen in runs.values()]
    different = {tensor.numpy().tobytes() for tensor in first}
    assert len(different) == 1 + len(own)
    for rule, seen in own.items():
        assert same(seen.weights[1], again[rule].weights[1])
        assert same(seen.feedback, shared[rule].feedback)
        for stream_name in ("order", "augmentation"):
            key = f"generator.{stream_name}"
            assert torch.equal(seen.states[1][key], shared[rule].states[1][key])
    assert own["usf_init"].feedback


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        # Printed by the release of before there were two arms.
        ("bp", "e79c33854080dd0e", 2.391597967041889),
        ("usf_init", "e79c33854080dd0e", 2.373337244556751),
    ],
)
def test_shared_initialisation_is_what_it_always_was(few, rule, first, last) -> None:
    seen = Notebook()
    train(spec(rule, image_size=18, epochs=1), few, probe(few, 10), seen)
    digest = hashlib.sha256(seen.weights[0]["conv1.weight"].numpy().tobytes()).hexdigest()
    assert digest.startswith(first)
    # To rounding: sums of products may be taken in another order elsewhere.
    assert seen.weights[1]["conv1.weight"].double().sum().item() == pytest.approx(last, rel=1e-4)


def test_seeds_differ_and_the_global_generator_plays_no_part(few) -> None:
    finals = []
    for seed, noise in ((0, 1), (0, 2), (1, 1)):
        torch.manual_seed(noise)
        state = torch.get_rng_state()
        seen = Notebook()
        train(spec(seed=seed, image_size=18, epochs=1), few, probe(few, 10), seen)
        assert torch.equal(torch.get_rng_state(), state)
        finals.append(seen.weights[1])
    assert same(finals[0], finals[1])
    assert not torch.equal(finals[0]["fc3.bias"], finals[2]["fc3.bias"])
    assert len({derive_seed(seed, p) for seed in (0, 1) for p in ("weights", "order")}) == 4


@pytest.mark.parametrize("steps", [0, 3, 7])
def test_a_stop_is_honoured_before_the_next_step(few, steps) -> None:
    seen = Notebook(stop_at=lambda done: done >= steps)
    outcome = train(spec(image_size=18, epochs=4, batch_size=64), few, probe(few, 10), seen)
    assert outcome.stopped
    assert len(seen.steps) == steps
    assert (outcome.test_accuracy, outcome.test_loss) == (None, None)
    assert outcome.best_epoch == steps // 5
    assert (outcome.best_val_accuracy is None) == (outcome.best_epoch == 0)
    assert list(seen.states) == list(range(steps // 5 + 1))


@pytest.mark.parametrize(
    ("rule", "hint"),
    [("usf_sn", r"below 1e\+20$"), ("fa_toeplitz", r"below 1e\+20 or another feedback scale")],
)
def test_a_loss_that_is_no_number_stops_with_the_layer_and_a_hint(few, rule, hint) -> None:
    seen = Notebook()
    with pytest.raises(TrainingError, match=r"at step \d+: the .* layer '\w+'.*" + hint):
        train(spec(rule, image_size=18, lr=1e20, epochs=5), few, probe(few, 10), seen)
    # What was stored last is a good checkpoint, whichever epoch it is of.
    assert seen.states
    for state in seen.states.values():
        assert all(t.isfinite().all() for t in state.values() if t.is_floating_point())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: m.conv2.bias.fill_(math.inf), "the gradient of layer 'conv2' was not finite"),
        (lambda m: m.fc2.weight.fill_(math.nan), "the gradient of layer 'fc2' was not finite"),
        (lambda m: m.fc1.weight.fill_(3e38), "the output of layer 'fc1' is the first"),
        (lambda m: m.fc3.bias[0].fill_(3e38), "the outputs of layer 'fc3' are too large"),
    ],
)
def test_the_layer_where_numbers_end_is_named(few, spoil, message) -> None:
    learner = Learner(spec("usf_sn", image_size=18), few, torch.device("cpu"))
    learner.learn(torch.arange(10))
    with torch.no_grad():
        spoil(learner.model)
    with pytest.raises(TrainingError, match=f"at step 2: {message}"):
        learner.learn(torch.arange(10))


def test_a_gradient_that_overflows_at_an_epochs_last_step_is_found_by_validation(few) -> None:
    """Check that the checkpoint of the epoch before stays the last one."""

    class Spoiling(Notebook):
        def progressed(self, step: int, epoch: int) -> None:
            super().progressed(step, epoch)
            if step == 10:
                with torch.no_grad():
                    learners[0].model.conv1.weight.fill_(math.nan)

    learners: list[Learner] = []

    class Caught(Learner):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)
            learners.append(self)

    seen = Spoiling()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedback_atlas.training.loop.Learner", Caught)
        with pytest.raises(TrainingError, match=r"validation loss became nan at step 10.*'conv1'"):
            train(spec(image_size=18, batch_size=64, epochs=3), few, probe(few, 10), seen)
    assert list(seen.states) == [0, 1]


@pytest.mark.parametrize("rule", ["usf_sn", "dfa", "weight_mirror"])
def test_two_runs_of_one_seed_are_bit_identical(few, rule) -> None:
    runs = []
    for _ in range(2):
        seen = Notebook()
        outcome = train(spec(rule, image_size=18, epochs=1), few, probe(few, 10), seen)
        runs.append((seen.states[1], outcome, seen.measures))
    assert same(runs[0][0], runs[1][0])
    assert runs[0][1:] == runs[1][1:]


def test_a_rule_that_the_architecture_cannot_take_is_refused_in_words(few) -> None:
    residual = spec("dfa", architecture="resnet20", image_size=18)
    with pytest.raises(ValueError, match="dfa is defined for a chain of layers"):
        train(residual, few, probe(few, 10), Notebook())


def test_a_spec_that_cannot_be_trained_is_refused(few) -> None:
    for changes, message in (
        ({"epochs": 0}, "epochs is 0; it must be at least 1"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"track_every": -1}, "track_every is -1"),
        ({"track_global_every": -1}, "track_global_every is -1"),
        ({"rule": "usf_init", "feedback_scale": 0}, "feedback_scale is 0"),
        ({"rule": "hebb"}, "unknown learning rule 'hebb'"),
        ({"lr": math.nan}, "lr is nan"),
        ({"weight_decay": -0.1}, "weight_decay is -0.1"),
    ):
        with pytest.raises(ValueError, match=message):
            spec(**changes)
    for changes, message in (
        ({"architecture": "net"}, "unknown architecture 'net'"),
        ({"image_size": 21}, "image_size is 21, but the images of few have 20"),
        ({"image_size": 8}, "at least 16 pixels"),
    ):
        with pytest.raises(ValueError, match=message):
            train(spec(**({"image_size": 18} | changes)), few, probe(few, 10), Notebook())


def test_sign_rules_learn_the_digits_and_random_feedback_lags(digits) -> None:
    accuracy = {
        rule: train(
            spec(rule, epochs=3, track_every=0), digits, probe(digits, 10), Notebook()
        ).best_val_accuracy
        for rule in PAPER
    }
    assert min(accuracy[rule] for rule in ("bp", "usf_init", "usf_sn")) > 0.7
    assert max(accuracy[rule] for rule in ("fa_dense", "fa_toeplitz")) < 0.5


@pytest.mark.slow
def test_the_papers_order_on_digits(digits) -> None:
    accuracy = {
        rule: train(
            spec(rule, epochs=10, track_every=10), digits, probe(digits, 100), Notebook()
        ).best_val_accuracy
        for rule in PAPER
    }
    assert min(accuracy[rule] for rule in ("bp", "usf_init", "usf_sn")) >= 0.95
    assert max(accuracy[rule] for rule in ("fa_dense", "fa_toeplitz")) < 0.85
