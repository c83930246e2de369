"""Dependency of routes on the dispatcher of wake-up messages."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.queue.dispatcher import Dispatcher

DispatcherDep = Annotated[Dispatcher, part(Dispatcher)]
