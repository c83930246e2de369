"""What comes from outside is registered for one test, and forgotten after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feedback_atlas import analysis, learning
from feedback_atlas.server import catalog
from tests.integration.conftest import (  # noqa: F401  # fixtures
    atlas,
    trained,
    trained_atlas,
    trained_folder,
)
from tests.integration.outside import half_transport, main_direction


@pytest.fixture
def half_transport_rule() -> Iterator[str]:
    """The id of a rule that a module outside the product has registered."""
    half_transport.register_record()
    half_transport.register_class()
    yield half_transport.RECORD.id
    del catalog.RULES[half_transport.RECORD.id]
    del learning.RULES[half_transport.RECORD.id]


@pytest.fixture
def main_direction_measure() -> Iterator[str]:
    """The id of a measure that a module outside the product has registered."""
    main_direction.register_record()
    main_direction.register_function()
    yield main_direction.RECORD.id
    del catalog.SIMILARITIES[main_direction.RECORD.id]
    del analysis.MEASURES[main_direction.RECORD.id]
