"""Every measure of similarity by its id, each in two steps: prepare a side once, compare sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray, gram
from feedback_atlas.analysis.dissimilarity import Rdm, compare_rdms, rdm
from feedback_atlas.analysis.estimators import Biased, Estimator, Minibatch, Unbiased
from feedback_atlas.analysis.similarity._blockwise import all_pairs_cka
from feedback_atlas.analysis.similarity._cca import canonical_correlations
from feedback_atlas.analysis.similarity._cka import cka_matrix
from feedback_atlas.analysis.similarity._kernels import Rbf, rbf_gram
from feedback_atlas.analysis.similarity._neighbours import mutual_neighbours
from feedback_atlas.analysis.similarity._pairs import PairMatrix, pair_reasons
from feedback_atlas.analysis.similarity._regression import linear_regression
from feedback_atlas.analysis.similarity._shape import angular_procrustes, shape
from feedback_atlas.analysis.similarity._subspace import Subspace, subspace
from feedback_atlas.analysis.sources import Representation

NEIGHBOURS = 10
SVCCA_VARIANCE = 0.99
RBF_FRACTION = 0.4

# The paper's batches of 256; fewer images are cut into four, since one batch would not be one.
_BATCH_SIZE = 256


class Pairs(Protocol):
    """Values (n_rows, n_columns) of pairs, NaN where undefined for the reason that is given."""

    @property
    def values(self) -> FloatArray:
        """The values."""
        ...

    @property
    def reasons(self) -> dict[tuple[int, int], str]:
        """Why there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of similarity.

    ``prepare`` takes from activations (n_images, n_features) what is compared; ``compare`` takes
    prepared rows and columns of the same images. ``symmetric``: whether rows and columns may be
    exchanged.
    """

    prepare: Callable[[NDArray[Any]], Any]
    compare: Callable[[Sequence[Any], Sequence[Any]], Pairs]
    symmetric: bool = True


def measure(name: str, distance: str = "correlation") -> Measure:
    """Return a measure by its id.

    Args:
        name: a key of ``MEASURES``.
        distance: of the RDMs that the comparators of RSA compare.

    Raises:
        ValueError: if the name is unknown.
    """
    if name not in MEASURES:
        raise ValueError(f"unknown measure {name!r}: choose one of {', '.join(MEASURES)}")
    return MEASURES[name](distance)


def register_measure(name: str, make: Callable[[str], Measure]) -> None:
    """Add a measure.

    Args:
        name: its id.
        make: returns it, for the distance that RDMs are chosen to hold.

    Raises:
        ValueError: if the id is taken.
    """
    if name in MEASURES:
        raise ValueError(f"measure {name!r} is registered already")
    MEASURES[name] = make


def all_pairs(
    name: str, representations: Sequence[Representation], distance: str = "correlation"
) -> Pairs:
    """Compare every two of M representations of the same images.

    Args:
        name: a key of ``MEASURES``.
        representations: sources of activations; those of CKA are read as memory allows.
        distance: as for ``measure``.

    Returns:
        (M, M) values with the reasons of those that are undefined.

    Raises:
        ValueError: if the name is unknown or the numbers of images differ.
    """
    images = np.arange(representations[0].n_images)
    if name in _ESTIMATORS:
        return all_pairs_cka(representations, _ESTIMATORS[name](len(images)))
    if name == "rbf":
        return all_pairs_cka(representations, Unbiased(), kernel=Rbf(RBF_FRACTION))
    chosen = measure(name, distance)
    prepared = [chosen.prepare(each.rows(images)) for each in representations]
    return chosen.compare(prepared, prepared)


def batch_size(n_images: int) -> int:
    """Return the images of one batch of the minibatch estimator: 256, or a quarter of fewer."""
    return _BATCH_SIZE if n_images >= 2 * _BATCH_SIZE else max(4, n_images // 4)


_ESTIMATORS: Mapping[str, Callable[[int], Estimator]] = {
    "unbiased": lambda _n: Unbiased(),
    "minibatch": lambda n: Minibatch(batch_size=batch_size(n)),
    "biased": lambda _n: Biased(),
}


def _cka(name: str) -> Callable[[str], Measure]:
    def compare(rows: Sequence[FloatArray], columns: Sequence[FloatArray]) -> Pairs:
        return cka_matrix(rows, columns, _ESTIMATORS[name](len(rows[0])))

    return lambda _distance: Measure(gram, compare)


def _rbf(_distance: str) -> Measure:
    def prepare(x: NDArray[Any]) -> FloatArray:
        linear = gram(x)
        try:
            return rbf_gram(linear, Rbf(RBF_FRACTION))
        except ValueError:
            # No kernel width: as little to compare as where all images coincide.
            return np.zeros_like(linear)

    return Measure(prepare, lambda rows, columns: cka_matrix(rows, columns, Unbiased()))


def _procrustes(_distance: str) -> Measure:
    def compare(rows: Sequence[Any], columns: Sequence[Any]) -> Pairs:
        angles = angular_procrustes(rows, columns)
        return PairMatrix(1.0 - angles.values / (np.pi / 2.0), angles.reasons)

    return Measure(shape, compare)


def _neighbours(_distance: str) -> Measure:
    return Measure(
        lambda x: rdm(x, "cosine"),
        lambda rows, columns: mutual_neighbours(rows, columns, NEIGHBOURS),
    )


def _svcca(_distance: str) -> Measure:
    def prepare(x: NDArray[Any]) -> Subspace:
        return subspace(x).truncated(SVCCA_VARIANCE)

    def compare(rows: Sequence[Subspace], columns: Sequence[Subspace]) -> Pairs:
        found = canonical_correlations(rows, columns)
        return PairMatrix(found.mean, found.reasons)

    return Measure(prepare, compare)


def _pwcca(_distance: str) -> Measure:
    def compare(rows: Sequence[Subspace], columns: Sequence[Subspace]) -> Pairs:
        found = canonical_correlations(rows, columns)
        return PairMatrix(found.weighted, found.reasons)

    return Measure(subspace, compare, symmetric=False)


def _rsa(method: str) -> Callable[[str], Measure]:
    def compare(rows: Sequence[Rdm], columns: Sequence[Rdm]) -> Pairs:
        # One faulty RDM must not take its undefined pairs of images out of all comparisons.
        row_faults, column_faults = (
            [_rdm_fault(each) for each in side] for side in (rows, columns)
        )
        values = np.full((len(rows), len(columns)), np.nan)
        reasons = pair_reasons(row_faults, column_faults)
        left, right = (
            [place for place, fault in enumerate(faults) if fault is None]
            for faults in (row_faults, column_faults)
        )
        if left and right:
            ours = [rows[place] for place in left]
            same = rows is columns
            found = compare_rdms(ours, ours if same else [columns[at] for at in right], method)
            values[np.ix_(left, right)] = found.values
            reasons |= {(left[i], right[j]): why for (i, j), why in found.reasons.items()}
        return PairMatrix(values, reasons)

    return lambda distance: Measure(lambda x: rdm(x, distance), compare)


def _rdm_fault(one: Rdm) -> str | None:
    if np.isfinite(one.values).all():
        return None
    why = "; ".join(dict.fromkeys(one.reasons.values()))
    return f"distances of {len(one.reasons)} images are undefined: {why}"


MEASURES: dict[str, Callable[[str], Measure]] = {
    **{name: _cka(name) for name in _ESTIMATORS},
    "rbf": _rbf,
    "procrustes": _procrustes,
    "neighbours": _neighbours,
    "regression": lambda _distance: Measure(subspace, linear_regression, symmetric=False),
    "svcca": _svcca,
    "pwcca": _pwcca,
    "rsa_corr": _rsa("corr"),
    "rsa_cosine": _rsa("cosine"),
    "rsa_spearman": _rsa("spearman"),
    "rsa_rho_a": _rsa("rho-a"),
    "rsa_tau_a": _rsa("tau-a"),
    "rsa_cosine_cov": _rsa("cosine_cov"),
    "rsa_corr_cov": _rsa("corr_cov"),
}
