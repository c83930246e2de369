"""CSV, the accuracy figure, typed arrays, and what the package may import."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
from numpy.typing import NDArray

from feedback_atlas.server.figures.base.figure import Table, Width
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.result.accuracy import accuracy_table
from feedback_atlas.server.results.types import AccuracyRow, RunLabel
from tests.backend.figures.examples import accepted, decoded, texts, traces


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    text = table_csv(Table((f"{start}head",), ((f"{start}1+1",), (f"a{start}b",))))
    assert read(text) == [[f"'{start}head"], [f"'{start}1+1"], [f"a{start}b"]]


def test_numbers_keep_every_digit_and_their_sign() -> None:
    values = (-0.1, 1 / 3, 1e-300, 2.0**53, -7)
    (_, row) = read(table_csv(Table(tuple("abcde"), (values,))))
    assert [float(cell) for cell in row] == list(values)


def test_missing_values_are_blank_and_text_is_quoted() -> None:
    table = Table(("a", "b", "c"), ((None, float("nan"), 'say "hi", you'),))
    assert table_csv(table) == 'a,b,c\r\n,,"say ""hi"", you"\r\n'


@pytest.mark.parametrize(
    "array",
    [
        np.linspace(0, 1, 7),
        np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3),
        np.arange(6, dtype=np.uint16).reshape(3, 2),
        np.arange(-3, 3, dtype=np.int32),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(4, dtype=">f8"),
    ],
)
def test_typed_arrays_are_what_plotly_writes(array: NDArray[np.generic]) -> None:
    spec = typed(array)
    np.testing.assert_array_equal(decoded(spec), array)
    written = json.loads(plotly.io.to_json(go.Figure(go.Heatmap(z=array)), validate=False))
    if array.dtype.isnative and array.flags.c_contiguous:
        assert written["data"][0]["z"] == spec


def test_arrays_that_plotly_js_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="int64"):
        typed(np.arange(3, dtype=np.int64))


@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_accuracy_is_in_percent_by_rule_and_seed(width: Width) -> None:
    rows = [
        AccuracyRow(RunLabel("usf_sn", 1), 9, 0.75, None, 60.5),
        AccuracyRow(RunLabel("bp", 0), 8, 0.7592, 0.758, 61.0),
        AccuracyRow(RunLabel("usf_sn", 0), None, None, None, None),
    ]
    figure = accuracy_table(rows, "dark", width)
    accepted(figure)
    assert figure.table.rows[0] == ("BP", 0, 8, pytest.approx(75.92), pytest.approx(75.8), 61.0)
    assert figure.table.rows[1] == ("uSF SN", 0, None, None, None, None)
    validation, test = figure.plotly["data"][:2]
    np.testing.assert_allclose(decoded(validation["x"]), [75.92, 75.0])
    np.testing.assert_array_equal(decoded(validation["y"]), [0.0, 1.0])
    np.testing.assert_allclose(decoded(test["x"]), [75.8])
    assert validation["customdata"] == ["BP, seed 0", "uSF SN, seed 1"]
    assert figure.csv.rows[0][0] == "bp"
    assert len(traces(figure, type="scatter")) == 4


def test_accuracy_without_a_measurement_says_so() -> None:
    figure = accuracy_table([AccuracyRow(RunLabel("bp", 0), None, None, None, 3.0)])
    assert texts(figure) == ["No accuracy measured yet"]
    assert figure.table.rows == (("BP", 0, None, None, None, 3.0),)
    accepted(figure)


def test_figures_import_little() -> None:
    script = (
        "import sys, feedback_atlas.server.figures; "
        "print([m for m in ('torch', 'worker', 'pandas', 'plotly', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
