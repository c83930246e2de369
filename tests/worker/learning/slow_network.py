"""A two-convolution, two-linear network and its gradients by obvious loops, with no autograd."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STRIDE, PADDING, GROUPS = 2, 1, 2


def conv(x: Array, w: Array, stride: int, padding: int, groups: int) -> Array:
    """Convolve x (n, c, h, w) with w (o, c / groups, k, k), entry by entry."""
    n, _, h, width = x.shape
    o, _, k, _ = w.shape
    rows, columns = (h + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1
    y = np.zeros((n, o, rows, columns))
    for place in connections(x.shape, w.shape, stride, padding, groups):
        out_channel, in_channel, tap, out_at, in_at = place
        y[:, out_channel, *out_at] += w[out_channel, tap[0], *tap[1:]] * x[:, in_channel, *in_at]
    return y


def connections(x_shape, w_shape, stride, padding, groups):
    """Yield (out channel, in channel, weight index, out position, in position) of every product."""
    _, _, h, width = x_shape
    o, per_group, k, _ = w_shape
    rows, columns = (h + 2 * padding - k) // stride + 1, (width + 2 * padding - k) // stride + 1
    for out_channel in range(o):
        group = out_channel // (o // groups)
        for j in range(per_group):
            for a in range(k):
                for b in range(k):
                    for r in range(rows):
                        for s in range(columns):
                            at = (r * stride + a - padding, s * stride + b - padding)
                            if 0 <= at[0] < h and 0 <= at[1] < width:
                                in_channel = group * per_group + j
                                yield out_channel, in_channel, (j, a, b), (r, s), at


def conv_weight_gradient(x, d, w_shape, stride, padding, groups) -> Array:
    """Return the gradient of a convolution's weight from its input and incoming error."""
    g = np.zeros(w_shape)
    for place in connections(x.shape, w_shape, stride, padding, groups):
        out_channel, in_channel, tap, out_at, in_at = place
        g[out_channel, tap[0], *tap[1:]] += np.sum(
            d[:, out_channel, *out_at] * x[:, in_channel, *in_at]
        )
    return g


def conv_send_back(d, b, x_shape, stride, padding, groups) -> Array:
    """Send an error down through b, a tensor of the weight's shape."""
    e = np.zeros(x_shape)
    for place in connections(x_shape, b.shape, stride, padding, groups):
        out_channel, in_channel, tap, out_at, in_at = place
        e[:, in_channel, *in_at] += b[out_channel, tap[0], *tap[1:]] * d[:, out_channel, *out_at]
    return e


def feedback(rule: str, w: Array, b0: Array | None) -> Array:
    """Return what a rule puts in place of w, by the formula of DESIGN section 4."""
    match rule:
        case "bp":
            return w
        case "usf_init":
            return np.abs(b0) * np.sign(w)
        case "usf_sn":
            signs = np.sign(w)
            return np.sqrt(np.sum(w**2)) * signs / np.sqrt(np.sum(signs**2))
    return b0


def gradients(rule, weights, biases, fixed, x, labels) -> dict[str, Array]:
    """Return the parameters' gradients of the mean cross-entropy under a rule.

    weights, fixed: by layer (conv1, conv2, fc1, fc2). biases: fc1 and fc2 only.
    """
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    z1 = conv(x, weights["conv1"], STRIDE, PADDING, 1)
    z2 = conv(relu(z1), weights["conv2"], STRIDE, PADDING, GROUPS)
    h2 = relu(z2).reshape(len(x), -1)
    z3 = h2 @ weights["fc1"].T + biases["fc1"]
    z4 = relu(z3) @ weights["fc2"].T + biases["fc2"]
    p = np.exp(z4) / np.exp(z4).sum(1, keepdims=True)
    d4 = (p - np.eye(z4.shape[1])[labels]) / len(x)
    d3 = d4 @ feedback(rule, weights["fc2"], fixed.get("fc2")) * (z3 > 0)
    e2 = d3 @ feedback(rule, weights["fc1"], fixed.get("fc1"))
    d2 = e2.reshape(z2.shape) * (z2 > 0)
    if rule == "fa_dense":
        e1 = (d2.reshape(len(x), -1) @ fixed["conv2"]).reshape(z1.shape)
    else:
        b2 = feedback(rule, weights["conv2"], fixed.get("conv2"))
        e1 = conv_send_back(d2, b2, z1.shape, STRIDE, PADDING, GROUPS)
    d1 = e1 * (z1 > 0)
    return {
        "conv1.weight": conv_weight_gradient(x, d1, weights["conv1"].shape, STRIDE, PADDING, 1),
        "conv2.weight": conv_weight_gradient(
            relu(z1), d2, weights["conv2"].shape, STRIDE, PADDING, GROUPS
        ),
        "fc1.weight": d3.T @ h2,
        "fc1.bias": d3.sum(0),
        "fc2.weight": d4.T @ relu(z3),
        "fc2.bias": d4.sum(0),
    }
