"""Wrong guesses are counted a minute long, and counting takes bounded memory."""

from __future__ import annotations

import pytest

from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.core.errors import TooManyError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_after_the_first_wrong_guess_one_may_try_again() -> None:
    clock = Clock()
    limit = RateLimit("tokens", 3, clock=clock)
    for second in (0, 10, 20):
        clock.now = second
        limit.check("192.0.2.1")
        limit.count("192.0.2.1")
    with pytest.raises(TooManyError, match="Wait 40 s") as refused:
        limit.check("192.0.2.1")
    assert refused.value.headers == {"Retry-After": "40"}
    limit.check("192.0.2.2")
    clock.now = 60
    limit.check("192.0.2.1")
    limit.count("192.0.2.1")
    limit.check("192.0.2.1")


def test_a_subscriber_of_ipv6_is_one_address() -> None:
    limit = RateLimit("tokens", 2, clock=Clock())
    limit.count("2001:db8:1:2::1")
    limit.count("2001:db8:1:2:ffff::9")
    with pytest.raises(TooManyError):
        limit.check("2001:db8:1:2:5::")
    limit.check("2001:db8:1:3::1")


def test_many_addresses_take_bounded_memory() -> None:
    limit = RateLimit("links", 1, addresses=100, clock=Clock())
    for number in range(1000):
        limit.count(f"10.0.{number // 256}.{number % 256}")
    assert len(limit._seen) == 100
    limit.check("10.0.0.0")
    with pytest.raises(TooManyError):
        limit.check("10.0.3.231")
