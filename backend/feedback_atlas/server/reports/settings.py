"""The settings of a comparison and of its experiment, as lines of a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from feedback_atlas.server.catalog import (
    ARCHITECTURES,
    DATASETS,
    EPOCHS,
    IMAGES,
    RDM_DISTANCES,
    RULES,
    SIMILARITIES,
    SUBSETS,
)
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec


def settings_of(view: Comparison, specs: Mapping[str, ExperimentSpec]) -> list[tuple[str, str]]:
    """Return each setting by its name, in words; ``specs`` are by experiment id."""
    spec = specs[view.experiment_id]
    request = view.request
    epoch = EPOCHS[request.epoch].name if isinstance(request.epoch, str) else str(request.epoch)
    subset = SUBSETS[request.subset].name
    if request.subset == "one_class" and request.subset_class < len(view.class_names):
        subset = f"{subset}: {view.class_names[request.subset_class]}"
    augment = DATASETS[spec.dataset].augment_default if spec.augment is None else spec.augment
    return [
        ("Data set", DATASETS[spec.dataset].name),
        ("Network", ARCHITECTURES[spec.architecture].name),
        ("Seeds", ", ".join(map(str, view.seeds))),
        *_initial_weights(view),
        ("Epochs trained", str(spec.epochs)),
        ("Batch size", f"{spec.batch_size:,}"),
        ("Image size", f"{spec.image_size} pixels a side"),
        ("Augmentation", "on" if augment else "off"),
        ("Probe", f"{spec.probe_size:,} test images"),
        *_rules(view, specs),
        ("Epoch shown", epoch),
        ("Images", IMAGES[request.images].name),
        ("Subset", subset),
        ("Similarity", SIMILARITIES[request.estimator].name),
        ("Dissimilarity", RDM_DISTANCES[request.distance].name),
        ("Comparison", view.id),
    ]


def _initial_weights(view: Comparison) -> list[tuple[str, str]]:
    """Return the initial weights where they are not the usual ones."""
    own = [run for run in view.runs if run.initialisation == "independent"]
    if not own:
        return []
    return [
        (
            "Initial weights",
            "each rule’s own"
            if len(own) == len(view.runs)
            else "shared by all rules of a seed in some experiments, independent in others",
        )
    ]


def _rules(view: Comparison, specs: Mapping[str, ExperimentSpec]) -> list[tuple[str, str]]:
    letters = {one.id: f" {one.letter}" for one in view.experiments if len(view.experiments) > 1}
    return [
        (f"{RULES[rule.rule].name}{letters.get(experiment, '')}", _rule(rule))
        for experiment, spec in specs.items()
        for rule in spec.rules
    ]


def number_texts(rule: RuleSpec, *, searched: Collection[str] = ()) -> list[str]:
    """Return a rule's numbers in words, such as "learning rate 0.001", but those searched for."""
    entry = RULES[rule.rule]
    values = {**entry.defaults, **rule.given}
    return [
        f"{parameter.name.lower()} {values[parameter.id]:g}"
        for parameter in entry.parameters
        if parameter.id not in searched
    ]


def chosen_options(rule: RuleSpec) -> list[str]:
    """Return a rule's choices in words, such as "Frobenius norm"."""
    entry = RULES[rule.rule]
    values = {**entry.defaults, **rule.given}
    return [
        f"{option.name} {choice.name.lower()}"
        for choice in entry.choices
        for option in choice.options
        if option.id == values[choice.id]
    ]


def _rule(rule: RuleSpec) -> str:
    return ", ".join([*number_texts(rule), *chosen_options(rule)])
