"""An error sent from a layer's output to its input, apart from any backward pass."""

import torch
from torch import Tensor, nn

from feedback_atlas.learning.autograd_functions import convolution_backward, dense_transport
from feedback_atlas.learning.conv_geometry import inner_padding, pad_outside
from feedback_atlas.learning.layers import FeedbackLayer


def effective_feedback(layer: nn.Conv2d | nn.Linear) -> Tensor:
    """Return the matrix that carries the layer's error down: feedback, or the weight for `bp`.

    Of the weight's shape, or (d_out, d_in) for dense feedback.
    """
    if isinstance(layer, FeedbackLayer):
        return layer.effective_feedback()
    return layer.weight.detach()


def transport(layer: nn.Conv2d | nn.Linear, feedback: Tensor, error: Tensor, x: Tensor) -> Tensor:
    """Return the error as the given feedback delivers it at the layer's input.

    layer: gives the geometry. feedback: the weight's shape, or dense (d_out, d_in).
    error: gradient of the loss at the layer's output, (n, C_out, h', w') or (n, ..., out).
    x: the layer's input, (n, C_in, h, w) or (n, ..., in); only its shape matters.

    Returns a tensor of x's shape.
    """
    if isinstance(layer, nn.Linear):
        return error @ feedback
    leaf = torch.empty_like(x).requires_grad_()
    with torch.enable_grad():
        padded = pad_outside(layer, leaf)
    if feedback.shape == layer.weight.shape:
        geometry = (layer.stride, inner_padding(layer), layer.dilation, layer.groups)
        delivered, _, _ = convolution_backward(
            error, padded.detach(), feedback, geometry, (True, False, False)
        )
        assert delivered is not None
    else:
        delivered = dense_transport(error, feedback, padded.shape)
    if padded is leaf:
        return delivered
    return torch.autograd.grad(padded, leaf, delivered)[0]
