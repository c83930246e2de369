"""Independent random streams, all from one seed.

The seed of a stream is the first 63 bits of SHA-256 of "feedback-atlas/<purpose>/<seed>". Two runs
of one seed so share initial weights, batches and crops whatever their rule, and adding a stream
leaves the others as they were. All generators live on the CPU: every device gets the same numbers.
"""

import hashlib
from typing import Literal

import torch

Purpose = Literal["weights", "feedback", "order", "augmentation"]


def derive_seed(seed: int, purpose: Purpose) -> int:
    """Return the seed (0 to 2^63 - 1) of one stream of a run."""
    digest = hashlib.sha256(f"feedback-atlas/{purpose}/{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def stream(seed: int, purpose: Purpose) -> torch.Generator:
    """Return a CPU generator at the start of one stream of a run."""
    return torch.Generator().manual_seed(derive_seed(seed, purpose))
