"""Conversion of a plain network into one that learns by another rule."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

from feedback_atlas.learning.layers import FeedbackLayer, feedback_layers
from feedback_atlas.learning.observation import evaluating
from feedback_atlas.learning.registry import make_rule, settings_of
from feedback_atlas.learning.rule import Rule

Network = TypeVar("Network", bound=nn.Module)


def convert(
    model: Network,
    rule: str,
    *,
    feedback_scale: float | None = None,
    generator: torch.Generator | None = None,
    example_input: Tensor | None = None,
    **settings: float | str,
) -> Network:
    """Turn a network's Conv2d and Linear layers to a learning rule, in place.

    Each layer keeps its Parameter objects and becomes a subclass of what it was; forward passes
    and `state_dict()` stay as they were. `bp` leaves the network as it is.

    model: any network of Conv2d and Linear layers. A layer that is used twice, under one name or
        two, has one feedback for both; rules for which that is undefined refuse it.
    rule: a rule's id, a key of `RULES`, such as "usf_sn".
    feedback_scale: standard deviation s of the random feedback B0 ~ N(0, s^2), for the rules that
        draw one; None is what the rule's class has by default (0.1).
    generator: CPU generator that the feedback derives from; None is PyTorch's global one.
    example_input: a batch of the shape that the network will see (zeros will do). With it, the
        random feedback that learning needs, and no other, is drawn now. Without it, dense
        feedback is drawn at the first forward pass that needs it. Either way gives the same
        numbers. `dfa` and `drtp` cannot do without it.
    settings: what else the rule's class takes, by name.

    Returns the model. Raises ValueError, and leaves the network as it was, for an unknown rule or
    setting, and for a network that has nothing to convert, has been converted before, or for which
    the rule is undefined.
    """
    if feedback_scale is not None and "feedback_scale" in settings_of(rule):
        settings["feedback_scale"] = feedback_scale
    made = make_rule(rule, settings)
    layers = learning_layers(model)
    if not layers:
        raise ValueError(
            f"{type(model).__name__} has no Conv2d or Linear layer; learning rules act on these"
        )
    if not made.layer_types:
        return model
    _refuse_subclasses(layers, made)
    adopted: dict[str, FeedbackLayer] = {}
    try:
        for name, layer in layers.items():
            seed = int(torch.randint(2**63 - 1, (), generator=generator))
            adopted[name] = _adopt(layer, made, seed)
        made.attach(model, adopted, _first_pass(model, adopted, example_input))
    except Exception:
        for converted in adopted.values():
            converted.release()
        raise
    return model


@contextmanager
def updating(model: nn.Module) -> Iterator[None]:
    """Let feedback that changes by itself follow the update made inside the `with` block.

    model: a network, converted or plain. The block holds one step of the optimiser:
    `with updating(model): optimiser.step()`. For rules with other feedback it does nothing.
    """
    layers = [layer for layer in feedback_layers(model).values() if layer.rule.dynamic]
    before = [layer.weight.detach().clone() for layer in layers]
    yield
    with torch.no_grad():
        for layer, weight in zip(layers, before, strict=True):
            layer.rule.update(layer, weight)


def learning_layers(model: nn.Module) -> dict[str, nn.Conv2d | nn.Linear]:
    """Return the layers that learning rules act on, by name, in the order of definition."""
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    }


def _first_pass(
    model: nn.Module, layers: dict[str, FeedbackLayer], example_input: Tensor | None
) -> Tensor | None:
    """Draw the feedback that is needed; return the example's output where there is one."""
    if example_input is None:
        for layer in layers.values():
            if not layer.needs_map_size:
                layer.draw(tuple(layer.weight.shape))
        return None
    with evaluating(model), torch.enable_grad():
        output: Tensor = model(example_input)
    return output


def _adopt(layer: nn.Module, rule: Rule, seed: int) -> FeedbackLayer:
    """Change a plain layer's class in place, which keeps its parameters, hooks and references."""
    layer.__class__ = rule.layer_types[type(layer)]
    converted = cast(FeedbackLayer, layer)
    converted.adopt(rule, seed)
    return converted


def _refuse_subclasses(layers: dict[str, nn.Conv2d | nn.Linear], rule: Rule) -> None:
    for name, layer in layers.items():
        if isinstance(layer, FeedbackLayer):
            raise ValueError(
                f"layer {name!r} has been converted before; convert a freshly built network"
            )
        if type(layer) not in rule.layer_types:
            raise ValueError(
                f"layer {name!r} is a {type(layer).__name__}, whose forward pass may differ from "
                "its base class; learning rules take plain torch.nn.Conv2d and torch.nn.Linear"
            )
