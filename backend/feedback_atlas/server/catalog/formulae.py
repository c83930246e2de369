"""The formula of every learning rule, measure and distance of the catalog, as MathML, by its id."""

from __future__ import annotations

from feedback_atlas.server.catalog.mathml import (
    formula,
    fraction,
    hat,
    lines,
    power,
    root,
    row,
    sub,
    total,
    words,
)

_B0 = sub("B", "0")
_DELTA = "δ"


def _hsic1() -> str:
    k, l_ = hat("K"), hat("L")
    ones = power("1", "⊤")
    return row(
        fraction("1", "n(n − 3)"),
        "[",
        "tr(", k, l_, ") +",
        fraction(row(ones, k, "1", ones, l_, "1"), "(n − 1)(n − 2)"),
        "−",
        fraction("2", "n − 2"),
        ones, k, l_, "1",
        "]",
    )  # fmt: skip


def _cka(hsic: str) -> str:
    return row(
        "CKA(K, L) =",
        fraction(
            row(hsic, "(K, L)"), root(row(hsic, "(K, K)"), row(hsic, "(L, L)"))
        ),
    )  # fmt: skip


_HSIC_1 = sub("HSIC", "1")
_D, _E = sub("d", "1"), sub("d", "2")
_RANKS_1, _RANKS_2 = row("r(", _D, ")"), row("r(", _E, ")")

RULE_FORMULAE: dict[str, str] = {
    "bp": formula("B = W"),
    "fa_toeplitz": formula(
        "B =", _B0, "∼ N(0,", power("s", "2"), "),", words(" fixed, in the shape of "), "W"
    ),
    "fa_dense": formula(
        "B =", _B0, "∼ N(0,", power("s", "2"), "),", words(" fixed, "),
        sub("d", "out"), "×", sub("d", "in"), words(" over flattened maps"),
    ),
    "usf_init": formula("B = |", _B0, "| ⊙ sign(W)"),
    "usf_sn": formula("B =", fraction("‖ W ‖", "‖ sign(W) ‖"), "sign(W)"),
    "usf": formula("B = c sign(W),", words(" one constant "), "c", words(" a layer")),
    "brsf": formula("B = | M | ⊙ sign(W),", words(" "), "M", words(" redrawn for every batch")),
    "dfa": formula(sub(_DELTA, "l"), "= e", sub("B", "l"), ",", words(" "), "e",
                   words(" the error at the output")),
    "drtp": formula(sub(_DELTA, "l"), "=", power("y", "∗"), sub("B", "l"), ",", words(" "),
                    power("y", "∗"), words(" the one-hot targets")),
    "kolen_pollack": formula("W ← (1 − k) W + Δ,", words(" "), "B ← (1 − k) B + Δ"),
    "weight_mirror": formula(
        "B ← (1 − r) B + r", fraction(row("W X", power("X", "⊤")), "m"),
        ",", words(" "), "X", words(" standard normal noise, "), "m", words(" columns"),
    ),
    "sham": formula("B = W,", words(" through the rules’ own code")),
    "readout_only": formula(sub(_DELTA, "l"), "= 0", words(" below the last layer")),
}  # fmt: skip

SIMILARITY_FORMULAE: dict[str, str] = {
    "unbiased": formula(lines(_cka(_HSIC_1), row(_HSIC_1, "(K, L) =", _hsic1()))),
    "minibatch": formula(
        "CKA =",
        fraction(
            row(total("b"), _HSIC_1, "(", sub("K", "b"), ",", sub("L", "b"), ")"),
            root(
                row(total("b"), _HSIC_1, "(", sub("K", "b"), ",", sub("K", "b"), ")"),
                row(total("b"), _HSIC_1, "(", sub("L", "b"), ",", sub("L", "b"), ")"),
            ),
        ),
    ),
    "biased": formula(
        lines(_cka("HSIC"), row("HSIC(K, L) =", fraction("tr(K H L H)", power("(n − 1)", "2"))))
    ),
    "rbf": formula(
        lines(
            _cka(_HSIC_1),
            row(
                sub("K", "i j"), "= exp(−",
                fraction(power(row("‖", sub("x", "i"), "−", sub("x", "j"), "‖"), "2"),
                         row("2", power("s", "2"))),
                "),", words(" "), "s = 0.4 ×", words(" median distance"),
            ),
        )
    ),
    "procrustes": formula(
        "1 −", fraction("2", "π"), "arccos", sub(row("‖", power("X", "⊤"), "Y ‖"), "∗")
    ),
    "neighbours": formula(
        fraction("1", "n"), total("i"),
        fraction(row("|", sub("N", "10"), "(", sub("x", "i"), ") ∩", sub("N", "10"), "(",
                     sub("y", "i"), ") |"), "10"),
    ),
    "regression": formula(
        power("R", "2"), "=",
        fraction(power(row("‖", power(sub("Q", "Y"), "⊤"), "X ‖"), "2"), power("‖ X ‖", "2")),
    ),
    "svcca": formula(
        fraction("1", "c"), total("i"), sub("ρ", "i"),
        words(" over directions with 99 % of the variance"),
    ),
    "pwcca": formula(
        fraction(row(total("i"), sub("a", "i"), sub("ρ", "i")), row(total("i"), sub("a", "i"))),
        ",", words(" "), sub("a", "i"), "=", total("j"), "|", power(sub("h", "i"), "⊤"),
        sub("x", "j"), "|",
    ),
    "rsa_corr": formula("corr(", _D, ",", _E, ")"),
    "rsa_cosine": formula(
        fraction(row(power(_D, "⊤"), _E), row("‖", _D, "‖ ‖", _E, "‖"))
    ),
    "rsa_spearman": formula("corr(", _RANKS_1, ",", _RANKS_2, "),", words(" ties averaged")),
    "rsa_rho_a": formula(
        fraction("12", row(power("N", "3"), "− N")), total("p"),
        sub("r", "p"), sub("s", "p"), ",", words(" "), "r, s", words(" centred ranks of "), "N",
        words(" pairs"),
    ),
    "rsa_tau_a": formula(
        fraction(row(words("concordant"), "−", words("discordant")), "N (N − 1) / 2")
    ),
    "rsa_cosine_cov": formula(
        fraction(
            row(power(_D, "⊤"), power("V", "−1"), _E),
            root(row(power(_D, "⊤"), power("V", "−1"), _D),
                 row(power(_E, "⊤"), power("V", "−1"), _E)),
        )
    ),
    "rsa_corr_cov": formula(
        words("as whitened cosine, each RDM’s mean taken away")
    ),
}  # fmt: skip

DISTANCE_FORMULAE: dict[str, str] = {
    "correlation": formula("1 − corr(", sub("x", "i"), ",", sub("x", "j"), ")"),
    "cosine": formula(
        "1 −",
        fraction(
            row(power(sub("x", "i"), "⊤"), sub("x", "j")),
            row("‖", sub("x", "i"), "‖ ‖", sub("x", "j"), "‖"),
        ),
    ),
    "euclidean": formula(
        fraction(power(row("‖", sub("x", "i"), "−", sub("x", "j"), "‖"), "2"), "p")
    ),
}
