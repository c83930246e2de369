"""A service with a page, whose links show previews."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback_atlas.server.system import page_routes as page
from tests.backend.access.secured import Secured

INDEX = "<html><head><title>Feedback Atlas</title></head><body></body></html>"


@pytest.fixture
def built(service: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    """The service with a page."""
    (tmp_path / "index.html").write_text(INDEX)
    monkeypatch.setattr(page, "_INDEX", tmp_path / "index.html")
    return service
