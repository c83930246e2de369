"""Similarity measures, RDM distances, image subsets and epochs, as data."""

from __future__ import annotations

from feedback_atlas.server.catalog.records import Choice, Distance, Similarity
from feedback_atlas.server.core.registry import Registry

# Markdown renderers drop a backslash before punctuation and take a bar for a table's edge, so
# formulae use ``\lVert``, ``\lbrace`` and ``\quad`` instead.
_CKA = r"\mathrm{CKA}(K, L) = \frac{%(h)s(K, L)}{\sqrt{%(h)s(K, K) %(h)s(L, L)}}"
_UNBIASED = _CKA % {"h": r"\mathrm{HSIC}_1"}


def _rsa(
    id: str, how: str, what: str, phrase: str, caveat: str, formula: str, *source: str
) -> Similarity:
    """Return a measure that compares two RDMs of the chosen distance."""
    return Similarity(
        id,
        f"RSA, {how}",
        f"{what} of two RDMs.",
        short=f"RSA, {how}",
        family="RSA",
        formula=formula,
        phrase=f"{phrase} of their RDMs",
        caveat=caveat,
        references=("kriegeskorte2008", *source),
        rdms=True,
    )


_RSA = (
    _rsa(
        "rsa_corr",
        "Pearson",
        "Pearson correlation",
        "the Pearson correlation",
        "Assumes a linear relation between dissimilarities; sensitive to a few large ones.",
        r"\mathrm{corr}(d_1, d_2)",
    ),
    _rsa(
        "rsa_cosine",
        "cosine",
        "Cosine",
        "the cosine",
        "High for any two RDMs of positive distances: compare with the floor.",
        r"\frac{{d_1}^\top d_2}{\lVert d_1 \rVert \lVert d_2 \rVert}",
    ),
    _rsa(
        "rsa_spearman",
        "Spearman",
        "Rank correlation (ties share ranks)",
        "the Spearman rank correlation",
        "With many tied distances it favours the RDM with the most ties; use rho-a instead.",
        r"\mathrm{corr}(r(d_1), r(d_2)), \text{ ties averaged}",
    ),
    _rsa(
        "rsa_rho_a",
        "rho-a",
        "Rank correlation expected under random tie breaking (Schütt et al. 2023)",
        "the rank correlation ρₐ",
        "Uses rank order only; the sizes of dissimilarities are ignored.",
        r"\frac{12}{N^3 - N} \sum_p r_p s_p, "
        r"\quad r, s \text{ centred ranks of } N \text{ pairs}",
        "schutt2023",
    ),
    _rsa(
        "rsa_tau_a",
        "Kendall tau-a",
        "Share of concordant minus share of discordant pairs of dissimilarities",
        "Kendall’s τₐ",
        "Slow with many images; uses rank order only.",
        r"\frac{\text{concordant} - \text{discordant}}{N (N - 1) / 2}",
    ),
    _rsa(
        "rsa_cosine_cov",
        "whitened cosine",
        "Cosine that accounts for the dependence of dissimilarities that share an image "
        "(Diedrichsen et al. 2021)",
        "the whitened cosine",
        "On squared Euclidean RDMs it equals biased linear CKA.",
        r"\frac{{d_1}^\top V^{-1} d_2}"
        r"{\sqrt{{d_1}^\top V^{-1} d_1 {d_2}^\top V^{-1} d_2}}",
        "diedrichsen2021",
    ),
    _rsa(
        "rsa_corr_cov",
        "whitened Pearson",
        (
            "Pearson correlation that accounts for the dependence of dissimilarities that "
            "share an image"
        ),
        "the whitened Pearson correlation",
        "The mean dissimilarity is subtracted, so a common offset has no effect.",
        r"\text{as whitened cosine, each RDM’s mean subtracted}",
        "diedrichsen2021",
    ),
)

SIMILARITIES = Registry[Similarity](
    (
        Similarity(
            "unbiased",
            "CKA, unbiased",
            "HSIC₁ of Song et al. (2012); near 0 for unrelated data.",
            short="CKA",
            family="CKA",
            formula=_UNBIASED + "\n"
            r"\mathrm{HSIC}_1(K, L) = \frac{1}{n(n - 3)} \left[ \mathrm{tr}(\tilde{K} \tilde{L}) + "
            r"\frac{1^\top \tilde{K} 1 1^\top \tilde{L} 1}{(n - 1)(n - 2)} - "
            r"\frac{2}{n - 2} 1^\top \tilde{K} \tilde{L} 1 \right]",
            phrase="linear centred kernel alignment (CKA) with the unbiased estimator HSIC₁",
            caveat="With few images the estimate is noisy and sensitive to outliers.",
            references=("kornblith2019", "song2012"),
            linear_cka=True,
        ),
        Similarity(
            "minibatch",
            "CKA, minibatch",
            "HSIC₁ summed over batches of images, divided once (Nguyen et al. 2021).",
            short="CKA",
            family="CKA",
            formula=r"\mathrm{CKA} = \frac{\sum_b \mathrm{HSIC}_1(K_b, L_b)}"
            r"{\sqrt{\sum_b \mathrm{HSIC}_1(K_b, K_b) \sum_b \mathrm{HSIC}_1(L_b, L_b)}}",
            phrase="linear centred kernel alignment (CKA) with the minibatch estimator, HSIC₁ "
            "summed over batches of images and divided once",
            caveat="As unbiased CKA, but images are compared only within their batch.",
            references=("kornblith2019", "nguyen2021", "song2012"),
            streams=True,
            linear_cka=True,
        ),
        Similarity(
            "biased",
            "CKA, biased",
            "Kornblith et al. (2019); biased upwards if features outnumber images.",
            short="CKA",
            family="CKA",
            formula=_CKA % {"h": r"\mathrm{HSIC}"} + "\n"
            r"\mathrm{HSIC}(K, L) = \frac{\mathrm{tr}(K H L H)}{(n - 1)^2}",
            phrase="linear centred kernel alignment (CKA) with the biased estimator of HSIC",
            caveat="Near 1 even for unrelated layers if units outnumber images.",
            references=("kornblith2019",),
            linear_cka=True,
        ),
        Similarity(
            "rbf",
            "CKA, RBF kernel",
            "Unbiased CKA with a Gaussian kernel of 0.4 times the median distance: it "
            "weights near images and ignores far ones (Kornblith et al. 2019).",
            short="RBF CKA",
            family="CKA",
            formula=_UNBIASED + "\n"
            r"K_{ij} = \exp\left(-\frac{\lVert x_i - x_j \rVert^2}{2 s^2}\right), "
            r"\quad s = 0.4 \times \text{ median distance}",
            phrase="centred kernel alignment (CKA) with a Gaussian kernel of 0.4 times the median "
            "distance and the unbiased estimator HSIC₁",
            caveat="Its value depends on the kernel width, and no width suits every layer.",
            references=("kornblith2019", "song2012"),
        ),
        Similarity(
            "procrustes",
            "Angular Procrustes",
            "One minus the angle between two shapes after the best rotation, in right angles "
            "(Williams et al. 2021).",
            short="Procrustes similarity",
            family="Shape and neighbours",
            formula=r"1 - \frac{2}{\pi} \arccos \lVert X^\top Y \rVert_\ast",
            phrase="one minus the angular Procrustes distance in right angles",
            caveat="Rises with the number of units, as biased CKA does: compare with the floor.",
            references=("williams2021",),
        ),
        Similarity(
            "neighbours",
            "Mutual neighbours",
            "The share of an image's ten nearest neighbours that two layers agree on (Huh et al. "
            "2024).",
            short="Mutual neighbours",
            family="Shape and neighbours",
            formula=r"\frac{1}{n} \sum_i "
            r"\frac{\lvert N_{10}(x_i) \cap N_{10}(y_i) \rvert}{10}",
            phrase="the share of an image’s ten nearest neighbours, by cosine distance, that two "
            "layers agree on",
            caveat="Insensitive to the arrangement of clusters; chance is 10 / (images − 1).",
            references=("huh2024",),
        ),
        Similarity(
            "regression",
            "Linear regression",
            "Variance of the rule's layer explained by a linear map of the reference's "
            "(Kornblith et al. 2019).",
            short="R²",
            family="Regression and CCA",
            formula=r"R^2 = \frac{\lVert {Q_Y}^\top X \rVert^2}{\lVert X \rVert^2}",
            phrase="the share of variance (R²) of the rule’s layer that a linear map of the "
            "reference’s layer explains",
            caveat="Not symmetric; undefined if the reference's layer spans all images, and high "
            "if it nearly does.",
            references=("kornblith2019",),
            symmetric=False,
        ),
        Similarity(
            "svcca",
            "SVCCA",
            "Mean canonical correlation of the directions that explain 99 % of the "
            "variance (Raghu et al. 2017).",
            short="SVCCA",
            family="Regression and CCA",
            formula=r"\frac{1}{c} \sum_i \rho_i "
            r"\text{ over directions with 0.99 of the variance}",
            phrase="the mean canonical correlation of the directions that explain 99 % of the "
            "variance (SVCCA)",
            caveat="Weights all directions equally, including noise; near 1 with few images.",
            references=("raghu2017",),
        ),
        Similarity(
            "pwcca",
            "PWCCA",
            "Canonical correlations weighted by the share of the layer that each explains "
            "(Morcos et al. 2018).",
            short="PWCCA",
            family="Regression and CCA",
            formula=r"\frac{\sum_i a_i \rho_i}{\sum_i a_i}, "
            r"\quad a_i = \sum_j \lvert {h_i}^\top x_j \rvert",
            phrase="projection-weighted canonical correlation (PWCCA)",
            caveat="Not symmetric; undefined if a layer spans all images, as wide layers do.",
            references=("morcos2018",),
            symmetric=False,
        ),
        *_RSA,
    )
)

RDM_DISTANCES = Registry[Distance](
    (
        Distance(
            "correlation",
            "1 − correlation",
            "One minus the Pearson correlation of two activation patterns.",
            symbol="1 − r =",
            formula=r"1 - \mathrm{corr}(x_i, x_j)",
            phrase="one minus the Pearson correlation of two images’ activation patterns",
            caveat="Insensitive to each pattern’s mean and scale; dead units change the mean. "
            "Undefined for a constant pattern.",
            references=("kriegeskorte2008",),
            unitless=True,
        ),
        Distance(
            "cosine",
            "1 − cosine",
            "One minus the cosine of the angle between two activation patterns.",
            symbol="1 − cos =",
            formula=r"1 - \frac{{x_i}^\top x_j}{\lVert x_i \rVert \lVert x_j \rVert}",
            phrase="one minus the cosine of two images’ activation patterns",
            caveat="Insensitive to each pattern’s scale but not to its mean: a common offset "
            "makes all patterns similar. Undefined for an all-zero pattern.",
            references=("kriegeskorte2008",),
            unitless=True,
        ),
        Distance(
            "euclidean",
            "Squared Euclidean",
            "Squared distance between two patterns, divided by the number of units.",
            symbol="squared distance",
            formula=r"\frac{\lVert x_i - x_j \rVert^2}{p}",
            phrase="the squared Euclidean distance of two images’ activation patterns over the "
            "number of units",
            caveat="Grows with the scale of activations, so a few strong units can dominate; "
            "scales may differ between layers and rules.",
            references=("kriegeskorte2008",),
        ),
    )
)

EPOCHS = Registry[Choice](
    (
        Choice("first", "Untrained", "The initial network, before its first update (epoch 0)."),
        Choice("best", "Best", "The epoch with the best validation accuracy."),
        Choice("last", "Last", "The last epoch."),
    )
)

IMAGES = Registry[Choice](
    (
        Choice("probe", "Probe", "The experiment's fixed probe, a subset of the test set."),
        Choice(
            "validation_and_test",
            "Validation + test",
            "All images not used for training, as in the paper; uses the minibatch "
            "estimator and takes longer.",
        ),
    )
)

SUBSETS = Registry[Choice](
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

MATRICES = Registry[Choice](
    (
        Choice("ours", "Ours", "Layer similarities computed here."),
        Choice("paper", "The paper's", "Published by Lance & Kieu (2026), for CIFAR-10."),
        Choice("beside", "Ours and the paper's", "Both, side by side."),
        Choice("difference", "Ours − paper's", "Computed here minus published."),
    )
)
