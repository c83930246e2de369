"""The lines of the profile with statistics: the reference band, and each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import counted, number
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES, rule_colour, translucent
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.similarity.profile_tables import CEILING
from feedback_atlas.server.results.types import PairsMean, RuleAgainstReference

SIGNIFICANT = 0.05


def reference_traces(
    means: Sequence[PairsMean], names: Sequence[str], theme: Theme, name: str
) -> list[dict[str, Any]]:
    """Return a grey line over layers, with its interval as a band where every layer has one."""
    grey = PALETTES[theme].muted
    x = np.arange(len(names), dtype=np.float64)
    traces: list[dict[str, Any]] = []
    if all(mean.low is not None for mean in means):
        edges = np.array([[mean.low, mean.high] for mean in means], dtype=np.float64)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": typed(np.concatenate([x, x[::-1]])),
                "y": typed(np.concatenate([edges[:, 1], edges[::-1, 0]])),
                "fill": "toself",
                "fillcolor": translucent(grey, 0.16),
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    if any(mean.mean is not None for mean in means):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": typed(x),
                "y": typed(_values(means)),
                "customdata": [_words(mean) for mean in means],
                "line": {"color": grey, "width": 1.5, "dash": "dash" if name == CEILING else "dot"},
                "hovertemplate": f"<b>{name}</b>, %{{customdata}}<extra></extra>",
                "showlegend": False,
            }
        )
    return traces


def rule_traces(
    rule: str,
    found: Sequence[RuleAgainstReference],
    names: Sequence[str],
    shift: float,
    theme: Theme,
) -> list[dict[str, Any]]:
    """Return a rule's line, its intervals, its rings and its stars, ``shift`` to the right."""
    colour = rule_colour(rule, theme)
    name = RULES[rule].name
    x = np.arange(len(names), dtype=np.float64) + shift
    main = main_pairs(found)
    independent = any(each.independent.mean is not None for each in found)
    traces = [
        _dots(f"{name}, {kind(independent)}", x, main, names)
        | {
            "mode": "lines+markers",
            "connectgaps": False,
            "line": {"color": colour, "width": 2},
            "marker": {"color": colour, "size": 7},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [_reach(mean.mean, mean.high) for mean in main],
                "arrayminus": [_reach(mean.low, mean.mean) for mean in main],
                "color": colour,
                "thickness": 1.25,
                "width": 3,
            },
        }
    ]
    shared = [each.shared for each in found]
    if independent and any(mean.mean is not None for mean in shared):
        traces.append(
            _dots(f"{name}, {kind(False)}", x, shared, names)
            | {
                "mode": "markers",
                "marker": {
                    "color": colour,
                    "symbol": "circle-open",
                    "size": 8,
                    "line": {"width": 1.5},
                },
            }
        )
    stars = [
        (place, mean)
        for place, (each, mean) in enumerate(zip(found, main, strict=True))
        if each.p_adjusted is not None and each.p_adjusted < SIGNIFICANT and mean.mean is not None
    ]
    if stars:
        tops = np.array([mean.high if mean.high is not None else mean.mean for _, mean in stars])
        traces.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": typed(x[[place for place, _ in stars]]),
                "y": typed(tops.astype(np.float64)),
                "text": ["∗"] * len(stars),
                "textposition": "top center",
                "textfont": {"color": colour, "size": 15},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    return traces


def main_pairs(found: Sequence[RuleAgainstReference]) -> list[PairsMean]:
    """Pairs from different initial weights; of one seed, which has none, those that share them."""
    if any(each.independent.mean is not None for each in found):
        return [each.independent for each in found]
    return [each.shared for each in found]


def kind(independent: bool) -> str:
    """Say what pairs have in common."""
    return "different initial weights" if independent else "shared initial weights"


def _dots(
    name: str, x: np.ndarray[Any, Any], means: Sequence[PairsMean], names: Sequence[str]
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": typed(x),
        "y": typed(_values(means)),
        "customdata": [
            f"{layer}: {_words(mean)}" for layer, mean in zip(names, means, strict=True)
        ],
        "hovertemplate": f"<b>{name}</b><br>%{{customdata}}<extra></extra>",
        "showlegend": False,
    }


def _values(means: Sequence[PairsMean]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if mean.mean is None else mean.mean for mean in means])


def _reach(low: float | None, high: float | None) -> float:
    return 0.0 if low is None or high is None else max(high - low, 0.0)


def _words(mean: PairsMean) -> str:
    if mean.mean is None:
        return f"undefined: {mean.reasons.get('mean', 'no value')}"
    pairs = f"{counted(mean.n_pairs, 'pair')} of {counted(mean.n_seeds, 'seed')}"
    if mean.low is None or mean.high is None:
        return f"{number(mean.mean, 3)} ({pairs})"
    interval = f"{number(mean.low, 3)} to {number(mean.high, 3)}"
    return f"{number(mean.mean, 3)}, 95 % interval {interval} ({pairs})"
