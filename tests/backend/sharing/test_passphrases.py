"""Passphrases of links: how they are stored, what they open, and how wrong ones are counted."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.core.errors import PassphraseError, TooManyError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing import passphrases
from tests.backend.access.secured import PASSPHRASE, Secured
from tests.conftest import LOOPBACK


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_hash_of_a_passphrase_fits_it_alone(first: str, second: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrases, "_LOG2_N", 4)
        stored = passphrases.hashed(first)
        assert first not in stored or len(first) < 3
        assert passphrases.matches(stored, first)
        same = passphrases._as_compared(first) == passphrases._as_compared(second)
        assert passphrases.matches(stored, second) == same
        assert passphrases.hashed(first) != stored, "every hash has a salt of its own"


def test_composed_letters_are_the_same_letters() -> None:
    assert passphrases.matches(passphrases.hashed("caf\u00e9 au lait"), " cafe\u0301 au lait")


@given(st.text(max_size=80))
def test_no_text_is_a_key_but_a_key(given_key: str) -> None:
    stored, later = "scrypt$4$8$1$x$y", datetime.now(UTC) + timedelta(hours=1)
    assert not passphrases.fits(stored, "token", given_key)
    key = passphrases.key(stored, "token", later)
    assert passphrases.fits(stored, "token", key)
    assert not passphrases.fits(stored, "other", key)
    assert not passphrases.fits("scrypt$4$8$1$x$z", "token", key)
    moment, signature = key.split(".")
    assert not passphrases.fits(stored, "token", f"{int(moment) + 1}.{signature}")
    past = passphrases.key(stored, "token", datetime.now(UTC) - timedelta(seconds=1))
    assert not passphrases.fits(stored, "token", past)


def test_guesses_sent_together_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrases, "_LOG2_N", 4)
    stored, limit = passphrases.hashed(PASSPHRASE), RateLimit("passphrases", 3)
    outcomes: list[str] = []

    def guess() -> None:
        try:
            passphrases.check(stored, "a wrong guess", limit, "192.0.2.1")
        except (PassphraseError, TooManyError) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["PassphraseError"] * 3 + ["TooManyError"] * 17
    passphrases.check(stored, PASSPHRASE, limit, "192.0.2.9")


def test_a_passphrase_opens_its_link_for_a_browser_and_for_a_script(service: Secured) -> None:
    client, path = service.client, f"/api/shared/{service.locked_link}"
    assert client.get(f"{path}/access").json() == {"needs_passphrase": True}
    wrong = client.post(f"{path}/access", json={"passphrase": "not these words"})
    assert (wrong.status_code, wrong.json()["detail"]) == (
        401, "This is not the passphrase of this link.",
    )  # fmt: skip
    assert "set-cookie" not in wrong.headers
    right = client.post(f"{path}/access", json={"passphrase": PASSPHRASE})
    assert right.status_code == 200
    cookie = right.headers["set-cookie"]
    for flag in ("HttpOnly", "SameSite=strict", f"Path={path}"):
        assert flag in cookie
    assert PASSPHRASE not in cookie
    assert client.get(f"{path}/access").json() == {"needs_passphrase": False}
    assert client.get(f"{path}/figures/accuracy").status_code == 200
    # To another link, the cookie does not go.
    (kept,) = client.cookies.jar
    assert kept.path == path
    client.cookies.clear()
    assert client.get(path).status_code == 401
    key = {"Atlas-Link-Key": right.json()["key"]}
    assert client.get(path, headers=key).status_code == 200
    assert client.get(f"{path}/preview.png", headers=key).status_code == 200
    until = datetime.fromisoformat(right.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < until < timedelta(days=7)
    secure = TestClient(service.app, "https://127.0.0.1:8000")
    given = secure.post(f"{path}/access", json={"passphrase": PASSPHRASE})
    assert "Secure" in given.headers["set-cookie"]


def test_a_key_ends_with_its_link(service: Secured) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2)
    with service.database.write() as session:
        session.query(Share).where(Share.passphrase.is_not(None)).one().expires_at = soon
    given = service.client.post(
        f"/api/shared/{service.locked_link}/access", json={"passphrase": PASSPHRASE}
    )
    assert datetime.fromisoformat(given.json()["expires_at"]) == soon


def test_wrong_passphrases_are_counted_by_address(service: Secured) -> None:
    path = f"/api/shared/{service.locked_link}/access"
    for _ in range(10):
        assert service.client.post(path, json={"passphrase": "wrong"}).status_code == 401
    refused = service.client.post(path, json={"passphrase": PASSPHRASE})
    assert refused.status_code == 429
    assert "10 wrong passphrases" in refused.json()["detail"]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    elsewhere = TestClient(service.app, LOOPBACK, client=("192.0.2.7", 1))
    assert elsewhere.post(path, json={"passphrase": PASSPHRASE}).status_code == 200


def test_a_passphrase_is_stored_hashed_and_is_in_no_address(service: Secured) -> None:
    with service.database.read() as session:
        stored = [share.passphrase for share in session.query(Share)]
    (kept,) = [one for one in stored if one is not None]
    assert kept.startswith("scrypt$14$8$5$")
    assert PASSPHRASE not in kept
    for name, operations in service.app.openapi()["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                assert "passphrase" not in parameter["name"].lower(), name
