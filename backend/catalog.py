"""What can be asked for: learning rules, architectures, data sets, measures, and their parameters.

This is data, not code: the API validates against it, the browser draws its forms from it, and the
figures take names and colours from it. It imports nothing of the science; a test holds the two
together.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.architecture_catalog import ARCHITECTURES as ARCHITECTURES
from backend.architecture_catalog import Architecture as Architecture
from backend.dataset_catalog import DATASETS as DATASETS
from backend.dataset_catalog import Dataset as Dataset


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a learning rule takes, with the range that is accepted."""

    id: str
    name: str
    default: float
    minimum: float
    maximum: float
    description: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option out of a closed list."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A learning rule: its name, colour, parameters and biological-plausibility taxonomy."""

    id: str
    name: str
    description: str
    colour_light: str
    colour_dark: str
    parameters: tuple[Parameter, ...]
    normalizations: tuple[Choice, ...]
    weight_transport: str
    sign_concordance: str
    dynamic_feedback: bool
    toeplitz_structure: bool
    source: str


def _lr(default: float) -> Parameter:
    return Parameter("lr", "Learning rate", default, 1e-6, 1.0, "Step size of Adam.")


def _weight_decay(default: float) -> Parameter:
    return Parameter("weight_decay", "Weight decay", default, 0.0, 1.0, "L2 penalty of Adam.")


def _feedback_scale(default: float) -> Parameter:
    return Parameter(
        "feedback_scale",
        "Feedback scale",
        default,
        1e-6,
        10.0,
        "Standard deviation of the random feedback weights.",
    )


_PAPER = "Lance & Kieu (2026), arXiv:2605.08564"

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            id="bp",
            name="BP",
            description="The error goes back through the transposed forward weights.",
            colour_light="#0072B2",
            colour_dark="#56B4E9",
            parameters=(_lr(1e-3), _weight_decay(1e-4)),
            normalizations=(),
            weight_transport="exact",
            sign_concordance="perfect",
            dynamic_feedback=True,
            toeplitz_structure=True,
            source="Rumelhart, Hinton & Williams (1986)",
        ),
        Rule(
            id="fa_dense",
            name="FA Dense",
            description="Feedback through a fixed dense random matrix over whole feature maps.",
            colour_light="#E69F00",
            colour_dark="#E69F00",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.01)),
            normalizations=(),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=False,
            source=f"Lillicrap et al. (2016); {_PAPER}",
        ),
        Rule(
            id="fa_toeplitz",
            name="FA Toeplitz",
            description="Feedback through fixed random kernels of the forward weights' shape.",
            colour_light="#D55E00",
            colour_dark="#D55E00",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.01)),
            normalizations=(),
            weight_transport="none",
            sign_concordance="none",
            dynamic_feedback=False,
            toeplitz_structure=True,
            source=f"Lillicrap et al. (2016); {_PAPER}",
        ),
        Rule(
            id="usf_init",
            name="uSF Init",
            description="Feedback with the forward weights' signs and fixed random magnitudes.",
            colour_light="#009E73",
            colour_dark="#009E73",
            parameters=(_lr(1e-3), _weight_decay(0.0), _feedback_scale(0.1)),
            normalizations=(),
            weight_transport="sign only",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            source=f"Liao, Leibo & Poggio (2016); Moskovitz et al. (2018); {_PAPER}",
        ),
        Rule(
            id="usf_sn",
            name="uSF SN",
            description="Feedback with the forward weights' signs, scaled to their norm.",
            colour_light="#CC79A7",
            colour_dark="#CC79A7",
            parameters=(_lr(1e-3), _weight_decay(0.0)),
            normalizations=(
                Choice(
                    "frobenius", "Frobenius", "Match the Frobenius norm, as the paper's code does."
                ),
                Choice(
                    "spectral", "Spectral", "Match the largest singular value, as its text says."
                ),
            ),
            weight_transport="sign and magnitude",
            sign_concordance="enforced",
            dynamic_feedback=True,
            toeplitz_structure=True,
            source=f"Moskovitz et al. (2018); {_PAPER}",
        ),
    )
}

CKA_ESTIMATORS: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice(
            "unbiased", "CKA, unbiased", "HSIC_1 of Song et al. (2012); near 0 for unrelated data."
        ),
        Choice(
            "minibatch",
            "CKA, minibatch",
            "HSIC_1 summed over batches of images, divided once (Nguyen et al. 2021).",
        ),
        Choice(
            "biased",
            "CKA, biased",
            "Kornblith et al. (2019); too high where features outnumber images.",
        ),
    )
}

RDM_DISTANCES: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice(
            "correlation",
            "1 − correlation",
            "One minus the Pearson correlation of two activation patterns.",
        ),
        Choice(
            "euclidean",
            "Squared Euclidean",
            "Squared distance of two patterns, divided by the number of units.",
        ),
    )
}

EPOCHS: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice("first", "Untrained", "The initial network, before its first update (epoch 0)."),
        Choice("best", "Best", "The epoch with the best validation accuracy."),
        Choice("last", "Last", "The last epoch."),
    )
}

DEFAULT_DATASET = "digits"
DEFAULT_ARCHITECTURE = "moskovitz1"
REFERENCE_RULE = "bp"
