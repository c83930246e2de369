"""The methods paragraphs of a comparison: what is on the screen, exactly, and what to cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend import __version__
from backend.catalog import ARCHITECTURES, DATASETS, RULES
from backend.figures.data import PairsMean, ProfileStatistics
from backend.methods_catalog import RULE_REFERENCES
from backend.reference import Reference
from backend.reference_catalog import REFERENCES
from backend.report import phrases
from backend.report.settings import norm_of
from backend.schemas.comparisons import Comparison
from backend.schemas.experiments import ExperimentSpec, RuleSpec
from backend.services.snapshots import ComparisonNumbers


@dataclass(frozen=True, slots=True)
class Methods:
    """Paragraphs, and the publications that they cite in the order of their first mention."""

    paragraphs: tuple[str, ...]
    references: tuple[Reference, ...]

    @property
    def bibtex(self) -> str:
        """The entries of all that is cited."""
        return "\n\n".join(reference.bibtex for reference in self.references)


def methods_of(
    view: Comparison,
    spec: ExperimentSpec,
    numbers: ComparisonNumbers,
    versions: Mapping[str, str],
) -> Methods:
    """Describe how the numbers of a comparison came about.

    Args:
        view: what is compared.
        spec: of the experiment that its runs belong to.
        numbers: what is shown; only what they hold is described.
        versions: of the software that computed them, by name; those of an old link are unknown.
    """
    cited = _Citations()
    paragraphs = (
        _training(view, spec, cited),
        _learning(spec, numbers, cited),
        _representations(view, numbers, cited),
        _statistics(view, numbers.statistics, cited),
        _panels(view, numbers, cited),
        _software(versions, cited),
    )
    return Methods(tuple(filter(None, paragraphs)), cited.references)


class _Citations:
    """Writes citations and remembers them."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def __call__(self, keys: Iterable[str]) -> str:
        """What stands after a word that these are cited for; nothing without keys."""
        cited = dict.fromkeys(keys)
        self._keys |= cited
        return f" ({'; '.join(REFERENCES[key].citation for key in cited)})" if cited else ""

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(REFERENCES[key] for key in self._keys)


def _training(view: Comparison, spec: ExperimentSpec, cited: _Citations) -> str:
    dataset, architecture = DATASETS[spec.dataset], ARCHITECTURES[spec.architecture]
    compared = list(dict.fromkeys(run.rule for run in view.runs))
    augment = dataset.augment_default if spec.augment is None else spec.augment
    sizes = (
        f" ({dataset.train_images:,} training, {dataset.val_images:,} validation and "
        f"{dataset.test_images:,} test images)"
        if dataset.train_images is not None
        else ""
    )
    network = f"{architecture.name}{cited(phrases.ARCHITECTURE_REFERENCES[spec.architecture])}"
    images = f"{dataset.name}{cited(phrases.DATASET_REFERENCES[spec.dataset])}{sizes}"
    rules = [f"{RULES[rule].name}{cited(RULE_REFERENCES[rule])}" for rule in compared]
    sentences = [
        f"The network {network} was trained on {images}, "
        f"images of {spec.image_size} × {spec.image_size} pixels"
        f"{', with random crops and horizontal flips' if augment else ', without augmentation'}.",
        f"It learned by {_listed(rules)}, "
        f"with {'seed' if len(view.seeds) == 1 else 'seeds'} {_numbers(view.seeds)}.",
        f"Each network was trained for {_count(spec.epochs, 'epoch')} on the cross-entropy by Adam"
        f"{cited(['kingma2015'])} in batches of {spec.batch_size:,}; the epoch with the best "
        "validation accuracy was tested once.",
        _settings([rule for rule in spec.rules if rule.rule in compared], spec),
        "Networks of one seed had the same initial weights and the same batches.",
    ]
    return " ".join(filter(None, sentences))


def _settings(rules: Sequence[RuleSpec], spec: ExperimentSpec) -> str:
    searched = {} if spec.search is None else spec.search.grids
    each = []
    for rule in rules:
        entry, grid = RULES[rule.rule], searched.get(rule.rule, {})
        parts = [
            f"{parameter.name.lower()} {rule.numbers.get(parameter.id, parameter.default):g}"
            for parameter in entry.parameters
            if parameter.id not in grid
        ]
        parts += [
            f"{_parameter_name(rule.rule, name)} out of {_listed([f'{v:g}' for v in values], 'or')}"
            for name, values in grid.items()
        ]
        if entry.normalizations:
            parts.append(f"{norm_of(rule)} norm")
        each.append(f"{entry.name}: {', '.join(parts)}")
    text = f"Settings were, for {'; '.join(each)}."
    if spec.search is None:
        return text
    return (
        f"{text} Where several values are named, the one with the best validation accuracy after "
        f"{_count(spec.search.epochs, 'epoch')} with seed {spec.seeds[0]} was taken (grid search)."
    )


def _parameter_name(rule: str, parameter: str) -> str:
    return next(one.name.lower() for one in RULES[rule].parameters if one.id == parameter)


def _learning(spec: ExperimentSpec, numbers: ComparisonNumbers, cited: _Citations) -> str:
    measured = {name for name, curves in numbers.curves.items() if curves}
    sentences = []
    if "local-angle" in measured:
        sentences.append(
            "The local alignment angle of a layer, between the errors that the rule’s feedback and "
            "the forward weights hand down from the rule’s own error"
            f"{cited(['lance2026'])}, was taken every {_count(spec.track_every, 'step')}."
        )
    if measured & {"global-angle", "update-angle"} and spec.track_global_every:
        sentences.append(
            "Errors and weight gradients were compared with those of exact backpropagation on the "
            f"same batch every {_count(spec.track_global_every, 'step')}."
        )
    return " ".join(sentences)


def _representations(view: Comparison, numbers: ComparisonNumbers, cited: _Citations) -> str:
    request, sentences = view.request, []
    count = numbers.similarity.n_images if numbers.similarity is not None else view.n_images
    images = (
        f"a fixed set of {count or 0:,} test images"
        if request.images == "probe"
        else f"all {count or 0:,} validation and test images"
    )
    sentences.append(
        f"Representations are the outputs of the layers {_listed(view.layers)} before the "
        f"nonlinearity, flattened, {_epoch(request.epoch)}, for {images}"
        f"{phrases.SUBSET_PHRASES[request.subset]}."
    )
    if request.subset == "one_class" and request.subset_class < len(view.class_names):
        sentences[0] = sentences[0].replace("one class", view.class_names[request.subset_class])
    if numbers.similarity is not None:
        phrase, keys = phrases.SIMILARITY_PHRASES[request.estimator]
        reference = RULES[numbers.similarity.reference].name
        sentences.append(
            f"Each layer was compared with each layer of the {reference} network of the same seed "
            f"by {phrase}{cited(keys)}."
        )
    if numbers.rdms is not None:
        sentences.append(
            "Representational dissimilarity matrices (RDMs)"
            f"{cited(['kriegeskorte2008'])} hold {phrases.DISTANCE_PHRASES[request.distance]}, "
            f"for all pairs of {len(numbers.rdms.labels):,} probe images; those of seed "
            f"{_numbers(sorted({run.seed for run in numbers.rdms.runs}))} are shown."
        )
    if numbers.similarity is not None and numbers.matrices != "ours":
        what = "are shown" if numbers.matrices == "paper" else "are subtracted from them"
        sentences.append(f"Published similarities{cited(['lance2026'])} {what}.")
    return " ".join(sentences)


def _statistics(view: Comparison, statistics: ProfileStatistics | None, cited: _Citations) -> str:
    if statistics is None:
        return ""
    rules = [found for band in statistics.layers for found in band.rules]
    means = [mean for found in rules for mean in (found.shared, found.independent)]
    means += [band.ceiling for band in statistics.layers]
    different = any(found.independent.mean is not None for found in rules)
    sentences = [
        "Profiles over layers show same-layer similarities, averaged over pairs of a rule’s "
        + (
            "network with BP networks of other seeds, pairs of the same seed apart"
            if different
            else "network with the BP network of the same seed"
        )
        + "; the floor is BP against untrained networks"
        + (", the ceiling BP against BP of another seed." if different else ".")
    ]
    if _any_interval(means, "low"):
        sentences.append(
            f"Intervals are 95 % bootstrap intervals{cited(['efron1979'])} over seeds, "
            f"{statistics.n_resamples:,} resamples{cited(['snijders1999'])}, percentiles expanded "
            f"for few subjects{cited(['hesterberg2015'])}."
        )
    if _any_interval(means, "images_low"):
        sentences.append(
            "Intervals over images resample images without pairs of an image with its own copy"
            f"{cited(['efron1979', 'janssen1994'])}."
        )
    if any(found.p is not None for found in rules):
        sentences.append(
            "Whether a rule is less similar to BP than BP is to itself was tested by one-sided "
            "permutation of the labels of the two runs of each seed"
            f"{cited(['winkler2014'])}, p adjusted over layers{cited(['holm1979'])}."
        )
    elif len(view.seeds) == 1:
        sentences.append("With one seed there is no interval over seeds and no test.")
    return " ".join(sentences)


def _any_interval(means: Sequence[PairsMean], end: str) -> bool:
    return any(getattr(mean, end) is not None for mean in means)


def _panels(view: Comparison, numbers: ComparisonNumbers, cited: _Citations) -> str:
    sentences = []
    if numbers.geometry is not None:
        sentences.append(
            "The map of representations is a metric multidimensional scaling of the angles between "
            f"centred Gram matrices, arccos of biased CKA{cited(['williams2021'])}, with stress "
            f"{numbers.geometry.stress:.2f}{cited(['kruskal1964'])}."
        )
    if numbers.exemplars is not None:
        shown = numbers.exemplars
        sentences.append(
            f"Channels of {shown.layer} were ranked for the class "
            f"{shown.class_names[shown.class_index]} by the mean absolute product of mean gradient "
            f"and mean activation, after Grad-CAM{cited(['selvaraju2017'])}."
        )
    if numbers.costs is not None:
        sentences.append(
            f"Costs are floating-point operations of one batch of {numbers.costs.batch_size:,} "
            f"images, and median seconds of a step on {numbers.costs.device}."
        )
    return " ".join(sentences)


def _software(versions: Mapping[str, str], cited: _Citations) -> str:
    parts = [f"Feedback Atlas {versions.get('Feedback Atlas', __version__)}"]
    for name, version in versions.items():
        if name in ("PyTorch", "NumPy", "Python"):
            parts.append(f"{name} {version}{cited(['paszke2019']) if name == 'PyTorch' else ''}")
    return f"All was computed with {_listed(parts)}."


def _epoch(epoch: str | int) -> str:
    named = {
        "first": "of the untrained networks",
        "best": "at each network’s epoch of best validation accuracy",
        "last": "after the last epoch",
    }
    return named.get(str(epoch), f"after epoch {epoch}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _numbers(numbers: Sequence[int]) -> str:
    """Numbers in order, runs of three and more as "0-9"."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    parts: list[str] = []
    for group in groups:
        parts += [f"{group[0]}–{group[-1]}"] if len(group) > 2 else map(str, group)
    return _listed(parts)


def _listed(parts: Sequence[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
