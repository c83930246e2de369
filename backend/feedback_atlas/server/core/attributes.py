"""Schemas filled from the attributes of rows and records."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

_Model = TypeVar("_Model", bound=BaseModel)


def from_attributes(model: type[_Model], source: object, **others: Any) -> _Model:
    """Return a schema with the attributes of ``source``; ``others`` are fields that it lacks."""
    own = {name: getattr(source, name) for name in model.model_fields if name not in others}
    return model.model_validate(own | others, from_attributes=True)
