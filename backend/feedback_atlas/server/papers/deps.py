"""Dependency of routes on the Paper view."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.papers.service import PaperViewer

PaperViewerDep = Annotated[PaperViewer, part(PaperViewer)]
