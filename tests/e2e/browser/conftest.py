"""The browser window that the tests of a module share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.conftest import Chromium


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a browser that keeps what it has loaded and compiled."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def window(chromium: Chromium, profile: Path) -> Iterator[BrowserContext]:
    """Someone's browser, with what earlier modules have loaded and compiled, and nothing else.

    That halves what a page costs. Pages of a test are closed at its end. What a visitor must not
    have seen before is tested in a context of its own.
    """
    for kept in (profile / "Default").glob("*"):
        if kept.name not in ("Cache", "Code Cache"):
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    context = chromium.type.launch_persistent_context(
        profile, **chromium.options, viewport={"width": 1280, "height": 900}
    )
    yield context
    context.close()
