"""Rules of several experiments: names, colours, order, letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.variants import base_rule, letter_of, letter_place, variant
from feedback_atlas.server.figures.base.theme import PALETTES, contrast, rule_ink


@given(st.integers(0, 100_000))
def test_every_place_has_its_own_letter(place: int) -> None:
    letters = letter_of(place)
    assert letters.isalpha()
    assert letters.isupper()
    assert letter_place(letters) == place


def test_letters_follow_each_other_as_columns_of_a_spreadsheet_do() -> None:
    assert [letter_of(place) for place in (0, 1, 25, 26, 27, 701, 702)] == [
        "A", "B", "Z", "AA", "AB", "ZZ", "AAA",
    ]  # fmt: skip


@given(st.sampled_from(sorted(RULES)), st.integers(1, 60))
def test_a_variant_is_its_rule_under_another_name(rule: str, place: int) -> None:
    found = RULES[variant(rule, letter_of(place))]
    assert found.name == f"{RULES[rule].name} {letter_of(place)}"
    assert found.source == RULES[rule].source
    assert base_rule(found.id) == rule
    for theme in ("light", "dark"):
        assert contrast(rule_ink(found.id, theme), PALETTES[theme].card) >= 4.5
    assert found.colour_light != RULES[rule].colour_light


def test_what_is_asked_for_is_not_widened() -> None:
    assert variant("bp", "B") not in RULES
    assert len(RULES) == len(list(RULES))
    for unknown in ("nothing", "nothing@B", "@B", ""):
        with pytest.raises(KeyError):
            RULES[unknown]


def test_variants_stand_after_their_rule() -> None:
    mixed = ["usf_sn@AA", "fa_dense", "usf_sn@C", "bp@B", "usf_sn", "bp", "usf_sn"]
    assert RULES.in_order(mixed) == ["bp", "bp@B", "fa_dense", "usf_sn", "usf_sn@C", "usf_sn@AA"]
