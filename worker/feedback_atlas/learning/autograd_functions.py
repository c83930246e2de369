"""Layers whose backward pass sends the error through a feedback tensor.

Each forward pass is PyTorch's own operator, so it is bit-equal to the plain layer's. Each backward
pass computes the parameters' gradients from the layer's own input and its incoming error, as
backpropagation does, and puts the feedback where backpropagation has the weight. One fused
`convolution_backward` call does all three products; separate calls for them were slower.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import Function, FunctionCtx

_MISSING = (
    "this layer's input needs a gradient but the layer was called without feedback; "
    "call it with its input's requires_grad set, or convert with an example_input"
)


class LinearFeedback(Function):
    """y = x W^T + b, with the error passed down as d B.

    Arguments of `apply`: x (..., in), weight (out, in), bias (out) or None, feedback (out, in) or
    None where x needs no gradient. Returns (..., out).
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, weight: Tensor, bias: Tensor | None, feedback: Tensor | None) -> Tensor:
        return torch.nn.functional.linear(x, weight, bias)

    @staticmethod
    def setup_context(ctx: FunctionCtx, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, _, _, feedback = inputs
        ctx.save_for_backward(x, feedback)

    @staticmethod
    def backward(ctx: Any, error: Tensor) -> tuple[Tensor | None, ...]:
        x, feedback = ctx.saved_tensors
        needs_x, needs_weight, needs_bias, _ = ctx.needs_input_grad
        grad_x = grad_weight = grad_bias = None
        rows = error.reshape(-1, error.shape[-1])
        if needs_x:
            if feedback is None:
                raise RuntimeError(_MISSING)
            grad_x = (rows @ feedback).reshape(x.shape)
        if needs_weight:
            grad_weight = rows.t() @ x.reshape(-1, x.shape[-1])
        if needs_bias:
            grad_bias = rows.sum(0)
        return grad_x, grad_weight, grad_bias, None


class ConvFeedback(Function):
    """A 2-d convolution that passes the error down by a transposed convolution with B.

    Arguments of `apply`: x (n, C_in, h, w), weight (C_out, C_in / groups, kH, kW), bias (C_out) or
    None, feedback (the weight's shape) or None where x needs no gradient, then stride, padding and
    dilation as pairs of ints, and groups. Returns (n, C_out, h', w').
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        feedback: Tensor | None,
        stride: Sequence[int],
        padding: Sequence[int],
        dilation: Sequence[int],
        groups: int,
    ) -> Tensor:
        return torch.conv2d(x, weight, bias, stride, padding, dilation, groups)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, weight, _, feedback, *ctx.geometry = inputs
        ctx.has_feedback = feedback is not None
        # convolution_backward asks for a weight even where it is not used.
        ctx.save_for_backward(x, weight if feedback is None else feedback)

    @staticmethod
    def backward(ctx: Any, error: Tensor) -> tuple[Tensor | None, ...]:
        x, feedback = ctx.saved_tensors
        if ctx.needs_input_grad[0] and not ctx.has_feedback:
            raise RuntimeError(_MISSING)
        grads = convolution_backward(error, x, feedback, ctx.geometry, ctx.needs_input_grad[:3])
        return *grads, None, None, None, None, None


class DenseConvFeedback(Function):
    """A 2-d convolution that passes the error down through one dense matrix.

    As `ConvFeedback`, but feedback is (C_out h' w', C_in h w): it maps the flattened error map to
    the flattened input map, with no weight sharing.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        feedback: Tensor | None,
        stride: Sequence[int],
        padding: Sequence[int],
        dilation: Sequence[int],
        groups: int,
    ) -> Tensor:
        return torch.conv2d(x, weight, bias, stride, padding, dilation, groups)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, weight, _, feedback, *ctx.geometry = inputs
        ctx.save_for_backward(x, weight, feedback)

    @staticmethod
    def backward(ctx: Any, error: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, feedback = ctx.saved_tensors
        needs_x, needs_weight, needs_bias = ctx.needs_input_grad[:3]
        _, grad_weight, grad_bias = convolution_backward(
            error, x, weight, ctx.geometry, (False, needs_weight, needs_bias)
        )
        grad_x = None
        if needs_x:
            if feedback is None:
                raise RuntimeError(_MISSING)
            grad_x = dense_transport(error, feedback, x.shape)
        return grad_x, grad_weight, grad_bias, None, None, None, None, None


def convolution_backward(
    error: Tensor,
    x: Tensor,
    weight: Tensor,
    geometry: Sequence[Any],
    wanted: Sequence[bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Return the gradients of a 2-d convolution's input, weight and bias, None where not wanted.

    error: (n, C_out, h', w'); x: (n, C_in, h, w); weight: what carries the error to the input.
    geometry: stride, padding, dilation (pairs of ints) and groups.
    wanted: which of the three gradients to compute.
    """
    stride, padding, dilation, groups = geometry
    bias_size = [error.shape[1]] if wanted[2] else None
    grads: tuple[Tensor | None, Tensor | None, Tensor | None] = torch.ops.aten.convolution_backward(
        error,
        x,
        weight,
        bias_size,
        stride,
        padding,
        dilation,
        False,
        [0, 0],
        groups,
        list(wanted),
    )
    return grads


def dense_transport(error: Tensor, feedback: Tensor, input_shape: torch.Size) -> Tensor:
    """Return the error (n, C_out, h', w') sent through a dense (d_out, d_in), as input_shape."""
    return (error.flatten(1) @ feedback).reshape(input_shape)
