"""Networks and settings that a rule refuses, each with its reason, the network left as it was."""

import pytest
import torch
from torch import Tensor, nn

from feedback_atlas.learning import convert


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


def test_kolen_pollack_refuses_layers_that_share_one_weight() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    with pytest.raises(ValueError, match="layers '0' and '1' share one weight"):
        convert(model, "kolen_pollack")
    assert type(model[0]) is nn.Linear
    convert(model, "fa_toeplitz")


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
