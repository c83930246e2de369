"""Speed of statistics over seeds and images, against rsatoolbox and against plain loops.

    python -m tests.benchmarks.bench_statistics [--json PATH]

1,000 bootstrap resamples of 5 rules x 5 seeds, 500 images. The peers take minutes to hours for so
many: each turn times them on a few resamples right after ours on 1,000, and scales them up, which
their loops over resamples allow. Values on those few are checked to agree.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rsatoolbox.inference import eval_bootstrap
from rsatoolbox.model import ModelFixed
from rsatoolbox.rdm import RDMs

from feedback_atlas.analysis import (
    CkaOverImages,
    Resamples,
    Run,
    Unbiased,
    cka_matrix,
    draw_resamples,
    gram,
    layer_statistics,
    rdm,
    resample_counts,
    resampled_cka,
    rsa_bootstrap,
)

Array = NDArray[np.float64]
TURNS, RESAMPLES, FEW, N_IMAGES = 3, 1000, 2, 500
RULES, SEEDS, LAYERS = 5, 5, 5


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def turns(ours: Callable[[], object], theirs: Callable[[], object]) -> dict[str, float]:
    """Return our median seconds for all resamples, and theirs, scaled from a few, to ours."""
    timed = [(seconds(ours), seconds(theirs) * RESAMPLES / FEW) for _ in range(TURNS)]
    return {
        "seconds": statistics.median(mine for mine, _ in timed),
        "peer_seconds_scaled": statistics.median(peer for _, peer in timed),
        "ratio": statistics.median(peer / mine for mine, peer in timed),
    }


def representations(generator: np.random.Generator) -> list[Array]:
    """Return activations of 25 runs that have a part of their geometry in common."""
    common = generator.standard_normal((N_IMAGES, 16))
    return [
        np.hstack([common, generator.standard_normal((N_IMAGES, 48))]) for _ in range(RULES * SEEDS)
    ]


def rsatoolbox_resamples() -> Resamples:
    """Return the draws of ``eval_bootstrap`` from NumPy's global generator, seeded with 0."""
    np.random.seed(0)
    subjects, images = [], []
    for _ in range(FEW):
        for counts, n in ((subjects, RULES * SEEDS), (images, N_IMAGES)):
            counts.append(np.bincount(np.random.randint(0, n, size=n), minlength=n))
    return Resamples(np.array(subjects, dtype=float), np.array(images, dtype=float))


def rsa(activations: list[Array], comparator: str) -> dict[str, float]:
    """Measure rsa_bootstrap against eval_bootstrap: 5 models, 25 RDMs, noise ceilings included."""
    rdms = np.stack([rdm(x, "correlation").values for x in activations])
    models = rdms.reshape(RULES, SEEDS, -1).mean(axis=1)
    their_models = [ModelFixed(str(at), RDMs(model[None])) for at, model in enumerate(models)]
    results = []

    def theirs() -> None:
        np.random.seed(0)
        results.append(eval_bootstrap(their_models, RDMs(rdms), method=comparator, N=FEW))

    def ours() -> None:
        resamples = draw_resamples(
            np.random.default_rng(0), RESAMPLES, n_subjects=len(rdms), n_images=N_IMAGES
        )
        rsa_bootstrap(models, rdms, resamples, comparator)

    row = turns(ours, theirs)
    same = rsa_bootstrap(models, rdms, rsatoolbox_resamples(), comparator)
    differences = [
        np.abs(same.evaluations - results[0].evaluations).max(),
        np.abs(same.noise_ceilings - results[0].noise_ceiling).max(),
    ]
    assert max(differences) < 1e-10, differences
    return row | {"largest_difference": float(max(differences))}


def cka(activations: list[Array]) -> dict[str, float]:
    """Measure resampled_cka of every pair of 25 runs against centring in each resample."""
    grams = [gram(x) for x in activations]
    pairs = list(combinations_with_replacement(range(len(grams)), 2))
    counts = resample_counts(np.random.default_rng(0), N_IMAGES, RESAMPLES)

    def theirs() -> None:
        for row in counts[:FEW]:
            order = np.repeat(np.arange(N_IMAGES), row.astype(int))
            copies = [matrix[np.ix_(order, order)] for matrix in grams]
            cka_matrix(copies, copies)

    return turns(lambda: resampled_cka(grams, pairs, counts, Unbiased()), theirs)


def profile(activations: list[Array]) -> float:
    """Measure seconds of all statistics of 5 layers of 25 runs and 5 untrained networks."""
    runs = [Run(rule, s) for rule in ("bp", "a", "b", "c", "d") for s in range(SEEDS)]
    runs += [Run("bp", s, trained=False) for s in range(SEEDS)]
    grams = [gram(x) for x in [*activations, *activations[:SEEDS]]]
    layers = {f"layer {at}": grams for at in range(LAYERS)}
    similarity = dict.fromkeys(layers, cka_matrix(grams, grams).values)
    images = CkaOverImages(layers, Unbiased())
    return seconds(
        lambda: layer_statistics(similarity, runs, np.random.default_rng(0), RESAMPLES, images)
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure the speed of statistics.")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    activations = representations(np.random.default_rng(0))
    rows = {f"RSA bootstrap, {name}": rsa(activations, name) for name in ("corr", "cosine")}
    rows["CKA of all pairs on resampled images"] = cka(activations)
    print(f"\n{RESAMPLES} resamples, {RULES} rules x {SEEDS} seeds, {N_IMAGES} images, one layer")
    print(f"(peer: eval_bootstrap, or a loop that copies; {FEW} resamples of it, scaled)")
    for name, row in rows.items():
        print(
            f"  {name:40}{row['seconds']:8.2f} s"
            f"{row['peer_seconds_scaled']:10.1f} s{row['ratio']:8.1f}x"
        )
    whole = profile(activations)
    print(f"  {f'all statistics of {LAYERS} layers':40}{whole:8.2f} s")
    if options.json:
        rows["all statistics of 5 layers"] = {"seconds": whole}
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
