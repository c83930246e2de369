"""Choosing, cropping, mirroring and normalising whole batches; the probe."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.data import (
    centre_crop,
    channel_statistics,
    load,
    normalise,
    probe,
    random_crops,
)
from feedback_atlas.data.splitting import remaining, stratified_choice
from tests.worker.seeded import seeded


@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=60),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_a_stratified_choice_keeps_each_classs_share(labels, share, seed) -> None:
    tensor = torch.tensor(labels)
    size = max(1, round(share * len(labels)))
    chosen = stratified_choice(tensor, size, np.random.default_rng(seed))
    assert len(chosen) == len(set(chosen.tolist())) == size
    assert chosen.tolist() == sorted(chosen.tolist())
    for label in set(labels):
        quota = size * labels.count(label) / len(labels)
        assert abs(int((tensor[chosen] == label).sum()) - quota) < 1
    rest = remaining(len(labels), chosen)
    assert sorted([*chosen.tolist(), *rest.tolist()]) == list(range(len(labels)))
    again = stratified_choice(tensor, size, np.random.default_rng(seed))
    assert torch.equal(chosen, again)


@pytest.mark.parametrize("size", [0, 4])
def test_an_impossible_choice_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"cannot choose {size} of 3"):
        stratified_choice(torch.tensor([0, 1, 1]), size, np.random.default_rng(0))


@given(
    height=st.integers(3, 9),
    width=st.integers(3, 9),
    size=st.integers(1, 3),
    flip=st.booleans(),
    seed=st.integers(0, 9),
)
def test_each_crop_is_a_window_of_its_image(height, width, size, flip, seed) -> None:
    """Number the pixels, which then show where each crop came from."""
    count = 4
    images = torch.arange(count * 2 * height * width).reshape(count, 2, height, width)
    indices = torch.tensor([3, 0, 0, 2, 1])
    crops = random_crops(images, indices, size, flip=flip, generator=seeded(seed))
    for crop, index in zip(crops, indices, strict=True):
        windows = [
            images[index, :, top : top + size, left : left + size]
            for top in range(height - size + 1)
            for left in range(width - size + 1)
        ]
        candidates = windows + ([window.flip(-1) for window in windows] if flip else [])
        assert any(torch.equal(crop, candidate) for candidate in candidates)


def test_crops_and_flips_are_uniform_and_follow_the_generator_alone() -> None:
    images = torch.arange(32 * 32).reshape(1, 1, 32, 32)
    indices = torch.zeros(20_000, dtype=torch.int64)
    state = torch.get_rng_state()
    crops = random_crops(images, indices, 24, flip=True, generator=seeded(0))
    assert torch.equal(torch.get_rng_state(), state)
    mirrored = crops[:, 0, 0, 0] > crops[:, 0, 0, 1]
    corners = torch.where(mirrored, crops[:, 0, 0, -1], crops[:, 0, 0, 0])
    counts = torch.stack([corners // 32, corners % 32]).flatten().bincount(minlength=9)
    assert len(counts) == 9
    assert float((counts / 40_000 - 1 / 9).abs().max()) < 0.01
    assert abs(float(mirrored.double().mean()) - 0.5) < 0.02
    again = random_crops(images, indices, 24, flip=True, generator=seeded(0))
    assert torch.equal(crops, again)


def test_a_crop_of_the_whole_image_is_the_image() -> None:
    images = torch.randint(256, (3, 1, 8, 8), dtype=torch.uint8, generator=seeded(0))
    indices = torch.tensor([2, 1])
    crops = random_crops(images, indices, 8, flip=False, generator=seeded(1))
    assert torch.equal(crops, images[indices])
    assert torch.equal(centre_crop(images, 8), images)
    assert torch.equal(centre_crop(images, 4), images[:, :, 2:6, 2:6])


def test_normalising_gives_mean_zero_and_variance_one() -> None:
    images = torch.randint(256, (50, 3, 9, 9), dtype=torch.uint8, generator=seeded(0))
    images[:, 1] //= 3
    mean, std = channel_statistics(images)
    result = normalise(images, mean, std)
    assert result.dtype == torch.float32
    assert result.is_contiguous(memory_format=torch.channels_last)
    expected = (images.double() / 255 - torch.tensor(mean).double()[:, None, None]) / torch.tensor(
        std
    ).double()[:, None, None]
    torch.testing.assert_close(result.double(), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(result.mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)


def test_the_probe_is_balanced_ordered_and_always_the_same() -> None:
    data = load("digits")
    chosen = probe(data, 100)
    assert chosen.labels.bincount().tolist() == [10] * 10
    assert chosen.labels.tolist() == sorted(chosen.labels.tolist())
    assert torch.equal(chosen.images, data.test.images[chosen.indices])
    assert torch.equal(chosen.labels, data.test.labels[chosen.indices])
    assert len(set(chosen.indices.tolist())) == 100
    again = probe(load("digits"), 100)
    assert again.sha256 == chosen.sha256
    assert torch.equal(again.indices, chosen.indices)
    assert probe(data, 99).sha256 != chosen.sha256
    assert len(probe(data, 360).labels) == 360
    with pytest.raises(ValueError, match="cannot choose 361 of 360"):
        probe(data, 361)
