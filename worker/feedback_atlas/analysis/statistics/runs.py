"""The runs of a comparison, and the pairs of them that answer each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BACKPROPAGATION = "bp"


@dataclass(frozen=True, slots=True)
class Run:
    """One network: its rule and seed, and whether it was trained.

    Runs share initial weights where they share ``initialisation``, by default the seed; the name
    of a stream, such as "usf_sn/0", where a rule draws initial weights of its own.
    """

    rule: str
    seed: int
    trained: bool = True
    initialisation: int | str | None = None

    @property
    def initial_weights(self) -> int | str:
        """Seed or stream of the initial weights."""
        return self.seed if self.initialisation is None else self.initialisation


@dataclass(frozen=True, slots=True)
class RunPairs:
    """Pairs of runs of one kind, as positions, and the seeds that they come from.

    ``n_seeds`` counts the seeds on the side that has fewer; ``name`` says what is compared.
    """

    name: str
    positions: tuple[tuple[int, int], ...]
    seeds: tuple[tuple[int, int], ...]
    n_seeds: int


def check_runs(runs: Sequence[Run]) -> None:
    """Refuse runs whose pairs would be ambiguous.

    Raises:
        ValueError: if a rule has two trained runs of one seed, or runs of different seeds share
            initial weights.
    """
    trained = [(run.rule, run.seed) for run in runs if run.trained]
    for rule, seed in trained:
        if trained.count((rule, seed)) > 1:
            raise ValueError(
                f"{rule} has more than one run of seed {seed}: keep one, or give an arm with "
                "initial weights of its own another rule's name"
            )
    owners: dict[int | str, int] = {}
    for run in runs:
        if owners.setdefault(run.initial_weights, run.seed) != run.seed:
            raise ValueError(
                f"runs of seeds {owners[run.initial_weights]} and {run.seed} share initial "
                f"weights {run.initial_weights}: seeds must differ in them to be independent"
            )


def ceiling_pairs(runs: Sequence[Run]) -> RunPairs:
    """Pair backpropagation with backpropagation of every other seed, each pair once."""
    own = [i for i, run in enumerate(runs) if run.trained and run.rule == BACKPROPAGATION]
    found = [(i, j) for at, i in enumerate(own) for j in own[at + 1 :]]
    return _pairs("BP with BP", runs, found, len(own))


def floor_pairs(runs: Sequence[Run], *, shared: bool) -> RunPairs:
    """Pair backpropagation with untrained networks, one for each set of initial weights.

    shared: pairs that share initial weights, else those that do not.
    """
    untrained = {
        run.initial_weights: i for i, run in reversed(list(enumerate(runs))) if not run.trained
    }
    return _crossed("BP with untrained", runs, sorted(untrained.values()), shared)


def rule_pairs(runs: Sequence[Run], rule: str, *, shared: bool) -> RunPairs:
    """Pair a rule with backpropagation.

    shared: pairs that share initial weights, else those that do not.
    """
    own = [i for i, run in enumerate(runs) if run.trained and run.rule == rule]
    return _crossed(f"{rule} with BP", runs, own, shared)


def _crossed(name: str, runs: Sequence[Run], rows: Sequence[int], shared: bool) -> RunPairs:
    columns = [j for j, run in enumerate(runs) if run.trained and run.rule == BACKPROPAGATION]
    found = [
        (i, j)
        for i in rows
        for j in columns
        if (runs[i].initial_weights == runs[j].initial_weights) == shared
    ]
    sides = [{runs[pair[side]].seed for pair in found} for side in (0, 1)]
    origin = "one initialisation" if shared else "different initialisations"
    return _pairs(f"{name} from {origin}", runs, found, min(map(len, sides)))


def _pairs(
    name: str, runs: Sequence[Run], found: Sequence[tuple[int, int]], n_seeds: int
) -> RunPairs:
    seeds = tuple((runs[i].seed, runs[j].seed) for i, j in found)
    return RunPairs(name, tuple(found), seeds, n_seeds)
