"""Direct feedback alignment and direct random target projection."""

import torch
from torch import Tensor

from feedback_atlas.learning.direct_feedback_layers import DirectRule


class DirectFeedbackAlignment(DirectRule):
    """`dfa`: every layer's input gets e B0, for the error e (n, classes) at the output.

    B0 ~ N(0, s^2) is (classes, d_in), dense over a convolution's whole input map. The signal goes
    back from there through pooling, dropout and the nonlinearity, as any error does.

    Source: Nøkland 2016, whose code draws B0 uniformly; the scale is this project's setting.
    """

    id = "dfa"


class DirectRandomTargetProjection(DirectRule):
    """`drtp`: every layer's input gets y* B0 / n, for one-hot targets y*; the last layer learns by
    the true error.

    The division makes it a gradient of the batch's mean, as the loss's is; the authors' code has
    none, which Adam does not notice. Theirs hands a convolution its signal before the pooling, here
    it goes back through the pooling as for `dfa`. Training needs the labels: call the network
    inside `with aiming_at(model, labels)`.

    Source: Frenkel, Lefebvre & Bol 2021.
    """

    id = "drtp"

    def signal(self, output: Tensor) -> Tensor:
        """Return the one-hot targets over n, (n, classes)."""
        if self.labels is None:
            raise RuntimeError(
                "drtp learns from targets: call the network inside `with aiming_at(model, labels)`"
            )
        classes = torch.arange(output.shape[1], device=output.device)
        return (self.labels[:, None] == classes).to(output.dtype) / len(output)
