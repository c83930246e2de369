"""Answers of known numbers, for sentences, tables and figures."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.results.answers import (
    MEASURES,
    OVERALL,
    Answers,
    ArmsEffect,
    Closeness,
    Effect,
    Order,
    OrderedPair,
    SeedEffect,
    Tracking,
)

RULES = ("usf_sn", "fa_dense")
LAYERS = ("conv1", "fc1")


def a_test(estimate: float | None = 0.2, p: float | None = 0.001, **more: Any) -> Effect:
    """Return a test of ten seeds; without p it has a reason."""
    given = {"low": None, "high": None} if estimate is None else {
        "low": estimate - 0.1, "high": estimate + 0.1
    }  # fmt: skip
    reason = None if p is not None else "one seed only"
    return Effect(10, estimate, **{**given, "p": p, "p_adjusted": p, "reason": reason, **more})


def answers(**changes: Any) -> Answers:
    """Return both arms, two rules, two layers: uSF SN is as close as BP, FA Dense is not."""
    both = ("shared", "independent")
    given: dict[str, Any] = {
        "arms": both,
        "seeds": {arm: tuple(range(10)) for arm in both},
        "rules": RULES,
        "layers": LAYERS,
        "epoch": "best",
        "epochs": (1, 2, 4, 7, 10),
        "n_images": 200,
        "n_resamples": 1000,
        "closeness": tuple(
            Closeness(arm, rule, layer, 0.8, 0.8 - gap, a_test(gap, p))
            for arm in both
            for rule, gap, p in (("usf_sn", 0.01, 0.4), ("fa_dense", 0.3, 0.002))
            for layer in LAYERS
        ),
        "seed_effects": tuple(
            SeedEffect(arm, rule, layer, 0.9, 0.6, a_test(0.3, 0.01))
            for arm in both
            for rule in RULES
            for layer in LAYERS
        ),
        "arms_effects": tuple(
            ArmsEffect(rule, layer, 0.99, 0.61, a_test(0.38, 0.0004 if layer == "conv1" else 0.6))
            for rule in RULES
            for layer in LAYERS
        ),
        "tracking": tuple(
            Tracking(
                arm, rule, layer, 5,
                a_test(-0.8, 0.01) if layer == "conv1" else a_test(
                    None, None, reason="the similarity or the angle does not vary over epochs"
                ),
                a_test(-0.1, 0.7) if layer == "conv1" else a_test(None, None),
            )
            for arm in both
            for rule in RULES
            for layer in LAYERS
        ),
        "orders": tuple(
            Order(arm, layer, dict.fromkeys(MEASURES, RULES), 9, a_test(0.9, 0.001, high=1.0))
            for arm in both
            for layer in (OVERALL, *LAYERS)
        ),
        "pairs": tuple(
            OrderedPair(arm, OVERALL, *RULES, dict.fromkeys(MEASURES, 0.2), a_test(None, 0.003))
            for arm in both
        ),
    }  # fmt: skip
    return Answers(**{**given, **changes})
