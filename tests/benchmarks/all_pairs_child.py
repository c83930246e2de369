"""All pairs of 250 stored representations, in a process of its own so that its memory is seen.

    python -m tests.benchmarks.all_pairs_child FOLDER

Reads every tensor of the safetensors files in the folder; prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from feedback_atlas.analysis import StoredActivations, all_pairs_cka


def gemm_peak(turns: int = 4, size: int = 2000) -> float:
    """Measure the most float64 operations a second of a square matrix product."""
    a, b = np.random.default_rng(0).standard_normal((2, size, size))
    best = np.inf
    for _ in range(turns):
        started = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best


def main() -> None:
    """Compare all with all; the peak is measured before and after, and the higher one counts."""
    sources = [
        StoredActivations(path, layer)
        for path in sorted(Path(sys.argv[1]).glob("*.safetensors"))
        for layer in ("conv1", "conv2", "fc1", "fc2", "fc3")
    ]
    peak = gemm_peak()
    before = time.perf_counter(), time.process_time()
    matrix = all_pairs_cka(sources)
    seconds, processor = time.perf_counter() - before[0], time.process_time() - before[1]
    peak = max(peak, gemm_peak())
    assert not matrix.reasons
    n, m = sources[0].n_images, len(sources)
    # A Gram matrix and the matrix of pairs are symmetric: half the operations of a full product.
    operations = n * n * sum(source.n_features for source in sources) + m * m * n * n / 2
    print(
        json.dumps(
            {
                "representations": m,
                "images": n,
                "seconds": seconds,
                "processor_seconds": processor,
                "peak_gflops": peak / 1e9,
                "share_of_peak": operations / seconds / peak,
                "rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
            }
        )
    )


if __name__ == "__main__":
    main()
