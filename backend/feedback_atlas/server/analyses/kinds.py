"""Name the kinds of analyses."""

from __future__ import annotations

# All numbers of a comparison as one archive.
DOWNLOAD = "download"
