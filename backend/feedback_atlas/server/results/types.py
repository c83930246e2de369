"""The arrays that figures are drawn from; nothing here knows where they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RunLabel:
    """One network in a figure: its learning rule's id and its seed."""

    rule: str
    seed: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure of one run over training; ``layer`` is None for measures of the whole network.

    ``steps_per_epoch`` turns steps into epochs and back; None where it is not known.
    """

    run: RunLabel
    layer: str | None
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    steps_per_epoch: float | None = None


@dataclass(frozen=True, slots=True)
class LayerSimilarity:
    """Similarity of every layer of each run to every layer of the reference run of the same seed.

    ``values`` has shape (n_runs, n_layers, n_layers): rows the run's layers, columns the
    reference's; NaN marks an undefined value, explained in ``reasons[(run, row, column)]``.
    ``images`` names the set of ``n_images`` images; ``used`` says for each run how many of them
    its subset has (empty: all of them). ``class_name`` is set for the subset of one class.
    """

    reference: str
    runs: tuple[RunLabel, ...]
    layers: tuple[str, ...]
    values: NDArray[np.float64]
    estimator: str
    epoch: str
    n_images: int
    reasons: dict[tuple[int, int, int], str] = field(default_factory=dict)
    images: str = "probe"
    subset: str = "all"
    class_name: str | None = None
    used: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RdmGallery:
    """Condensed RDMs: ``values`` has shape (n_runs, n_layers, n_images * (n_images - 1) / 2).

    Images are ordered by class; ``labels`` has shape (n_images,) and indexes ``class_names``.
    NaN marks an undefined dissimilarity.
    """

    runs: tuple[RunLabel, ...]
    layers: tuple[str, ...]
    values: NDArray[np.float64]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    distance: str
    epoch: str

    def of_seed(self, seed: int) -> RdmGallery:
        """Return the RDMs of the networks of one seed."""
        chosen = [index for index, run in enumerate(self.runs) if run.seed == seed]
        runs = tuple(self.runs[index] for index in chosen)
        return replace(self, runs=runs, values=self.values[chosen])


@dataclass(frozen=True, slots=True)
class PairsMean:
    """A mean similarity over pairs of runs, with its 95 % interval over seeds where there is one.

    ``images_low``, ``images_high``: its interval over the probe's images; ``both_low``,
    ``both_high``: over seeds and images. ``reasons`` says, under the name of the field, why one is
    missing or what to mind about it.
    """

    mean: float | None
    low: float | None
    high: float | None
    n_pairs: int
    n_seeds: int
    reasons: dict[str, str] = field(default_factory=dict)
    images_low: float | None = None
    images_high: float | None = None
    both_low: float | None = None
    both_high: float | None = None


@dataclass(frozen=True, slots=True)
class RuleAgainstReference:
    """A rule in one layer: pairs with the reference from one initialisation, and from others.

    ``p`` is of "less similar to BP than BP is to itself", ``p_adjusted`` Holm's over layers,
    ``smallest_p`` the least adjusted one that so many seeds can reach; ``reason`` where there is
    no test.
    """

    rule: str
    shared: PairsMean
    independent: PairsMean
    difference: float | None
    p: float | None
    p_adjusted: float | None
    smallest_p: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LayerBand:
    """One layer: BP against BP (ceiling) and against untrained networks (floor), and the rules."""

    layer: str
    ceiling: PairsMean
    floor_shared: PairsMean
    floor_independent: PairsMean
    rules: tuple[RuleAgainstReference, ...]


@dataclass(frozen=True, slots=True)
class ProfileStatistics:
    """Statistics of same-layer similarities, seeds as subjects; ``overall``: of their mean."""

    layers: tuple[LayerBand, ...]
    n_resamples: int
    n_images: int
    overall: LayerBand | None = None


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One representation on the map; ``rule`` is None for an untrained network."""

    rule: str | None
    seed: int
    layer: str
    epoch: int


@dataclass(frozen=True, slots=True)
class GeometryMap:
    """Representations as points in two and in three dimensions, whose distances stand for theirs.

    ``kind``: "epoch" for every network at one epoch, "trajectory" for networks over epochs.
    ``coordinates`` (n_points, 2) and ``solid`` (n_points, 3) are maps of their own; ``stress`` and
    ``solid_stress`` are their Kruskal's stress-1. ``solid`` is None where three dimensions are
    more than the points fill. ``left_out`` counts representations without a distance.
    """

    points: tuple[MapPoint, ...]
    coordinates: NDArray[np.float64]
    stress: float
    kind: str
    epoch: str
    n_images: int
    layers: tuple[str, ...]
    left_out: int = 0
    solid: NDArray[np.float64] | None = None
    solid_stress: float | None = None


@dataclass(frozen=True, slots=True)
class ImageSpace:
    """Maps of the probe's images in one layer of one network, or of two beside each other.

    ``coordinates`` (n_runs, n_mapped, 2): the second map laid on the first, in its units.
    ``images`` (n_mapped,) are positions in the probe of ``n_images``, ``labels`` their classes.
    ``stress`` of each map is Kruskal's stress-1, ``disparity`` Procrustes' from the first.
    ``left_out`` counts images without a dissimilarity in one of the networks.
    """

    runs: tuple[RunLabel, ...]
    layer: str
    images: NDArray[np.int64]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    coordinates: NDArray[np.float64]
    stress: tuple[float, ...]
    disparity: tuple[float, ...]
    distance: str
    epoch: str
    n_images: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class ProbePictures:
    """Small pictures of the probe's images, many to a sheet, as PNG files.

    A picture has ``side`` pixels a side; a sheet has ``columns`` of them in a row, and at most
    ``on_a_sheet`` in all, in the order of the probe.
    """

    sheets: tuple[bytes, ...]
    side: int
    columns: int
    on_a_sheet: int


@dataclass(frozen=True, slots=True)
class ChannelExemplars:
    """One channel of a layer of a rule's network, with the images that activate it most.

    ``pictures`` (n, channels, height, width) uint8, the most activating first; ``activations``
    and ``labels`` of each; ``importance`` of the channel for the class.
    """

    rule: str
    channel: int
    importance: float
    pictures: NDArray[np.uint8]
    activations: NDArray[np.float64]
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExemplarGallery:
    """Top channels of each rule for a class in a layer, with their top-activating images."""

    layer: str
    class_index: int
    class_names: tuple[str, ...]
    seed: int
    epoch: str
    n_images: int
    channels: tuple[ChannelExemplars, ...]
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CostRow:
    """Cost of a rule: operations per training batch, bytes of feedback, seconds per step."""

    rule: str
    forward: int
    weight_gradient: int
    error_transport: int
    feedback_update: int
    fixed_feedback: int
    changing_feedback: int
    step_seconds: float


@dataclass(frozen=True, slots=True)
class CostTable:
    """Costs of the rules for batches of one size, and where steps were timed."""

    rows: tuple[CostRow, ...]
    batch_size: int
    device: str


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """Final accuracies of one run, fractions of 1; ``seconds`` is its training time."""

    run: RunLabel
    best_epoch: int | None
    best_val_accuracy: float | None
    test_accuracy: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class AccuracyTest:
    """A rule's test accuracy minus the reference's over the ``n_pairs`` seeds that both have.

    Fractions of 1; ``p`` of a paired test, ``p_adjusted`` Holm's over rules; ``reason`` says why
    there is no test.
    """

    rule: str
    n_pairs: int
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AccuracyTests:
    """Every rule against the reference."""

    reference: str
    rules: tuple[AccuracyTest, ...]
