"""A figure and the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Cell = str | int | float | None

Theme = Literal["light", "dark"]

# How wide the card is that a figure is drawn for: from about 800, 480 and 320 pixels up.
Width = Literal["wide", "medium", "narrow"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; cells are numbers as computed, not yet rounded.

    ``digits`` says for each column how many decimals to show on a page (None: the cell as it is);
    empty, it says nothing. Downloads keep every digit.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    digits: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: Plotly JSON, the table beside it, and in ``csv`` the complete numbers."""

    name: str
    title: str
    caption: str
    plotly: dict[str, Any]
    table: Table
    csv: Table
