"""Passphrases of links: the one secret that people choose, hence hashed slowly and with salt.

Who knows a link's passphrase gets a key to it. Nobody stores keys: each says until when it fits,
and is signed with what only the service (the hash) and holders of the link (its token) have.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from base64 import b64decode, b64encode
from datetime import UTC, datetime

from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.core.errors import InvalidSpecError, PassphraseError

LEAST_LENGTH = 8
MOST_LENGTH = 200
# A sixth of a second and 16 MB for each guess: OWASP's parameters for scrypt in so little memory.
_LOG2_N, _R, _P = 14, 8, 5
_SALT_BYTES = 16
# One guess is looked at at a time, or those sent together would all come before any is counted.
_TURN = threading.Lock()


def checked(passphrase: str) -> str:
    """Return ``passphrase`` normalised. Raises InvalidSpecError for one that is easy to guess."""
    passphrase = _as_compared(passphrase)
    if not LEAST_LENGTH <= len(passphrase) <= MOST_LENGTH:
        raise InvalidSpecError.at(
            "passphrase",
            f"A passphrase has {LEAST_LENGTH} to {MOST_LENGTH} characters; this "
            f"one has {len(passphrase)}. Several words are easy to remember and "
            "hard to guess.",
        )
    return passphrase


def hashed(passphrase: str) -> str:
    """Return the stored form of a passphrase: parameters, salt and hash."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _scrypt(passphrase, salt, _LOG2_N, _R, _P)
    parts = (_LOG2_N, _R, _P, b64encode(salt).decode(), b64encode(digest).decode())
    return "$".join(("scrypt", *map(str, parts)))


def matches(stored: str, passphrase: str) -> bool:
    """Return True for the passphrase that was stored."""
    _, log2_n, r, p, salt, digest = stored.split("$")
    found = _scrypt(passphrase, b64decode(salt), int(log2_n), int(r), int(p))
    return hmac.compare_digest(found, b64decode(digest))


def check(stored: str, passphrase: str, guesses: RateLimit, address: str) -> None:
    """Raise PassphraseError for a wrong guess, TooManyError after several from one address."""
    with _TURN:
        guesses.check(address)
        if not matches(stored, passphrase):
            guesses.count(address)
            raise PassphraseError("This is not the passphrase of this link.")


def key(stored: str, token: str, until: datetime) -> str:
    """Return a key that opens the link with this token until ``until``."""
    moment = str(int(until.timestamp()))
    return f"{moment}.{_signature(stored, token, moment)}"


def fits(stored: str, token: str, given: str) -> bool:
    """Return True for a key to the link with this token that has not expired."""
    moment, _, signature = given.partition(".")
    right = _signature(stored, token, moment)
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()):
        return False
    return int(moment) > datetime.now(UTC).timestamp()


def _signature(stored: str, token: str, moment: str) -> str:
    message = f"{token}.{moment}".encode("utf-8", "replace")
    return hmac.new(stored.encode(), message, hashlib.sha256).hexdigest()


def _scrypt(passphrase: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    secret = _as_compared(passphrase).encode("utf-8", "replace")
    return hashlib.scrypt(secret, salt=salt, n=2**log2_n, r=r, p=p, dklen=32)


def _as_compared(passphrase: str) -> str:
    # The same letters may come composed from one keyboard and decomposed from another.
    return unicodedata.normalize("NFKC", passphrase).strip()
