"""The dependency of routes that read comparisons."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.viewer import ComparisonViewer


def _known(name: str) -> str:
    names = panels.figures()
    if name not in names:
        raise ValueError(f"{name[:64]!a} is no figure of a comparison; use {', '.join(names)}")
    return name


FigureName = Annotated[
    str,
    Path(description="A figure of one of the catalog's panels."),
    AfterValidator(_known),
]
ComparisonViewerDep = Annotated[ComparisonViewer, part(ComparisonViewer)]
