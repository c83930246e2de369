"""Subsets of images by what two networks predict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.analysis import choose_subset, cka, gram, predicted_classes
from feedback_atlas.analysis.subsets import SMALLEST_SUBSET

CLASSES = st.lists(st.integers(0, 2), min_size=40, max_size=40)


@given(labels=CLASSES, method=CLASSES, reference=CLASSES)
def test_subsets_are_what_their_names_say(
    labels: list[int], method: list[int], reference: list[int]
) -> None:
    arrays = {"method": np.array(method), "reference": np.array(reference)}
    rows = list(zip(labels, method, reference, strict=True))
    expected = {
        "all": [True] * 40,
        "both_correct": [label == m == r for label, m, r in rows],
        "bp_correct_method_wrong": [label == r != m for label, m, r in rows],
        "one_class": [label == 2 for label in labels],
    }
    for name, mask in expected.items():
        subset = choose_subset(name, np.array(labels), label=2, **arrays)
        assert subset.indices.tolist() == [i for i, chosen in enumerate(mask) if chosen]
        assert (subset.reason is not None) == (sum(mask) < SMALLEST_SUBSET)
        if subset.reason is not None:
            assert str(sum(mask)) in subset.reason


def test_all_images_need_be_only_as_many_as_an_estimate_needs() -> None:
    zeros = np.zeros(4, dtype=np.int64)
    assert choose_subset("all", zeros, method=zeros, reference=zeros).reason is None
    few = choose_subset("all", zeros[:3], method=zeros[:3], reference=zeros[:3])
    assert few.reason == "3 images are too few: at least 4 are needed"
    with pytest.raises(ValueError, match="unknown subset 'some'"):
        choose_subset("some", zeros, method=zeros, reference=zeros)
    with pytest.raises(ValueError, match="4 labels, 3 and 4"):
        choose_subset("all", zeros, method=zeros[:3], reference=zeros)


def test_chance_alone_moves_cka_as_the_floor_says() -> None:
    generator = np.random.default_rng(0)
    values = [
        cka(gram(generator.normal(size=(10, 500))), gram(generator.normal(size=(10, 500)))).value
        for _ in range(400)
    ]
    assert np.std(np.array(values, dtype=float)) == pytest.approx(np.sqrt(2 / 70), rel=0.1)


def test_an_output_that_is_not_finite_names_no_class() -> None:
    logits = np.array([[0, 2, 1], [np.nan, 1, 0], [np.inf, 0, 0], [3, 3, 0]], dtype=np.float32)
    assert predicted_classes(logits).tolist() == [1, -1, -1, 0]
