"""How a methods paragraph calls what the catalog names, with the literature that it cites."""

from __future__ import annotations

# With the keys of `feedback_atlas.server.catalog.literature`, in the order in which they are cited.
Phrase = tuple[str, tuple[str, ...]]

SIMILARITY_PHRASES: dict[str, Phrase] = {
    "unbiased": (
        "linear centred kernel alignment (CKA) with the unbiased estimator HSIC₁",
        ("kornblith2019", "song2012"),
    ),
    "minibatch": (
        "linear centred kernel alignment (CKA) with the minibatch estimator, HSIC₁ summed over "
        "batches of images and divided once",
        ("kornblith2019", "nguyen2021", "song2012"),
    ),
    "biased": (
        "linear centred kernel alignment (CKA) with the biased estimator of HSIC",
        ("kornblith2019",),
    ),
    "rbf": (
        "centred kernel alignment (CKA) with a Gaussian kernel of 0.4 times the median distance "
        "and the unbiased estimator HSIC₁",
        ("kornblith2019", "song2012"),
    ),
    "procrustes": (
        "one minus the angular Procrustes distance in right angles",
        ("williams2021",),
    ),
    "neighbours": (
        "the share of an image’s ten nearest neighbours, by cosine distance, that two layers "
        "agree on",
        ("huh2024",),
    ),
    "regression": (
        "the share of variance (R²) of the rule’s layer that a linear map of the reference’s "
        "layer explains",
        ("kornblith2019",),
    ),
    "svcca": (
        "the mean canonical correlation of the directions that hold 99 % of the variance (SVCCA)",
        ("raghu2017",),
    ),
    "pwcca": ("projection-weighted canonical correlation (PWCCA)", ("morcos2018",)),
    "rsa_corr": ("the Pearson correlation of their RDMs", ("kriegeskorte2008",)),
    "rsa_cosine": ("the cosine of their RDMs", ("kriegeskorte2008",)),
    "rsa_spearman": (
        "the Spearman rank correlation of their RDMs",
        ("kriegeskorte2008",),
    ),
    "rsa_rho_a": (
        "the rank correlation ρₐ of their RDMs",
        ("kriegeskorte2008", "schutt2023"),
    ),
    "rsa_tau_a": ("Kendall’s τₐ of their RDMs", ("kriegeskorte2008",)),
    "rsa_cosine_cov": (
        "the whitened cosine of their RDMs",
        ("kriegeskorte2008", "diedrichsen2021"),
    ),
    "rsa_corr_cov": (
        "the whitened Pearson correlation of their RDMs",
        ("kriegeskorte2008", "diedrichsen2021"),
    ),
}

DISTANCE_PHRASES = {
    "correlation": "one minus the Pearson correlation of two images’ activation patterns",
    "cosine": "one minus the cosine of two images’ activation patterns",
    "euclidean": "the squared Euclidean distance of two images’ activation patterns over the "
    "number of units",
}

DATASET_REFERENCES = {
    "digits": ("pedregosa2011",),
    "mnist": ("lecun1998",),
    "fashion_mnist": ("xiao2017",),
    "svhn": ("netzer2011",),
    "cifar10": ("krizhevsky2009",),
    "cifar100": ("krizhevsky2009",),
    "folder": (),
}

ARCHITECTURE_REFERENCES = {
    "moskovitz1": ("moskovitz2018",),
    "lenet5": ("lecun1998",),
    "mlp": (),
    "vgg8": (),
    "resnet20": ("he2016",),
    "resnet18": ("he2016",),
}

SUBSET_PHRASES = {
    "all": "",
    "both_correct": ", of which those count that both networks of a pair classify correctly",
    "bp_correct_method_wrong": ", of which those count that the reference classifies correctly "
    "and the rule’s network does not",
    "one_class": ", of which those of one class count",
}
