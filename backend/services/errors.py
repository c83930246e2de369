"""Errors that are told to a person, with the HTTP status that fits them."""

from __future__ import annotations

from collections.abc import Sequence


class ServiceError(Exception):
    """A request that cannot be done; the message says what was wrong and what would be right."""

    status = 400
    title = "The request cannot be done"
    # Pairs of a field, such as `rules.0.lr`, and a sentence.
    problems: Sequence[tuple[str, str]] = ()


class NotFoundError(ServiceError):
    """Nothing goes by that id."""

    status = 404
    title = "Not found"


class ConflictError(ServiceError):
    """The thing is not in a state that allows this."""

    status = 409
    title = "Not possible now"


class SharedError(ConflictError):
    """Links show comparisons of what is to be deleted: a sentence on each."""

    title = "There are links to it"

    def __init__(self, links: list[str]) -> None:
        plural = f"{len(links)} links show" if len(links) > 1 else "A link shows"
        super().__init__(
            f"{plural} comparisons of this experiment: {' '.join(links)} Revoke what should end, "
            "or delete with `force=true`: the links then keep showing their frozen copies."
        )
        self.problems = [("force", link) for link in links]


class InvalidSpecError(ServiceError):
    """Values that cannot be used, each as a pair of its field and a sentence."""

    status = 422
    title = "Some values need changing"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(message for _, message in problems))
        self.problems = problems


class UnavailableError(ServiceError):
    """Something that the service needs does not answer."""

    status = 503
    title = "Not available now"


class SupersededError(Exception):
    """Another attempt owns this row now; whoever gets this must stop writing."""
