"""How intervals, tests, map, exemplars and costs are computed.

Of each: id, name, text, formula in LaTeX, caveat, references.
"""

from __future__ import annotations

Entry = tuple[str, str, str, str, str, tuple[str, ...]]

STATISTICS: tuple[Entry, ...] = (
    (
        "reference-band",
        "Ceiling and floor",
        "The ceiling is the mean similarity of BP with BP of another seed; the floor that of BP "
        "with untrained networks, those it started from and those of other seeds apart. A rule is "
        "as similar to BP as could be expected where its pairs of different seeds reach the "
        "ceiling.",
        "",
        "Pairs of one seed share their batches and, unless initialisation is independent, their "
        "initial weights, and can lie above the ceiling. The ceiling needs two seeds.",
        (),
    ),
    (
        "seed-interval",
        "Interval over seeds",
        "95 %, by bootstrap: seeds are drawn with replacement, a network is never paired with its "
        "own copy, and the percentiles are expanded for few subjects.",
        r"\tilde{\alpha} = \Phi\left(\sqrt{\frac{n}{n - 1}} t_{n - 1}(\alpha)\right)",
        "Too narrow below five seeds: of two to four, it holds the truth in 48 to 87 % of "
        "simulations instead of 95 %.",
        ("efron1979", "snijders1999", "hesterberg2015"),
    ),
    (
        "image-interval",
        "Interval over images",
        "95 %, by bootstrap: images are drawn with replacement, the same draw for every network "
        "and layer; pairs of an image with its own copy are left out.",
        r"w_{ij} = c_i c_j, \quad i \neq j",
        "With these very networks; the interval over both seeds and images asks what another lab "
        "would find, and is conservative.",
        ("efron1979", "janssen1994", "schutt2023"),
    ),
    (
        "permutation",
        "Is a rule below the ceiling?",
        "A one-sided permutation test in each layer: mean BP-BP less mean rule-BP similarity over "
        "pairs of different seeds, with the labels of the two runs of a seed exchanged.",
        r"p = \frac{\lvert \lbrace T^\ast \ge T \rbrace \rvert}{2^n}",
        "With n seeds p cannot be below 2⁻ⁿ: the table has the smallest p that so many can reach.",
        ("winkler2014",),
    ),
    (
        "holm",
        "Many layers",
        "The p of one rule are adjusted over layers by Holm’s procedure.",
        r"\tilde{p}_{(k)} = \max_{j \le k} \min(1, (m - j + 1) p_{(j)})",
        "Not over rules, epochs or measures that you look at.",
        ("holm1979",),
    ),
    (
        "accuracy-test",
        "Another accuracy?",
        "Student’s paired t-test, two-sided, of the test accuracies of a rule and BP over the "
        "seeds that both have; p is adjusted over rules by Holm’s procedure.",
        r"t = \frac{\bar{d} \sqrt{n}}{s_d}, \quad d_i = a_{\mathrm{rule}, i} - a_{\mathrm{BP}, i}",
        "Assumes about normal differences. With two or three seeds it has little power: “not "
        "significant” says nothing.",
        ("student1908", "holm1979"),
    ),
    (
        "closeness",
        "As close as BP to itself?",
        "The difference of the permutation test with its 95 % interval: leaving out one seed at a "
        "time, Student’s quantile. In the report p is adjusted over all rules, layers and arms.",
        r"D \pm t_{n - 1} \sqrt{\frac{n - 1}{n} \sum\limits_i (D_i - \bar{D})^2}",
        "Needs three seeds. A difference that is not significant is not shown to be absent.",
        ("arvesen1969", "holm1979"),
    ),
    (
        "initialisation-effect",
        "What shared initial weights add",
        "The similarity of a rule with BP of the same seed in the arm of shared initialisation "
        "less that in the arm of independent initialisation, by Student’s paired t over seeds.",
        r"d_i = s_{\mathrm{shared}, i} - s_{\mathrm{own}, i}",
        "The batches of a seed are the same in both arms. Assumes about normal differences.",
        ("student1908",),
    ),
    (
        "seed-effect",
        "What one seed in common adds",
        "Within an arm: pairs of one seed less pairs of different seeds. p, one-sided, is the "
        "share of assignments of BP’s runs to the rule’s with pairs at least as similar.",
        r"p = \frac{\lvert \lbrace \pi : s(\pi) \ge s \rbrace \rvert}{n!}",
        "Where initial weights are shared, they and the batches cannot be told apart.",
        ("mantel1967",),
    ),
    (
        "tracking",
        "Similarity and angle over training",
        "Spearman’s rank correlation over epochs of a rule’s similarity to BP with its mean global "
        "angle of the epoch, in each seed; the mean over seeds is tested against 0 by Student’s t.",
        "",
        "A trend that both have makes a correlation of values; changes from epoch to epoch do not "
        "share it. Needs five epochs.",
        ("holmes1998", "student1908"),
    ),
    (
        "order",
        "One order by every measure?",
        "Kendall’s W of unbiased CKA, RSA and Procrustes in each seed, with p from ranks that are "
        "shuffled within seeds. One rule is above another where it is by each measure’s paired t.",
        r"W = \frac{12 S}{m^2 (k^3 - k)}",
        "W asks for any agreement; the pairs ask for the same order. Of a mean over layers.",
        ("kendall1939", "berger1982"),
    ),
)  # fmt: skip

PANEL_METHODS: tuple[Entry, ...] = (
    (
        "geometry-map",
        "Map of representations",
        "Every layer of every network as a point, by metric multidimensional scaling (SMACOF) of "
        "the angle between centred Gram matrices, a metric.",
        r"D_{ij} = \arccos \mathrm{CKA}(K_i, K_j), \quad \text{stress } "
        r"\sqrt{\frac{\sum (d - D)^2}{\sum d^2}}",
        "Biased CKA. Stress 0 is perfect; above 0.2 near points may be far apart in truth. "
        "Directions mean nothing.",
        ("williams2021", "kruskal1964"),
    ),
    (
        "image-space",
        "Maps of images",
        "The probe’s images as points, by metric multidimensional scaling of one layer’s RDM; a "
        "second network’s map is laid on the first by Procrustes analysis.",
        "",
        "At most 1,000 images, evenly spaced over the classes. Read the stress: above 0.2 near "
        "points may be far apart in truth.",
        ("kruskal1964",),
    ),
    (
        "exemplars",
        "Channels that matter",
        "For the images of a class, the mean gradient of its logit on a channel times the "
        "channel’s mean activation, in absolute value, averaged; beside it the images that "
        "activate the channel most.",
        r"I_k = \frac{1}{n} \sum_i \lvert \mathrm{mean}_{xy} \frac{\partial y}{\partial A_k} "
        r"\cdot \mathrm{mean}_{xy} A_k \rvert",
        "A first-order attribution: a saturated unit has no gradient. The gradient is true "
        "backpropagation’s, whatever rule the network learned by.",
        ("selvaraju2017", "lance2026"),
    ),
    (
        "cost",
        "Cost",
        "Floating-point operations of one training batch, a multiplication with its addition as "
        "two; bytes of feedback that is stored; median seconds of a training step on the worker.",
        "",
        "Operations are not time: a dense product is bound by memory, small convolutions by "
        "overhead. Steps are timed beside whatever else the worker does.",
        (),
    ),
)  # fmt: skip
