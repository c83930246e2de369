"""Answers as numbers: what a worker computes, a report tells, and a figure is drawn from."""

from __future__ import annotations

from dataclasses import dataclass

SIGNIFICANT = 0.05
OVERALL = "mean over layers"
# By these the order of rules is asked for; the first is the one of all other questions.
MEASURES = ("unbiased", "rsa_corr", "procrustes")


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate over ``n_seeds`` seeds with its 95 % interval and its test.

    ``p_adjusted`` is Holm's over all tests of its question; ``smallest_p`` the least p that so
    many seeds can reach before that, where it is known. What is absent has its ``reason``.
    """

    n_seeds: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    smallest_p: float | None = None
    reason: str | None = None

    @property
    def significant(self) -> bool:
        """True where the adjusted p is below 0.05."""
        return self.p_adjusted is not None and self.p_adjusted < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Closeness:
    """A rule in a layer of an arm: BP-BP (``own``) minus rule-BP similarity (``across``)."""

    arm: str
    rule: str
    layer: str
    own: float | None
    across: float | None
    test: Effect


@dataclass(frozen=True, slots=True)
class SeedEffect:
    """Effect of a shared seed in an arm: same-seed minus different-seed similarity."""

    arm: str
    rule: str
    layer: str
    same: float | None
    other: float | None
    test: Effect


@dataclass(frozen=True, slots=True)
class ArmsEffect:
    """Effect of shared initial weights: same-seed pairs of one arm minus those of the other."""

    rule: str
    layer: str
    shared: float | None
    independent: float | None
    test: Effect


@dataclass(frozen=True, slots=True)
class Tracking:
    """Correlation of similarity with the global angle over epochs: of levels, of changes."""

    arm: str
    rule: str
    layer: str
    n_epochs: int
    levels: Effect
    changes: Effect


@dataclass(frozen=True, slots=True)
class Order:
    """The order of rules by each measure in a layer; the estimate is Kendall's W."""

    arm: str
    layer: str
    orders: dict[str, tuple[str, ...]]
    n_same: int
    test: Effect


@dataclass(frozen=True, slots=True)
class OrderedPair:
    """Order of two rules by every measure; differences of means by measure."""

    arm: str
    layer: str
    above: str
    below: str
    differences: dict[str, float | None]
    test: Effect


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that the four questions' answers rest on. ``seeds`` and ``arms`` are in order."""

    arms: tuple[str, ...]
    seeds: dict[str, tuple[int, ...]]
    rules: tuple[str, ...]
    layers: tuple[str, ...]
    epoch: str
    epochs: tuple[int, ...]
    n_images: int
    n_resamples: int
    closeness: tuple[Closeness, ...] = ()
    seed_effects: tuple[SeedEffect, ...] = ()
    arms_effects: tuple[ArmsEffect, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    orders: tuple[Order, ...] = ()
    pairs: tuple[OrderedPair, ...] = ()
