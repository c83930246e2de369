"""Sentences about a comparison say what its numbers say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from feedback_atlas.server.comparisons.findings import caveats, findings
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.results.types import AccuracyRow, LayerSimilarity, RunLabel

LAYERS = ("conv1", "fc1")


def numbers(
    accuracies: dict[tuple[str, int], float], diagonals: dict[tuple[str, int], list[float]]
) -> ComparisonNumbers:
    """Return a comparison of these test accuracies and same-layer similarities."""
    values = np.stack([np.diag(diagonal) for diagonal in diagonals.values()])
    missing = {
        (run, row, row): "constant features (row)"
        for run, diagonal in enumerate(diagonals.values())
        for row, value in enumerate(diagonal)
        if np.isnan(value)
    }
    return ComparisonNumbers(
        accuracy=tuple(
            AccuracyRow(RunLabel(*run), 1, accuracy, accuracy, 1.0)
            for run, accuracy in accuracies.items()
        ),
        curves={},
        results={"similarity": LayerSimilarity(
            "bp", tuple(RunLabel(*run) for run in diagonals), LAYERS, values, "unbiased", "best",
            200, missing,
        )},
    )  # fmt: skip


def test_rules_are_said_to_be_close_behind_or_ahead() -> None:
    said = findings(
        numbers(
            {("bp", 0): 0.75, ("fa_dense", 0): 0.36, ("usf_init", 0): 0.745, ("usf_sn", 0): 0.80},
            {("fa_dense", 0): [0.6, 0.2], ("usf_init", 0): [0.9, 0.8], ("usf_sn", 0): [0.99, 0.95]},
        ),
        "bp",
    )
    text = " ".join(said).replace("\u00a0", " ")
    assert "uSF Init ends within 0.5 points of BP's 75.0 % test accuracy." in text
    assert "uSF SN ends 5.0 points ahead of BP's 75.0 %." in text
    assert "FA Dense ends 39.0 points behind BP's 75.0 %." in text
    assert "uSF SN is the most similar to BP, layer by layer: conv1 0.99, fc1 0.95." in text
    assert "FA Dense is the least similar, 0.40 on average over layers (uSF SN: 0.97)." in text


def test_means_are_taken_over_seeds_and_undefined_layers_name_no_winner() -> None:
    compared = numbers(
        {("bp", 0): 0.7, ("bp", 1): 0.8, ("usf_sn", 0): 0.7, ("usf_sn", 1): 0.9},
        {("usf_sn", 0): [0.9, float("nan")], ("usf_sn", 1): [0.7, 0.6]},
    )
    said = " ".join(findings(compared, "bp")).replace("\u00a0", " ")
    assert "uSF SN ends 5.0 points ahead of BP's 75.0 %." in said
    assert "similar" not in said
    warned = " ".join(caveats(compared, unpaired=2, excluded={"failed": 1}, dataset="digits"))
    assert "2 seeds" in warned
    assert "1 similarity is undefined" in warned
    assert "2 runs have no completed reference" in warned
    assert "1 failed" in warned


def test_one_seed_is_said_to_have_no_interval() -> None:
    compared = numbers({("bp", 0): 0.7}, {("usf_sn", 0): [0.9, 0.8]})
    assert any(
        "no interval" in sentence
        for sentence in caveats(compared, unpaired=0, excluded={}, dataset="digits")
    )
    said = findings(compared, "bp")
    assert "uSF SN's similarity to BP, layer by layer: conv1 0.90, fc1 0.80." in said


def test_published_similarities_are_said_to_be_of_their_data_set() -> None:
    compared = numbers({("bp", 0): 0.7}, {("usf_sn", 0): [0.9, 0.8]})
    beside = replace(compared, matrices="paper")
    said = {
        dataset: " ".join(caveats(beside, unpaired=0, excluded={}, dataset=dataset))
        for dataset in ("digits", "cifar10")
    }
    assert "are for CIFAR-10; these networks were trained on Digits" in said["digits"]
    assert "these networks were trained on" not in said["cifar10"]
