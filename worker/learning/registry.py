"""The learning rules by id: every rule that a module of `worker.learning.rules` defines."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from worker.learning import rules
from worker.learning.rule import Rule, RuleSettings


def defined() -> Iterator[type[Rule]]:
    """Yield the rule classes that have an id, module by module."""
    for module in iter_modules(rules.__path__):
        name = f"{rules.__name__}.{module.name}"
        for _, found in inspect.getmembers(import_module(name), inspect.isclass):
            if issubclass(found, Rule) and found.__module__ == name and "id" in vars(found):
                yield found


RULES: Mapping[str, Callable[[RuleSettings], Rule]] = {rule.id: rule for rule in defined()}


def make_rule(rule: str, settings: RuleSettings) -> Rule:
    """Return the rule of that id, made with the settings.

    Raises ValueError where the id is unknown or a setting is out of range.
    """
    if rule not in RULES:
        raise ValueError(f"unknown learning rule {rule!r}; it must be one of {', '.join(RULES)}")
    return RULES[rule](settings)
