"""Direct feedback alignment and direct random target projection."""

import torch
from torch import Tensor

from worker.learning.direct import DirectRule


class DirectFeedbackAlignment(DirectRule):
    """`dfa`: every layer's input gets e B0, for the error e (n, classes) at the output.

    B0 ~ N(0, s^2) is (classes, d_in), dense over a convolution's whole input map.

    Source: Nøkland 2016.
    """

    id = "dfa"


class DirectRandomTargetProjection(DirectRule):
    """`drtp`: every layer's input gets y* B0 / n, for one-hot targets y*; the last layer learns by
    the true error.

    The division makes it a gradient of the batch's mean, as the loss's is. Training needs the
    labels: call the network inside `with aiming_at(model, labels)`.

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
