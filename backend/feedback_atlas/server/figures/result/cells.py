"""The cells of the result table, a function a group of columns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import get_args

import numpy as np

from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.catalog.records import (
    FeedbackStructure,
    SignConcordance,
    WeightTransport,
)
from feedback_atlas.server.core.text import number, p_value
from feedback_atlas.server.figures.result.data import Icon, ResultCell, ResultSources
from feedback_atlas.server.figures.similarity.profile_traces import SIGNIFICANT, kind, main_pairs
from feedback_atlas.server.figures.similarity.summary import defined_mean, rule_mean, rules_of
from feedback_atlas.server.results.types import (
    AccuracyRow,
    AccuracyTest,
    CostRow,
    LayerBand,
    PairsMean,
    RuleAgainstReference,
)

NOTHING = "–"

_TRANSPORT: dict[WeightTransport, Icon] = {
    "exact": "full", "partial": "part", "sign and magnitude": "part", "sign only": "part",
    "none": "none",
}  # fmt: skip
_SIGNS: dict[SignConcordance, Icon] = {
    "perfect": "full", "enforced": "part", "partial": "part", "learned": "learned", "none": "none",
}  # fmt: skip


def accuracy_cells(rows: Sequence[AccuracyRow], sources: ResultSources) -> list[ResultCell]:
    """Test accuracy, how far from the reference, seeds, best validation accuracy, and its epoch.

    ``rows`` are a rule's runs.
    """
    rule = rows[0].run.rule
    return [
        _spread([row.test_accuracy for row in rows], 100.0, 1),
        _difference(rule, sources),
        ResultCell(len(rows), str(len(rows))),
        _spread([row.best_val_accuracy for row in rows], 100.0, 1),
        _spread([row.best_epoch for row in rows], 1.0, 0 if len(rows) == 1 else 1),
    ]


def similarity_cells(rule: str, sources: ResultSources) -> list[ResultCell]:
    """Return similarity to the reference: the mean over layers, and the last layer."""
    found = sources.statistics
    bands = [] if found is None else [found.overall, found.layers[-1]]
    if len(bands) == 2 and bands[0] is not None:
        return [_tested(rule, band, sources) for band in bands if band is not None]
    if sources.similarity is None or rule not in rules_of(sources.similarity):
        reason = (
            "the reference itself" if rule == sources.reference
            else f"no run of {RULES[sources.reference].name} of the same seed"
        )  # fmt: skip
        return [_nothing(reason), _nothing(reason)]
    same = np.diagonal(rule_mean(sources.similarity, rule))
    why = sources.missing.get("statistics", "its interval is still being computed").rstrip(".")
    last = float(same[-1])
    undefined = int(np.isnan(same).sum())
    average = "undefined in every layer" if undefined == len(same) else why
    if 0 < undefined < len(same):
        average = f"undefined in {undefined} of {len(same)} layers, which are omitted; {why}"
    return [
        _similar(float(defined_mean(same)), average),
        _similar(last, "undefined in this layer" if np.isnan(last) else why),
    ]


def cost_cells(rule: str, sources: ResultSources) -> list[ResultCell]:
    """Return step time relative to the reference, feedback stored, operations per step."""
    if sources.costs is None:
        return [_nothing(sources.why_not("costs"))] * 3
    rows = {row.rule: row for row in sources.costs.rows}
    if rule not in rows:
        return [_nothing("not measured")] * 3
    row, own = rows[rule], rows.get(sources.reference)
    took = f"{_significant(1000 * row.step_seconds)} ms per step"
    if own is None:
        time = _nothing(f"{RULES[sources.reference].name} was not measured; {took}")
    else:
        ratio = row.step_seconds / own.step_seconds
        time = ResultCell(ratio, number(ratio, 2), note=took)
    stored = (row.fixed_feedback + row.changing_feedback) / 1e6
    kept = "derived from the weights; nothing stored" if stored == 0 else (
        f"{_significant(row.fixed_feedback / 1e6)} MB fixed, "
        f"{_significant(row.changing_feedback / 1e6)} MB changing"
    )  # fmt: skip
    operations = operations_of(row) / 1e9
    parts = (
        f"forward {_significant(row.forward / 1e9)}, weight gradients "
        f"{_significant(row.weight_gradient / 1e9)}, error transport "
        f"{_significant(row.error_transport / 1e9)}, feedback’s own update "
        f"{_significant(row.feedback_update / 1e9)}"
    )
    return [
        time,
        ResultCell(stored, _significant(stored), note=kept),
        ResultCell(operations, _significant(operations), note=parts),
    ]


def plausibility_cells(rule: str) -> list[ResultCell]:
    """Return a rule's requirements of a brain, in the words of the catalog."""
    entry = RULES[rule]
    return [
        ResultCell(
            get_args(WeightTransport).index(entry.weight_transport),
            entry.weight_transport,
            icon=_TRANSPORT[entry.weight_transport],
        ),
        ResultCell(
            get_args(SignConcordance).index(entry.sign_concordance),
            entry.sign_concordance,
            icon=_SIGNS[entry.sign_concordance],
        ),
        ResultCell(0, "dynamic", icon="moving")
        if entry.dynamic_feedback
        else ResultCell(1, "fixed", icon="fixed"),
        ResultCell(
            get_args(FeedbackStructure).index(entry.feedback_structure), entry.feedback_structure
        ),
    ]


def operations_of(row: CostRow) -> int:
    """Sum the floating-point operations of a training step."""
    return row.forward + row.weight_gradient + row.error_transport + row.feedback_update


def test_of(rule: str, sources: ResultSources) -> AccuracyTest | None:
    """Return the test of a rule's accuracy; None before it exists, and for the reference."""
    tests = () if sources.accuracy_tests is None else sources.accuracy_tests.rules
    return next((test for test in tests if test.rule == rule), None)


def pairs_of(rule: str, band: LayerBand) -> tuple[PairsMean, RuleAgainstReference | None]:
    """Return a rule's mean similarity as in the profile, and its test; BP's is the ceiling."""
    found = next((each for each in band.rules if each.rule == rule), None)
    return (band.ceiling, None) if found is None else (main_pairs([found])[0], found)


def known(values: Sequence[float | None]) -> list[float]:
    """Return the values that are not None."""
    return [value for value in values if value is not None]


def _spread(values: Sequence[float | None], factor: float, digits: int) -> ResultCell:
    there = [factor * value for value in known(values)]
    if not there:
        return _nothing("no value")
    minor = f"± {number(statistics.stdev(there), digits)}" if len(there) > 1 else ""
    fewer = f"of {len(there)} of {len(values)} seeds" if len(there) < len(values) else ""
    mean = statistics.fmean(there)
    return ResultCell(mean, number(mean, digits), minor, fewer)


def _difference(rule: str, sources: ResultSources) -> ResultCell:
    if rule == sources.reference:
        return ResultCell(0.0, NOTHING, note="the reference")
    if sources.accuracy_tests is None:
        return _nothing(sources.why_not("accuracy_tests"))
    test = test_of(rule, sources)
    if test is None or test.difference is None:
        return _nothing("no test accuracy" if test is None or test.reason is None else test.reason)
    points = 100 * test.difference
    text = f"{'+' if points > 0 else ''}{number(points, 1)}"
    if test.p_adjusted is None or test.low is None or test.high is None:
        return ResultCell(points, text, note=f"{test.reason}: no test")
    note = (
        f"95 % interval {number(100 * test.low, 1)} to {number(100 * test.high, 1)}; "
        f"paired t-test over {test.n_pairs} seeds, adjusted {p_value(test.p_adjusted)}"
    )
    return ResultCell(points, text, note=note, significant=test.p_adjusted < SIGNIFICANT)


def _tested(rule: str, band: LayerBand, sources: ResultSources) -> ResultCell:
    mean, found = pairs_of(rule, band)
    if mean.mean is None:
        if found is None:
            return _nothing("similarity of BP with itself needs two seeds; there is one")
        return _nothing(mean.reasons.get("mean", "no value"))
    minor = "" if mean.low is None or mean.high is None else (
        f"{number(mean.low, 2)}–{number(mean.high, 2)}"
    )  # fmt: skip
    independent = found is None or found.independent.mean is not None
    said = [
        "BP with BP of another seed" if found is None else kind(independent),
        f"{mean.n_pairs} pair{'s' if mean.n_pairs > 1 else ''}",
    ]
    if not minor:
        said.append(mean.reasons.get("over_seeds", "no interval"))
    significant = False
    if found is not None and found.p_adjusted is not None:
        significant = found.p_adjusted < SIGNIFICANT
        said.append(f"below BP–BP: {p_value(found.p_adjusted)}, permutation test")
    elif found is not None and found.reason is not None:
        said.append(f"no test: {found.reason}")
    return ResultCell(mean.mean, number(mean.mean, 2), minor, "; ".join(said), significant)


def _similar(value: float, note: str) -> ResultCell:
    return ResultCell(value, number(value, 2), note=note) if np.isfinite(value) else _nothing(note)


def measure_name(sources: ResultSources) -> str:
    """Name the similarity measure; empty where there is none."""
    return "" if sources.similarity is None else SIMILARITIES[sources.similarity.estimator].short


def _nothing(reason: str) -> ResultCell:
    return ResultCell(None, NOTHING, note=reason)


def _significant(value: float) -> str:
    """Format a value to three significant digits: 0.0123, 4.56, 78.9, 1,234."""
    if value == 0:
        return "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text
