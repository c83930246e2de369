"""What representations can be compared by, on which images and at which epochs: as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from feedback_atlas.server.catalog.rules import Choice


@dataclass(frozen=True, slots=True)
class Similarity(Choice):
    """A measure of how alike two representations are.

    ``short`` stands on an axis. ``family`` gathers measures of one kind. ``caveat`` says when it
    misleads. ``streams`` says whether it can be computed a batch of images at a time, and so on
    sets that do not fit in memory; ``symmetric`` whether the two representations may be exchanged;
    ``rdms`` whether it compares RDMs, of the distance chosen for them.
    """

    short: str
    caveat: str
    family: str
    streams: bool = False
    symmetric: bool = True
    rdms: bool = False

    @property
    def linear_cka(self) -> bool:
        """Whether it estimates linear CKA, as the paper's similarities do."""
        return self.id in ("unbiased", "minibatch", "biased")


_Named = TypeVar("_Named", bound=Choice)


def _by_id(choices: Iterable[_Named]) -> dict[str, _Named]:
    return {choice.id: choice for choice in choices}


def _rsa(id: str, how: str, what: str, caveat: str) -> Similarity:
    """A way to compare two RDMs, of the distance that is chosen for RDMs."""
    return Similarity(
        id,
        f"RSA, {how}",
        f"{what} of two RDMs.",
        short=f"RSA, {how}",
        family="RSA",
        caveat=caveat,
        rdms=True,
    )


_RSA = (
    _rsa(
        "rsa_corr",
        "Pearson",
        "Pearson correlation",
        "Assumes that dissimilarities are related linearly; a few large ones can decide it.",
    ),
    _rsa(
        "rsa_cosine",
        "cosine",
        "Cosine",
        "High for any two RDMs of positive distances: compare with the floor.",
    ),
    _rsa(
        "rsa_spearman",
        "Spearman",
        "Rank correlation (ties share ranks)",
        "Where many distances tie, it favours the RDM that ties most: take rho-a.",
    ),
    _rsa(
        "rsa_rho_a",
        "rho-a",
        "Rank correlation expected under random tie breaking (Schütt et al. 2023)",
        "Keeps order alone: the sizes of dissimilarities count for nothing.",
    ),
    _rsa(
        "rsa_tau_a",
        "Kendall tau-a",
        "Share of concordant less that of discordant pairs of dissimilarities",
        "Slow with many images; keeps order alone.",
    ),
    _rsa(
        "rsa_cosine_cov",
        "whitened cosine",
        "Cosine, dissimilarities that share an image counted as dependent (Diedrichsen et al. "
        "2021)",
        "Of squared Euclidean RDMs it is biased linear CKA.",
    ),
    _rsa(
        "rsa_corr_cov",
        "whitened Pearson",
        "Pearson correlation, dissimilarities that share an image counted as dependent",
        "The mean dissimilarity is taken away: a common offset counts for nothing.",
    ),
)

SIMILARITIES: dict[str, Similarity] = _by_id(
    (
        Similarity(
            "unbiased",
            "CKA, unbiased",
            "HSIC₁ of Song et al. (2012); near 0 for unrelated data.",
            short="CKA",
            family="CKA",
            caveat="Few images leave much to chance, and a few outlying images can decide it.",
        ),
        Similarity(
            "minibatch",
            "CKA, minibatch",
            "HSIC₁ summed over batches of images, divided once (Nguyen et al. 2021).",
            short="CKA",
            family="CKA",
            caveat="As unbiased CKA, of images compared within their batches only.",
            streams=True,
        ),
        Similarity(
            "biased",
            "CKA, biased",
            "Kornblith et al. (2019); too high where features outnumber images.",
            short="CKA",
            family="CKA",
            caveat="Near 1 even for unrelated layers that have more units than there are images.",
        ),
        Similarity(
            "rbf",
            "CKA, RBF kernel",
            "Unbiased CKA with a Gaussian kernel of 0.4 times the median distance: near images "
            "count, far ones do not (Kornblith et al. 2019).",
            short="RBF CKA",
            family="CKA",
            caveat="Its value hangs on the width: no width is the right one for every layer.",
        ),
        Similarity(
            "procrustes",
            "Angular Procrustes",
            "One minus the angle between two shapes after the best rotation, in right angles "
            "(Williams et al. 2021).",
            short="Procrustes similarity",
            family="Shape and neighbours",
            caveat="Rises with the number of units, as biased CKA does: compare with the floor.",
        ),
        Similarity(
            "neighbours",
            "Mutual neighbours",
            "The share of an image's ten nearest neighbours that two layers agree on (Huh et al. "
            "2024).",
            short="Mutual neighbours",
            family="Shape and neighbours",
            caveat="Blind to the arrangement of clusters; chance is 10 / (images − 1).",
        ),
        Similarity(
            "regression",
            "Linear regression",
            "The share of the rule's layer that a linear map of the reference's explains "
            "(Kornblith et al. 2019).",
            short="R²",
            family="Regression and CCA",
            caveat="Not symmetric; undefined where the reference's layer spans all images, and "
            "high where it nearly does.",
            symmetric=False,
        ),
        Similarity(
            "svcca",
            "SVCCA",
            "Mean canonical correlation of the directions that hold 99 % of the variance (Raghu "
            "et al. 2017).",
            short="SVCCA",
            family="Regression and CCA",
            caveat="Every direction counts alike, noise too; near 1 with few images.",
        ),
        Similarity(
            "pwcca",
            "PWCCA",
            "Canonical correlations weighted by how much of the layer each carries (Morcos et al. "
            "2018).",
            short="PWCCA",
            family="Regression and CCA",
            caveat="Not symmetric; undefined where a layer spans all images, as wide ones do.",
            symmetric=False,
        ),
        *_RSA,
    )
)

RDM_DISTANCES: dict[str, Choice] = _by_id(
    (
        Choice(
            "correlation",
            "1 − correlation",
            "One minus the Pearson correlation of two activation patterns.",
        ),
        Choice(
            "cosine",
            "1 − cosine",
            "One minus the cosine of the angle between two activation patterns.",
        ),
        Choice(
            "euclidean",
            "Squared Euclidean",
            "Squared distance of two patterns, divided by the number of units.",
        ),
    )
)

EPOCHS: dict[str, Choice] = _by_id(
    (
        Choice("first", "Untrained", "The initial network, before its first update (epoch 0)."),
        Choice("best", "Best", "The epoch with the best validation accuracy."),
        Choice("last", "Last", "The last epoch."),
    )
)

IMAGES: dict[str, Choice] = _by_id(
    (
        Choice("probe", "Probe", "The experiment's fixed probe, a part of the test set."),
        Choice(
            "validation_and_test",
            "Validation + test",
            "All images that were not trained on, as in the paper: in batches, by the minibatch "
            "estimator, which takes longer.",
        ),
    )
)

SUBSETS: dict[str, Choice] = _by_id(
    (
        Choice("all", "All", "Every image."),
        Choice(
            "both_correct",
            "Both correct",
            "Images that both networks of a pair classify correctly.",
        ),
        Choice(
            "bp_correct_method_wrong",
            "BP correct, rule wrong",
            "Images that the reference classifies correctly and the rule's network does not.",
        ),
        Choice("one_class", "One class", "Images of one class."),
    )
)

MATRICES: dict[str, Choice] = _by_id(
    (
        Choice("ours", "Ours", "Layer similarities as computed here."),
        Choice("paper", "The paper's", "As Lance & Kieu (2026) published them, for CIFAR-10."),
        Choice("beside", "Ours and the paper's", "Both, one above or beside the other."),
        Choice("difference", "Ours − paper's", "Computed here minus published."),
    )
)
