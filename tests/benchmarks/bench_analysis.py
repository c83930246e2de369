"""How fast comparisons are, against rsatoolbox where it computes the same, in one run.

    python -m tests.benchmarks.bench_analysis [--json PATH]

Ratios are medians over turns of the peer's time over ours within a turn; values are checked to
agree in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm, compare

from worker.analysis import Biased, cka_matrix, gram, rdm, rsatoolbox_rdms

TURNS = 5


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Our median seconds, and the median ratio of their time to ours."""
    ours(), theirs()
    turns = [(seconds(ours), seconds(theirs)) for _ in range(TURNS)]
    return (
        statistics.median(mine for mine, _ in turns),
        statistics.median(peer / mine for mine, peer in turns),
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure the speed of comparisons.")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    generator = np.random.default_rng(0)
    rows: dict[str, dict[str, float]] = {}

    patterns = generator.standard_normal((1000, 4096)).astype(np.float32)
    dataset = Dataset(patterns.astype(np.float64))
    for distance in ("correlation", "euclidean"):
        peer = calc_rdm(dataset, method=distance).dissimilarities[0]
        np.testing.assert_allclose(rdm(patterns, distance).values, peer, rtol=1e-6)
        mine, times = ratio(
            lambda distance=distance: rdm(patterns, distance),
            lambda distance=distance: calc_rdm(dataset, method=distance),
        )
        rows[f"{distance} RDM, 1000 images x 4096 features"] = {"seconds": mine, "ratio": times}

    layers = [generator.standard_normal((256, 512)).astype(np.float32) for _ in range(40)]
    grams = [gram(layer) for layer in layers]
    rdms = rsatoolbox_rdms([rdm(layer, "euclidean") for layer in layers])
    # Whitened cosine of Euclidean RDMs is biased CKA (Diedrichsen et al. 2021).
    peer = compare(rdms, rdms, method="cosine_cov")
    np.testing.assert_allclose(cka_matrix(grams, grams, Biased()).values, peer, rtol=1e-6)
    mine, times = ratio(
        lambda: cka_matrix(grams, grams, Biased()),
        lambda: compare(rdms, rdms, method="cosine_cov"),
    )
    rows["biased CKA, 40 x 40 layers, 256 images"] = {"seconds": mine, "ratio": times}

    print("\nComparisons against rsatoolbox (ratio: its time over ours)")
    for name, row in rows.items():
        print(f"  {name:44}{row['seconds'] * 1e3:10.1f} ms{row['ratio']:8.1f}x")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
