"""Every measure by its id: 1 for a layer and itself, less for others, what its own module says."""

from __future__ import annotations

import numpy as np
import pytest

from feedback_atlas.analysis import MEASURES, cka, gram, measure

GENERATOR = np.random.default_rng(0)
SHARED = GENERATOR.normal(size=(60, 4))
X = np.tanh(SHARED @ GENERATOR.normal(size=(4, 8))) + 0.1 * GENERATOR.normal(size=(60, 8))
Y = np.tanh(SHARED @ GENERATOR.normal(size=(4, 6))) + 0.1 * GENERATOR.normal(size=(60, 6))
UNRELATED = GENERATOR.normal(size=(60, 6))


@pytest.mark.parametrize("name", MEASURES)
def test_a_layer_is_most_like_itself(name: str) -> None:
    chosen = measure(name)
    rows = [chosen.prepare(x) for x in (X, Y, UNRELATED)]
    found = chosen.compare(rows, rows)
    assert not found.reasons
    np.testing.assert_allclose(np.diagonal(found.values), 1.0, atol=1e-7)
    assert found.values[0, 2] < found.values[0, 1] < 0.999
    if chosen.symmetric:
        np.testing.assert_allclose(found.values, found.values.T, atol=1e-12)
    else:
        assert not np.allclose(found.values, found.values.T)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    ("fault", "words"), [(np.nan, "non-finite|undefined"), (0.0, "constant|undefined|no image")]
)
def test_what_cannot_be_compared_has_a_reason(name: str, fault: float, words: str) -> None:
    chosen = measure(name)
    broken = X * fault
    found = chosen.compare([chosen.prepare(X)], [chosen.prepare(x) for x in (broken, Y)])
    assert np.isnan(found.values[0, 0])
    assert set(found.reasons) == {(0, 0)}
    assert any(word in found.reasons[0, 0] for word in words.split("|")), found.reasons
    alone = chosen.compare([chosen.prepare(X)], [chosen.prepare(Y)])
    assert found.values[0, 1] == pytest.approx(alone.values[0, 0], abs=1e-12)


def test_the_default_is_unbiased_linear_cka() -> None:
    chosen = measure("unbiased")
    value = chosen.compare([chosen.prepare(X)], [chosen.prepare(Y)]).values[0, 0]
    assert value == pytest.approx(cka(gram(X), gram(Y)).value)
    with pytest.raises(ValueError, match="unknown measure 'cka'"):
        measure("cka")
