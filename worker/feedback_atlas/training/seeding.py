"""Independent random streams, all from one seed.

The seed of a stream is the first 63 bits of SHA-256 of "feedback-atlas/<purpose>/<seed>". Two runs
of one seed so share initial weights, batches and crops whatever their rule, and adding a stream
leaves the others as they were. A stream of one rule's own, of "<purpose>/<rule>", is another for
every rule. All generators live on the CPU: every device gets the same numbers.
"""

import hashlib
from typing import Literal

import torch

Purpose = Literal["weights", "feedback", "order", "augmentation"]


def derive_seed(seed: int, purpose: Purpose, rule: str | None = None) -> int:
    """Return the seed (0 to 2^63 - 1) of one stream of a run, or of a rule's own."""
    name = purpose if rule is None else f"{purpose}/{rule}"
    digest = hashlib.sha256(f"feedback-atlas/{name}/{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def stream(seed: int, purpose: Purpose, rule: str | None = None) -> torch.Generator:
    """Return a CPU generator at the start of one stream of a run, or of a rule's own."""
    return torch.Generator().manual_seed(derive_seed(seed, purpose, rule))
