"""The page's own code stays small; plotly.js, which the service hands out, is not a part of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.conftest import missing

DIST = Path(__file__).resolve().parent.parent / "backend/feedback_atlas/server/page"
MOST_BYTES = 500_000


@pytest.mark.browser
def test_the_pages_code_is_under_500_kb() -> None:
    if not (DIST / "index.html").is_file():
        missing("the built page", "run `make build`")
    files = [path for path in DIST.rglob("*") if path.suffix in (".js", ".css", ".html")]
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in files}
    assert not any("plotly" in name for name in sizes)
    listed = ", ".join(f"{name} {size}" for name, size in sorted(sizes.items()))
    print(f"{sum(sizes.values())} bytes of gzip: {listed}")
    assert sum(sizes.values()) < MOST_BYTES, listed
