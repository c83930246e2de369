"""A profile over layers: every number against its own function, whole and as JSON."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from feedback_atlas.analysis import (
    Biased,
    CkaOverImages,
    RsaOverImages,
    Run,
    Unbiased,
    cka,
    cka_matrix,
    gram,
    holm,
    layer_statistics,
    permutation_test,
    rdm,
    resample_counts,
    resampled_cka,
)
from tests.worker.analysis.statistics.simulated import paired_runs, similarities

LAYERS = ("conv1", "fc1")


def networks(n_seeds: int, n_images: int = 24) -> tuple[list[Run], dict[str, list[np.ndarray]]]:
    rng = np.random.default_rng(0)
    runs = [*paired_runs(n_seeds, "fa", "usf"), *(Run("bp", s, False) for s in range(n_seeds))]
    task = rng.normal(size=(n_images, 4))
    return runs, {
        layer: [
            np.c_[run.trained * task, rng.normal(size=(n_images, 3 + 3 * (run.rule == "fa")))]
            for run in runs
        ]
        for layer in LAYERS
    }


def test_a_profile_holds_the_numbers_of_its_parts() -> None:
    runs, activations = networks(4)
    grams = {layer: [gram(x) for x in found] for layer, found in activations.items()}
    similarity = {layer: cka_matrix(found, found).values for layer, found in grams.items()}
    profile = layer_statistics(
        similarity, runs, np.random.default_rng(1), 40, CkaOverImages(grams, Unbiased())
    )
    assert [layer.layer for layer in profile.layers] == list(LAYERS)
    weights = resample_counts(np.random.default_rng(1), 24, 40)
    for layer in profile.layers:
        matrix = similarity[layer.layer]
        assert [rule.rule for rule in layer.rules] == ["fa", "usf"]
        assert layer.ceiling.n_pairs == 6
        assert layer.ceiling.mean == pytest.approx(matrix[np.triu_indices(4, 1)].mean())
        assert layer.floor_shared.mean == pytest.approx(
            np.mean([matrix[12 + s, s] for s in range(4)])
        )
        assert layer.floor_independent.n_pairs == 12
        fa = layer.rules[0]
        pairs = [(4 + s, s) for s in range(4)]
        assert fa.shared.mean == pytest.approx(np.mean([matrix[pair] for pair in pairs]))
        drawn = resampled_cka(grams[layer.layer], pairs, weights, Unbiased()).mean(axis=1)
        assert fa.shared.over_images is not None
        assert drawn.min() <= fa.shared.over_images.low < fa.shared.over_images.high <= drawn.max()
        assert fa.shared.over_both is not None
        assert fa.independent.n_pairs == 12
        assert layer.floor_shared.mean < fa.shared.mean < layer.ceiling.mean  # type: ignore[operator]


def test_p_values_are_adjusted_over_the_layers_that_have_one() -> None:
    rng = np.random.default_rng(2)
    runs = paired_runs(5, "fa")
    similarity = {
        str(at): similarities(runs, rng, effect=effect) for at, effect in enumerate((0, 0.3, 2))
    }
    similarity["undefined"] = np.full((10, 10), np.nan)
    profile = layer_statistics(similarity, runs, rng, 20)
    tests = [layer.rules[0].test for layer in profile.layers]
    alone = [permutation_test(similarity[str(at)], runs, "fa", rng).p for at in range(3)]
    assert [test.p for test in tests[:3]] == alone
    assert [test.p_adjusted for test in tests[:3]] == holm([p for p in alone if p is not None])
    assert tests[0].smallest_p_adjusted == pytest.approx(3 / 32)
    assert tests[3].p_adjusted is None
    assert tests[3].reason == "a similarity of two runs is undefined"


@pytest.mark.parametrize("n_seeds", [1, 2, 5])
def test_a_profile_is_json_without_nan(n_seeds: int) -> None:
    runs, activations = networks(n_seeds, 12)
    activations["fc1"][0][:] = 1.0  # constant features: its similarities are undefined
    grams = {layer: [gram(x) for x in found] for layer, found in activations.items()}
    similarity = {layer: cka_matrix(found, found).values for layer, found in grams.items()}
    profile = layer_statistics(
        similarity, runs, np.random.default_rng(3), 30, CkaOverImages(grams, Biased())
    )
    written = json.loads(json.dumps(dataclasses.asdict(profile), allow_nan=False))
    assert written["layers"][0]["rules"][0]["shared"]["mean"] is not None
    if n_seeds == 1:
        rule = written["layers"][0]["rules"][0]
        assert rule["shared"]["over_seeds"] is None
        assert rule["shared"]["reasons"]["over_seeds"].startswith("one seed")
        assert rule["shared"]["over_images"]["low"] < rule["shared"]["over_images"]["high"]
        assert "at least 2 seeds" in rule["test"]["reason"]
        assert "no such pairs" in written["layers"][0]["ceiling"]["reasons"]["mean"]


def test_shared_initial_weights_alone_lift_the_shared_pairs() -> None:
    rng = np.random.default_rng(4)
    runs = [*paired_runs(6, "fa"), *(Run("own", s, initialisation=100 + s) for s in range(6))]
    profile = layer_statistics({"fc1": similarities(runs, rng)}, runs, rng, 20)
    fa, own = profile.layers[0].rules
    assert fa.shared.mean - fa.independent.mean > 0.2  # type: ignore[operator]
    assert own.shared.mean is None
    assert own.independent.n_pairs == 36
    assert own.independent.mean == pytest.approx(fa.independent.mean, abs=0.1)
    assert own.test.p is not None


def test_rdms_are_resampled_over_images_too() -> None:
    runs, activations = networks(3)
    rdms = {
        layer: np.stack([rdm(x, "correlation").values for x in found])
        for layer, found in activations.items()
    }
    similarity = {layer: np.corrcoef(found) for layer, found in rdms.items()}
    for comparator in ("corr", "spearman"):
        profile = layer_statistics(
            similarity, runs, np.random.default_rng(5), 10, RsaOverImages(rdms, comparator)
        )
        estimate = profile.layers[1].rules[1].independent
        assert estimate.over_images is not None
        assert -1.0 <= estimate.over_images.low < estimate.over_images.high <= 1.0


def test_the_generator_alone_decides() -> None:
    runs, activations = networks(3)
    grams = {layer: [gram(x) for x in found] for layer, found in activations.items()}
    similarity = {layer: cka_matrix(found, found).values for layer, found in grams.items()}
    images = CkaOverImages(grams, Unbiased())
    first = layer_statistics(similarity, runs, np.random.default_rng(6), 20, images)
    assert first == layer_statistics(similarity, runs, np.random.default_rng(6), 20, images)
    assert first != layer_statistics(similarity, runs, np.random.default_rng(7), 20, images)


def test_ambiguous_input_is_refused() -> None:
    rng = np.random.default_rng(8)
    assert cka(np.eye(5), np.eye(5)).value is None  # what the NaN below stand for
    with pytest.raises(ValueError, match="add a trained run of bp"):
        layer_statistics({}, [Run("fa", 0), Run("bp", 0, False)], rng)
    with pytest.raises(ValueError, match="fa has more than one run of seed 1"):
        layer_statistics({}, [Run("bp", 0), Run("fa", 1), Run("fa", 1, initialisation=9)], rng)
    with pytest.raises(ValueError, match="seeds 0 and 1 share initial weights 0"):
        layer_statistics({}, [Run("bp", 0), Run("fa", 1, initialisation=0)], rng)
    runs = [Run("bp", 0), Run("bp", 1)]
    with pytest.raises(ValueError, match=r"conv1: 2 runs need \(2, 2\), not \(3, 3\)"):
        layer_statistics({"conv1": np.eye(3)}, runs, rng)
    with pytest.raises(ValueError, match="conv1: the similarity of run i"):
        layer_statistics({"conv1": np.array([[1.0, 0.2], [0.3, 1.0]])}, runs, rng)
