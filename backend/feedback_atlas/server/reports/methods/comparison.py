"""The methods paragraphs of a comparison: what is on the screen, exactly, and what to cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_atlas.server.analyses.kinds import ACCURACY_TESTS, RDM, SIMILARITY, STATISTICS
from feedback_atlas.server.catalog import RDM_DISTANCES, RULES, SIMILARITIES
from feedback_atlas.server.catalog.literature import Reference
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels import PANELS
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.core.text import counted, listed, ranges
from feedback_atlas.server.reports.methods import phrases
from feedback_atlas.server.reports.methods.citations import Citations, software
from feedback_atlas.server.reports.methods.training import training
from feedback_atlas.server.results.types import PairsMean
from feedback_atlas.server.specs.schemas import ExperimentSpec


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
    specs: Mapping[str, ExperimentSpec],
    numbers: ComparisonNumbers,
    versions: Mapping[str, str],
) -> Methods:
    """Describe how the numbers of a comparison came about.

    Args:
        view: what is compared.
        specs: of the experiments that its runs belong to, by their ids.
        numbers: what is shown; only what they hold is described.
        versions: of the software that computed them, by name; those of an old link are unknown.
    """
    cited = Citations()
    paragraphs = (
        training(view, specs, cited),
        _learning(specs[view.experiment_id], numbers, cited),
        _representations(view, numbers, cited),
        _statistics(view, numbers, cited),
        _accuracy(numbers, cited),
        _panels(numbers, cited),
        software(versions, cited),
    )
    return Methods(tuple(filter(None, paragraphs)), cited.references)


def _learning(spec: ExperimentSpec, numbers: ComparisonNumbers, cited: Citations) -> str:
    measured = {name for name, curves in numbers.curves.items() if curves}
    sentences = []
    if "local-angle" in measured:
        sentences.append(
            "The local alignment angle of a layer, between the errors that the rule’s "
            "feedback and the forward weights pass down from the rule’s own "
            f"error{cited(['lance2026'])}, was recorded every "
            f"{counted(spec.track_every, 'step')}."
        )
    if measured & {"global-angle", "update-angle"} and spec.track_global_every:
        sentences.append(
            "Errors and weight gradients were compared with those of exact backpropagation on the "
            f"same batch every {counted(spec.track_global_every, 'step')}."
        )
    return " ".join(sentences)


def _representations(view: Comparison, numbers: ComparisonNumbers, cited: Citations) -> str:
    request, sentences = view.request, []
    similarity, rdms = numbers.of(SIMILARITY), numbers.of(RDM)
    count = similarity.n_images if similarity is not None else view.n_images
    images = (
        f"a fixed set of {count or 0:,} test images"
        if request.images == "probe"
        else f"all {count or 0:,} validation and test images"
    )
    sentences.append(
        f"Representations are the outputs of the layers {listed(view.layers)} before the "
        f"nonlinearity, flattened, {_epoch(request.epoch)}, for {images}"
        f"{phrases.SUBSET_PHRASES[request.subset]}."
    )
    if request.subset == "one_class" and request.subset_class < len(view.class_names):
        sentences[0] = sentences[0].replace("one class", view.class_names[request.subset_class])
    if similarity is not None:
        measure = SIMILARITIES[request.estimator]
        reference = RULES[similarity.reference].name
        sentences.append(
            f"Each layer was compared with each layer of the {reference} network of the same seed "
            f"by {measure.phrase}{cited(measure.references)}."
        )
    if rdms is not None:
        distance = RDM_DISTANCES[request.distance]
        sentences.append(
            f"Representational dissimilarity matrices (RDMs){cited(distance.references)} "
            f"contain {distance.phrase}, for all pairs of {len(rdms.labels):,} probe "
            f"images; those of seed {ranges(sorted({run.seed for run in rdms.runs}))} are "
            "shown."
        )
    if similarity is not None and numbers.matrices != "ours":
        what = {
            "paper": "are shown instead",
            "beside": "are shown alongside",
            "difference": "are subtracted from them",
        }[numbers.matrices]
        sentences.append(f"Published similarities{cited(['lance2026'])} {what}.")
    return " ".join(sentences)


def _statistics(view: Comparison, numbers: ComparisonNumbers, cited: Citations) -> str:
    statistics = numbers.of(STATISTICS)
    if statistics is None:
        return ""
    rules = [found for band in statistics.layers for found in band.rules]
    means = [mean for found in rules for mean in (found.shared, found.independent)]
    means += [band.ceiling for band in statistics.layers]
    different = any(found.independent.mean is not None for found in rules)
    sentences = [
        "Profiles over layers show same-layer similarities, averaged over pairs of a rule’s "
        + (
            (
                "network with BP networks of other initial weights, with same-weights pairs "
                "shown separately"
            )
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


def _accuracy(numbers: ComparisonNumbers, cited: Citations) -> str:
    tests = numbers.of(ACCURACY_TESTS)
    if tests is None or not any(test.p is not None for test in tests.rules):
        return ""
    return (
        f"Test accuracies were compared with those of {RULES[tests.reference].name}, seed by seed, "
        f"by Student’s paired t-test{cited(['student1908'])}, two-sided, p adjusted over rules"
        f"{cited(['holm1979'])}."
    )


def _any_interval(means: Sequence[PairsMean], end: str) -> bool:
    return any(getattr(mean, end) is not None for mean in means)


def _panels(numbers: ComparisonNumbers, cited: Citations) -> str:
    return " ".join(filter(None, (panel.methods(numbers, cited) for panel in PANELS.values())))


def _epoch(epoch: str | int) -> str:
    named = {
        "first": "of the untrained networks",
        "best": "at each network’s epoch of best validation accuracy",
        "last": "after the last epoch",
    }
    return named.get(str(epoch), f"after epoch {epoch}")
