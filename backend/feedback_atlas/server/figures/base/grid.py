"""Layout of a figure's panels, their headings, and the figure that has nothing to show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES, layout


@dataclass(frozen=True, slots=True)
class Grid:
    """Panels in reading order: heights and vertical gaps in pixels, horizontal gaps as shares.

    ``columns`` is how many panels lie in one row; the last row may hold fewer.
    """

    panels: int
    columns: int
    panel_height: int
    gap_y: int
    gap_x: float

    @property
    def rows(self) -> int:
        """Number of rows of panels."""
        return math.ceil(self.panels / self.columns)

    @property
    def height(self) -> int:
        """Pixels from the top of the first row to the bottom of the last."""
        return self.rows * self.panel_height + (self.rows - 1) * self.gap_y

    def column_domain(self, column: int) -> tuple[float, float]:
        """Return a column's left and right edge as shares of the plotting area's width."""
        width = (1.0 - (self.columns - 1) * self.gap_x) / self.columns
        start = column * (width + self.gap_x)
        return start, min(start + width, 1.0)

    def row_domain(self, row: int) -> tuple[float, float]:
        """Return a row's bottom and top edge as shares of the plotting area's height."""
        top = 1.0 - row * (self.panel_height + self.gap_y) / self.height
        return max(top - self.panel_height / self.height, 0.0), top

    def place(self, panel: int) -> tuple[int, int]:
        """Return the row and column of a panel."""
        return divmod(panel, self.columns)

    def is_lowest(self, panel: int) -> bool:
        """Say whether no panel lies below this one."""
        return panel + self.columns >= self.panels


def axis_suffix(index: int) -> str:
    """Return what Plotly appends to ``x``, ``xaxis`` and so on for the axis of this index."""
    return "" if index == 0 else str(index + 1)


def heading(
    text: str, x: tuple[float, float], y: tuple[float, float], colour: str, size: int = 12
) -> dict[str, Any]:
    """Return a bold heading centred above a panel that spans ``x`` and ``y``."""
    return {
        "text": f"<b>{text}</b>",
        "x": (x[0] + x[1]) / 2,
        "y": y[1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colour, "size": size},
    }


def note(text: str, theme: Theme, **place: Any) -> dict[str, Any]:
    """Return muted text at a place in the figure, given as Plotly annotation attributes."""
    base = {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"color": PALETTES[theme].muted, "size": 12},
    }
    return base | place


def blank(message: str, theme: Theme, height: int) -> dict[str, Any]:
    """Return a figure without axes that says, in its middle, why it is empty."""
    page = layout(theme, height=height, left=0, right=0, top=0, bottom=0)
    page["xaxis"] = page["yaxis"] = {"visible": False, "fixedrange": True}
    page["annotations"] = [note(message, theme, x=0.5, y=0.5)]
    return {"data": [], "layout": page}
