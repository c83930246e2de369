"""Names of the runs of several experiments in one comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback_atlas.server.catalog.variants import letter_of, variant
from feedback_atlas.server.comparisons.compatibility import settings_of
from feedback_atlas.server.db.models import Experiment, Run


@dataclass(frozen=True, slots=True)
class Labels:
    """The rule ids by run and the letters by experiment, in their order."""

    rules: dict[str, str]
    letters: dict[str, str]
    names: dict[str, str]


def label_runs(experiment: Experiment, runs: Iterable[Run]) -> Labels:
    """Name the runs of a comparison that belongs to ``experiment``.

    Runs of the first experiment that has a rule keep the rule's id. Runs of another one with the
    same settings and other seeds count as further seeds; otherwise they are a variant with their
    experiment's letter, so that runs of one seed or of different settings are never averaged.
    """
    every = {run.id: run for run in runs}
    experiments = {experiment.id: experiment} | {
        run.experiment_id: run.experiment
        for run in sorted(
            every.values(), key=lambda run: (run.experiment.created_at, run.experiment_id)
        )
    }
    letters = {of: letter_of(place) for place, of in enumerate(experiments)}
    grouped: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in every.values():
        grouped[run.rule][run.experiment_id].append(run)
    rules: dict[str, str] = {}
    for rule, by_experiment in grouped.items():
        plain: list[Run] = []
        for of in experiments:
            members = by_experiment.get(of, [])
            if _join(plain, members):
                plain += members
                rules |= {run.id: rule for run in members}
            else:
                rules |= {run.id: variant(rule, letters[of]) for run in members}
    return Labels(rules, letters, {of: one.name for of, one in experiments.items()})


def _join(plain: Sequence[Run], members: Sequence[Run]) -> bool:
    """Return whether runs are further seeds of the same settings."""
    if not plain:
        return True
    same = len({settings_of(run) for run in (*plain, *members)}) == 1
    return same and not {run.seed for run in plain} & {run.seed for run in members}
