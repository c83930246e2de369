"""Tables as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import overload

from feedback_atlas.server.figures.base.figure import Cell, Table

# A spreadsheet takes text that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class DeferredRows(Sequence[tuple[Cell, ...]]):
    """Rows that are made when one is first asked for: most figures are drawn, few downloaded."""

    def __init__(self, make: Callable[[], Sequence[tuple[Cell, ...]]]) -> None:
        """Keep ``make``, which makes all rows."""
        self._make = make

    @cached_property
    def _rows(self) -> Sequence[tuple[Cell, ...]]:
        return self._make()

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Cell, ...]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Cell, ...] | Sequence[tuple[Cell, ...]]:
        return self._rows[index]


def table_csv(table: Table) -> str:
    """Write a table as CSV with a header line, numbers in full precision.

    Args:
        table: cells of text, numbers or None.

    Returns:
        Lines as RFC 4180 ends them, by CR LF. None and NaN are blank. Text that a spreadsheet
        would take for a formula gets a leading apostrophe (OWASP, CSV injection).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _cell(cell: Cell) -> str | int | float:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return cell
