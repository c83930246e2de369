"""Converting networks: what stays, what is refused, and when feedback is drawn."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import (
    RULES,
    aiming_at,
    convert,
    export_feedback,
    import_feedback,
    learning_layers,
    registry,
)
from feedback_atlas.learning.autograd_functions import LinearFeedback
from feedback_atlas.learning.layers import DENSE
from feedback_atlas.learning.rule import Rule
from feedback_atlas.models import build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

OTHERS = [rule for rule in RULES if rule != "bp"]


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


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


@pytest.mark.parametrize("rule", RULES)
def test_state_dict_parameters_and_forward_stay(rule: str) -> None:
    plain = build("moskovitz1", generator=seeded(0))
    before = dict(plain.named_parameters())
    expected = {name: tensor.clone() for name, tensor in plain.state_dict().items()}
    x = torch.randn(4, 3, 24, 24, generator=seeded(1))
    output = plain(x)
    global_state = torch.get_rng_state()
    model = convert(plain, rule, generator=seeded(1), example_input=x)
    assert model is plain
    assert torch.equal(torch.get_rng_state(), global_state)
    after = dict(model.named_parameters())
    assert all(after[name] is parameter for name, parameter in before.items())
    state = model.state_dict()
    assert list(state) == list(expected)
    assert all(torch.equal(state[name], tensor) for name, tensor in expected.items())
    with aiming_at(model, torch.zeros(4, dtype=torch.long)):
        assert torch.equal(model(x), output)
    for layer in learning_layers(model).values():
        assert (type(layer) in (nn.Conv2d, nn.Linear)) == (rule == "bp")


def test_leading_dimensions_and_single_images_work() -> None:
    x = torch.randn(5, 2, 3, dtype=torch.float64, generator=seeded(0))
    plain = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)).double()
    model = convert(copy.deepcopy(plain), "fa_toeplitz")
    assert torch.equal(model(x), plain(x))
    d = torch.randn(5, 2, 2, dtype=torch.float64, generator=seeded(1))
    model(x).backward(d)
    expected = torch.einsum("abo,oh,abi->hi", d, model[1].own_feedback, x)
    torch.testing.assert_close(model[0].weight.grad, expected)

    convs = two_convs(kernel_size=3)
    image = torch.randn(3, 8, 8, dtype=torch.float64, generator=seeded(2))
    expected = convs(image)
    assert torch.equal(convert(convs, "fa_dense")(image), expected)


def test_dense_feedback_is_drawn_at_need_and_whatever_the_order() -> None:
    x = torch.randn(2, 3, 24, 24, generator=seeded(0))
    eager = convert(
        build("moskovitz1", generator=seeded(0)), "fa_dense", generator=seeded(1), example_input=x
    )
    lazy = convert(build("moskovitz1", generator=seeded(0)), "fa_dense", generator=seeded(1))
    assert lazy.conv2.own_feedback is None
    with torch.no_grad():
        lazy(x)
    assert lazy.conv2.own_feedback is None
    lazy(x)
    drawn = export_feedback(lazy)
    assert lazy.conv1.own_feedback is None
    assert drawn["conv2"].shape == (2304, 6400)
    for name, tensor in export_feedback(eager).items():
        assert torch.equal(tensor, drawn[name])
    assert abs(float(drawn["conv2"].std()) - 0.1) < 1e-3

    alone = convert(build("moskovitz1", generator=seeded(0)), "fa_dense", generator=seeded(1))
    alone.conv2(torch.zeros(1, 64, 10, 10, requires_grad=True))
    assert torch.equal(alone.conv2.own_feedback, drawn["conv2"])


def test_another_image_size_is_refused_by_dense_feedback() -> None:
    model = convert(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3)), "fa_dense")
    model(torch.zeros(1, 1, 8, 8))
    with pytest.raises(ValueError, match="one image size"):
        model(torch.zeros(1, 1, 9, 9))


def test_example_input_leaves_batch_statistics_and_modes_alone() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Conv2d(2, 2, 3))
    model[2].eval()
    expected = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    convert(model, "fa_dense", generator=seeded(0), example_input=torch.randn(2, 1, 8, 8))
    assert all(torch.equal(tensor, expected[name]) for name, tensor in model.state_dict().items())
    assert [module.training for module in model] == [True, True, False, True]
    assert model[3].own_feedback is not None


def test_feedback_goes_out_and_comes_back() -> None:
    x = torch.zeros(1, 3, 16, 16)

    def network(seed: int) -> nn.Module:
        model = build("moskovitz1", image_size=16)
        return convert(model, "fa_dense", generator=seeded(seed), example_input=x)

    first, second = network(1), network(2)
    tensors = export_feedback(first)
    assert not torch.equal(tensors["fc1"], second.fc1.own_feedback)
    import_feedback(second, tensors)
    for name, tensor in export_feedback(second).items():
        assert torch.equal(tensor, tensors[name])
    with pytest.raises(ValueError, match="lack the fixed feedback of layers"):
        import_feedback(second, {"fc1": tensors["fc1"]})
    with pytest.raises(ValueError, match="no layers"):
        import_feedback(second, {**tensors, "fc9": tensors["fc1"]})
    with pytest.raises(ValueError, match="'fc1' has shape"):
        import_feedback(second, {**tensors, "fc1": tensors["fc2"]})
    assert export_feedback(convert(build("moskovitz1"), "usf_sn")) == {}
    assert export_feedback(build("moskovitz1")) == {}


def test_feedback_is_the_same_in_every_precision() -> None:
    single = convert(
        nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), "usf_init", generator=seeded(5)
    )
    double = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)).double()
    convert(double, "usf_init", generator=seeded(5))
    assert double[1].own_feedback.dtype == torch.float64
    assert torch.equal(double[1].own_feedback.float(), single[1].own_feedback)


def test_what_cannot_be_converted_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown learning rule 'fa'; it must be one of bp"):
        convert(nn.Linear(2, 2), "fa")
    with pytest.raises(ValueError, match="no Conv2d or Linear"):
        convert(nn.ReLU(), "bp")
    with pytest.raises(ValueError, match="feedback_scale is -1"):
        convert(nn.Linear(2, 2), "usf_init", feedback_scale=-1)
    with pytest.raises(ValueError, match="feedback_decay is 1"):
        convert(nn.Linear(2, 2), "kolen_pollack", feedback_decay=1)
    with pytest.raises(ValueError, match="mirror_rate is 0"):
        convert(nn.Linear(2, 2), "weight_mirror", mirror_rate=0)
    with pytest.raises(ValueError, match="normalization is 'nuclear'"):
        convert(nn.Linear(2, 2), "usf_sn", normalization="nuclear")
    with pytest.raises(ValueError, match="usf_sn takes no mirror_rate; it takes normalization"):
        convert(nn.Linear(2, 2), "usf_sn", mirror_rate=0.1)
    with pytest.raises(ValueError, match="usf takes no normalization; it takes no setting"):
        convert(nn.Linear(2, 2), "usf", normalization="spectral")
    converted = convert(nn.Sequential(nn.Linear(2, 2)), "usf_sn")
    with pytest.raises(ValueError, match="converted before"):
        convert(converted, "usf_sn")

    class Scaled(nn.Linear):
        pass

    with pytest.raises(ValueError, match="is a Scaled"):
        convert(nn.Sequential(Scaled(2, 2)), "usf_sn")


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


def test_kolen_pollack_refuses_layers_that_share_one_weight() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    with pytest.raises(ValueError, match="layers '0' and '1' share one weight"):
        convert(model, "kolen_pollack")
    assert type(model[0]) is nn.Linear
    convert(model, "fa_toeplitz")


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


class Residual(nn.Module):
    """A layer with a way around it."""

    def __init__(self, *, project: bool = False, twice: bool = False, at_end: bool = False) -> None:
        super().__init__()
        self.first, self.inner, self.last = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.projection = nn.Linear(4, 4) if project else nn.Identity()
        self.twice, self.at_end = twice, at_end

    def forward(self, x: Tensor) -> Tensor:
        h = torch.tanh(self.first(x))
        if self.twice:
            return self.last(self.inner(self.inner(h)))
        if self.at_end:
            return self.last(h) + h
        return self.last(torch.tanh(self.inner(h)) + self.projection(h))


@pytest.mark.parametrize("rule", ["dfa", "drtp"])
def test_direct_feedback_refuses_what_is_no_chain_and_leaves_it_as_it_was(rule: str) -> None:
    x = torch.zeros(1, 3)
    for shape in ({}, {"project": True}, {"at_end": True}):
        model = Residual(**shape)
        with pytest.raises(ValueError, match=f"{rule} is defined for a chain.*without passing"):
            convert(model, rule, example_input=x)
        assert type(model.first) is nn.Linear
        assert not hasattr(model.first, "rule")
        assert model(x).requires_grad
    with pytest.raises(ValueError, match="pass example_input"):
        convert(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), rule)
    for other in ("sham", "readout_only", "kolen_pollack", "usf_sn", "fa_dense"):
        assert convert(Residual(twice=True), other, example_input=x)(x).shape == (1, 4)


def test_targets_are_asked_for() -> None:
    x = torch.zeros(2, 3)
    model = convert(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), "drtp", example_input=x)
    with torch.no_grad():
        model(x)
    with pytest.raises(RuntimeError, match="aiming_at"):
        model(x)


def test_a_copy_of_a_converted_network_is_a_network_of_its_own() -> None:
    x, labels = torch.randn(4, 3, generator=seeded(0)), torch.tensor([0, 1, 1, 0])
    for rule in ("dfa", "brsf"):
        model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
        convert(model, rule, generator=seeded(1), example_input=x)
        other = copy.deepcopy(model)
        for network in (model, other):
            cross_entropy(network(x), labels).backward()
        assert torch.equal(model[0].weight.grad, other[0].weight.grad)
        assert other[2].rule is not model[2].rule


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
