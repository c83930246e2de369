"""A service that asks for tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feedback_atlas.server.settings import Settings
from tests.backend.access.secured import Secured, secured


@pytest.fixture
def service(settings: Settings) -> Iterator[Secured]:
    with secured(settings) as started:
        yield started
