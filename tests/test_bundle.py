"""The code of every page stays small; plotly.js, which the service hands out, is no part of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing

DIST = Path(__file__).resolve().parent.parent / "frontend" / "dist"
MOST_BYTES = 300_000


def files_of(chunks: dict[str, Any], start: str, *, pages: set[str]) -> set[str]:
    """All files that a part of the page can ask for, but for other pages'."""
    found: set[str] = set()
    waiting, seen = [start], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = chunks[name]
        found |= {chunk["file"], *chunk.get("css", [])}
        waiting += [*chunk.get("imports", []), *chunk.get("dynamicImports", [])]
        waiting = [name for name in waiting if name not in pages]
    return found


@pytest.mark.browser
def test_no_page_has_300_kb_of_code() -> None:
    manifest = DIST / ".vite" / "manifest.json"
    if not manifest.is_file():
        missing("the built page", "run `make build`")
    chunks: dict[str, Any] = json.loads(manifest.read_text())
    entry = next(name for name, chunk in chunks.items() if chunk.get("isEntry"))
    pages = {name for name in chunks if name.startswith("src/pages/")}
    assert len(pages) > 4
    shared = files_of(chunks, entry, pages=pages) | {"index.html", "colour-scheme.js"}
    sizes = {}
    for page in pages:
        files = shared | files_of(chunks, page, pages=pages - {page})
        assert not any("plotly" in file for file in files)
        sizes[Path(page).stem] = sum(
            len(gzip.compress((DIST / file).read_bytes())) for file in files
        )
    listed = ", ".join(f"{page} {size}" for page, size in sorted(sizes.items()))
    print(f"bytes of gzip with all that a page can load: {listed}")
    assert max(sizes.values()) < MOST_BYTES, listed
