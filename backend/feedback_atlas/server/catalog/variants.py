"""One learning rule in several experiments: told apart by a letter for each experiment.

A comparison names the second experiment's `usf_sn` ``usf_sn@B``; it is drawn and averaged as if it
were a rule of its own, in another shade of the rule's colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from string import ascii_uppercase

from feedback_atlas.server.catalog.records import Rule
from feedback_atlas.server.catalog.registry import Registry
from feedback_atlas.server.core.colours import mix

_MARK = "@"
# How far a variant's colour lies from its rule's: towards black, towards white, and further.
_SHADES = (("#000000", 0.4), ("#ffffff", 0.45), ("#000000", 0.65), ("#ffffff", 0.65))


class Rules(Registry[Rule]):
    """Learning rules by id, in their order; asked for a variant, the rule under another name."""

    def __missing__(self, rule_id: str) -> Rule:
        """Make the variant. Raises KeyError where its rule is unknown too."""
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
        """Each of these once: in the order of the rules, variants after the rule by letter."""
        order = list(self)
        return sorted(
            set(rule_ids),
            key=lambda rule_id: (order.index(base_rule(rule_id)), len(rule_id), rule_id),
        )


def variant(rule: str, letter: str) -> str:
    """The id of a rule as the experiment with this letter trained it."""
    return f"{rule}{_MARK}{letter}"


def base_rule(rule_id: str) -> str:
    """The learning rule of a variant; a rule's own id as it is."""
    return rule_id.partition(_MARK)[0]


def letter_of(place: int) -> str:
    """The letter of the experiment at a place from 0: A to Z, then AA, AB and so on."""
    letters = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, len(ascii_uppercase))
        letters = ascii_uppercase[digit] + letters
    return letters


def letter_place(letters: str) -> int:
    """What `letter_of` was given."""
    place = 0
    for letter in letters:
        place = place * len(ascii_uppercase) + ascii_uppercase.index(letter) + 1
    return place - 1
