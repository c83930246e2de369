"""Figure 1, the plausibility taxonomy: the rule catalog against the published one."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_atlas.server.catalog import PAPER_RULES, RULES, Rule
from feedback_atlas.server.catalog.published import published_taxonomy
from feedback_atlas.server.core.text import listed
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.papers.panels.panel import PANELS, Panel
from feedback_atlas.server.papers.panels.verdicts import Verdict

_PROPERTIES = {
    "weight_transport": "Weight transport",
    "sign_concordance": "Sign concordance",
    "dynamic_feedback": "Dynamic feedback",
    "toeplitz_structure": "Toeplitz structure",
}


def taxonomy_panel(rules: Mapping[str, Rule] = RULES) -> Panel:
    """Compare with Figure 1, by the rules as the catalog has them, whatever was run."""
    published = published_taxonomy()
    rows: list[tuple[Cell, ...]] = []
    different: list[str] = []
    for rule in PAPER_RULES:
        cells = []
        for name, called in _PROPERTIES.items():
            ours, theirs = _word(getattr(rules[rule], name)), _word(published[rule][name])
            if ours != theirs:
                different.append(
                    f"{called.lower()} of {rules[rule].name} ({ours}, the paper’s {theirs})"
                )
            cells.append(ours if ours == theirs else f"{ours} (the paper’s: {theirs})")
        rows.append((rules[rule].name, *cells))
    count = len(PAPER_RULES) * len(_PROPERTIES)
    verdict, sentence = (
        (
            Verdict.DIFFERS,
            f"Differs in {len(different)} of {count} entries: {listed(different)}.",
        )
        if different
        else (Verdict.AGREES, f"Agrees: all {count} entries match the paper’s word for word.")
    )
    place, title = PANELS["figure-1"]
    return Panel(
        name="figure-1",
        place=place,
        title=title,
        compared="Our rules vs the paper’s taxonomy; no run is needed.",
        variant="",
        verdict=verdict,
        sentence=sentence,
        table=Table(("Rule", *_PROPERTIES.values()), tuple(rows)),
    )


def _word(value: str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
