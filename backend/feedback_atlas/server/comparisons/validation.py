"""Validation of a comparison's choices, and of matrices that cannot be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.catalog import (
    ARCHITECTURES,
    DATASETS,
    IMAGES,
    MATRICES,
    RDM_DISTANCES,
    RULES,
    SIMILARITIES,
    SUBSETS,
)
from feedback_atlas.server.catalog.published import (
    ARCHITECTURE,
    REFERENCE,
    published_rules,
    published_subsets,
)
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.specs.schemas import ExperimentSpec


def check(wanted: ComparisonRequest, spec: ExperimentSpec) -> None:
    """Refuse choices that do not go together, and unknown measures or classes.

    Raises InvalidSpecError.
    """
    for field, what, chosen, known in (
        ("estimator", "measure of similarity", wanted.estimator, SIMILARITIES),
        ("distance", "dissimilarity", wanted.distance, RDM_DISTANCES),
    ):
        if chosen not in known:
            raise InvalidSpecError.at(
                field, f"{chosen!a} is not a known {what}; choose one of {', '.join(known)}."
            )
    classes = DATASETS[spec.dataset].classes
    for field, value in (
        ("subset_class", wanted.subset_class),
        ("exemplar_class", wanted.exemplar_class),
    ):
        if classes is not None and value >= classes:
            raise InvalidSpecError.at(
                field, f"There is no class {value}: choose one from 0 to {classes - 1}."
            )
    if wanted.images != "probe" and not SIMILARITIES[wanted.estimator].streams:
        streaming = [entry.name for entry in SIMILARITIES.values() if entry.streams]
        raise InvalidSpecError.at(
            "estimator",
            f"{IMAGES[wanted.images].name} images are compared in batches: choose "
            f"{' or '.join(streaming)}.",
        )


def rdm_seed(selected: Sequence[Run], wanted: ComparisonRequest) -> int:
    """Return the seed of the RDMs. Raises InvalidSpecError for one that is not compared."""
    seeds = sorted({run.seed for run in selected})
    chosen = seeds[0] if wanted.rdm_seed is None else wanted.rdm_seed
    if chosen not in seeds:
        listed = ", ".join(map(str, seeds))
        raise InvalidSpecError.at(
            "rdm_seed", f"Seed {chosen} is not among the compared seeds: {listed}."
        )
    return chosen


def drawable_matrices(
    spec: ExperimentSpec, reference: str, paired: set[str], wanted: ComparisonRequest
) -> list[str]:
    """Return the choices of ``matrices`` that can be drawn; this computes nothing."""
    return [
        matrices
        for matrices in MATRICES
        if no_matrices(spec, reference, paired, wanted.model_copy(update={"matrices": matrices}))
        is None
    ]


def no_matrices(
    spec: ExperimentSpec, reference: str, paired: set[str], wanted: ComparisonRequest
) -> str | None:
    """Say why ``matrices`` cannot be drawn, if so; ``paired`` are rules with similarities."""
    if wanted.matrices == "ours":
        return None
    if spec.architecture != ARCHITECTURE:
        return f"The paper's similarities are for the layers of {ARCHITECTURES[ARCHITECTURE].name}."
    if reference != REFERENCE:
        return f"The paper compares with {RULES[REFERENCE].name}, which has not completed here."
    if wanted.subset not in published_subsets():
        return f"The paper gives no similarities for: {SUBSETS[wanted.subset].name.lower()}."
    if wanted.matrices != "paper" and not SIMILARITIES[wanted.estimator].linear_cka:
        return (
            "The paper's similarities are linear CKA, which "
            f"{SIMILARITIES[wanted.estimator].name} does not estimate: the two cannot be "
            "compared."
        )
    if not paired & set(published_rules()):
        listed = ", ".join(RULES[rule].name for rule in published_rules())
        return f"The paper has none of these rules; it has {listed}."
    return None
