"""A convolution's padding and output size, in the one form that the backward operator takes."""

from torch import Tensor, nn
from torch.nn.functional import pad


def inner_padding(layer: nn.Conv2d) -> tuple[int, int]:
    """Return the symmetric (height, width) zero padding that the operator itself applies."""
    if layer.padding_mode != "zeros" or layer.padding == "valid":
        return 0, 0
    if layer.padding == "same":
        height, width = same_padding(layer)
        return height // 2, width // 2
    return int(layer.padding[0]), int(layer.padding[1])


def pad_outside(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """Return x (n, C_in, h, w) with the padding that a symmetric zero padding cannot express.

    Applies a padding_mode other than "zeros", and the odd row or column that "same" padding adds
    at the end for an even kernel, as PyTorch does, so that the forward pass stays bit-equal.
    """
    if layer.padding_mode != "zeros":
        return pad(x, layer._reversed_padding_repeated_twice, mode=layer.padding_mode)
    if layer.padding == "same":
        height, width = same_padding(layer)
        if height % 2 or width % 2:
            return pad(x, (0, width % 2, 0, height % 2))
    return x


def same_padding(layer: nn.Conv2d) -> tuple[int, int]:
    """Return the total rows and columns that "same" padding adds to a map."""
    height, width = layer.kernel_size
    return layer.dilation[0] * (height - 1), layer.dilation[1] * (width - 1)


def output_size(layer: nn.Conv2d, x: Tensor) -> tuple[int, int]:
    """Return the (height, width) of the output for an input x that `pad_outside` has padded."""
    height, width = (
        (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        for size, padding, dilation, kernel, stride in zip(
            x.shape[-2:],
            inner_padding(layer),
            layer.dilation,
            layer.kernel_size,
            layer.stride,
            strict=True,
        )
    )
    return height, width
