"""Thumbnails of a comparison's probe, as the networks saw it."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.artifacts.kinds import PROBE
from feedback_atlas.server.results.codec import read_arrays
from feedback_atlas.server.results.types import ProbePictures

# Pixels per side to which larger pictures are reduced: a page shows hundreds.
_MOST_PIXELS = 64
_COLUMNS = 20
_ON_A_SHEET = 400


def read(inputs: dict[str, Any], store: ArtifactStore) -> ProbePictures:
    """Return thumbnails of the probe in the inputs of an `rdm` analysis.

    Raises DamagedArtifactError where its file is not intact.
    """
    file = inputs["runs"][0][PROBE]
    arrays, _ = read_arrays(store.get(file["key"], file["sha256"]))
    return sheets_of(arrays["images"], inputs["network"]["image_size"])


def sheets_of(images: NDArray[np.uint8], image_size: int) -> ProbePictures:
    """Make thumbnails of images (n, channels, height, width), cropped as networks see them."""
    top, left = ((side - image_size) // 2 for side in images.shape[-2:])
    crops = images[..., top : top + image_size, left : left + image_size]
    side = min(image_size, _MOST_PIXELS)
    pictures = [_picture(crop, side) for crop in crops]
    sheets = [
        _sheet(pictures[start : start + _ON_A_SHEET], side)
        for start in range(0, len(pictures), _ON_A_SHEET)
    ]
    return ProbePictures(tuple(sheets), side, _COLUMNS, _ON_A_SHEET)


def _picture(crop: NDArray[np.uint8], side: int) -> Image.Image:
    pixels = crop[0] if len(crop) == 1 else np.moveaxis(crop, 0, 2)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return picture if picture.width == side else picture.resize((side, side), Image.Resampling.BOX)


def _sheet(pictures: list[Image.Image], side: int) -> bytes:
    rows = math.ceil(len(pictures) / _COLUMNS)
    sheet = Image.new(pictures[0].mode, (_COLUMNS * side, rows * side))
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place % _COLUMNS * side, place // _COLUMNS * side))
    file = io.BytesIO()
    sheet.save(file, "png", optimize=True)
    return file.getvalue()
