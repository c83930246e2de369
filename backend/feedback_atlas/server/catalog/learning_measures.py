"""Measures taken during training, by the name of the figure that shows them."""

from __future__ import annotations

from feedback_atlas.server.catalog.records import Definition

LEARNING_MEASURES = (
    Definition(
        "loss",
        "Loss",
        "Cross-entropy of the training batches, in nats.",
        r"-\frac{1}{n} \sum_i \log p_i(y_i)",
        "Computed on training images: a low loss says nothing about new images.",
    ),
    Definition(
        "validation-accuracy",
        "Validation accuracy",
        "Share of the validation images classified correctly, after every epoch. The "
        "epoch with the best validation accuracy is tested once.",
        r"\frac{1}{n} \sum_i [\text{arg max }_c z_{ic} = y_i]",
        "One seed is one network: a difference of one point may be chance.",
    ),
    Definition(
        "local-angle",
        "Local alignment angle",
        "The angle, at the layer’s input, between the error that backpropagation would "
        "pass down and the one that the rule passes down, both from the rule’s own "
        "error; mean over samples.",
        r"\frac{1}{n} \sum_i \angle(W^\top \delta, B^\top \delta)",
        "Compares with the exact step through this layer only; errors from above are already "
        "the rule’s. At PyTorch’s initialisation it is known: 30.0° for uSF SN, 46.3° for uSF "
        "Init, 90° for random feedback.",
        ("lance2026",),
    ),
    Definition(
        "global-angle",
        "Global angle",
        "The angle between the error that the rule delivers at a layer’s output and the one "
        "that backpropagation through the same weights delivers there; mean over samples.",
        r"\frac{1}{n} \sum_i \angle(\delta_{\mathrm{rule}}, \delta_{\mathrm{BP}})",
        "Grows towards the input, as every layer adds the deviation of its feedback.",
    ),
    Definition(
        "update-angle",
        "Update angle",
        "The angle between the rule’s and backpropagation’s gradient of a layer’s weights, on "
        "one batch.",
        r"\angle(\nabla W_{\mathrm{rule}}, \nabla W_{\mathrm{BP}})",
        (
            "0 in the last layer for every rule. Below 90°, a sufficiently small step "
            "lowers the loss."
        ),
    ),
    Definition(
        "sign-concordance",
        "Sign concordance",
        "Share of a layer’s weights that have the sign of their feedback weight.",
        r"\frac{1}{N} \sum_k [\mathrm{sign}(W_k) = \mathrm{sign}(B_k)]",
        "50 % is chance. Undefined where weights and feedback differ in shape, as in the "
        "convolutions of FA Dense.",
    ),
)
