"""Speed of comparisons against the packages that compute the same, in one run.

    python -m tests.benchmarks.bench_analysis [--json PATH]

Ratios are medians over turns of the peer's time over ours within a turn; values are checked to
agree in the same run. Both sides may use every core. The last part compares 250 stored
representations (5 rules x 10 seeds x 5 layers of the paper's network, 1,000 images, 6.5 GB of
activations in a temporary folder) and measures its share of the machine's GEMM speed and its
memory; ``--without-stored`` leaves it out.

What of the peers is timed: of torch-cka its ``_HSIC``, called as its ``compare`` calls it (three
times a pair), and of ckatorch ``hsic1`` on a stack of one row's pairs, with each self-HSIC once;
their own interfaces take networks, so that their time to make activations is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
from numpy.typing import NDArray
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import RDMs, calc_rdm, compare
from safetensors.numpy import save_file

from feedback_atlas.analysis import Biased, cka_matrix, compare_rdms, gram, rdm, rsatoolbox_rdms
from tests.worker.analysis import torch_cka_peer

TURNS = 5
# Feature counts of moskovitz1 on images of 24 pixels.
LAYERS = {"conv1": 25600, "conv2": 6400, "fc1": 384, "fc2": 192, "fc3": 10}

Array = NDArray[np.float64]
Rows = dict[str, dict[str, float]]


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(
    ours: Callable[[], object], theirs: Callable[[], object], turns: int = TURNS
) -> dict[str, float]:
    """Return our median seconds, and the median ratio of their time to ours."""
    ours()
    measured = [(seconds(ours), seconds(theirs)) for _ in range(turns)]
    return {
        "seconds": statistics.median(mine for mine, _ in measured),
        "ratio": statistics.median(peer / mine for mine, peer in measured),
    }


def rdms_of_activations(generator: np.random.Generator, rows: Rows) -> None:
    """Measure one RDM of 1,000 images against rsatoolbox, which is handed float64."""
    patterns = generator.standard_normal((1000, 4096)).astype(np.float32)
    dataset = Dataset(patterns.astype(np.float64))
    for distance in ("correlation", "euclidean"):
        peer = calc_rdm(dataset, method=distance).dissimilarities[0]
        np.testing.assert_allclose(rdm(patterns, distance).values, peer, rtol=1e-6)
        rows[f"{distance} RDM, 1000 x 4096 (rsatoolbox)"] = ratio(
            lambda distance=distance: rdm(patterns, distance),
            lambda distance=distance: calc_rdm(dataset, method=distance),
        )


def comparators(generator: np.random.Generator, rows: Rows) -> None:
    """Measure 50 x 50 RDMs of 500 images against rsatoolbox."""
    left, right = generator.random((2, 50, 500 * 499 // 2))
    peers = RDMs(left), RDMs(right)
    for method in ("cosine", "corr", "spearman", "rho-a", "cosine_cov", "corr_cov"):
        np.testing.assert_allclose(
            compare_rdms(left, right, method).values,
            compare(*peers, method=method),
            rtol=1e-10,
            atol=1e-14,
        )
        rows[f"{method}, 50 x 50 RDMs of 500 images (rsatoolbox)"] = ratio(
            lambda method=method: compare_rdms(left, right, method),
            lambda method=method: compare(*peers, method=method),
            turns=3,
        )


def cka_of_layers(generator: np.random.Generator, rows: Rows) -> None:
    """Measure CKA of 40 x 40 layers on 256 images, the Gram matrices given."""
    layers = [generator.standard_normal((256, 512)).astype(np.float32) for _ in range(40)]
    grams = [gram(layer) for layer in layers]
    rdms = rsatoolbox_rdms([rdm(layer, "euclidean") for layer in layers])
    # Whitened cosine of Euclidean RDMs is biased CKA (Diedrichsen et al. 2021).
    peer = compare(rdms, rdms, method="cosine_cov")
    np.testing.assert_allclose(cka_matrix(grams, grams, Biased()).values, peer, rtol=1e-6)
    rows["biased CKA, 40 x 40, n = 256 (rsatoolbox)"] = ratio(
        lambda: cka_matrix(grams, grams, Biased()),
        lambda: compare(rdms, rdms, method="cosine_cov"),
    )
    if failure := torch_cka_peer.install():
        print(f"torch-cka and ckatorch are left out: {failure}")
        return
    torch_cka, ckatorch = torch_cka_peer.load()
    torch.set_default_dtype(torch.float64)  # the type in which torch-cka makes its constants
    tensors = torch.tensor(np.stack(grams))
    for name, theirs in (
        ("torch-cka", lambda: by_torch_cka(torch_cka, tensors)),
        ("ckatorch", lambda: by_ckatorch(ckatorch, tensors)),
    ):
        np.testing.assert_allclose(cka_matrix(grams, grams).values, theirs(), rtol=1e-6, atol=1e-9)
        rows[f"unbiased CKA, 40 x 40, n = 256 ({name})"] = ratio(
            lambda: cka_matrix(grams, grams), theirs, turns=1 if name == "torch-cka" else 3
        )


def by_torch_cka(peer: ModuleType, grams: torch.Tensor) -> Array:
    """Compute as ``torch_cka.CKA.compare``, from the Gram matrices on."""
    on = SimpleNamespace(device="cpu")
    zeroed = grams.clone()
    torch.diagonal(zeroed, dim1=1, dim2=2).zero_()
    hsic = torch.zeros(len(grams), len(grams), 3)
    for i, k in enumerate(zeroed):
        hsic[i, :, 0] += peer.CKA._HSIC(on, k, k)
        for j, el in enumerate(zeroed):
            hsic[i, j, 1] += peer.CKA._HSIC(on, k, el)
            hsic[i, j, 2] += peer.CKA._HSIC(on, el, el)
    values: Array = (hsic[:, :, 1] / (hsic[:, :, 0].sqrt() * hsic[:, :, 2].sqrt())).numpy()
    return values


def by_ckatorch(peer: ModuleType, grams: torch.Tensor) -> Array:
    """Compute HSIC_1 of ckatorch, a row of pairs at a time."""
    cross = torch.stack([peer.hsic1(k.expand_as(grams), grams) for k in grams])
    own = peer.hsic1(grams, grams).sqrt()
    values: Array = (cross / own[:, None] / own[None, :]).numpy()
    return values


def stored_representations(generator: np.random.Generator) -> dict[str, float]:
    """Measure all pairs of 250 representations in files, in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(50):
            layers = {
                name: generator.standard_normal((1000, n), dtype=np.float32)
                for name, n in LAYERS.items()
            }
            save_file(layers, Path(folder) / f"{run:02}.safetensors")
        finished = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.all_pairs_child", folder],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    measured: dict[str, float] = json.loads(finished.stdout)
    return measured


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure the speed of comparisons.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--without-stored", action="store_true")
    options = parser.parse_args(arguments)
    generator = np.random.default_rng(0)
    rows: Rows = {}
    rdms_of_activations(generator, rows)
    comparators(generator, rows)
    cka_of_layers(generator, rows)
    print("\nComparisons against other packages (ratio: their time over ours)")
    for name, row in rows.items():
        print(f"  {name:54}{row['seconds'] * 1e3:9.1f} ms{row['ratio']:9.1f}x")
    if not options.without_stored:
        stored = rows["all pairs of stored representations"] = stored_representations(generator)
        print(
            f"\nAll pairs of {stored['representations']} stored representations of "
            f"{stored['images']} images: {stored['seconds']:.1f} s, "
            f"{stored['share_of_peak']:.0%} of {stored['peak_gflops']:.0f} GFLOP/s, "
            f"peak memory {stored['rss_gb']:.2f} GB"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
