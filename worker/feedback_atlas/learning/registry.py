"""The classes of learning rules by id: those of `feedback_atlas.learning.rules`, and others."""

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from feedback_atlas.learning import rules
from feedback_atlas.learning.rule import Rule

RULES: dict[str, type[Rule]] = {}

RuleClass = TypeVar("RuleClass", bound=type[Rule])


def register_rule(rule: RuleClass) -> RuleClass:
    """Add a class under its id, and return it. Raises ValueError where the id is taken."""
    if rule.id in RULES:
        raise ValueError(f"{rule.id!r} is registered already, as {RULES[rule.id].__name__}")
    RULES[rule.id] = rule
    return rule


def _defined() -> Iterator[type[Rule]]:
    """Yield the classes of `rules` that have an id, module by module."""
    for module in iter_modules(rules.__path__):
        name = f"{rules.__name__}.{module.name}"
        for _, found in inspect.getmembers(import_module(name), inspect.isclass):
            if issubclass(found, Rule) and found.__module__ == name and "id" in vars(found):
                yield found


for _rule in _defined():
    register_rule(_rule)


def settings_of(rule: str) -> frozenset[str]:
    """Return the names of what a rule may be told; ValueError where the id is unknown."""
    if rule not in RULES:
        raise ValueError(f"unknown learning rule {rule!r}; it must be one of {', '.join(RULES)}")
    return frozenset(inspect.signature(RULES[rule]).parameters)


def make_rule(rule: str, settings: Mapping[str, float | str]) -> Rule:
    """Return the rule of that id, told the settings.

    Raises ValueError where the id is unknown, the rule takes no such setting, or it is out of
    range.
    """
    known = settings_of(rule)
    if unknown := sorted(set(settings) - known):
        takes = f"it takes {', '.join(sorted(known))}" if known else "it takes no setting"
        raise ValueError(f"{rule} takes no {', '.join(unknown)}; {takes}")
    return RULES[rule](**settings)
