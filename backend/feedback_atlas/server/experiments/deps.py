"""Dependency of routes on the live figures."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.experiments.figures import LiveFigures

LiveFiguresDep = Annotated[LiveFigures, part(LiveFigures)]
