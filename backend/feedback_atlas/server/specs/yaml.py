"""An experiment's settings as a YAML file: written for people, read with the line of each error."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import yaml
from pydantic import ValidationError

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.core.yaml import Document, Path, Value, YamlError, read_yaml, scalar
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.server.specs.seeds import format_seeds, parse_seeds

_HEAD = "# An experiment of Feedback Atlas. Launch it with: atlas launch <this file>\n"
_MAX_PROBLEMS = 20
_SAID = {
    "extra_forbidden": "Unknown setting; remove it.",
    "missing": "This is missing.",
}


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Dumper that quotes texts which would read as something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(scalar(text), str) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_spec(spec: ExperimentSpec) -> str:
    """Write a spec as YAML; what it leaves to defaults is left out."""
    values: dict[str, Any] = spec.model_dump(mode="json", exclude_none=True)
    if len(spec.seeds) == 1:
        values["seeds"] = spec.seeds[0]
    elif spec.seeds:
        values["seeds"] = format_seeds(spec.seeds)
    written: str = yaml.dump(
        values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None
    )
    return _HEAD + written


def read_spec(text: str) -> tuple[ExperimentSpec, Document]:
    """Return the spec that a YAML text describes, and the lines of its parts.

    Seeds may be a list or a text such as `0, 3, 5-8`. Ranges are not checked here.
    Raises InvalidSpecError, each problem with its field and line.
    """
    try:
        document = read_yaml(text)
    except YamlError as error:
        raise InvalidSpecError.at("yaml", f"Line {error.line}: {error}") from error
    value = document.value
    if not isinstance(value, dict):
        raise InvalidSpecError.at(
            "yaml", "Line 1: an experiment is a list of settings, such as `name: My rules`."
        )
    try:
        given = {**value, "seeds": _seeds(value["seeds"])} if "seeds" in value else value
    except ValueError as error:
        line = document.line_of(("seeds",))
        raise InvalidSpecError.at("seeds", f"Line {line}: {error}") from error
    try:
        spec = ExperimentSpec.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)[:_MAX_PROBLEMS]
        raise InvalidSpecError(
            with_lines(
                [
                    (".".join(map(str, one["loc"])), _SAID.get(one["type"], f"{one['msg']}."))
                    for one in found
                ],
                document,
            )
        ) from error
    if unusable := _unusable(spec):
        raise InvalidSpecError(with_lines(unusable, document))
    return spec, document


def with_lines(problems: Iterable[tuple[str, str]], document: Document) -> list[tuple[str, str]]:
    """Prefix the problems of fields such as `rules.0.lr` with their lines of the document."""
    return [
        (field, f"Line {document.line_of(_path(field))}: {field[:100]}: {message}")
        for field, message in problems
    ]


def _path(field: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in field.split("."))


def _seeds(value: Value) -> Value:
    if isinstance(value, str):
        return list(parse_seeds(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    if isinstance(value, list):
        return [
            seed for one in value for seed in (parse_seeds(one) if isinstance(one, str) else [one])
        ]
    return value


def _unusable(spec: ExperimentSpec) -> list[tuple[str, str]]:
    """Return texts where numbers belong, and numbers that JSON, in which a spec travels, loses."""
    grids = {} if spec.search is None else spec.search.grids
    numbers = [
        (f"rules.{place}.{name}", value)
        for place, rule in enumerate(spec.rules)
        for name, value in rule.given.items()
        if isinstance(value, float) or name in _numbers_of(rule.rule)
    ] + [
        (f"search.grids.{rule}.{name}.{place}", value)
        for rule, grid in grids.items()
        for name, values in grid.items()
        for place, value in enumerate(values)
    ]
    return [
        (field, f"{value} is not a usable number.")
        for field, value in numbers
        if isinstance(value, str) or not isfinite(value)
    ]


def _numbers_of(rule: str) -> set[str]:
    return {parameter.id for parameter in RULES[rule].parameters} if rule in RULES else set()
