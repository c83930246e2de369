"""Table 2 of Kornblith et al. (2019), small: which measure finds the same layer elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from torch import nn

from tests.benchmarks.bench_kornblith import experiment, share_found


def test_a_layer_is_found_where_its_counterpart_is_most_similar() -> None:
    """Take two networks of two layers: both of the first find theirs, one of the second does."""
    similarity = np.array(
        [
            [1.0, 0.9, 0.8, 0.1],
            [0.9, 1.0, 0.3, 0.7],
            [0.2, 0.4, 1.0, 0.9],
            [0.1, 0.6, 0.9, 1.0],
        ]
    )
    assert share_found(similarity, 2).tolist() == [0.5, 1.0]


@pytest.mark.slow
def test_linear_cka_finds_more_layers_than_regression_and_cca_do() -> None:
    """Check the published order; on the digits CKA is far from 99 % (docs/methods.md)."""
    shares, accuracies = experiment(nn.ReLU, networks=4)
    assert min(accuracies) > 0.95
    found = {measure: float(share.mean()) for measure, share in shares.items()}
    others = ("linear regression", "CCA", "SVCCA", "PWCCA")
    best_of_others = max(share for name, share in found.items() if name.startswith(others))
    chance = 1 / 9
    assert found["linear CKA, biased"] > best_of_others + 0.05
    assert found["linear CKA, biased"] > 2 * chance
    assert found["linear CKA, unbiased"] == pytest.approx(found["linear CKA, biased"], abs=0.05)
    assert found["CCA, mean rho"] < chance
