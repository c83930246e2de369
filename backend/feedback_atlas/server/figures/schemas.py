"""Figures and tables as the API sends them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from feedback_atlas.server.figures.result.data import Icon


class TableOut(BaseModel):
    """The data table that stands beside a figure."""

    columns: list[str]
    formats: list[str] = Field(
        description="Format of each column: `text`, `int`, or `fixedN` for N decimals."
    )
    rows: list[list[str | int | float | None]]


class FigureOut(BaseModel):
    """A figure: Plotly JSON, and the table beside it."""

    name: str
    title: str
    caption: str
    plotly: dict[str, Any] = Field(description="Plotly figure: `data` and `layout`.")
    table: TableOut


class ResultColumnOut(BaseModel):
    """A column of the result table."""

    id: str
    group: str = Field(description="What stands above it, and above its neighbours of one group.")
    name: str
    unit: str
    help: str
    numeric: bool


class ResultCellOut(BaseModel):
    """A cell of the result table."""

    value: float | None = Field(description="What the column is sorted by.")
    text: str
    minor: str = Field(description="What stands after the text, smaller.")
    note: str = Field(description="More about the value, or why there is none.")
    significant: bool
    icon: Icon | None


class ResultRowOut(BaseModel):
    """A learning rule."""

    rule: str
    name: str
    colour_light: str
    colour_dark: str
    cells: list[ResultCellOut]


class ResultOut(BaseModel):
    """Accuracy, similarity, cost and plausibility, one row per rule."""

    caption: str
    columns: list[ResultColumnOut]
    rows: list[ResultRowOut]
    notes: list[str]
