"""Errors for a person to read, each with its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self


class ServiceError(Exception):
    """A request that cannot be done; the message says what was wrong and what would be right."""

    status = 400
    title = "The request cannot be processed"
    # Pairs of a field, such as `rules.0.lr`, and a sentence.
    problems: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] | None = None


class NotFoundError(ServiceError):
    """An unknown id."""

    status = 404
    title = "Not found"


class UnknownLinkError(NotFoundError):
    """An unknown or revoked link."""


class SignInError(ServiceError):
    """A visitor without a valid token."""

    status = 401
    title = "Sign in first"
    headers: Mapping[str, str] | None = {"WWW-Authenticate": "Bearer"}


class PassphraseError(ServiceError):
    """A missing or wrong passphrase of a link."""

    status = 401
    title = "A passphrase is needed"
    headers: Mapping[str, str] | None = {"WWW-Authenticate": "Passphrase"}


class ForbiddenError(ServiceError):
    """A visitor whose role does not allow this."""

    status = 403
    title = "Not allowed"


class TooManyError(ServiceError):
    """Too many requests in too short a time."""

    status = 429
    title = "Too many attempts"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(seconds)}


class ConflictError(ServiceError):
    """A state that does not allow the request."""

    status = 409
    title = "Not possible now"


class QuotaError(ConflictError):
    """A full quota."""

    title = "Not enough room"


class SharedError(ConflictError):
    """Links that show comparisons of what is to be deleted: a sentence on each."""

    title = "Links still refer to it"

    def __init__(self, links: list[str]) -> None:
        plural = f"{len(links)} links show" if len(links) > 1 else "A link shows"
        super().__init__(
            f"{plural} comparisons of this experiment: {' '.join(links)} Revoke those that "
            "should end, or delete with `force=true`; the links then continue to show "
            "their frozen copies."
        )
        self.problems = [("force", link) for link in links]


class InvalidSpecError(ServiceError):
    """Values that cannot be used, each as a pair of its field and a sentence."""

    status = 422
    title = "Some values are invalid"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(message for _, message in problems))
        self.problems = problems

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """Return the error of one field."""
        return cls([(field, message)])


class UnavailableError(ServiceError):
    """A dependency of the service that does not answer, or a result not yet computed."""

    status = 503
    title = "Not available now"


class SupersededError(Exception):
    """The loss of this row to another attempt; the receiver must stop writing."""
