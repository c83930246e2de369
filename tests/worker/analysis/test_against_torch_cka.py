"""Minibatch and unbiased CKA against torch-cka 0.21 and ckatorch 1.0.3, from PyPI."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from feedback_atlas.analysis import Minibatch, MinibatchCka, Unbiased, cka, cka_matrix, gram
from tests.conftest import missing
from tests.worker.analysis import torch_cka_peer

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def peers() -> tuple[ModuleType, ModuleType]:
    if failure := torch_cka_peer.install():
        missing("torch-cka 0.21 and ckatorch 1.0.3", f"PyPI must be reachable: {failure}")
    return torch_cka_peer.load()


def network(seed: int) -> torch.nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.nn.Sequential(
            torch.nn.Linear(20, 30), torch.nn.Tanh(), torch.nn.Linear(30, 8), torch.nn.Linear(8, 4)
        ).double()


def test_minibatch_is_torch_ckas(peers: tuple[ModuleType, ModuleType]) -> None:
    images = torch.tensor(np.random.default_rng(0).normal(size=(96, 20)))
    loader = DataLoader(TensorDataset(images), batch_size=32)
    one, other, layers = network(1), network(2), ["0", "2", "3"]
    torch.set_default_dtype(torch.float64)  # its own constants have the default type
    try:
        with torch.no_grad():
            theirs = peers[0].CKA(one, other, "one", "other", layers, layers)
            theirs.compare(loader, loader)
    finally:
        torch.set_default_dtype(torch.float32)
    sums = MinibatchCka(6)
    for (batch,) in loader:
        activations = []
        for model in (one, other):
            value = batch
            for name, layer in model.named_children():
                value = layer(value)
                if name in layers:
                    activations.append(value)
        sums.add(activations)
    expected = theirs.export()["CKA"].numpy()
    np.testing.assert_allclose(sums.result().values[:3, 3:], expected, rtol=1e-10)


def test_hsic_sums_are_ckatorchs(peers: tuple[ModuleType, ModuleType]) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(64, 9))
    y = x @ rng.normal(size=(9, 5)) + rng.normal(size=(64, 5))
    estimator = Minibatch(batch_size=16, passes=2)
    batches = list(estimator.batches(64))

    def hsic(a: np.ndarray, b: np.ndarray) -> float:
        grams = [torch.tensor(np.stack([z[i] @ z[i].T for i in batches])) for z in (a, b)]
        return float(peers[1].hsic1(*grams).sum())

    expected = hsic(x, y) / np.sqrt(hsic(x, x) * hsic(y, y))
    assert cka(gram(x), gram(y), estimator).value == pytest.approx(expected, rel=1e-10)
    grams = [gram(x), gram(y)]
    single = [torch.tensor(matrix)[None] for matrix in grams]
    theirs = [[float(peers[1].hsic1(k, el)) for el in single] for k in single]
    own = np.sqrt(np.diag(theirs))
    values = cka_matrix(grams, grams, Unbiased()).values
    np.testing.assert_allclose(values, theirs / np.outer(own, own), rtol=1e-10)
