"""YAML as plain values, with the line of each: no tags, no aliases.

Events are read one by one, so that no nesting or alias can make a small file large.
Plain scalars are read as in JSON: `no` is a word and `1e-3` a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_CHARACTERS = 64_000
_MAX_DEPTH = 8
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}

Scalar = str | int | float | bool | None
Value = Scalar | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]


class YamlError(ValueError):
    """A fault in a YAML text, and its line, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """A value, and the line in which each part of it begins."""

    value: Value
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """Return the line of a part, or of the nearest one around it that the text has."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def read_yaml(text: str) -> Document:
    """Read one YAML document. Raises YamlError."""
    if len(text) > MAX_CHARACTERS:
        raise YamlError(
            f"The text has {len(text):,} characters; an experiment takes a few hundred, and at "
            f"most {MAX_CHARACTERS:,} are read.",
            1,
        )
    try:
        events = yaml.parse(text, Loader=yaml.SafeLoader)
        lines: dict[Path, int] = {}
        value: Value = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlError(
                        "A second document begins here; only one is read.", _line(event)
                    )
                value = _node(next(events), events, (), lines)
        return Document(value, lines)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError("This is a character that YAML does not allow.", line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        line = 1 if mark is None else int(mark.line) + 1
        raise YamlError(f"This is not valid YAML ({what[:200]!s}).", line) from error


def scalar(text: str) -> Scalar:
    """Return the value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def _node(
    event: yaml.Event, events: Iterator[yaml.Event], path: Path, lines: dict[Path, int]
) -> Value:
    line = _line(event)
    lines.setdefault(path, line)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise YamlError(
            "Anchors and aliases (& and *) are not supported; write the values out.", line
        )
    if getattr(event, "tag", None) is not None:
        raise YamlError("Tags (such as !!python) are not supported; write plain values.", line)
    if len(path) > _MAX_DEPTH:
        raise YamlError("This is nested too deeply for an experiment.", line)
    if isinstance(event, yaml.ScalarEvent):
        text = _text(event)
        return scalar(text) if event.implicit[0] else text
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Value] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events, (*path, len(items)), lines))
        return items
    found: dict[str, Value] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlError("A name is expected before the colon.", line)
        name = _text(event)
        if name in found:
            raise YamlError(f"{name[:64]!a} is given twice; keep one.", line)
        lines[(*path, name)] = line
        found[name] = _node(next(events), events, (*path, name), lines)
    return found


def _text(event: yaml.ScalarEvent) -> str:
    text = str(event.value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise YamlError("This text contains an invalid escape sequence.", _line(event))
    return text


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1
