"""Limits on wrong guesses per minute and address."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from feedback_atlas.server.core.errors import TooManyError

_WINDOW_SECONDS = 60.0


class RateLimit:
    """A thread-safe count of wrong guesses by address, in windows of a minute."""

    def __init__(
        self,
        what: str,
        most: int,
        *,
        addresses: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow ``most`` wrong guesses of ``what``; remember this many ``addresses``."""
        self._what = what
        self._most = most
        self._addresses = addresses
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raise TooManyError if the address has made too many wrong guesses."""
        with self._lock:
            began, count = self._seen.get(_network(address), (0.0, 0))
            left = began + _WINDOW_SECONDS - self._clock()
        if count >= self._most and left > 0:
            seconds = math.ceil(left)
            raise TooManyError(
                f"This address sent {count} wrong {self._what} within a minute. Wait "
                f"{seconds} s and try again.",
                seconds,
            )

    def count(self, address: str) -> None:
        """Count a wrong guess."""
        network, now = _network(address), self._clock()
        with self._lock:
            began, count = self._seen.pop(network, (now, 0))
            if now - began >= _WINDOW_SECONDS:
                began, count = now, 0
            self._seen[network] = (began, count + 1)
            while len(self._seen) > self._addresses:
                self._seen.popitem(last=False)


def _network(address: str) -> str:
    """Return the network of one subscriber: an IPv4 address, or a /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
