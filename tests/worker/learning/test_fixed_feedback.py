"""Fixed feedback: when it is drawn, in which precision, and how it is exported and imported."""

import pytest
import torch
from torch import nn

from feedback_atlas.learning import convert, export_feedback, import_feedback
from feedback_atlas.models import build
from tests.worker.seeded import seeded


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
