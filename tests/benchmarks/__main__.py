"""`make bench`: every benchmark, one after another, its numbers printed and kept as JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RESULTS = Path("bench-results")
BENCHMARKS = (
    "learning",
    "training",
    "rules",
    "gpu",
    "analysis",
    "statistics",
    "comparisons",
    "product",
    "load",
    "streaming",
    "page",
)


def main() -> int:
    """Run each benchmark in a process of its own, so that none disturbs the next."""
    RESULTS.mkdir(exist_ok=True)
    for name in BENCHMARKS:
        subprocess.run(
            [
                sys.executable,
                "-m",
                f"tests.benchmarks.bench_{name}",
                "--json",
                str(RESULTS / f"{name}.json"),
            ],
            check=True,
        )
    print(f"\nThe numbers are in {RESULTS}/ as JSON.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
