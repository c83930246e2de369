"""The Methods page as data: definitions with formula, caveat and references.

Rules, measures and distances are the catalog's records; this module adds what only this page says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from feedback_atlas.server.catalog import RDM_DISTANCES, RULES, SIMILARITIES
from feedback_atlas.server.catalog.learning_measures import LEARNING_MEASURES
from feedback_atlas.server.catalog.records import Definition, Distance, Rule, Similarity
from feedback_atlas.server.catalog.statistics import STATISTICS


@dataclass(frozen=True, slots=True)
class MethodsSection:
    """Definitions of one kind, after an introduction.

    define: makes the definitions of the records registered by then.
    """

    id: str
    title: str
    introduction: str
    define: Callable[[], Iterable[Definition]]

    @property
    def definitions(self) -> list[Definition]:
        """The definitions, in catalog order."""
        return list(self.define())


def _definition(one: Similarity | Distance) -> Definition:
    return Definition(one.id, one.name, one.description, one.formula, one.caveat, one.references)


def _rule(one: Rule) -> Definition:
    return Definition(one.id, one.name, one.description, one.formula, one.note, one.references)


SECTIONS: tuple[MethodsSection, ...] = (
    MethodsSection(
        "rules",
        "Learning rules",
        "Rules differ only in how the error reaches the layer below. Backpropagation sends "
        "the incoming error δ back through the forward weights W; a rule sends it through "
        "feedback B instead. Parameter gradients are always computed from the layer’s own "
        "input and its incoming error, as in backpropagation. The first layer passes "
        "nothing down and needs no feedback. All rules with one seed start from the same "
        "weights and see the same batches.",
        lambda: map(_rule, RULES.values()),
    ),
    MethodsSection(
        "learning",
        "Measures of learning",
        "Recorded during training. Angles are in degrees and computed in 64-bit floats; an "
        "error of exactly zero has no angle and is omitted. Random vectors in many "
        "dimensions are at 90°, so 90° is chance.",
        lambda: LEARNING_MEASURES,
    ),
    MethodsSection(
        "similarity",
        "Measures of representation",
        "A representation is the output of one convolution or linear layer, before the "
        "nonlinearity, of one network at one epoch on a fixed, ordered set of n images: "
        "the probe. Flattened, it is a matrix of images by features, X. K and L are the "
        "Gram matrices of two representations, H centres, and a tilde sets the diagonal to "
        "zero. An undefined value is reported with its reason and never clamped.",
        lambda: map(_definition, SIMILARITIES.values()),
    ),
    MethodsSection(
        "distance",
        "Dissimilarities",
        "A representational dissimilarity matrix (RDM) holds how differently a layer "
        "represents each pair of images, here sorted by class; x is the pattern of an "
        "image, p the number of units. Values equal those of rsatoolbox and SciPy.",
        lambda: map(_definition, RDM_DISTANCES.values()),
    ),
    MethodsSection(
        "statistics",
        "Statistics",
        "Seeds are the subjects: runs of one seed share their batches and, unless "
        "initialisation is independent, their initial weights, so pairs of networks with a "
        "common seed are not independent. Seeds are resampled and exchanged, never pairs.",
        lambda: STATISTICS,
    ),
)
