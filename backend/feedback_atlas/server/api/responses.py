"""Figures as responses: Plotly JSON with its table, and CSV."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Response

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.figures.base.figure import Figure, Table
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.result.data import ResultTable
from feedback_atlas.server.figures.schemas import (
    FigureOut,
    ResultOut,
    ResultRowOut,
    TableOut,
)

CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The numbers."}
}


def figure_out(figure: Figure) -> FigureOut:
    """Return a figure for the API."""
    return from_attributes(FigureOut, figure, table=table_out(figure.table))


def table_out(table: Table) -> TableOut:
    """Return a table for the API."""
    return TableOut(
        columns=list(table.columns),
        formats=[_format(digits) for digits in table.digits or [None] * len(table.columns)],
        rows=[list(row) for row in table.rows],
    )


def result_json(table: ResultTable) -> bytes:
    """Encode the result table for the API."""
    rows = [
        from_attributes(
            ResultRowOut,
            row,
            name=RULES[row.rule].name,
            colour_light=RULES[row.rule].colour_light,
            colour_dark=RULES[row.rule].colour_dark,
        )
        for row in table.rows
    ]
    return from_attributes(ResultOut, table, rows=rows).model_dump_json().encode()


def figure_json(figure: Figure) -> bytes:
    """Encode a figure for the API."""
    return figure_out(figure).model_dump_json().encode()


def csv_response(figure: Figure, title: str) -> Response:
    """Return all of a figure's numbers as a CSV file named after its title."""
    return file_response(table_csv(figure.csv), "text/csv", f"{file_stem(title)}-{figure.name}.csv")


def file_response(content: str | bytes, media_type: str, name: str) -> Response:
    """Return a file that a browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def of_type(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI an answer of a media type."""
    return {200: {"content": {media_type: {}}}}


def file_stem(title: str) -> str:
    """Return the stem of a file name made from a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "experiment"


def _format(digits: int | None) -> str:
    if digits is None:
        return "text"
    return f"fixed{digits}" if digits else "int"
