"""Gradients against BioTorch 0.0.16's, with the same feedback weights.

Where it is known to be wrong, a test says so, so that nobody takes it for a reference there.
"""

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import convert, learning_layers, sign_concordance, weight_angle
from tests.conftest import missing
from tests.worker.learning import biotorch_peer

pytestmark = pytest.mark.filterwarnings("ignore")

# Its rules by ours. "kaiming" makes its uSF take the constant that ours takes.
THEIRS = {"fa_toeplitz": "fa", "usf": "usf", "usf_init": "frsf", "dfa": "dfa"}


def options(**changes: object) -> dict[str, dict[str, object]]:
    plain = {"constrain_weights": False, "gradient_clip": False, "init": "kaiming"}
    return {"options": plain | changes}


@pytest.fixture(scope="module")
def biotorch():
    if failure := biotorch_peer.install():
        missing("BioTorch 0.0.16", f"PyPI must be reachable: {failure}")
    return biotorch_peer.load()


def convolutional() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.ReLU(),
        nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(6, 4, 2, dilation=2, bias=False), nn.ReLU(), nn.Flatten(),
        nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 5),
    ).double()  # fmt: skip


def perceptron() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(12, 9), nn.Tanh(), nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 5)
    ).double()


def batch(model: nn.Sequential) -> tuple[Tensor, Tensor]:
    shape = (6, 12) if isinstance(model[0], nn.Linear) else (6, 2, 9, 9)
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    return x, torch.arange(6) % 5


@pytest.mark.parametrize(
    ("rule", "make"),
    [
        ("fa_toeplitz", convolutional),
        ("usf", convolutional),
        ("usf_init", convolutional),
        ("dfa", perceptron),
    ],
)
def test_gradients_are_the_same(biotorch, rule: str, make) -> None:
    networks, _ = biotorch
    mine, labels = make(), batch(make())[1]
    x, _ = batch(mine)
    theirs = networks.BioModule(
        copy.deepcopy(mine), mode=THEIRS[rule], layer_config=options(), output_dim=5
    ).double()
    convert(mine, rule, generator=torch.Generator().manual_seed(2), example_input=x[:1])
    for ours, peer in zip(
        learning_layers(mine).values(), learning_layers(theirs).values(), strict=True
    ):
        if ours.own_feedback is not None:
            own = ours.own_feedback.abs() if rule == "usf_init" else ours.own_feedback
            assert peer.weight_backward.shape == own.shape
            peer.weight_backward.data.copy_(own)
    cross_entropy(mine(x), labels).backward()
    output = theirs(x, targets=labels, loss_function=cross_entropy)
    cross_entropy(output, labels).backward()
    for (name, parameter), peer_parameter in zip(
        mine.named_parameters(),
        [p for p in theirs.parameters() if p.requires_grad],
        strict=True,
    ):
        assert float(parameter.grad.abs().max()) > 1e-6, name
        torch.testing.assert_close(parameter.grad, peer_parameter.grad, rtol=1e-9, atol=1e-13)


def test_its_weight_angle_of_frsf_is_not_that_of_the_feedback_it_uses(biotorch) -> None:
    """Compare W with abs(M) as it does, which lacks the signs that its backward pass puts on."""
    _, layers = biotorch
    torch.manual_seed(0)
    peer = layers.Linear(50, 40, layer_config={"type": "frsf", **options()}).double()
    used = peer.weight_backward.detach() * peer.weight.detach().sign()
    assert sign_concordance(peer.weight.detach(), used) == 1
    assert weight_angle(peer.weight.detach(), used) < 50
    assert float(peer.compute_alignment()) > 80


def test_its_constrained_weights_do_not_learn(biotorch) -> None:
    """Check its forward pass: each makes a new Parameter, which the optimiser does not know."""
    _, layers = biotorch
    torch.manual_seed(0)
    peer = layers.Linear(
        4, 3, layer_config={"type": "fa", **options(constrain_weights=True)}
    ).double()
    optimiser = torch.optim.SGD(peer.parameters(), lr=1.0)
    before = peer.weight.detach().clone()
    for _ in range(5):
        peer(torch.ones(2, 4, dtype=torch.float64)).square().sum().backward()
        optimiser.step()
    torch.testing.assert_close(peer.weight.detach(), before)
