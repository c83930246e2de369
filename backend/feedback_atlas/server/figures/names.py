"""Names of the figures that are drawn while an experiment trains."""

from __future__ import annotations

from typing import Literal

CurveName = Literal[
    "loss",
    "validation-accuracy",
    "local-angle",
    "global-angle",
    "update-angle",
    "sign-concordance",
]
