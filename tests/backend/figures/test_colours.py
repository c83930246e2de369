"""Colours that people with any colour vision can tell apart, and scales without false edges."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from feedback_atlas.server.catalog import PAPER_RULES, RULES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import (
    CIVIDIS,
    DIVERGING,
    PALETTES,
    VIRIDIS,
    contrast,
    rule_colour,
)

# Machado, Oliveira & Fernandes (2009), table 1: what is seen without one kind of cone, linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
# CIEDE2000: about 1 is just noticeable side by side, 5 is plainly another colour.
LEAST = 7.5
LEAST_OF_THE_PAPERS_FIVE = 10.0


def seen(colour: str, vision: str) -> NDArray[np.float64]:
    """Return a colour #rrggbb as CIELAB, as it looks to this vision."""
    values = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    left = np.clip(VISION[vision] @ linear, 0.0, 1.0)
    encoded = np.where(left <= 0.0031308, 12.92 * left, 1.055 * left ** (1 / 2.4) - 0.055)
    lab: NDArray[np.float64] = rgb2lab(encoded)
    return lab


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rules_can_be_told_apart(theme: Theme, vision: str) -> None:
    colours = {rule: seen(rule_colour(rule, theme), vision) for rule in RULES}
    for first, second in combinations(RULES, 2):
        apart = float(deltaE_ciede2000(colours[first], colours[second]))
        both = {first, second} <= set(PAPER_RULES)
        assert apart > (LEAST_OF_THE_PAPERS_FIVE if both else LEAST), (first, second, apart)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_stand_out_from_their_card(theme: Theme) -> None:
    # Okabe and Ito's orange has 2.25 on white; each line is also named, in an ink with 4.5.
    for rule in RULES:
        assert contrast(rule_colour(rule, theme), PALETTES[theme].card) > 2.2, rule


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scale", [VIRIDIS, CIVIDIS], ids=["viridis", "cividis"])
def test_scales_grow_lighter_in_even_steps(scale: tuple[str, ...], vision: str) -> None:
    steps = np.diff([seen(colour, vision)[0] for colour in scale])
    assert (steps > 0).all()
    assert steps.max() < 2 * steps.min() + 3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_differences_of_either_sign_have_their_own_hue(theme: Theme, vision: str) -> None:
    scale = [seen(colour, vision) for colour in DIVERGING[theme]]
    middle = len(scale) // 2
    for side in (scale[middle:], scale[middle::-1]):
        away = [float(deltaE_ciede2000(side[0], colour)) for colour in side]
        assert all(nearer < further for nearer, further in pairwise(away))
    for less, more in zip(scale[middle - 1 :: -1], scale[middle + 1 :], strict=True):
        assert float(deltaE_ciede2000(less, more)) > LEAST
