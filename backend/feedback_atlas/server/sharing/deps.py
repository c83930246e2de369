"""Let routes read what links show."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.sharing.viewer import LinkViewer

LinkViewerDep = Annotated[LinkViewer, part(LinkViewer)]
