"""Dependency of routes on the content of links."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.sharing.viewer import LinkViewer

LinkViewerDep = Annotated[LinkViewer, part(LinkViewer)]
