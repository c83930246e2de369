"""Feedback alignment: the error goes down through fixed random feedback."""

from feedback_atlas.learning.layers import DENSE, WEIGHT_SHAPED
from feedback_atlas.learning.rule import RandomFeedback


class ToeplitzFeedbackAlignment(RandomFeedback):
    """`fa_toeplitz`: B0 ~ N(0, s^2) of the weight's shape, shared over positions as the weight is.

    Source: Lillicrap et al. 2016; for convolutions, Lance & Kieu 2026.
    """

    id = "fa_toeplitz"
    layer_types = WEIGHT_SHAPED


class DenseFeedbackAlignment(ToeplitzFeedbackAlignment):
    """`fa_dense`: a convolution's B0 is one dense matrix over flattened maps; Linear as Toeplitz.

    Source: Lillicrap et al. 2016; Lance & Kieu 2026.
    """

    id = "fa_dense"
    layer_types = DENSE
