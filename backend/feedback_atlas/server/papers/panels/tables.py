"""Numbers of ours beside the paper's as a table: mean and range over seeds, difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.papers.panels.verdicts import Beside


@dataclass(frozen=True, slots=True)
class Line:
    """A number of ours, by seed, beside the published one; ``keys`` say which it is.

    ``others`` are further cells, which are not compared.
    """

    keys: tuple[str, ...]
    values: tuple[float, ...]
    published: float
    tolerance: float
    others: tuple[Cell, ...] = ()

    @property
    def beside(self) -> Beside:
        """The mean over seeds beside the published number."""
        mean = fmean(self.values) if self.values else None
        return Beside(", ".join(self.keys), mean, self.published, self.tolerance)


def beside_table(
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    unit: str,
    digits: int,
    others: Sequence[str] = (),
) -> Table:
    """Return lines as a table.

    Args:
        heads: of the keys.
        lines: one a number.
        unit: of the numbers, for the heads; empty where they have none.
        digits: decimals of the numbers.
        others: heads of the further cells.
    """
    several = any(len(line.values) > 1 for line in lines)
    of = f" ({unit})" if unit else ""
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        beside = line.beside
        span: tuple[Cell, ...] = (
            (min(line.values, default=None), max(line.values, default=None)) if several else ()
        )
        rows.append(
            (
                *line.keys,
                beside.ours,
                *span,
                line.published,
                beside.difference,
                line.tolerance,
                "yes" if beside.agrees else "no",
                *line.others,
            )
        )
    columns = (
        *heads,
        f"Ours, mean{of}" if several else f"Ours{of}",
        *(("Lowest seed", "Highest seed") if several else ()),
        "The paper’s",
        "Difference",
        "Tolerance",
        "Within",
        *others,
    )
    numbers = len(columns) - len(heads) - 1 - len(others)
    return Table(
        columns,
        tuple(rows),
        (
            *(None for _ in heads),
            *(digits for _ in range(numbers)),
            None,
            *(digits for _ in others),
        ),
    )
