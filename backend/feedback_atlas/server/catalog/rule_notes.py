"""What to mind about each learning rule: the Methods page says it below the rule's formula."""

from __future__ import annotations

RULE_NOTES: dict[str, str] = {
    "bp": "The reference. It needs the exact transposed weights, which no known pathway in the "
    "brain could carry.",
    "fa_dense": "Drops the convolution on the way back: one random matrix between whole feature "
    "maps, gigabytes for deep networks. Linear layers are as in FA Toeplitz.",
    "fa_toeplitz": "Keeps the convolution: the random kernels are applied as a transposed "
    "convolution.",
    "usf_init": "Signs follow the forward weights, which still have to be known; magnitudes stay "
    "random.",
    "usf_sn": "The paper’s text says spectral norm, its code takes the Frobenius norm: Frobenius "
    "is the default here, spectral an option.",
    "usf": "One constant a layer: magnitudes carry nothing about the weights.",
    "brsf": "Magnitudes carry nothing from one batch to the next.",
    "dfa": "No error passes through a layer; convolutions too get the output’s error. Not defined "
    "for residual networks.",
    "drtp": "Hidden layers need no error, only the targets; the last layer learns from the true "
    "error. Not defined for residual networks.",
    "kolen_pollack": "Both decay by the same share, so that their difference shrinks at every "
    "step: the decay also acts on what is learned.",
    "weight_mirror": "The mirrored weight keeps the noise of its estimate: an angle remains even "
    "to a constant W.",
    "sham": "Sends the weights through the code of the other rules: it must equal BP.",
    "readout_only": "Shows what random hidden layers are worth.",
}
