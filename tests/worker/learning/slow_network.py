"""A chain of layers and its gradients under every rule by obvious loops, with no autograd."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DIRECT = ("dfa", "drtp")


@dataclass
class SlowLayer:
    """A convolution (weight of four dimensions) or a linear layer, with its own feedback if any."""

    weight: Array
    bias: Array | None
    own: Array | None
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def is_conv(self) -> bool:
        return self.weight.ndim == 4

    def connections(self, shape: tuple[int, ...]):
        """Yield (out channel, weight index, in channel, out position, in position) of every
        product of a convolution, for an input of a shape (n, c, h, w)."""
        o, per_group, k, _ = self.weight.shape
        h, w = shape[2:]
        rows, columns = self.map_size(shape)
        for channel in range(o):
            for j in range(per_group):
                source = channel // (o // self.groups) * per_group + j
                for a in range(k):
                    for b in range(k):
                        for r in range(rows):
                            for s in range(columns):
                                y = r * self.stride + a - self.padding
                                x = s * self.stride + b - self.padding
                                if 0 <= y < h and 0 <= x < w:
                                    yield channel, (channel, j, a, b), source, (r, s), (y, x)

    def map_size(self, shape: tuple[int, ...]) -> tuple[int, int]:
        k = self.weight.shape[2]
        rows, columns = ((size + 2 * self.padding - k) // self.stride + 1 for size in shape[2:])
        return rows, columns

    def forward(self, x: Array) -> Array:
        if not self.is_conv:
            y = x.reshape(len(x), -1) @ self.weight.T
            return y if self.bias is None else y + self.bias
        y = np.zeros((len(x), len(self.weight), *self.map_size(x.shape)))
        for channel, at, source, (r, s), (h, w) in self.connections(x.shape):
            y[:, channel, r, s] += self.weight[at] * x[:, source, h, w]
        return y if self.bias is None else y + self.bias[:, None, None]

    def weight_gradient(self, x: Array, d: Array) -> Array:
        if not self.is_conv:
            return d.T @ x.reshape(len(x), -1)
        g = np.zeros_like(self.weight)
        for channel, at, source, (r, s), (h, w) in self.connections(x.shape):
            g[at] += np.sum(d[:, channel, r, s] * x[:, source, h, w])
        return g

    def bias_gradient(self, d: Array) -> Array:
        return d.sum((0, 2, 3)) if self.is_conv else d.sum(0)

    def send_back(self, d: Array, feedback: Array, shape: tuple[int, ...]) -> Array:
        """Send an error at the output to an input of a shape through feedback."""
        if not self.is_conv or feedback.ndim == 2:
            return (d.reshape(len(d), -1) @ feedback).reshape(shape)
        e = np.zeros(shape)
        for channel, at, source, (r, s), (h, w) in self.connections(shape):
            e[:, source, h, w] += feedback[at] * d[:, channel, r, s]
        return e


def feedback(rule: str, w: Array, own: Array | None) -> Array:
    """Return what a rule puts in place of w, by the formula of its source."""
    match rule:
        case "bp" | "sham":
            return w
        case "usf":
            return np.sign(w) / np.sqrt(3 * w[0].size)
        case "usf_init" | "brsf":
            return np.abs(own) * np.sign(w)
        case "usf_sn":
            signs = np.sign(w)
            return np.sqrt(np.sum(w**2)) * signs / np.sqrt(np.sum(signs**2))
        case "readout_only":
            return np.zeros_like(w)
    assert own is not None
    return own


def gradients(
    rule: str, layers: list[SlowLayer], x: Array, labels: NDArray[np.int64]
) -> list[tuple[Array, Array]]:
    """Return each layer's weight and bias gradient of the mean cross-entropy under a rule.

    ReLUs stand between layers; convolutions come first, and their maps are flattened after them.
    """
    inputs, outputs = [], []
    for position, layer in enumerate(layers):
        inputs.append(x if position == 0 else np.maximum(outputs[-1], 0))
        outputs.append(layer.forward(inputs[-1]))
    logits = outputs[-1]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    targets = np.eye(logits.shape[1])[labels]
    error = d = (p - targets) / len(x)
    found = []
    for position in reversed(range(len(layers))):
        layer = layers[position]
        found.append((layer.weight_gradient(inputs[position], d), layer.bias_gradient(d)))
        if position:
            below = outputs[position - 1]
            if rule in DIRECT:
                signal = error if rule == "dfa" else targets / len(x)
                e = (signal @ layer.own).reshape(below.shape)
            else:
                e = layer.send_back(d, feedback(rule, layer.weight, layer.own), below.shape)
            d = e * (below > 0)
    return found[::-1]
