"""Error of an analysis whose inputs cannot be compared."""

from __future__ import annotations


class AnalysisError(Exception):
    """Inputs that cannot be compared; the message says why."""


DIFFERENT_LAYERS = "The runs have different layers; compare runs of one architecture."
