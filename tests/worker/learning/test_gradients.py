"""Gradients of converted networks: bit-equal where a rule changes nothing, else by hand."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import RULES, aiming_at, convert, registry
from feedback_atlas.learning.autograd_functions import LinearFeedback
from feedback_atlas.learning.layers import DENSE
from feedback_atlas.learning.rule import Rule
from feedback_atlas.models import build
from tests.worker.seeded import seeded

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

OTHERS = [rule for rule in RULES if rule != "bp"]


def two_convs(**second: object) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 4, **second)).double()


class DenseSham(Rule):
    """Dense feedback that is the convolution's own matrix."""

    layer_types = DENSE

    def __init__(self) -> None:
        self.matrix = torch.empty(0)

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        return self.matrix if weight.dim() == 4 else weight


geometries = st.fixed_dictionaries(
    {
        "kernel_size": st.tuples(st.integers(1, 3), st.integers(1, 4)),
        "dilation": st.integers(1, 2),
        "groups": st.sampled_from([1, 2, 4]),
        "bias": st.booleans(),
        "padding_mode": st.sampled_from(["zeros", "reflect", "circular", "replicate"]),
    }
).flatmap(
    lambda fixed: st.one_of(
        st.fixed_dictionaries({"stride": st.integers(1, 3), "padding": st.integers(0, 2)}),
        st.just({"padding": "same"}),
        st.just({"padding": "valid"}),
    ).map(lambda varied: fixed | varied)
)


@given(geometry=geometries, rule=st.sampled_from(OTHERS))
@settings(deadline=None, max_examples=120)
def test_forward_and_parameter_gradients_of_one_error_are_bit_equal(geometry, rule) -> None:
    x = torch.randn(2, 3, 12, 12, dtype=torch.float64, generator=seeded(1))
    plain = two_convs(**geometry)
    headed = [nn.Sequential(*copy.deepcopy(plain), nn.Flatten()) for _ in range(2)]
    converted = convert(headed[1], rule, generator=seeded(2), example_input=x[:1])
    plain = headed[0]
    with aiming_at(converted, torch.tensor([0, 1])):
        outputs = [model(x) for model in headed]
    assert torch.equal(*outputs)
    for output in outputs:
        output.backward(torch.ones_like(output))
    for mine, theirs in zip(converted[2].parameters(), plain[2].parameters(), strict=True):
        assert torch.equal(mine.grad, theirs.grad)
    if rule == "readout_only":
        assert converted[0].weight.grad is None
    elif rule != "sham":
        assert not torch.equal(converted[0].weight.grad, plain[0].weight.grad)


@given(geometry=geometries)
@settings(deadline=None, max_examples=60)
def test_feedback_equal_to_the_weight_is_backpropagation(geometry) -> None:
    x = torch.randn(2, 3, 12, 12, dtype=torch.float64, generator=seeded(1))
    plain = two_convs(**geometry)
    sham = convert(copy.deepcopy(plain), "sham")
    for model in (plain, sham):
        model(x).square().sum().backward()
    for mine, theirs in zip(sham.parameters(), plain.parameters(), strict=True):
        assert torch.equal(mine.grad, theirs.grad)


def test_dense_feedback_equal_to_the_convolution_is_backpropagation(monkeypatch) -> None:
    x = torch.randn(2, 3, 9, 9, dtype=torch.float64, generator=seeded(1))
    plain = two_convs(kernel_size=3, stride=2, padding=1, groups=2)
    dense = copy.deepcopy(plain)
    monkeypatch.setattr(registry, "RULES", {"dense_sham": DenseSham})
    convert(dense, "dense_sham")
    basis = torch.eye(4 * 7 * 7, dtype=torch.float64).reshape(-1, 4, 7, 7)
    layer = plain[2]
    columns = torch.conv2d(basis, layer.weight.detach(), None, 2, 1, 1, 2)
    dense[2].rule.matrix = columns.flatten(1).t().contiguous()
    for model in (plain, dense):
        model(x).square().sum().backward()
    for mine, theirs in zip(dense.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-12, atol=1e-12)


class Twice(nn.Module):
    """One convolution that computes twice, under two names."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.start, self.shared = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3, padding=1)
        self.again = self.shared
        self.head = nn.Linear(72, 2)
        self.double()

    def forward(self, x: Tensor) -> Tensor:
        h = torch.tanh(self.shared(torch.tanh(self.start(x))))
        return self.head(torch.tanh(self.again(h)).flatten(1))


@pytest.mark.parametrize("rule", OTHERS)
def test_a_layer_that_computes_twice_has_one_feedback_for_both(rule: str) -> None:
    x = torch.randn(2, 1, 8, 8, dtype=torch.float64, generator=seeded(0))
    plain = Twice()
    if rule in ("dfa", "drtp"):
        with pytest.raises(ValueError, match="layer 'shared' computes 2 times"):
            convert(plain, rule, example_input=x)
        assert type(plain.shared) is nn.Conv2d
        return
    model = convert(copy.deepcopy(plain), rule, generator=seeded(1), example_input=x)
    assert model.again is model.shared
    assert torch.equal(model(x), plain(x))
    for network in (model, plain):
        network(x).square().sum().backward()
    assert torch.equal(model.head.weight.grad, plain.head.weight.grad)
    if rule == "readout_only":
        return
    # By hand: both errors go down through the same feedback, as through the weight twice.
    with torch.no_grad():
        feedback = model.shared.effective_feedback()
        first = torch.tanh(plain.start(x))
        second = torch.tanh(plain.shared(first))
        third = torch.tanh(plain.shared(second))
        output = plain.head(third.flatten(1))
        d = ((2 * output) @ model.head.effective_feedback()).reshape(third.shape)
        for inner in (third, second, first):
            d = d * (1 - inner**2)
            if inner is not first:
                d = (
                    (d.flatten(1) @ feedback).reshape(first.shape)
                    if feedback.dim() == 2
                    else torch.conv_transpose2d(d, feedback, padding=1)
                )
    expected = torch.nn.grad.conv2d_weight(x, plain.start.weight.shape, d)
    torch.testing.assert_close(model.start.weight.grad, expected)


@pytest.mark.parametrize("rule", RULES)
def test_residual_networks_with_batch_normalisation(rule: str) -> None:
    if rule in ("dfa", "drtp"):
        return

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(2, 4, 3), nn.Conv2d(4, 4, 3, padding=1, bias=False)
            self.norm, self.head = nn.BatchNorm2d(4), nn.Linear(4, 3)

        def forward(self, x: Tensor) -> Tensor:
            h = torch.relu(self.conv1(x))
            h = torch.relu(self.norm(self.conv2(h)) + h)
            return self.head(h.mean((2, 3)))

    torch.manual_seed(0)
    x = torch.randn(5, 2, 6, 6, dtype=torch.float64, generator=seeded(0))
    labels = torch.arange(5) % 3
    plain = Block().double()
    other = convert(copy.deepcopy(plain), rule, generator=seeded(1), example_input=x)
    for model in (plain, other):
        output = model(x)
        cross_entropy(output, labels).backward()
    assert torch.equal(plain.norm.running_mean, other.norm.running_mean)
    assert torch.equal(plain.head.weight.grad, other.head.weight.grad)
    if rule == "readout_only":
        assert other.conv1.weight.grad is None
    else:
        same = torch.equal(plain.conv1.weight.grad, other.conv1.weight.grad)
        assert same == (rule in ("bp", "sham"))


def test_a_layer_never_falls_back_to_backpropagation_in_silence() -> None:
    layer = convert(nn.Sequential(nn.Linear(2, 2)), "fa_toeplitz")[0]
    with torch.no_grad():
        assert layer.feedback_for(torch.zeros(1, 2, requires_grad=True)) is None
    x = torch.zeros(1, 2, requires_grad=True)
    output = LinearFeedback.apply(x, layer.weight, layer.bias, None)
    with pytest.raises(RuntimeError, match="without feedback"):
        output.sum().backward()


@pytest.mark.parametrize("rule", RULES)
def test_vmap_over_weights_equals_a_loop_and_the_whole_network_compiles(rule: str) -> None:
    x = torch.randn(3, 3, 16, 16, dtype=torch.float64, generator=seeded(0))
    labels = torch.tensor([1, 5, 9])
    model = build("moskovitz1", image_size=16, generator=seeded(0)).double()
    convert(model, rule, generator=seeded(1), example_input=x)
    stack = {
        name: torch.stack([p.detach(), p.detach() * 1.5]) for name, p in model.named_parameters()
    }

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        with aiming_at(model, labels):
            return cross_entropy(functional_call(model, parameters, (x,)), labels)

    together = vmap(grad(loss))(stack)
    for i in range(2):
        alone = grad(loss)({name: tensor[i] for name, tensor in stack.items()})
        for name, expected in alone.items():
            torch.testing.assert_close(together[name][i], expected, rtol=1e-10, atol=1e-14)
    # Each rule compiles afresh: PyTorch keeps only a few versions of one forward method.
    torch.compiler.reset()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    with aiming_at(model, labels):
        logits = compiled(x)
    cross_entropy(logits, labels).backward()
    for name, parameter in model.named_parameters():
        mine = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        torch.testing.assert_close(mine, together[name][0], rtol=1e-10, atol=1e-14)
