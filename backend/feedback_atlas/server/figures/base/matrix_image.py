"""A matrix as a picture: what a browser draws at once, however many cells."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Of the 256 entries of a picture's palette, the last is transparent: an undefined cell.
_COLOURS = 255
# Fewer cells a side than this are drawn by several pixels each: browsers would else blur them.
_LEAST_PIXELS = 480


def matrix_picture(values: NDArray[np.float64], top: float, stops: tuple[str, ...]) -> str:
    """Draw a matrix.

    Args:
        values: (n_rows, n_columns), NaN where undefined.
        top: the value at which the colours end; greater ones have the last colour.
        stops: the colour scale from 0 to ``top``, evenly spaced #rrggbb.

    Returns:
        A PNG as a data address. Values are rounded to 255 colours; NaN is transparent.
    """
    shares = np.clip(values / top, 0.0, 1.0) * (_COLOURS - 1)
    places = np.where(np.isfinite(values), shares.round(), _COLOURS).astype(np.uint8)
    pixels = -(-_LEAST_PIXELS // max(len(values), 1))
    return _png(places.repeat(pixels, axis=0).repeat(pixels, axis=1), _palette(stops))


def clear_picture(n_rows: int, n_columns: int) -> str:
    """Return a transparent picture, a pixel a cell: what the pointer is over."""
    clear = np.full((n_rows, n_columns), _COLOURS, dtype=np.uint8)
    return _png(clear, np.zeros((_COLOURS + 1, 3), dtype=np.uint8))


def _png(places: NDArray[np.uint8], palette: NDArray[np.uint8]) -> str:
    picture = Image.frombytes("P", places.shape[::-1], places.tobytes())
    picture.putpalette(palette.tobytes())
    file = io.BytesIO()
    # What dissimilarities leave to compress takes ten times as long to find.
    picture.save(file, "png", compress_level=1, transparency=_COLOURS)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _palette(stops: tuple[str, ...]) -> NDArray[np.uint8]:
    colours = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    places = np.linspace(0, len(stops) - 1, _COLOURS)
    known = np.arange(len(stops))
    bands = [np.interp(places, known, colours[:, band]) for band in range(3)]
    palette = np.zeros((_COLOURS + 1, 3), dtype=np.uint8)
    palette[:_COLOURS] = np.stack(bands, axis=1).round()
    return palette
