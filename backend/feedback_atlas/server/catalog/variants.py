"""Variants: a learning rule in several experiments, told apart by each experiment's letter.

A comparison names the second experiment's `usf_sn` ``usf_sn@B``; it is drawn and averaged as if it
were a rule of its own, in another shade of the rule's colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from string import ascii_uppercase

from feedback_atlas.server.catalog.records import Rule
from feedback_atlas.server.core.colours import mix
from feedback_atlas.server.core.registry import Registry

_MARK = "@"
# Shades of the variants' colours: mixed with black or white by a share.
_SHADES = (("#000000", 0.4), ("#ffffff", 0.45), ("#000000", 0.65), ("#ffffff", 0.65))


class Rules(Registry[Rule]):
    """Learning rules by id, in their order; a variant's id gives its rule under another name."""

    def __missing__(self, rule_id: str) -> Rule:
        """Make the variant. Raises KeyError if its rule is unknown too."""
        base, mark, of = rule_id.partition(_MARK)
        if not mark or base not in self:
            raise KeyError(rule_id)
        rule = self[base]
        towards, share = _SHADES[(letter_place(of) - 1) % len(_SHADES)]
        return replace(
            rule,
            id=rule_id,
            name=f"{rule.name} {of}",
            colour_light=mix(rule.colour_light, towards, share),
            colour_dark=mix(rule.colour_dark, towards, share),
        )

    def in_order(self, rule_ids: Iterable[str]) -> list[str]:
        """Return each of these once, in the order of the rules, variants after their rule."""
        order = list(self)
        return sorted(
            set(rule_ids),
            key=lambda rule_id: (order.index(base_rule(rule_id)), len(rule_id), rule_id),
        )


def variant(rule: str, letter: str) -> str:
    """Return the id of a rule's variant in the experiment with this letter."""
    return f"{rule}{_MARK}{letter}"


def base_rule(rule_id: str) -> str:
    """Return the learning rule of a variant; a rule's own id unchanged."""
    return rule_id.partition(_MARK)[0]


def letter_of(place: int) -> str:
    """Return the letter of an experiment's position from 0: A to Z, then AA, AB and so on."""
    letters = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, len(ascii_uppercase))
        letters = ascii_uppercase[digit] + letters
    return letters


def letter_place(letters: str) -> int:
    """Return the position of a letter, the inverse of `letter_of`."""
    place = 0
    for letter in letters:
        place = place * len(ascii_uppercase) + ascii_uppercase.index(letter) + 1
    return place - 1
