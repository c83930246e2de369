"""Let routes read comparisons."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.comparisons.viewer import ComparisonViewer

ComparisonViewerDep = Annotated[ComparisonViewer, part(ComparisonViewer)]
