"""The dependency of routes that read answers."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.answers.service import AnswerViewer
from feedback_atlas.server.api.deps import part

AnswerViewerDep = Annotated[AnswerViewer, part(AnswerViewer)]
