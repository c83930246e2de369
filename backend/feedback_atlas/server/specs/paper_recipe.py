"""The paper's experiment, ready to launch: scaled, on other images, in either variant."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.catalog import DATASETS, PAPER_RULES, RULES, published
from feedback_atlas.server.catalog.published import NORM_OF, NORM_RULE, Variant
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec, SearchSpec

_TRIAL_EPOCHS = 5


def paper_spec(
    *,
    dataset: str = published.DATASET,
    folder: str | None = None,
    epochs: int = published.EPOCHS,
    seeds: Sequence[int] = (published.SEED,),
    variant: Variant = Variant.CODE,
    search: bool = False,
) -> ExperimentSpec:
    """Return the paper's five rules with its settings.

    Args:
        dataset: id of a data set.
        folder: of the data set `folder`.
        epochs: of each run.
        seeds: one run a rule for each.
        variant: whose description to follow where the paper's text and code disagree.
        search: whether its grid search finds the settings, instead of those that won there.
    """
    of = "" if variant is Variant.CODE else ", by its text"
    return ExperimentSpec(
        name=f"Five learning rules on {DATASETS[dataset].name}, as in the paper{of}",
        dataset=dataset,
        folder=folder,
        architecture=published.ARCHITECTURE,
        rules=[_rule(rule, variant) for rule in PAPER_RULES],
        seeds=list(seeds),
        epochs=epochs,
        batch_size=published.BATCH_SIZE,
        image_size=published.IMAGE_SIZE,
        search=SearchSpec(epochs=min(_TRIAL_EPOCHS, epochs), grids=published.hyperparameter_grids())
        if search
        else None,
    )


def _rule(rule: str, variant: Variant) -> RuleSpec:
    chosen = published.chosen_hyperparameters()
    known = {one.id for one in RULES[rule].parameters}
    values: dict[str, float | str] = {
        name: value for name, value in chosen[rule].items() if name in known
    }
    if variant is Variant.TEXT:
        values["weight_decay"] = chosen[published.REFERENCE]["weight_decay"]
    if rule == NORM_RULE and variant is Variant.TEXT:
        values["normalization"] = NORM_OF[variant]
    return RuleSpec.model_validate({"rule": rule, **values})
