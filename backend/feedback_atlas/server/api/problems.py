"""Errors as problem+json (RFC 9457), each with a sentence for a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from feedback_atlas.server.api.headers import SAFE_HEADERS
from feedback_atlas.server.artifacts import ArtifactError
from feedback_atlas.server.core.errors import ServiceError

_log = logging.getLogger(__name__)
_MAX_ERRORS = 20


class FieldError(BaseModel):
    """One wrong value in a request."""

    field: str = Field(description="Where it is, such as `rules.0.lr`.")
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 describes it; `detail` says what was wrong and what would be right."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as problem+json."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_error)
    app.add_exception_handler(InterfaceError, _database_error)
    app.add_exception_handler(ArtifactError, _artifact_error)
    app.add_exception_handler(Exception, _unexpected_error)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error as a response."""
    return JSONResponse(
        problem.model_dump(),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def too_large() -> Problem:
    """Describe a body that is larger than the limit."""
    return Problem(
        title="Content Too Large",
        status=413,
        detail="The request is too large; send fewer values.",
    )


async def _service_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    return answer(
        Problem(
            title=error.title,
            status=error.status,
            detail=str(error),
            errors=[FieldError(field=field, message=message) for field, message in error.problems],
        ),
        error.headers,
    )


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [_field_error(entry) for entry in error.errors()[:_MAX_ERRORS]]
    return answer(
        Problem(
            title="Some values are invalid",
            status=422,
            detail=" ".join(f"{entry.field}: {entry.message}" for entry in found),
            errors=found,
        )
    )


def _field_error(entry: dict[str, Any]) -> FieldError:
    if entry["type"] == "json_invalid":
        where = entry["loc"][-1]
        return FieldError(field="body", message=f"This is not valid JSON (from character {where}).")
    if entry["type"] == "model_attributes_type" and entry["loc"] == ("body",):
        return FieldError(
            field="body",
            message="Send a JSON object, with the header `Content-Type: application/json`.",
        )
    location: Sequence[str | int] = entry["loc"]
    path = location[1:] if location and location[0] in ("body", "query", "path") else location
    message = str(entry["msg"]).encode("ascii", "backslashreplace").decode()
    field = ".".join(str(part) for part in path) or str(location[0])
    return FieldError(
        field=field.encode("ascii", "backslashreplace").decode()[:200],
        message=f"{message[:300]}.",
    )


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        # FastAPI's answer to a body that is not text.
        message = "This cannot be read; send JSON encoded as UTF-8."
        return answer(
            Problem(
                title="Some values are invalid",
                status=422,
                detail=message,
                errors=[FieldError(field="body", message=message)],
            )
        )
    detail = {
        404: f"There is nothing at {request.url.path[:200]!a}.",
        405: f"{request.method} is not possible here.",
        413: too_large().detail,
    }.get(error.status_code, str(error.detail))
    return answer(
        Problem(title=str(error.detail), status=error.status_code, detail=detail),
        dict(error.headers) if error.headers else None,
    )


async def _database_error(_: Request, error: Exception) -> JSONResponse:
    _log.warning("The database did not answer: %s", error)
    return answer(
        Problem(
            title="The database does not answer",
            status=503,
            detail="The database is not responding. Nothing is lost; try again soon.",
        ),
        {"Retry-After": "5"},
    )


async def _artifact_error(_: Request, error: Exception) -> JSONResponse:
    return answer(Problem(title="A stored file cannot be used", status=503, detail=str(error)))


async def _unexpected_error(_: Request, error: Exception) -> JSONResponse:
    _log.error("Unexpected error", exc_info=error)
    return answer(
        Problem(
            title="Something went wrong",
            status=500,
            detail="The service encountered an internal error; see its log for details.",
        ),
        # Sent outside of the middleware that adds them to every other answer.
        SAFE_HEADERS,
    )
