"""The formula of every learning rule, measure and distance of the catalog, in LaTeX, by its id.

A line of LaTeX is a line of the formula. Markdown renderers eat a backslash before a sign, and
take a bar for the edge of a table: ``\\lVert``, ``\\lbrace`` and ``\\quad`` stand for these.
"""

from __future__ import annotations

_CKA = r"\mathrm{CKA}(K, L) = \frac{%(h)s(K, L)}{\sqrt{%(h)s(K, K) %(h)s(L, L)}}"
_UNBIASED = _CKA % {"h": r"\mathrm{HSIC}_1"}

RULE_FORMULAE: dict[str, str] = {
    "bp": "B = W",
    "fa_toeplitz": r"B = B_0 \sim N(0, s^2), \text{ fixed, in the shape of } W",
    "fa_dense": r"B = B_0 \sim N(0, s^2), \text{ fixed, } "
    r"d_{\mathrm{out}} \times d_{\mathrm{in}} \text{ over flattened maps}",
    "usf_init": r"B = \lvert B_0 \rvert \odot \mathrm{sign}(W)",
    "usf_sn": r"B = \frac{\lVert W \rVert}{\lVert \mathrm{sign}(W) \rVert} \mathrm{sign}(W)",
    "usf": r"B = c \mathrm{sign}(W), \text{ one constant } c \text{ a layer}",
    "brsf": r"B = \lvert M \rvert \odot \mathrm{sign}(W), "
    r"\quad M \text{ redrawn for every batch}",
    "dfa": r"\delta_l = e B_l, \quad e \text{ the error at the output}",
    "drtp": r"\delta_l = y^\ast B_l, \quad y^\ast \text{ the one-hot targets}",
    "kolen_pollack": r"W \leftarrow (1 - k) W + \Delta, \quad B \leftarrow (1 - k) B + \Delta",
    "weight_mirror": r"B \leftarrow (1 - r) B + r \frac{W X X^\top}{m}, "
    r"\quad X \text{ standard normal noise, } m \text{ columns}",
    "sham": r"B = W, \text{ through the rules’ own code}",
    "readout_only": r"\delta_l = 0 \text{ below the last layer}",
}

SIMILARITY_FORMULAE: dict[str, str] = {
    "unbiased": _UNBIASED + "\n"
    r"\mathrm{HSIC}_1(K, L) = \frac{1}{n(n - 3)} \left[ \mathrm{tr}(\tilde{K} \tilde{L}) + "
    r"\frac{1^\top \tilde{K} 1 1^\top \tilde{L} 1}{(n - 1)(n - 2)} - "
    r"\frac{2}{n - 2} 1^\top \tilde{K} \tilde{L} 1 \right]",
    "minibatch": r"\mathrm{CKA} = \frac{\sum_b \mathrm{HSIC}_1(K_b, L_b)}"
    r"{\sqrt{\sum_b \mathrm{HSIC}_1(K_b, K_b) \sum_b \mathrm{HSIC}_1(L_b, L_b)}}",
    "biased": _CKA % {"h": r"\mathrm{HSIC}"} + "\n"
    r"\mathrm{HSIC}(K, L) = \frac{\mathrm{tr}(K H L H)}{(n - 1)^2}",
    "rbf": _UNBIASED + "\n"
    r"K_{ij} = \exp\left(-\frac{\lVert x_i - x_j \rVert^2}{2 s^2}\right), "
    r"\quad s = 0.4 \times \text{ median distance}",
    "procrustes": r"1 - \frac{2}{\pi} \arccos \lVert X^\top Y \rVert_\ast",
    "neighbours": r"\frac{1}{n} \sum_i "
    r"\frac{\lvert N_{10}(x_i) \cap N_{10}(y_i) \rvert}{10}",
    "regression": r"R^2 = \frac{\lVert {Q_Y}^\top X \rVert^2}{\lVert X \rVert^2}",
    "svcca": r"\frac{1}{c} \sum_i \rho_i "
    r"\text{ over directions with 0.99 of the variance}",
    "pwcca": r"\frac{\sum_i a_i \rho_i}{\sum_i a_i}, "
    r"\quad a_i = \sum_j \lvert {h_i}^\top x_j \rvert",
    "rsa_corr": r"\mathrm{corr}(d_1, d_2)",
    "rsa_cosine": r"\frac{{d_1}^\top d_2}{\lVert d_1 \rVert \lVert d_2 \rVert}",
    "rsa_spearman": r"\mathrm{corr}(r(d_1), r(d_2)), \text{ ties averaged}",
    "rsa_rho_a": r"\frac{12}{N^3 - N} \sum_p r_p s_p, "
    r"\quad r, s \text{ centred ranks of } N \text{ pairs}",
    "rsa_tau_a": r"\frac{\text{concordant} - \text{discordant}}{N (N - 1) / 2}",
    "rsa_cosine_cov": r"\frac{{d_1}^\top V^{-1} d_2}"
    r"{\sqrt{{d_1}^\top V^{-1} d_1 {d_2}^\top V^{-1} d_2}}",
    "rsa_corr_cov": r"\text{as whitened cosine, each RDM’s mean taken away}",
}

DISTANCE_FORMULAE: dict[str, str] = {
    "correlation": r"1 - \mathrm{corr}(x_i, x_j)",
    "cosine": r"1 - \frac{{x_i}^\top x_j}{\lVert x_i \rVert \lVert x_j \rVert}",
    "euclidean": r"\frac{\lVert x_i - x_j \rVert^2}{p}",
}
