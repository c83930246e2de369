"""Does a measure find the same layer in another network? Kornblith et al. (2019), table 2, small.

    python -m tests.benchmarks.bench_kornblith [--after convolution] [--networks N] [--json PATH]

Ten plain networks of nine batch-normalised convolutions and a linear layer, alike but for their
seeds, learn the digits of scikit-learn (8x8 pixels) by backpropagation. Each layer but the last
of one network is compared with each of another; the measure is right where the most similar layer
is the layer's own counterpart. The share of right answers is over all ordered pairs of networks
and all layers. Representations are flattened, on all 1,797 images, as the paper takes all images:
n is 3.5 to 14 times the features, so that CCA has a value. A layer's output is taken after its
normalisation and ReLU, or as this project's representations are, right after the convolution.
Six minutes of one core and 8 GB of memory for ten networks. Nothing was tuned.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from feedback_atlas.analysis import (
    Biased,
    Unbiased,
    angular_procrustes,
    canonical_correlations,
    cka_matrix,
    gram,
    linear_regression,
    mutual_neighbours,
    rdm,
    shape,
    subspace,
)
from feedback_atlas.data import ImageData, normalise
from feedback_atlas.data.digits import digits
from feedback_atlas.models import initialise
from feedback_atlas.training import evaluate, stream

Matrix = NDArray[np.float64]
PIXELS = 8
KINDS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "convolution": nn.Conv2d}
# Kornblith et al. (2019), table 2, per cent: ten 10-layer CNNs on CIFAR-10.
PUBLISHED = {
    "linear CKA, biased": "99.3",
    "linear regression": "45.4",
    "CCA, mean rho": "1.4",
    "CCA, mean rho^2": "10.6",
    "SVCCA, mean rho": "9.9",
    "SVCCA, mean rho^2": "15.1",
    "PWCCA": "11.1",
}


def plain(generator: torch.Generator) -> nn.Sequential:
    """Return nine batch-normalised convolutions of 8, 16 and 32 channels, the mean, a linear."""
    layers: list[nn.Module] = []
    below = 1
    for channels, stride, kernel in (
        *((8, 1, 3), (8, 1, 3)),
        *((16, 2, 3), (16, 1, 3), (16, 1, 3)),
        *((32, 2, 3), (32, 1, 3), (32, 1, 3), (32, 1, 1)),
    ):
        layers += [
            nn.Conv2d(below, channels, kernel, stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        ]
        below = channels
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    initialise(network, generator)
    return network


def train(data: ImageData, seed: int) -> nn.Sequential:
    """Return a network after 30 epochs of Adam, learning rate 0.001, batches of 64."""
    network = plain(stream(seed, "weights")).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    order = stream(seed, "order")
    inputs = normalise(data.train.images, data.mean, data.std)
    for _ in range(30):
        for batch in torch.randperm(len(inputs), generator=order).split(64):
            loss = cross_entropy(network(inputs[batch]), data.train.labels[batch])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
    return network


@torch.no_grad()
def outputs(network: nn.Sequential, x: Tensor, kind: type[nn.Module]) -> list[Tensor]:
    """Return the outputs of all modules of a kind, each (n_images, n_features)."""
    found = []
    network.eval()
    for module in network:
        x = module(x)
        if isinstance(module, kind):
            found.append(x.flatten(1))
    return found


def similarities(layers: list[Tensor]) -> dict[str, Matrix]:
    """Return each measure's similarity of all pairs of layers, (n_layers, n_layers)."""
    found: dict[str, Matrix] = {}
    grams = [gram(x) for x in layers]
    found["linear CKA, biased"] = cka_matrix(grams, grams, Biased()).values
    found["linear CKA, unbiased"] = cka_matrix(grams, grams, Unbiased()).values
    del grams
    rdms = [rdm(x, "euclidean") for x in layers]
    found["mutual 10 nearest neighbours"] = mutual_neighbours(rdms, rdms, 10).values
    shapes = [shape(x) for x in layers]
    found["angular Procrustes"] = -angular_procrustes(shapes, shapes).values
    subspaces = [subspace(x) for x in layers]
    regression = linear_regression(subspaces, subspaces).values
    found["linear regression"] = regression
    found["linear regression, reversed"] = regression.T
    cca = canonical_correlations(subspaces, subspaces)
    truncated = [each.truncated(0.99) for each in subspaces]
    svcca = canonical_correlations(truncated, truncated)
    return found | {
        "CCA, mean rho": cca.mean,
        "CCA, mean rho^2": cca.mean_square,
        "SVCCA, mean rho": svcca.mean,
        "SVCCA, mean rho^2": svcca.mean_square,
        "PWCCA": cca.weighted,
    }


def share_found(similarity: Matrix, depth: int) -> Matrix:
    """Return by layer the share of ordered pairs of networks in which it finds its counterpart.

    similarity: of all pairs of layers, network by network, each of `depth` layers.
    """
    assert np.isfinite(similarity).all(), "a similarity is undefined"
    networks = len(similarity) // depth
    blocks = similarity.reshape(networks, depth, networks, depth)
    right = [
        blocks[a, :, b].argmax(axis=1) == np.arange(depth)
        for a, b in permutations(range(networks), 2)
    ]
    share: Matrix = np.mean(right, axis=0)
    return share


def experiment(
    kind: type[nn.Module], networks: int, tell: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, Matrix], list[float]]:
    """Train, compare, and return the shares by measure and layer, and the test accuracies."""
    data = digits(PIXELS)
    every = torch.cat([data.train.images, data.val.images, data.test.images])
    inputs = normalise(every, data.mean, data.std)
    layers: list[Tensor] = []
    accuracies = []
    for seed in range(networks):
        network = train(data, seed)
        accuracies.append(evaluate(network, data.test, data, PIXELS)[1])
        layers += outputs(network, inputs, kind)
        tell(f"network {seed}: test accuracy {accuracies[-1]:.3f}")
    depth = len(layers) // networks
    shares = {name: share_found(found, depth) for name, found in similarities(layers).items()}
    return shares, accuracies


def main() -> None:
    """Run the experiment, print its table beside the published one, write JSON where asked."""
    parser = argparse.ArgumentParser(description="Which measure finds the same layer?")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--networks", type=int, default=10)
    parser.add_argument("--after", choices=sorted(KINDS), default="relu")
    options = parser.parse_args()
    started = time.perf_counter()
    shares, accuracies = experiment(KINDS[options.after], options.networks, tell=print)
    seconds = time.perf_counter() - started
    print(f"\nShare of layers found, per cent ({options.networks} networks, after {options.after})")
    print(f"{'':32}{'here':>8}{'published':>11}   by layer")
    for measure, share in shares.items():
        layers = " ".join(f"{100 * value:4.0f}" for value in share)
        published = PUBLISHED.get(measure, "")
        print(f"{measure:32}{100 * share.mean():8.1f}{published:>11}   {layers}")
    if options.json:
        report = {
            "networks": options.networks,
            "after": options.after,
            "seconds": seconds,
            "test_accuracies": accuracies,
            "shares_by_layer": {name: share.tolist() for name, share in shares.items()},
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
