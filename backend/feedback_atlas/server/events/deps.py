"""The dependency of routes that follow events."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.events.hub import EventHub

EventHubDep = Annotated[EventHub, part(EventHub)]
