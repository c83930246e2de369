"""References to a trained network and its files."""

from __future__ import annotations

from typing import Any

Described = dict[str, Any]
