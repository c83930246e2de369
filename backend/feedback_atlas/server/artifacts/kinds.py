"""Name the kinds of files that a run stores."""

from __future__ import annotations

ACTIVATIONS = "activations"

PROBE = "probe"

STATE = "state"

WEIGHTS = "weights"

# What initial weights were drawn from, where not from the seed alone.
INITIALISATION = "initialisation"
