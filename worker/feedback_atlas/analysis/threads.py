"""Threads of our own, each with a single-threaded BLAS.

BLAS shares one product among its threads, which then wait for one another: on cores that other
work needs too, a product of long and few vectors takes a hundred times longer. Threads that each
take a whole representation wait only at the end, and share the work between products as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def single_threaded_blas() -> Iterator[int]:
    """Keep BLAS to one thread; yield the number of threads that it had, for our own."""
    controller = _controller()
    blas = controller.select(user_api="blas")
    allowed = max((library["num_threads"] for library in blas.info()), default=1)
    with controller.limit(limits=1, user_api="blas"):
        yield allowed


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()  # once, as it looks through every library that is loaded
