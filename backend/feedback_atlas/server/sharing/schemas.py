"""Links to frozen comparisons: what owners ask for and see, and what those who have one get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from feedback_atlas.server.catalog import Choice
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.sharing.service import LONGEST_HOURS, MAX_LABEL_LENGTH, State


class ShareRequest(BaseModel):
    """Label and terms of a link to make."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(default="", description="For the owners' list of links; no reader sees it.")
    expires_in_hours: int | None = Field(
        default=None, ge=1, le=LONGEST_HOURS, description="null for a link that does not expire."
    )
    passphrase: str | None = Field(
        default=None,
        max_length=1000,
        description="What readers have to say before they see anything; null for nothing.",
    )
    embeddable: bool = Field(
        default=False, description="Whether other websites may show it in a frame."
    )


class Share(BaseModel):
    """A link that was made; its token is shown once, when it is made."""

    id: str
    experiment_id: str
    experiment_exists: bool = Field(description="Whether the experiment was not deleted.")
    comparison_id: str
    title: str = Field(description="Of the comparison that it shows.")
    label: str = Field(max_length=MAX_LABEL_LENGTH)
    state: State
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    has_passphrase: bool
    embeddable: bool
    opens: int = Field(description="How often its page was opened.")
    opened_at: datetime | None = Field(description="When it was opened last.")


class SharePage(BaseModel):
    """Part of the list of all links, the newest first."""

    items: list[Share]
    next_before: str | None = Field(description="To ask for older links with; null at the end.")


class NewShare(Share):
    """A link just made, with the only copy of its token."""

    token: str
    path: str = Field(description="Path of the shared page, such as `/s/<token>`.")


class PassphraseRequest(BaseModel):
    """A passphrase for a link, as its reader gives it."""

    model_config = ConfigDict(extra="forbid")

    passphrase: str = Field(max_length=1000)


class LinkAccess(BaseModel):
    """A reader's access to a link."""

    needs_passphrase: bool


class LinkKey(LinkAccess):
    """A key to a link that has a passphrase, which a browser gets as a cookie."""

    key: str | None = Field(
        description="To be sent in the header `Atlas-Link-Key`; null where the link needs none."
    )
    expires_at: datetime | None


class SharedComparison(BaseModel):
    """A comparison as a collaborator with a link sees it."""

    created_at: datetime
    expires_at: datetime | None
    comparison: Comparison
    spec: dict[str, Any]
    matrices: list[Choice] = Field(
        description="Whose layer similarities can be drawn: choices of `matrices` of the figure."
    )
    parameters: dict[str, str] = Field(
        description="Names of the numbers that learning rules take, by their ids in `spec`."
    )
    may_launch: bool = Field(
        description="Whether this reader may launch experiments, such as one with these settings."
    )
