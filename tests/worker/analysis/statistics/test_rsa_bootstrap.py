"""The RSA bootstrap and noise ceilings: rsatoolbox's numbers, on rsatoolbox's own resamples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from rsatoolbox.inference import (
    eval_bootstrap,
    eval_bootstrap_pattern,
    eval_bootstrap_rdm,
)
from rsatoolbox.inference.noise_ceiling import boot_noise_ceiling
from rsatoolbox.model import ModelFixed
from rsatoolbox.rdm import RDMs, compare

from feedback_atlas.analysis import Resamples, draw_resamples, noise_ceiling, rdm, rsa_bootstrap

Array = NDArray[np.float64]
N = 25


def representations(n_images: int, n_runs: int, seed: int = 0) -> Array:
    """Return condensed RDMs of runs that share a part of their geometry."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_images, 5))
    return np.stack(
        [
            rdm(np.c_[common, rng.normal(size=(n_images, 4))], "correlation").values
            for _ in range(n_runs)
        ]
    )


def theirs(
    evaluate: Callable[..., object], models: Array, rdms: Array, comparator: str, seeds: Array
) -> tuple[Array, Array, Array]:
    """Return rsatoolbox's evaluations, ceilings and variances, by NumPy's global generator."""
    np.random.seed(8)
    result = evaluate(
        [ModelFixed(str(at), RDMs(model[None])) for at, model in enumerate(models)],
        RDMs(rdms, rdm_descriptors={"seed": list(seeds)}),
        method=comparator,
        N=N,
        rdm_descriptor="seed",
    )
    return result.evaluations, result.noise_ceiling, result.variances  # type: ignore[attr-defined]


def their_resamples(n_subjects: int, n_images: int, over: str) -> Resamples:
    """Draw as rsatoolbox's bootstrap does: RDMs first, then patterns."""
    np.random.seed(8)
    subjects, images = np.ones((N, n_subjects)), np.ones((N, n_images))
    for row in range(N):
        if over != "images":
            drawn = np.random.randint(0, n_subjects, size=n_subjects)
            subjects[row] = np.bincount(drawn, minlength=n_subjects)
        if over != "subjects":
            drawn = np.random.randint(0, n_images, size=n_images)
            images[row] = np.bincount(drawn, minlength=n_images)
    return Resamples(subjects, images)


@pytest.mark.parametrize("comparator", ["corr", "cosine", "rho-a", "cosine_cov"])
@pytest.mark.parametrize(
    ("evaluate", "over"),
    [
        (eval_bootstrap, "both"),
        (eval_bootstrap_pattern, "images"),
        (eval_bootstrap_rdm, "subjects"),
    ],
)
@pytest.mark.parametrize("seeds", [[0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2]])
def test_the_bootstrap_is_rsatoolboxs_on_the_same_resamples(
    comparator: str, evaluate: Callable[..., object], over: str, seeds: list[int]
) -> None:
    rdms = representations(14, 6)
    models = np.stack([rdms[:3].mean(axis=0), representations(14, 1, seed=9)[0]])
    evaluations, ceilings, variances = theirs(evaluate, models, rdms, comparator, np.array(seeds))
    resamples = their_resamples(len(set(seeds)), 14, over)
    ours = rsa_bootstrap(models, rdms, resamples, comparator, seeds)
    np.testing.assert_allclose(ours.evaluations, evaluations, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.noise_ceilings, ceilings, rtol=0, atol=1e-10)
    # eval_bootstrap_rdm leaves the ceilings out of its variances
    np.testing.assert_allclose(
        ours.variances[: len(variances), : len(variances)], variances, rtol=0, atol=1e-10
    )


def test_a_resample_of_two_images_has_no_value_as_in_rsatoolbox() -> None:
    rdms = representations(6, 3)
    images = np.array([[3.0, 3.0, 0, 0, 0, 0], [2.0, 2.0, 2.0, 0, 0, 0], [1.0] * 6])
    found = rsa_bootstrap(rdms[:1], rdms, Resamples(np.ones((3, 3)), images))
    assert np.isnan(found.evaluations[0]).all()
    assert np.isnan(found.noise_ceilings[:, 0]).all()
    assert np.isfinite(found.evaluations[1:]).all()
    assert np.isfinite(found.variances).all()


@pytest.mark.parametrize("comparator", ["corr", "cosine", "spearman", "tau-a", "cosine_cov"])
@pytest.mark.parametrize("subjects", [None, [0, 0, 1, 2, 2]])
@pytest.mark.filterwarnings("ignore:Noise ceiling for tau")
def test_noise_ceilings_are_rsatoolboxs(comparator: str, subjects: list[int] | None) -> None:
    rdms = representations(12, 5)
    labels = list(range(5)) if subjects is None else subjects
    expected = boot_noise_ceiling(RDMs(rdms, rdm_descriptors={"seed": labels}), comparator, "seed")
    found = noise_ceiling(rdms, comparator, subjects)
    np.testing.assert_allclose([found.lower, found.upper], expected, rtol=1e-12)
    assert found.n_subjects == len(set(labels))


def test_a_noise_ceiling_says_why_it_is_absent() -> None:
    rdms = representations(8, 3)
    assert "one seed" in (noise_ceiling(rdms[:1]).reason or "")
    assert "one seed" in (noise_ceiling(rdms, subjects=[4, 4, 4]).reason or "")
    constant, undefined = rdms.copy(), rdms.copy()
    constant[1] = 0.5
    undefined[2, 4] = np.nan
    assert noise_ceiling(constant).reason == "an RDM is constant"
    assert "undefined" in (noise_ceiling(undefined).reason or "")
    assert noise_ceiling(undefined).lower is None


def test_large_dissimilarities_that_differ_little_keep_their_digits() -> None:
    rdms = representations(20, 4)
    resamples = draw_resamples(np.random.default_rng(0), 5, n_subjects=4, n_images=20)
    plain = rsa_bootstrap(rdms[:1], rdms, resamples).evaluations
    shifted = rsa_bootstrap(rdms[:1] + 1e5, rdms + 1e5, resamples).evaluations
    np.testing.assert_allclose(shifted, plain, rtol=0, atol=1e-9)


def test_whitened_comparators_are_refused_where_rsatoolbox_crashes() -> None:
    rdms = representations(100, 2)
    repeated = RDMs(rdms).subsample_pattern("index", [0, 0, *range(2, 100)])
    with pytest.raises(TypeError, match="Cannot cast"):
        compare(repeated, repeated, "cosine_cov")
    resamples = draw_resamples(np.random.default_rng(0), 3, n_subjects=2, n_images=100)
    with pytest.raises(ValueError, match=r"fewer than 100 images, not 100.*CKA"):
        rsa_bootstrap(rdms[:1], rdms, resamples, "cosine_cov")


def test_bad_input_is_refused() -> None:
    rdms = representations(8, 3)
    resamples = draw_resamples(np.random.default_rng(0), 3, n_subjects=3, n_images=8)
    with pytest.raises(ValueError, match="'bures'"):
        rsa_bootstrap(rdms[:1], rdms, resamples, "bures")
    with pytest.raises(ValueError, match="3 subjects and 8 images were resampled"):
        rsa_bootstrap(rdms[:1], rdms[:2], resamples)
    with pytest.raises(ValueError, match="3 RDMs need as many subjects, not 2"):
        rsa_bootstrap(rdms[:1], rdms, resamples, subjects=[0, 1])
    with pytest.raises(ValueError, match="not 'seeds'"):
        draw_resamples(np.random.default_rng(0), 3, n_subjects=3, n_images=8, over="seeds")
    rdms[0, 0] = np.nan
    with pytest.raises(ValueError, match="undefined dissimilarity"):
        rsa_bootstrap(rdms[:1], rdms, resamples)


def test_the_generator_alone_decides_the_resamples() -> None:
    sizes = {"n_subjects": 4, "n_images": 9}
    first = draw_resamples(np.random.default_rng(1), 20, **sizes)
    np.random.seed(0)
    second = draw_resamples(np.random.default_rng(1), 20, **sizes)
    np.testing.assert_array_equal(first.images, second.images)
    assert (first.subjects.sum(axis=1) == 4).all()
    assert (first.images.sum(axis=1) == 9).all()
    assert (draw_resamples(np.random.default_rng(1), 2, **sizes, over="images").subjects == 1).all()
