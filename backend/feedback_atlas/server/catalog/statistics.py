"""Definitions of intervals, tests, the map, exemplars and costs."""

from __future__ import annotations

from feedback_atlas.server.catalog.records import Definition

STATISTICS = (
    Definition(
        "reference-band",
        "Ceiling and floor",
        "The ceiling is the mean similarity of BP with BP of another seed; the floor is "
        "that of BP with untrained networks, separately for those it started from and "
        "those of other seeds. A rule is as similar to BP as could be expected where its "
        "pairs of different seeds reach the ceiling.",
        "",
        "Pairs of one seed share their batches and, unless initialisation is independent, their "
        "initial weights, and can lie above the ceiling. The ceiling needs two seeds.",
    ),
    Definition(
        "seed-interval",
        "Interval over seeds",
        "95 %, by bootstrap: seeds are drawn with replacement, a network is never paired "
        "with its own copy, and the percentiles are expanded for few subjects.",
        r"\tilde{\alpha} = \Phi\left(\sqrt{\frac{n}{n - 1}} t_{n - 1}(\alpha)\right)",
        "Under-covers below five seeds: with two to four, it contains the true value in 48 "
        "to 87 % of simulations instead of 95 %.",
        ("efron1979", "snijders1999", "hesterberg2015"),
    ),
    Definition(
        "image-interval",
        "Interval over images",
        "95 %, by bootstrap: images are drawn with replacement, the same draw for every network "
        "and layer; pairs of an image with its own copy are left out.",
        r"w_{ij} = c_i c_j, \quad i \neq j",
        "Conditional on these networks; the interval over both seeds and images asks what "
        "another lab would find, and is conservative.",
        ("efron1979", "janssen1994", "schutt2023"),
    ),
    Definition(
        "permutation",
        "Is a rule below the ceiling?",
        "A one-sided permutation test in each layer: mean BP-BP minus mean rule-BP "
        "similarity over pairs of different seeds, with the labels of the two runs of a "
        "seed exchanged.",
        r"p = \frac{\lvert \lbrace T^\ast \ge T \rbrace \rvert}{2^n}",
        "With n seeds, p cannot fall below 2⁻ⁿ; the table gives the smallest p attainable.",
        ("winkler2014",),
    ),
    Definition(
        "holm",
        "Many layers",
        "The p-values of one rule are adjusted over layers by Holm’s procedure.",
        r"\tilde{p}_{(k)} = \max_{j \le k} \min(1, (m - j + 1) p_{(j)})",
        "Not adjusted over the rules, epochs or measures that you look at.",
        ("holm1979",),
    ),
    Definition(
        "accuracy-test",
        "Another accuracy?",
        "Student’s paired t-test, two-sided, of the test accuracies of a rule and BP over the "
        "seeds that both have; p is adjusted over rules by Holm’s procedure.",
        r"t = \frac{\bar{d} \sqrt{n}}{s_d}, \quad d_i = a_{\mathrm{rule}, i} - a_{\mathrm{BP}, i}",
        "Assumes approximately normal differences. With two or three seeds it has little "
        "power, so “not significant” is uninformative.",
        ("student1908", "holm1979"),
    ),
    Definition(
        "closeness",
        "As close as BP to itself?",
        "The difference of the permutation test with its 95 % interval: a jackknife over "
        "seeds with Student’s quantile. In the report, p is adjusted over all rules, "
        "layers and arms.",
        r"D \pm t_{n - 1} \sqrt{\frac{n - 1}{n} \sum\limits_i (D_i - \bar{D})^2}",
        "Needs three seeds. A non-significant difference is not evidence of no difference.",
        ("arvesen1969", "holm1979"),
    ),
    Definition(
        "initialisation-effect",
        "What shared initial weights add",
        "The similarity of a rule with BP of the same seed with shared minus with "
        "independent initialisation, by Student’s paired t-test over seeds.",
        r"d_i = s_{\mathrm{shared}, i} - s_{\mathrm{own}, i}",
        (
            "The batches of a seed are the same in both arms. Assumes approximately normal "
            "differences."
        ),
        ("student1908",),
    ),
    Definition(
        "seed-effect",
        "What a common seed adds",
        "Within an arm: same-seed minus different-seed pairs. The one-sided p is the share "
        "of assignments of BP’s runs to the rule’s whose pairs are at least as similar.",
        r"p = \frac{\lvert \lbrace \pi : s(\pi) \ge s \rbrace \rvert}{n!}",
        (
            "Where initial weights are shared, their effect cannot be separated from that of "
            "the batches."
        ),
        ("mantel1967",),
    ),
    Definition(
        "tracking",
        "Similarity and angle over training",
        "Spearman’s rank correlation over epochs between a rule’s similarity to BP and its "
        "mean global angle, within each seed; the mean over seeds is tested against 0 by "
        "Student’s t-test.",
        "",
        "A shared trend correlates the values; changes from epoch to epoch are free of it. "
        "Needs five epochs.",
        ("holmes1998", "student1908"),
    ),
    Definition(
        "order",
        "One order by every measure?",
        "Kendall’s W of unbiased CKA, RSA and Procrustes in each seed, with p from "
        "shuffling ranks within seeds. One rule is above another if it is by every "
        "measure’s paired t-test.",
        r"W = \frac{12 S}{m^2 (k^3 - k)}",
        (
            "W tests for any agreement; the pairs test for the same order. Based on means over "
            "layers."
        ),
        ("kendall1939", "berger1982"),
    ),
)
