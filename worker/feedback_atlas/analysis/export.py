"""Results as files: HDF5 for rsatoolbox, NPZ and CSV, each with a manifest that says what it is.

Every function returns bytes and writes nothing; equal arguments give equal bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray

if TYPE_CHECKING:
    from rsatoolbox.rdm.rdms import RDMs

_PACKAGES = ("feedback-atlas", "numpy", "scipy", "rsatoolbox")


def manifest(
    kind: str,
    arrays: Mapping[str, NDArray[Any]],
    *,
    inputs: Mapping[str, Any],
    parameters: Mapping[str, Any],
    seeds: Sequence[int] = (),
) -> dict[str, Any]:
    """Describe a result, as JSON can hold it.

    Args:
        kind: what the result is, for example "rdm" or "cka".
        arrays: the numbers of the result.
        inputs: what was compared, for example the checksum of each activation file.
        parameters: of the measure, for example estimator and distance.
        seeds: of the generators used.

    Returns:
        All of these, the versions of Python and of the packages that computed it, and a SHA-256
        over names, types, shapes and values of the arrays.
    """
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return {
        "kind": kind,
        "arrays": {
            name: {"dtype": array.dtype.str, "shape": list(array.shape)}
            for name, array in sorted(arrays.items())
        },
        "inputs": dict(inputs),
        "parameters": dict(parameters),
        "seeds": list(seeds),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "sha256": digest.hexdigest(),
    }


def manifest_json(described: Mapping[str, Any]) -> bytes:
    """Return a manifest as a JSON file."""
    return (json.dumps(described, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def npz(arrays: Mapping[str, NDArray[Any]], described: Mapping[str, Any]) -> bytes:
    """Return arrays as an NPZ file that ``numpy.load`` opens without pickle.

    Args:
        arrays: numbers, or text, by name.
        described: their manifest, kept as JSON in the array "manifest".

    Raises:
        ValueError: if an array holds Python objects, or is named "manifest".
    """
    for name, array in arrays.items():
        if array.dtype.hasobject or name == "manifest":
            raise ValueError(f"array {name!r} of type {array.dtype} cannot be stored in NPZ")
    file = io.BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, manifest=np.array(manifest_json(described).decode()), **arrays
    )
    return file.getvalue()


def rdms_hdf5(rdms: RDMs, described: Mapping[str, Any]) -> bytes:
    """Return RDMs as an HDF5 file that ``rsatoolbox.rdm.load_rdm`` opens.

    Args:
        rdms: from ``rsatoolbox_rdms``. Letters outside ASCII, which rsatoolbox cannot write, are
            written as escapes (``\\xe9``); the manifest has them as they are.
        described: their manifest, kept as JSON in the descriptor "manifest".
    """
    from rsatoolbox.io.hdf5 import write_dict_hdf5  # here, not above: the import takes seconds

    contents = rdms.to_dict()  # type: ignore[no-untyped-call]
    for part in ("rdm_descriptors", "pattern_descriptors"):
        contents[part] = {name: _ascii(values) for name, values in contents[part].items()}
    # An array, since an HDF5 attribute, which a plain string becomes, holds at most 64 kB.
    contents["descriptors"] = {
        **contents["descriptors"],
        "manifest": np.array([manifest_json(described).decode("ascii")]),
    }
    file = io.BytesIO()
    write_dict_hdf5(file, contents)
    return file.getvalue()


def similarities_csv(
    values: FloatArray,
    reasons: Mapping[tuple[int, int], str],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
) -> bytes:
    """Return similarities of all pairs as a table: row, column, value, why there is none.

    Args:
        values: (n_rows, n_columns), for example of a ``CkaMatrix`` or an ``RdmComparison``.
        reasons: why an entry is undefined.
        rows: name of each row.
        columns: name of each column.
    """
    table = [
        [rows[i], columns[j], _cell(float(values[i, j])), reasons.get((i, j), "")]
        for i, j in np.ndindex(*values.shape)
    ]
    return _csv([["row", "column", "value", "undefined"], *table])


def _cell(value: float) -> str:
    return "" if np.isnan(value) else repr(value)


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _ascii(values: Any) -> Any:
    plain = list(values)
    if not any(isinstance(value, str) for value in plain):
        return plain
    return [str(value).encode("ascii", "backslashreplace").decode() for value in plain]
