"""The page's own code stays small; plotly.js, which the service hands out, is not a part of it."""

from __future__ import annotations

import gzip
import re
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


@pytest.mark.browser
def test_what_writes_pdfs_is_loaded_at_the_first_pdf() -> None:
    if not (DIST / "index.html").is_file():
        missing("the built page", "run `make build`")
    assets = DIST / "assets"
    waiting = set(re.findall(r"/assets/([\w.-]+\.js)", (DIST / "index.html").read_text()))
    # What a dynamic import names is loaded later.
    loaded: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        loaded[name] = (assets / name).read_text()
        waiting |= set(re.findall(r"""(?:from|import)["']\./([\w.-]+\.js)""", loaded[name])) - set(
            loaded
        )
    assert len(loaded) > 2
    writers = [path.name for path in assets.glob("*.js") if "jsPDF" in path.read_text()]
    assert writers
    assert not set(writers) & set(loaded)
