"""The kinds of files that a run stores."""

from __future__ import annotations

ACTIVATIONS = "activations"

PROBE = "probe"

STATE = "state"

WEIGHTS = "weights"

# The stream that initial weights were drawn from, if not the seed's shared one.
INITIALISATION = "initialisation"
