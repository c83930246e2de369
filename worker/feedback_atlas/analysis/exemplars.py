"""Importance of a convolution's channels for a class, and the images that drive a channel most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.learning import backpropagating, evaluating

_BATCH = 250


@dataclass(frozen=True, slots=True)
class ChannelImportance:
    """Importance of each channel of a layer for a class.

    ``values`` (n_channels,) float64, at least 0. ``n_images`` of the class were averaged over.
    """

    values: FloatArray
    n_images: int

    def top(self, count: int) -> NDArray[np.int64]:
        """Return the most important channels, (count,) int64, most important first.

        Channels that tie come in their own order. Fewer where the layer has fewer channels.
        """
        return np.argsort(-self.values, kind="stable")[:count]


@dataclass(frozen=True, slots=True)
class Exemplars:
    """The images that activate a channel most, the most activating first.

    ``images`` (count,) int64 positions in the given set; ``activations`` (count,) float64, the
    channel's mean over positions.
    """

    images: NDArray[np.int64]
    activations: FloatArray


def channel_importance(
    model: nn.Module,
    layer: str,
    inputs: Tensor,
    labels: Tensor,
    class_index: int,
    *,
    of_prediction: bool = False,
) -> ChannelImportance:
    """Return the gradient-weighted mean activation of each channel over the images of one class.

    With A_k the map of channel k at the layer's output (before the ReLU, as all representations
    here) and y the logit, an image gives |mean(dy/dA_k) * mean(A_k)|, means over positions; the
    importance is the mean over images. The mean gradient is Grad-CAM's weight of a channel. The
    absolute value, taken image by image as in Lance & Kieu's code, counts a channel that speaks
    against the class as much as one that speaks for it.

    y is the class's own logit, so that networks are compared on one question; Lance & Kieu take
    the logit of whatever class the network predicts, which ``of_prediction`` does too. The two
    differ where the network is wrong: for most images of a network trained by feedback alignment.

    The gradient is true backpropagation's, also where the network learned by another rule: it
    asks what the network computes, not what it was told. Nothing in the network changes.

    Args:
        model: maps inputs to logits (n, n_classes); seen in evaluation mode.
        layer: name of a Conv2d layer in it.
        inputs: (n, channels, height, width), as the network takes them (normalised), on its device.
        labels: (n,) int64, their classes.
        class_index: the class whose images are averaged over.
        of_prediction: take the predicted class's logit instead of the class's.

    Returns:
        The importance of each of the layer's channels.

    Raises:
        ValueError: if the layer is not a Conv2d that is used once, no image is of the class, the
            network has no such class, or an activation or gradient is not finite.

    Source: Selvaraju et al. (2017), eq. 1, for the weights; Lance & Kieu (2026).
    """
    chosen = inputs[labels == class_index]
    if len(chosen) == 0:
        raise ValueError(f"none of the {len(labels)} images is of class {class_index}")
    total: Tensor | float = 0.0
    with evaluating(model), backpropagating(model), torch.enable_grad():
        for batch in torch.split(chosen, _BATCH):
            maps, logits = _seen(model, layer, batch)
            if not 0 <= class_index < logits.shape[1]:
                raise ValueError(
                    f"class {class_index} is not among the network's {logits.shape[1]} classes"
                )
            wanted = torch.full_like(logits[:, 0], class_index, dtype=torch.long)
            asked = logits.argmax(dim=1) if of_prediction else wanted
            scores = logits.gather(1, asked[:, None])
            # Images do not touch each other in evaluation mode: the sum has each one's gradient.
            (gradients,) = torch.autograd.grad(scores.sum(), maps)
            weights, activations = (x.detach().double().mean(dim=(2, 3)) for x in (gradients, maps))
            total = total + (weights * activations).abs().sum(dim=0)
    assert isinstance(total, Tensor)
    values: FloatArray = (total / len(chosen)).cpu().numpy()
    if not np.isfinite(values).all():
        raise ValueError(f"an activation or gradient at layer {layer!r} is not finite")
    return ChannelImportance(values, len(chosen))


def exemplars(
    model: nn.Module, layer: str, channel: int, inputs: Tensor, count: int = 9
) -> Exemplars:
    """Find the images that activate a channel most.

    An image's activation is the channel's mean over positions, the mean that importance weighs.

    Args:
        model: the network, seen in evaluation mode; nothing in it changes.
        layer: name of a Conv2d layer in it.
        channel: of that layer.
        inputs: (n, channels, height, width), as the network takes them, on its device.
        count: how many images to return; all where there are fewer.

    Returns:
        The images, those that tie in their own order.

    Raises:
        ValueError: if the layer is not a Conv2d that is used once or has no such channel, the
            count is below 1, there is no image, or an activation is not finite.

    Source: Lance & Kieu (2026).
    """
    if count < 1:
        raise ValueError(f"count is {count}; at least 1 image must be asked for")
    if len(inputs) == 0:
        raise ValueError("there is no image to choose from")
    means = []
    with evaluating(model), torch.no_grad():
        for batch in torch.split(inputs, _BATCH):
            maps, _ = _seen(model, layer, batch)
            if not 0 <= channel < maps.shape[1]:
                raise ValueError(f"layer {layer!r} has {maps.shape[1]} channels, no {channel}")
            means.append(maps[:, channel].double().mean(dim=(1, 2)).cpu())
    activations = torch.cat(means).numpy()
    if not np.isfinite(activations).all():
        raise ValueError(f"an activation at layer {layer!r} is not finite")
    best = np.argsort(-activations, kind="stable")[:count]
    return Exemplars(best, activations[best])


def _seen(model: nn.Module, layer: str, batch: Tensor) -> tuple[Tensor, Tensor]:
    """Return a Conv2d's output (n, n_channels, h, w) and the logits of one forward pass."""
    convolutions = {n: m for n, m in model.named_modules() if isinstance(m, nn.Conv2d)}
    if layer not in convolutions:
        raise ValueError(
            f"{layer!r} is not a convolution of this network; choose one of "
            f"{', '.join(convolutions) or 'none'}"
        )
    calls: list[Tensor] = []

    def keep(_module: nn.Module, _args: object, output: Tensor) -> Tensor:
        # A leaf where the network's weights are frozen, so that there is a gradient to take.
        kept = output if output.requires_grad else output.requires_grad_(torch.is_grad_enabled())
        calls.append(kept)
        # What comes next may work in place.
        return kept.clone()

    handle = convolutions[layer].register_forward_hook(keep)
    try:
        logits: Tensor = model(batch)
    finally:
        handle.remove()
    if len(calls) != 1:
        raise ValueError(f"layer {layer!r} is used {len(calls)} times in a pass; it must be once")
    return calls[0], logits
