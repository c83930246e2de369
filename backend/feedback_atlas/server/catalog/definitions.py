"""The Methods page as data: what is computed, its formula, its caveat and where it comes from.

Rules, measures and distances are the catalog's; what is added here is what only this page says.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback_atlas.server.catalog import RDM_DISTANCES, RULES, SIMILARITIES
from feedback_atlas.server.catalog.formulae import (
    DISTANCE_FORMULAE,
    RULE_FORMULAE,
    SIMILARITY_FORMULAE,
)
from feedback_atlas.server.catalog.learning_measures import LEARNING_MEASURES
from feedback_atlas.server.catalog.rule_notes import RULE_NOTES
from feedback_atlas.server.catalog.statistics import PANEL_METHODS, STATISTICS


@dataclass(frozen=True, slots=True)
class Definition:
    """One thing that is computed. ``formula`` is LaTeX, or empty; ``references`` are keys."""

    id: str
    name: str
    text: str
    formula: str
    caveat: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodsSection:
    """Definitions of one kind, after a few words on what they share."""

    id: str
    title: str
    introduction: str
    definitions: tuple[Definition, ...]


RULE_REFERENCES: dict[str, tuple[str, ...]] = {
    "bp": ("rumelhart1986",),
    "fa_dense": ("lillicrap2016", "lance2026"),
    "fa_toeplitz": ("lillicrap2016", "lance2026"),
    "usf_init": ("liao2016", "moskovitz2018", "lance2026"),
    "usf_sn": ("moskovitz2018", "lance2026"),
    "usf": ("liao2016", "xiao2019"),
    "brsf": ("liao2016",),
    "dfa": ("nokland2016",),
    "drtp": ("frenkel2021",),
    "kolen_pollack": ("kolen1994", "akrout2019"),
    "weight_mirror": ("akrout2019",),
    "sham": (),
    "readout_only": (),
}

SIMILARITY_REFERENCES: dict[str, tuple[str, ...]] = {
    "unbiased": ("kornblith2019", "song2012"),
    "minibatch": ("nguyen2021", "song2012"),
    "biased": ("kornblith2019",),
    "rbf": ("kornblith2019", "song2012"),
    "procrustes": ("williams2021",),
    "neighbours": ("huh2024",),
    "regression": ("kornblith2019",),
    "svcca": ("raghu2017",),
    "pwcca": ("morcos2018",),
    "rsa_corr": ("kriegeskorte2008",),
    "rsa_cosine": ("kriegeskorte2008",),
    "rsa_spearman": ("kriegeskorte2008",),
    "rsa_rho_a": ("kriegeskorte2008", "schutt2023"),
    "rsa_tau_a": ("kriegeskorte2008",),
    "rsa_cosine_cov": ("kriegeskorte2008", "diedrichsen2021"),
    "rsa_corr_cov": ("kriegeskorte2008", "diedrichsen2021"),
}

_DISTANCE_CAVEATS = {
    "correlation": "Blind to each pattern’s mean and scale; dead units change the mean. Undefined "
    "for a pattern of equal activations.",
    "cosine": "Blind to each pattern’s scale, not to its mean: a common offset makes all patterns "
    "alike. Undefined for a pattern of zeros.",
    "euclidean": "Grows with the scale of activations, so that a few strong units decide it: "
    "compare layers and rules with their scale in mind.",
}

SECTIONS: tuple[MethodsSection, ...] = (
    MethodsSection(
        "rules",
        "Learning rules",
        "A rule changes only the error that a layer hands to the layer below. Where "
        "backpropagation sends the incoming error δ back through the forward weights W, a rule "
        "sends it through a feedback B in their place. Parameter gradients are always computed "
        "from the layer’s own input and its incoming error, as in backpropagation. The first layer "
        "hands nothing down and needs no feedback. All rules with one seed start from the same "
        "weights and see the same batches.",
        tuple(
            Definition(
                rule.id,
                rule.name,
                rule.description,
                RULE_FORMULAE[rule.id],
                RULE_NOTES[rule.id],
                RULE_REFERENCES[rule.id],
            )
            for rule in RULES.values()
        ),
    ),
    MethodsSection(
        "learning",
        "Measures of learning",
        "Taken while a network trains. Angles are in degrees and computed in 64-bit floats; an "
        "error of exactly zero has no angle and is left out. 90° is what random vectors in many "
        "dimensions have; it is chance.",
        tuple(
            Definition(one.id, one.name, one.description, one.formula, one.caveat, one.references)
            for one in LEARNING_MEASURES.values()
        ),
    ),
    MethodsSection(
        "similarity",
        "Measures of representation",
        "A representation is the output of one convolution or linear layer, before the "
        "nonlinearity, of one network at one epoch on a fixed, ordered set of n images: the probe. "
        "Flattened, it is a matrix of images by features, X. K and L are the Gram matrices of two "
        "representations, H centres, a tilde takes the diagonal away. An undefined value has a "
        "reason and is never clamped.",
        tuple(
            Definition(
                measure.id,
                measure.name,
                measure.description,
                SIMILARITY_FORMULAE[measure.id],
                measure.caveat,
                SIMILARITY_REFERENCES[measure.id],
            )
            for measure in SIMILARITIES.values()
        ),
    ),
    MethodsSection(
        "distance",
        "Dissimilarities",
        "A representational dissimilarity matrix (RDM) holds how differently a layer represents "
        "each two images, here sorted by class; x is the pattern of an image, p the number of "
        "units. Values equal those of rsatoolbox and SciPy.",
        tuple(
            Definition(
                distance.id,
                distance.name,
                distance.description,
                DISTANCE_FORMULAE[distance.id],
                _DISTANCE_CAVEATS[distance.id],
                ("kriegeskorte2008",),
            )
            for distance in RDM_DISTANCES.values()
        ),
    ),
    MethodsSection(
        "statistics",
        "Statistics",
        "Seeds are the subjects: runs of one seed share their batches and, unless told otherwise, "
        "their initial weights, so that pairs of networks with a seed in common are not "
        "independent. Seeds are resampled and exchanged, never pairs.",
        tuple(Definition(*one) for one in STATISTICS),
    ),
    MethodsSection(
        "panels",
        "Other panels",
        "What maps, exemplars and costs show.",
        tuple(Definition(*one) for one in PANEL_METHODS),
    ),
)
