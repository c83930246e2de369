"""A cache of values in memory, valid while their source is unchanged."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class ByteCache(Generic[_Value]):
    """A thread-safe cache of the values used last, by key."""

    def __init__(self, most_bytes: int) -> None:
        """Keep values of at most ``most_bytes`` in total."""
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Hashable, _Value, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(
        self,
        key: Hashable,
        stamp: Hashable,
        make: Callable[[], _Value],
        size: Callable[[_Value], int],
    ) -> _Value:
        """Return the value of ``key`` made for ``stamp``, made anew for another stamp.

        ``size`` returns a value's bytes; a value larger than the cache is not kept.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] == stamp:
                self._kept.move_to_end(key)
                return found[1]
        value = make()
        taken = size(value)
        with self._lock:
            _, _, replaced = self._kept.pop(key, (None, None, 0))
            self._bytes -= replaced
            if taken <= self._most_bytes:
                self._kept[key] = (stamp, value, taken)
                self._bytes += taken
            while self._bytes > self._most_bytes:
                self._bytes -= self._kept.popitem(last=False)[1][2]
        return value
