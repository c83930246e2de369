"""Measures of learning against closed forms, and recording that leaves no trace."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import (
    RULES,
    aiming_at,
    angles,
    convert,
    effective_feedback,
    local_angle,
    record,
    sign_concordance,
    transport,
    weight_angle,
)
from feedback_atlas.models import build
from tests.worker.seeded import seeded


@given(
    degrees=st.floats(0.01, 179.99),
    exponents=st.tuples(st.integers(-40, 30), st.integers(-40, 30)),
    turn=st.floats(0, 360),
)
@settings(deadline=None)
def test_angles_whatever_the_lengths(degrees, exponents, turn) -> None:
    first, second = (math.radians(turn + extra) for extra in (0, degrees))
    u, v = (
        torch.tensor([[math.cos(angle), math.sin(angle)]], dtype=torch.float64) * 10.0**exponent
        for angle, exponent in zip((first, second), exponents, strict=True)
    )
    assert float(angles(u, v)) == pytest.approx(degrees, abs=1e-4)
    assert float(angles(u, -v)) == pytest.approx(180 - degrees, abs=1e-4)


def test_tiny_float32_errors_keep_their_angle() -> None:
    u = torch.tensor([[1e-38, 0.0], [1e-30, 1e-30]])
    v = torch.tensor([[1e-38, 0.0], [1e-30, 0.0]])
    assert angles(u, v).tolist() == pytest.approx([0, 45], abs=1e-4)


def test_exactly_zero_errors_are_counted_and_left_out_of_the_mean() -> None:
    u = torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0], [3.0, 0.0]])
    v = torch.tensor([[0.0, 2.0], [1.0, 0.0], [2.0, 0.0], [0.0, 0.0]])
    result = local_angle(u, v)
    assert result.degrees == pytest.approx((90 + 45) / 2)
    assert result.zero_error_share == 0.5
    assert result.norm_ratio == pytest.approx(math.sqrt(12) / 3)
    nothing = local_angle(torch.zeros(2, 3), torch.zeros(2, 3))
    assert (nothing.degrees, nothing.norm_ratio, nothing.zero_error_share) == (None, None, 1.0)


def test_weight_angle_and_sign_concordance() -> None:
    w = torch.tensor([[1.0, -2.0], [3.0, 0.0]])
    b = torch.tensor([[1.0, 2.0], [3.0, 0.0]])
    assert weight_angle(w, b) == pytest.approx(math.degrees(math.acos(6 / 14)))
    assert sign_concordance(w, b) == 0.75
    assert weight_angle(w, torch.ones(3, 3)) is None
    assert sign_concordance(w, torch.ones(3, 3)) is None
    assert weight_angle(w, torch.zeros(2, 2)) is None


# Closed forms for weights uniform in +-a and B0 ~ N(0, s^2): DESIGN section 5.
ORACLES = {
    "bp": 0.0,
    "usf_sn": math.degrees(math.acos(math.sqrt(3) / 2)),
    "usf_init": math.degrees(math.acos(math.sqrt(2 / math.pi) * math.sqrt(3) / 2)),
    "fa_toeplitz": 90.0,
    "fa_dense": 90.0,
    "sham": 0.0,
    "usf": math.degrees(math.acos(math.sqrt(3) / 2)),
    "brsf": math.degrees(math.acos(math.sqrt(2 / math.pi) * math.sqrt(3) / 2)),
    "kolen_pollack": 90.0,
    "weight_mirror": 90.0,
    "dfa": 90.0,
    "drtp": 90.0,
}
# Errors that come from the output have few directions, so that their angles scatter more.
DIRECT = ("dfa", "drtp")


@pytest.mark.parametrize("rule", ORACLES)
def test_angles_of_the_papers_network_at_its_first_step(rule: str) -> None:
    x = torch.randn(128, 3, 24, 24, generator=seeded(2))
    labels = torch.randint(10, (128,), generator=seeded(3))
    model = convert(
        build("moskovitz1", generator=seeded(0)), rule, generator=seeded(1), example_input=x[:1]
    )
    with record(model) as recording, aiming_at(model, labels):
        cross_entropy(model(x), labels).backward()
    measures = recording.measures()
    local = measures["local_angle"]
    assert list(local) == ["conv2", "fc1", "fc2", "fc3"]
    tolerance = 0 if rule in ("bp", "sham") else 5.0 if rule in DIRECT else 1.0
    assert sum(local.values()) / 4 == pytest.approx(ORACLES[rule], abs=tolerance)
    assert set(measures["zero_error_share"].values()) == {0.0}
    if rule in DIRECT:
        assert "weight_angle" not in measures
        return
    with_angle = [name for name in local if (rule, name) != ("fa_dense", "conv2")]
    assert list(measures["weight_angle"]) == list(measures["sign_concordance"]) == with_angle
    for name in with_angle:
        assert measures["weight_angle"][name] == pytest.approx(ORACLES[rule], abs=1.5)
        expected = 0.5 if ORACLES[rule] == 90 else 1.0
        assert measures["sign_concordance"][name] == pytest.approx(expected, abs=0.03)
    if rule in ("bp", "sham", "usf_sn", "usf"):
        assert measures["norm_ratio"]["conv2"] == pytest.approx(1, abs=0.02)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "readout_only"])
def test_recorded_errors_are_those_that_the_rule_delivers(rule: str) -> None:
    """Send the error back apart from the backward pass: it equals what the pass delivers."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.Conv2d(4, 4, (2, 3), padding="same", groups=2),
        nn.Conv2d(4, 2, 3, stride=2, padding=1, padding_mode="reflect"),
        nn.Flatten(),
        nn.Linear(18, 3),
    ).double()
    x, labels = torch.randn(5, 1, 8, 8, dtype=torch.float64), torch.tensor([0, 1, 2, 0, 1])
    convert(model, rule, example_input=x)
    reached = {}

    def keep(name: str):
        return lambda error: reached.__setitem__(name, error)

    handles = [
        model[i].register_forward_pre_hook(
            lambda _m, args, i=i: (args[0].register_hook(keep(str(i))), None)[1]
        )
        for i in (1, 2, 4)
    ]
    with record(model) as recording, aiming_at(model, labels):
        model(x).square().sum().backward()
    for handle in handles:
        handle.remove()
    assert set(recording.errors) == {"0", "1", "2", "4"}
    assert set(recording.inputs) == set(reached) == {"1", "2", "4"}
    for name, expected in reached.items():
        layer = model[int(name)]
        if rule in DIRECT:
            (delivered,) = recording.delivered[name]
            assert torch.equal(delivered, expected)
            continue
        (error,), (x,) = recording.errors[name], recording.inputs[name]
        delivered = transport(layer, effective_feedback(layer), error, x)
        torch.testing.assert_close(delivered, expected, rtol=1e-12, atol=1e-14)


def test_a_layer_called_twice_is_measured_over_both_calls() -> None:
    torch.manual_seed(0)
    first, again = nn.Linear(3, 3), nn.Linear(3, 3)
    model = nn.ModuleDict({"first": first, "again": again}).double()
    convert(model, "usf_sn")
    x = torch.randn(4, 3, dtype=torch.float64)
    with record(model) as recording:
        again(torch.tanh(again(first(x)))).square().sum().backward()
    measures = recording.measures()
    assert [len(e) for e in recording.errors["again"]] == [4, 4]
    assert 0 < measures["local_angle"]["again"] < 90


def test_recording_removes_its_hooks_and_draws_no_random_number() -> None:
    model = convert(build("moskovitz1", image_size=16), "usf_init", generator=seeded(1))
    x = torch.randn(4, 3, 16, 16, generator=seeded(2))
    state = torch.get_rng_state()
    grads = []
    for watch in (False, True):
        model.zero_grad()
        if watch:
            with record(model) as recording:
                model(x).square().sum().backward()
            recording.measures()
        else:
            model(x).square().sum().backward()
        grads.append([parameter.grad.clone() for parameter in model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*grads, strict=True))
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(module._forward_hooks for module in model.modules())
