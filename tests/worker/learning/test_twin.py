"""Measures against backpropagation itself: what they are, and that taking them leaves no trace."""

import copy
import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import RULES, aiming_at, convert, global_measures, record
from feedback_atlas.learning.layers import FeedbackLayer
from feedback_atlas.models import build
from tests.worker.seeded import seeded


def angle(a: Tensor, b: Tensor) -> float:
    a, b = a.double().flatten(), b.double().flatten()
    return math.degrees(math.acos(min(1.0, float(a @ b / (a.norm() * b.norm())))))


def batch() -> tuple[Tensor, Tensor]:
    x = torch.randn(6, 1, 16, 16, generator=seeded(1))
    return x, torch.arange(6) % 3


def network() -> nn.Module:
    return build("moskovitz1", in_channels=1, image_size=16, num_classes=3, generator=seeded(0))


@pytest.mark.parametrize("rule", RULES)
def test_global_and_update_angles_are_those_of_a_second_network(rule: str) -> None:
    """Compare with an unconverted copy, its gradients taken the plain way."""
    x, labels = batch()
    plain = network()
    model = convert(copy.deepcopy(plain), rule, generator=seeded(2), example_input=x[:1])
    with record(model) as recording, aiming_at(model, labels):
        cross_entropy(model(x), labels).backward()
    grads = {name: p.grad for name, p in model.named_parameters()}
    measures = global_measures(model, recording, lambda: cross_entropy(model(x), labels))
    assert all(grads[name] is p.grad for name, p in model.named_parameters())
    with record(plain) as truth:
        cross_entropy(plain(x), labels).backward()
    names = ["conv1", "conv2", "fc1", "fc2", "fc3"]
    assert list(measures["global_zero_error_share"]) == names
    for name in names:
        true_errors = truth.errors[name][0].flatten(1)
        if name not in recording.errors:
            assert measures["global_zero_error_share"][name] == 1
            assert name not in measures["global_angle"]
            assert name not in measures["update_angle"]
            continue
        errors = recording.errors[name][0].flatten(1)
        expected = [angle(mine, true) for mine, true in zip(errors, true_errors, strict=True)]
        assert measures["global_angle"][name] == pytest.approx(sum(expected) / 6, abs=1e-3)
        mine, true = (
            torch.cat([p.grad.flatten() for p in getattr(m, name).parameters()])
            for m in (model, plain)
        )
        assert measures["update_angle"][name] == pytest.approx(angle(mine, true), abs=1e-3)
    assert measures["update_angle"]["fc3"] == measures["global_angle"]["fc3"] == 0
    every = [
        torch.cat(
            [torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten()
             for p in m.parameters()]
        )
        for m in (model, plain)
    ]  # fmt: skip
    assert measures["update_angle"]["all"] == pytest.approx(angle(*every), abs=1e-3)
    if rule in ("bp", "sham"):
        assert set(measures["update_angle"].values()) == {0.0}
    else:
        assert measures["update_angle"]["all"] > 1


def test_the_twin_leaves_no_trace() -> None:
    """Keep running statistics, dropout's random stream, classes and gradients as they were."""

    def noisy() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(),
            nn.Linear(4 * 14 * 14, 8), nn.ReLU(), nn.Linear(8, 3),
        )  # fmt: skip

    x, labels = batch()
    kept, losses, measures = [], [], {}
    for watched in (False, True):
        model = convert(noisy(), "usf_init", generator=seeded(2))
        torch.manual_seed(5)
        with record(model) as recording:
            loss = cross_entropy(model(x), labels)
            loss.backward()
        losses.append(float(loss.detach()))

        def again(model: nn.Module = model) -> Tensor:
            loss = cross_entropy(model(x), labels)
            losses.append(float(loss.detach()))
            return loss

        if watched:
            measures = global_measures(model, recording, again)
        kept.append(
            [torch.get_rng_state(), *model.state_dict().values(),
             *(parameter.grad for parameter in model.parameters())]
        )  # fmt: skip
        assert all(isinstance(model[i], FeedbackLayer) for i in (0, 5, 7))
    assert all(torch.equal(a, b) for a, b in zip(*kept, strict=True))
    # The twin sees what the rule saw: the very same units dropped.
    assert len(losses) == 3
    assert len(set(losses)) == 1
    assert measures["global_angle"]["7"] == 0
    assert 0 < measures["global_angle"]["0"] < 90
