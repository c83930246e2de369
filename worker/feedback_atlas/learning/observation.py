"""Networks looked at from outside: in evaluation mode, and layer by layer."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Hold every module in evaluation mode, so that a forward pass leaves no trace."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True


@contextmanager
def watching(
    layers: Mapping[str, nn.Module], seen: Callable[[str, Tensor, Tensor], None]
) -> Iterator[None]:
    """Call ``seen`` after each forward pass of a layer made inside the `with` block.

    layers: by name. seen: takes the layer's name, its input and its output.
    """
    handles = [
        layer.register_forward_hook(
            lambda _module, args, output, name=name: seen(name, args[0], output)
        )
        for name, layer in layers.items()
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
