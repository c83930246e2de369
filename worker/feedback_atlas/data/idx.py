"""The IDX format of MNIST: a gzipped array of bytes behind a header of its shape."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.data.image_data import DataError

_UNSIGNED_BYTES = 8


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array in a gzipped IDX file of unsigned bytes.

    The header is two zero bytes, the type, the number of dimensions, and each dimension as a
    big-endian 32-bit integer (LeCun, Cortes & Burges, THE MNIST DATABASE).

    Raises DataError where the file is not of this form.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} is damaged: {error}") from error
    if content[:3] != bytes([0, 0, _UNSIGNED_BYTES]) or len(content) < 4 + 4 * content[3]:
        raise DataError(f"{path} is no IDX file of unsigned bytes; it starts with {content[:4]!r}")
    start = 4 + 4 * content[3]
    shape = tuple(np.frombuffer(content[4:start], dtype=">u4").tolist())
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{path} holds {len(content) - start} values; its shape {shape} needs "
            f"{math.prod(shape)}"
        )
    # Copied, since a tensor made from it must be writable.
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape).copy()
