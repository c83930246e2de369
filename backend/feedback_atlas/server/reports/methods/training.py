"""Training of a comparison's networks, in the words of a methods section."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, RULES
from feedback_atlas.server.catalog.variants import base_rule
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.core.text import counted, listed, seed_ranges
from feedback_atlas.server.reports.methods import phrases
from feedback_atlas.server.reports.methods.citations import Citations
from feedback_atlas.server.reports.settings import chosen_options, number_texts
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec


def training(view: Comparison, specs: Mapping[str, ExperimentSpec], cited: Citations) -> str:
    """Describe the network, its images, and each experiment's rules, seeds and settings.

    ``specs`` are by experiment; an old link may lack those of added experiments.
    """
    sentences = [network_and_images(specs[view.experiment_id], cited)]
    named = {one.id: f"In experiment {one.letter} (“{one.name}”), " for one in view.experiments}
    for experiment in dict.fromkeys(run.experiment_id or view.experiment_id for run in view.runs):
        runs = [run for run in view.runs if (run.experiment_id or view.experiment_id) == experiment]
        before = named.get(experiment, "") if len(named) > 1 else ""
        if experiment in specs:
            compared = list(dict.fromkeys(base_rule(run.rule) for run in runs))
            seeds = sorted({run.seed for run in runs})
            sentences += of_experiment(compared, seeds, specs[experiment], before, cited)
        else:
            sentences.append(f"{before}settings are not recorded in this copy.")
    sentences.append(streams({run.initialisation for run in view.runs}))
    return " ".join(sentences)


def network_and_images(spec: ExperimentSpec, cited: Citations) -> str:
    """Name the network and the images that it was trained on."""
    dataset, architecture = DATASETS[spec.dataset], ARCHITECTURES[spec.architecture]
    sizes = (
        f" ({dataset.train_images:,} training, {dataset.val_images:,} validation and "
        f"{dataset.test_images:,} test images)"
        if dataset.train_images is not None
        else ""
    )
    network = f"{architecture.name}{cited(phrases.ARCHITECTURE_REFERENCES[spec.architecture])}"
    # Not its path, which is nobody else's business.
    name = "a folder of images" if dataset.needs_folder else dataset.name
    images = f"{name}{cited(phrases.DATASET_REFERENCES[spec.dataset])}{sizes}"
    return (
        f"The network {network} was trained on {images}, images of {spec.image_size} × "
        f"{spec.image_size} pixels."
    )


def streams(initialisations: Collection[str]) -> str:
    """Describe what networks of one seed have in common."""
    if initialisations == {"shared"}:
        return "Networks of one seed had the same initial weights and the same batches."
    if initialisations == {"independent"}:
        return (
            "Networks of one seed had the same batches; each rule had independent initial weights."
        )
    return (
        "Networks of one seed had the same batches; in some experiments they also had the "
        "same initial weights, in others each rule had its own."
    )


def of_experiment(
    compared: Sequence[str],
    seeds: Sequence[int],
    spec: ExperimentSpec,
    before: str,
    cited: Citations,
) -> list[str]:
    """Describe the training of one experiment's networks, of these rules and seeds."""
    rules = [f"{RULES[rule].name}{cited(RULES[rule].references)}" for rule in compared]
    augment = DATASETS[spec.dataset].augment_default if spec.augment is None else spec.augment
    return [
        f"{before}{'the' if before else 'The'} networks were trained by {listed(rules)}, "
        f"with {seed_ranges(seeds)}.",
        f"Each network was trained for {counted(spec.epochs, 'epoch')} on the cross-entropy by "
        f"Adam{cited(['kingma2015'])} in batches of {spec.batch_size:,}, "
        f"{'with random crops and horizontal flips' if augment else 'without augmentation'}; the "
        "epoch with the best validation accuracy was tested once.",
        _settings([rule for rule in spec.rules if rule.rule in compared], spec),
    ]


def _settings(rules: Sequence[RuleSpec], spec: ExperimentSpec) -> str:
    searched = {} if spec.search is None else spec.search.grids
    each = []
    for rule in rules:
        entry, grid = RULES[rule.rule], searched.get(rule.rule, {})
        parts = number_texts(rule, searched=grid)
        parts += [
            f"{_parameter_name(rule.rule, name)} out of {listed([f'{v:g}' for v in values], 'or')}"
            for name, values in grid.items()
        ]
        parts += chosen_options(rule)
        each.append(f"{entry.name}: {', '.join(parts)}")
    text = f"Settings were, for {'; '.join(each)}."
    if spec.search is None:
        return text
    return (
        f"{text} Where several values are named, the one with the best validation accuracy after "
        f"{counted(spec.search.epochs, 'epoch')} with seed {spec.seeds[0]} was taken (grid search)."
    )


def _parameter_name(rule: str, parameter: str) -> str:
    return next(one.name.lower() for one in RULES[rule].parameters if one.id == parameter)
