"""All pairs at once: against a float64 loop over pairs, in any memory, from any source."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import save_file

from feedback_atlas.analysis import (
    Activations,
    Biased,
    Estimator,
    Kernel,
    Minibatch,
    MinibatchCka,
    Rbf,
    StoredActivations,
    Subset,
    Unbiased,
    all_pairs_cka,
    cka_matrix,
    gram,
    rbf_gram,
)
from feedback_atlas.analysis.packing import pack, packed_size

Array = NDArray[np.float64]
ESTIMATORS: list[Estimator] = [Biased(), Unbiased(), Minibatch(batch_size=16, passes=2, seed=1)]
KERNELS: list[Kernel] = ["linear", Rbf(0.4)]


def representations(seed: int, n: int = 70) -> list[Array]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 12)) * rng.gamma(2.0, size=(n, 1)) + 5.0
    return [x, np.tanh(x @ rng.normal(size=(12, 90))), rng.normal(size=(n, 3))]


def loop_gram(x: Array, kernel: Kernel) -> Array:
    """Compute the kernel of Kornblith et al. (2019), section 3, entry by entry."""
    n = len(x)
    if not isinstance(kernel, Rbf):
        return np.array([[x[i] @ x[j] for j in range(n)] for i in range(n)])
    squared = np.array([[((x[i] - x[j]) ** 2).sum() for j in range(n)] for i in range(n)])
    pairs = np.sort(squared[np.triu_indices(n, k=1)])
    width = kernel.fraction * np.sqrt(pairs[(len(pairs) - 1) // 2])
    return np.exp(-squared / (2.0 * width**2))


def loop_hsic(k: Array, el: Array, estimator: Estimator) -> float:
    n = len(k)
    if isinstance(estimator, Biased):
        h = np.eye(n) - 1.0 / n
        return float(np.trace(k @ h @ el @ h))
    k, el = k - np.diag(np.diag(k)), el - np.diag(np.diag(el))
    ends = k.sum() * el.sum() / ((n - 1) * (n - 2)) - 2.0 * (k @ el).sum() / (n - 2)
    return float(np.trace(k @ el) + ends)


def loop_cka(xs: list[Array], estimator: Estimator, kernel: Kernel) -> Array:
    hsic = np.zeros((len(xs), len(xs)))
    for batch in estimator.batches(len(xs[0])):
        grams = [loop_gram(x[batch], kernel) for x in xs]
        hsic += [[loop_hsic(k, el, estimator) for el in grams] for k in grams]
    own = np.sqrt(np.diag(hsic))
    return hsic / np.outer(own, own)


class Counted(Activations):
    """Activations that note how many rows were asked for at a time."""

    def __init__(self, x: NDArray[Any]) -> None:
        super().__init__(x)
        self.asked: list[int] = []

    def rows(self, images: NDArray[np.int64]) -> NDArray[Any]:
        self.asked.append(len(images))
        return super().rows(images)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_values_are_the_loops_over_pairs_whole_or_streamed(
    estimator: Estimator, kernel: Kernel
) -> None:
    xs = representations(0)
    expected = loop_cka(xs, estimator, kernel)
    for memory in (2**31, 60_000):
        result = all_pairs_cka(xs, estimator, kernel=kernel, memory=memory)
        np.testing.assert_allclose(result.values, expected, rtol=1e-10, atol=1e-12)
        assert result.reasons == {}


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(4, 90),
    memory=st.integers(90_000, 400_000),
    estimator=st.sampled_from(ESTIMATORS[:2]),
    kernel=st.sampled_from(KERNELS),
)
def test_streamed_equals_whole_for_any_memory(
    seed: int, n: int, memory: int, estimator: Estimator, kernel: Kernel
) -> None:
    xs = representations(seed, n)
    whole = all_pairs_cka(xs, estimator, kernel=kernel)
    streamed = all_pairs_cka(xs, estimator, kernel=kernel, memory=memory)
    np.testing.assert_allclose(streamed.values, whole.values, rtol=1e-9, atol=1e-11)
    assert streamed.reasons == whole.reasons
    np.testing.assert_allclose(np.diag(whole.values), 1.0, rtol=1e-12)
    np.testing.assert_allclose(whole.values, whole.values.T, rtol=1e-12, atol=1e-14)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), scale=st.floats(1e-3, 1e3))
def test_rbf_is_invariant_to_rotation_scale_shift_and_image_order(seed: int, scale: float) -> None:
    xs = representations(seed, n=24)
    rng = np.random.default_rng(seed)
    rotation, order = np.linalg.qr(rng.normal(size=(12, 12)))[0], rng.permutation(24)
    before = all_pairs_cka(xs, kernel=Rbf(0.4)).values
    moved = [scale * xs[0] @ rotation + 1.0, *xs[1:]]
    np.testing.assert_allclose(all_pairs_cka(moved, kernel=Rbf(0.4)).values, before, atol=1e-9)
    shuffled = [x[order] for x in xs]
    np.testing.assert_allclose(all_pairs_cka(shuffled, kernel=Rbf(0.4)).values, before, atol=1e-10)


def test_wide_rbf_tends_to_linear() -> None:
    xs = representations(1)
    wide = all_pairs_cka(xs, kernel=Rbf(1e3)).values
    np.testing.assert_allclose(wide, all_pairs_cka(xs).values, atol=1e-4)
    narrow = all_pairs_cka(xs, kernel=Rbf(0.2)).values
    assert np.abs(narrow - wide).max() > 0.02


def test_it_is_the_matrix_of_single_gram_matrices() -> None:
    xs = representations(2)
    for estimator in ESTIMATORS:
        grams = [gram(x) for x in xs]
        expected = cka_matrix(grams, grams, estimator).values
        np.testing.assert_allclose(all_pairs_cka(xs, estimator).values, expected, rtol=1e-12)
    grams = [rbf_gram(gram(x), Rbf(0.4)) for x in xs]
    expected = cka_matrix(grams, grams).values
    np.testing.assert_allclose(all_pairs_cka(xs, kernel=Rbf(0.4)).values, expected, rtol=1e-12)


def test_less_memory_holds_less_and_reads_more() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 40)).astype(np.float32)
    read, held = [], []
    for memory in (2**30, 2_000_000):
        sources = [Counted(x + i) for i in range(4)]
        tracemalloc.start()
        all_pairs_cka(sources, memory=memory)
        held.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        read.append(sum(sources[0].asked))
    assert read[0] == 600
    assert read[1] > 3 * 600
    assert held[1] < 2_000_000 < held[0]


def test_too_little_memory_is_refused_with_what_is_needed() -> None:
    xs = representations(4)
    with pytest.raises(ValueError, match="allow at least") as caught:
        all_pairs_cka(xs, memory=1000)
    needed = int(str(caught.value).rsplit(" ", 1)[1])
    assert needed < 100_000
    all_pairs_cka(xs, memory=needed)


@pytest.mark.parametrize("memory", [2**31, 60_000])
@pytest.mark.parametrize("kernel", KERNELS)
def test_undefined_representations_have_a_reason_and_leave_the_others_alone(
    memory: int, kernel: Kernel
) -> None:
    xs = representations(5)
    broken = xs[0].copy()
    broken[41, 3] = np.nan
    bad = [np.full((70, 5), 0.1), broken]
    result = all_pairs_cka([*xs, *bad], kernel=kernel, memory=memory)
    alone = all_pairs_cka(xs, kernel=kernel).values
    np.testing.assert_allclose(result.values[:3, :3], alone, rtol=1e-10)
    assert np.isnan(result.values[3:]).all()
    assert np.isnan(result.values[:, 3:]).all()
    assert result.reasons[3, 0] == "constant features (row)"
    assert result.reasons[1, 4] == "non-finite activation (column)"
    assert len(result.reasons) == 25 - 9


@pytest.mark.parametrize("memory", [2**31, 60_000])
def test_rbf_of_coinciding_images_has_no_width(memory: int) -> None:
    xs = representations(6)
    mostly = np.zeros((70, 4))
    mostly[:10] = xs[0][:10, :4]
    result = all_pairs_cka([xs[0], mostly], kernel=Rbf(0.4), memory=memory)
    assert "kernel width" in result.reasons[0, 1]
    with pytest.raises(ValueError, match="coincide"):
        rbf_gram(gram(mostly), Rbf(0.4))
    with pytest.raises(ValueError, match="must be positive, not 0"):
        Rbf(0.0)


def test_equidistant_images_few_images_and_mixed_probes() -> None:
    result = all_pairs_cka([np.eye(12), representations(7, n=12)[0]])
    assert "equally far apart (row)" in result.reasons[0, 1]
    few = all_pairs_cka([np.eye(3)])
    assert few.reasons == {(0, 0): "CKA needs at least 4 images, not 3"}
    assert all_pairs_cka([]).values.shape == (0, 0)
    with pytest.raises(ValueError, match="same images, not of 5, 6 images"):
        all_pairs_cka([np.eye(5), np.eye(6)])


@pytest.mark.parametrize("kernel", KERNELS)
def test_batches_can_be_added_one_after_another(kernel: Kernel) -> None:
    xs = representations(8)
    estimator = Minibatch(batch_size=16, passes=3, seed=2)
    sums = MinibatchCka(3, kernel=kernel)
    for batch in estimator.batches(70):
        sums.add([torch.tensor(xs[0][batch]), xs[1][batch], xs[2][batch]])
    expected = all_pairs_cka(xs, estimator, kernel=kernel).values
    np.testing.assert_allclose(sums.result().values, expected, rtol=1e-12)


def test_batches_that_do_not_fit_are_refused() -> None:
    sums = MinibatchCka(2)
    assert set(sums.result().reasons.values()) == {"no batch of images was added"}
    with pytest.raises(ValueError, match="2 representations were announced, not 1"):
        sums.add([np.eye(5)])
    with pytest.raises(ValueError, match="batch of 3 images"):
        sums.add([np.eye(3), np.eye(3)])
    sums.add([np.random.default_rng(0).normal(size=(6, 2))] * 2)
    with pytest.raises(ValueError, match="one size of at least 4, here 6"):
        sums.add([np.eye(5), np.eye(5)])
    assert sums.result().values == pytest.approx(np.ones((2, 2)))


def test_stored_activations_and_subsets_are_read_where_asked(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    layers = {
        "conv1": rng.normal(size=(30, 2, 3, 3)).astype(np.float32),
        "fc1": rng.normal(size=(30, 5)),
    }
    save_file(layers, tmp_path / "run.safetensors", metadata={"epoch": "3"})
    stored = [StoredActivations(tmp_path / "run.safetensors", name) for name in layers]
    for source, expected in zip(stored, layers.values(), strict=True):
        flat = expected.reshape(30, -1)
        assert (source.n_images, source.n_features) == flat.shape
        for images in (np.arange(30), np.arange(4, 9), np.array([7, 2, 29])):
            np.testing.assert_array_equal(source.rows(images), flat[images])
    chosen = np.array([1, 2, 3, 20, 21, 8])
    subset = all_pairs_cka([Subset(source, chosen) for source in stored])
    arrays = all_pairs_cka([x[chosen] for x in layers.values()])
    np.testing.assert_array_equal(subset.values, arrays.values)
    with pytest.raises(ValueError, match="no tensor 'fc9'; it has conv1, fc1"):
        StoredActivations(tmp_path / "run.safetensors", "fc9")
    save_file({"labels": np.arange(3)}, tmp_path / "probe.safetensors")
    with pytest.raises(ValueError, match="I64 of shape"):
        StoredActivations(tmp_path / "probe.safetensors", "labels")


@pytest.mark.parametrize("n", [5, 32, 33, 100])
def test_packed_products_are_those_of_the_centred_matrices(n: int) -> None:
    rng = np.random.default_rng(n)
    first, second = ((lambda a: a @ a.T)(rng.normal(size=(n, n))) for _ in range(2))
    offsets = rng.normal(size=n)
    for keeps in (True, False):
        centred, packed = [], np.empty((2, packed_size(n)))
        for matrix, out in zip((first, second), packed, strict=True):
            full = matrix - offsets[:, None] - offsets[None, :]
            if not keeps:
                np.fill_diagonal(full, 0.0)
            centred.append(full)
            pack(matrix, offsets, keeps, out=out)
        assert packed[0] @ packed[1] == pytest.approx((centred[0] * centred[1]).sum(), rel=1e-11)
