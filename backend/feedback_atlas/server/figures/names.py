"""Names of the figures, and of the themes and widths that they are drawn for."""

from __future__ import annotations

from typing import Literal

ThemeName = Literal["light", "dark"]

FigureWidth = Literal["wide", "medium", "narrow"]

CurveName = Literal[
    "loss",
    "validation-accuracy",
    "local-angle",
    "global-angle",
    "update-angle",
    "sign-concordance",
]
