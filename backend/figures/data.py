"""The arrays that figures are drawn from; nothing here knows where they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Cell = str | int | float | None

Theme = Literal["light", "dark"]
# How wide the card is that a figure is drawn for: from about 800, 480 and 320 pixels up.
Width = Literal["wide", "medium", "narrow"]


@dataclass(frozen=True, slots=True)
class RunLabel:
    """One network in a figure: its learning rule's id and its seed."""

    rule: str
    seed: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure of one run over training; ``layer`` is None for measures of the whole network."""

    run: RunLabel
    layer: str | None
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LayerSimilarity:
    """Similarity of every layer of each run to every layer of the reference run of the same seed.

    ``values`` has shape (n_runs, n_layers, n_layers): rows the run's layers, columns the
    reference's; NaN marks an undefined value, explained in ``reasons[(run, row, column)]``.
    """

    reference: str
    runs: tuple[RunLabel, ...]
    layers: tuple[str, ...]
    values: NDArray[np.float64]
    estimator: str
    epoch: str
    n_images: int
    reasons: dict[tuple[int, int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RdmGallery:
    """Condensed RDMs: ``values`` has shape (n_runs, n_layers, n_images * (n_images - 1) / 2).

    Images are ordered by class; ``labels`` has shape (n_images,) and indexes ``class_names``.
    NaN marks an undefined dissimilarity.
    """

    runs: tuple[RunLabel, ...]
    layers: tuple[str, ...]
    values: NDArray[np.float64]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    distance: str
    epoch: str


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """How one run ended: accuracies are fractions of 1, ``seconds`` is the time it trained."""

    run: RunLabel
    best_epoch: int | None
    best_val_accuracy: float | None
    test_accuracy: float | None
    seconds: float | None


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
