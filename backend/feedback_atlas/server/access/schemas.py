"""Sign-in, access tokens and the audit log, as the API sends them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from feedback_atlas.server.access.audit import Action
from feedback_atlas.server.access.tokens import LONGEST_DAYS, Role


class Session(BaseModel):
    """The visitor as the service sees them."""

    required: bool = Field(description="Whether a token is needed at all.")
    name: str | None = Field(description="Of the token; null where nobody has signed in.")
    role: Role | None
    expires_at: datetime | None = Field(description="When the sign-in or the token ends.")


class SignInRequest(BaseModel):
    """A token to sign in with."""

    token: str = Field(max_length=200)


class TokenRequest(BaseModel):
    """A token to make."""

    name: str
    role: Role = "viewer"
    expires_in_days: int | None = Field(
        default=90, ge=1, le=LONGEST_DAYS, description="null for a token that does not expire."
    )


class Token(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None


class NewToken(Token):
    """A new token with its secret."""

    token: str = Field(description="The token itself; it cannot be shown again.")


class AuditItem(BaseModel):
    """An entry of the audit log."""

    id: int
    at: datetime
    who: str = Field(description="Name of the token, `local user` or `command line`.")
    action: Action
    subject: str
    experiment_id: str | None


class AuditPage(BaseModel):
    """Part of the audit log, newest first."""

    items: list[AuditItem]
    next_before: int | None = Field(description="To ask for older entries with; null at the end.")
