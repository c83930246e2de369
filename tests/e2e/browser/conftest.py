"""The browser window that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Someone's browser: what one test's page has loaded and compiled need not be for the next's.

    Pages of a test are closed at its end. What a visitor must not have seen before is tested in a
    context of its own.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()
