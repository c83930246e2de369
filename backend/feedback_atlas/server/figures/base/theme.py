"""Colours, type and quiet axes that all figures share, for light and dark cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.colours import mix, rgb
from feedback_atlas.server.figures.base.figure import Theme

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

# Perceptually uniform (van der Walt & Smith 2015; Nunez et al. 2018), at ten even stops.
VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
    "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
    "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip

# Brown for less, teal for more, about a middle that recedes into its card.
DIVERGING: dict[Theme, tuple[str, ...]] = {
    "light": ("#7a4a0c", "#bf8a3f", "#ead5ab", "#f4f5f6", "#b9e0da", "#4aa79d", "#065f57"),
    "dark": ("#f0b45e", "#a87a38", "#5c4a2f", "#2a313c", "#265650", "#3a9187", "#74dccf"),
}

# WCAG 2.2's least contrast of text with its ground.
_TEXT_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of everything but the rules: the card under figures, text, lines, missing cells."""

    card: str
    ink: str
    muted: str
    grid: str
    axis: str
    missing: str
    hover: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        card="#ffffff",
        ink="#1f2733",
        muted="#5b6675",
        grid="#edf0f4",
        axis="#c9d0d9",
        missing="#e3e7ed",
        hover="#ffffff",
    ),
    "dark": Palette(
        card="#1a1f27",
        ink="#e4e8ee",
        muted="#9aa5b4",
        grid="#2a313c",
        axis="#46505e",
        missing="#343c48",
        hover="#262d38",
    ),
}


def rule_colour(rule: str, theme: Theme) -> str:
    """Return a learning rule's colour for lines and dots, as #rrggbb."""
    entry = RULES[rule]
    return entry.colour_light if theme == "light" else entry.colour_dark


def rule_ink(rule: str, theme: Theme) -> str:
    """Return a learning rule's colour for text: its hue, dark or light enough to be read."""
    colour, card = rule_colour(rule, theme), PALETTES[theme].card
    towards = "#000000" if theme == "light" else "#ffffff"
    for share in np.linspace(0.0, 1.0, 51):
        mixed = mix(colour, towards, float(share))
        if contrast(mixed, card) >= _TEXT_CONTRAST:
            return mixed
    return towards


def text_on(scale: tuple[str, ...], position: float) -> str:
    """Return black or white, whichever reads better on a colour scale at ``position`` in [0, 1]."""
    place = min(max(position, 0.0), 1.0) * (len(scale) - 1)
    low = min(int(place), len(scale) - 2)
    ground = mix(scale[low], scale[low + 1], place - low)
    return max("#ffffff", "#0d1117", key=lambda text: contrast(text, ground))


def colour_scale(stops: tuple[str, ...]) -> list[list[float | str]]:
    """Return evenly spaced stops as Plotly's ``colorscale``."""
    return [[i / (len(stops) - 1), stop] for i, stop in enumerate(stops)]


def translucent(colour: str, share: float) -> str:
    """Return a colour #rrggbb of which the ground shows through, for fills."""
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{share})"


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def layout(
    theme: Theme, *, height: int, left: int, right: int, top: int, bottom: int
) -> dict[str, Any]:
    """Return the layout that every figure starts from; sizes in pixels, the width is the card's."""
    palette = PALETTES[theme]
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.axis,
        "tickcolor": palette.axis,
        "zeroline": False,
        "tickfont": {"color": palette.muted, "size": 11},
        "title": {"font": {"color": palette.muted, "size": 12}, "standoff": 8},
        "automargin": False,
    }
    return {
        "template": {"layout": {"xaxis": axis, "yaxis": axis}},
        "autosize": True,
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": palette.ink},
        "hoverlabel": {
            "bgcolor": palette.hover,
            "bordercolor": palette.axis,
            "font": {"family": FONT, "size": 12, "color": palette.ink},
            "align": "left",
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": palette.muted,
            "activecolor": palette.ink,
        },
        "showlegend": False,
        "uirevision": "kept",
    }


def colour_bar(theme: Theme, *, across: bool, title: str) -> dict[str, Any]:
    """Return a thin colour bar: beside the panels, or below them where there is little width."""
    palette = PALETTES[theme]
    bar: dict[str, Any] = {
        "thickness": 10,
        "thicknessmode": "pixels",
        "outlinewidth": 0,
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": palette.axis,
        "tickfont": {"color": palette.muted, "size": 11},
        "title": {"text": title, "font": {"color": palette.muted, "size": 11}},
    }
    if across:
        bar["title"]["side"] = "top"
        return bar | {"orientation": "h", "x": 0.5, "xanchor": "center", "len": 0.7, "xpad": 0}
    bar["title"]["side"] = "right"
    return bar | {"x": 1.0, "xanchor": "left", "xpad": 14, "ypad": 0}


def _luminance(colour: str) -> float:
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
