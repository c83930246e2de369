"""The images that activate a layer's most important channels, as small pictures, a row a rule."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.catalog import RULES
from backend.figures.data import (
    Cell,
    ChannelExemplars,
    ExemplarGallery,
    Figure,
    Table,
    Theme,
    Width,
)
from backend.figures.epochs import epoch_phrase
from backend.figures.many_layers import CARD
from backend.figures.panels import blank, note
from backend.figures.theme import PALETTES, layout, rule_ink

_LEFT = 92
_FONT: dict[Width, int] = {"wide": 13, "medium": 12, "narrow": 11}
# In pictures: between two channels, above a row for its channels' names, and below it.
_GAP, _HEAD, _FOOT = 0.5, 0.5, 0.3


def exemplar_gallery(
    gallery: ExemplarGallery, theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw the top channels of each rule, each with the images that activate it most.

    Args:
        gallery: channels in order of importance, by rule.
        theme: of the card it is drawn on.
        width: of that card; narrow ones show the first channel alone.
    """
    rules = RULES.in_order(channel.rule for channel in gallery.channels)
    if not rules:
        return _figure(gallery, rules, blank("No channel to show", theme, 160))
    across = 1 if width == "narrow" else max(_of(gallery, rule)[-1][0] for rule in rules) + 1
    count = max(len(channel.pictures) for channel in gallery.channels)
    wide = across * count + (across - 1) * _GAP
    step = 1 + _HEAD + _FOOT
    side = min(56.0, (CARD[width] - _LEFT - 8) / wide)
    height = round(len(rules) * step * side)
    page = layout(theme, height=height + 8, left=_LEFT, right=8, top=4, bottom=4)
    page["xaxis"] = {
        "visible": False, "range": [0, wide], "fixedrange": True, "constrain": "domain",
        "constraintoward": "left",
    }  # fmt: skip
    page["yaxis"] = {
        "visible": False, "range": [len(rules) * step, 0], "fixedrange": True,
        "scaleanchor": "x", "constrain": "domain",
    }  # fmt: skip
    page["hovermode"] = "closest"
    page["images"], page["annotations"] = [], []
    x: list[float] = []
    y: list[float] = []
    texts: list[str] = []
    for row, rule in enumerate(rules):
        base = row * step
        font = {"color": rule_ink(rule, theme), "size": _FONT[width]}
        page["annotations"].append(
            note(
                f"<b>{RULES[rule].name}</b>", theme, x=0, xanchor="right", xshift=-10, font=font,
                xref="paper", y=base + _HEAD + 0.5, yref="y",
            )
        )  # fmt: skip
        for place, channel in _of(gallery, rule):
            if place >= across:
                continue
            start = place * (count + _GAP)
            page["annotations"].append(
                note(
                    f"channel {channel.channel}", theme, x=start, y=base + _HEAD - 0.08,
                    xref="x", yref="y", xanchor="left", yanchor="bottom",
                    font={"color": PALETTES[theme].muted, "size": 10},
                )
            )  # fmt: skip
            for index, picture in enumerate(channel.pictures):
                page["images"].append(
                    {
                        "source": _png(picture), "xref": "x", "yref": "y", "x": start + index,
                        "y": base + _HEAD, "sizex": 0.94, "sizey": 0.94, "xanchor": "left",
                        "yanchor": "top", "layer": "below", "sizing": "stretch",
                    }
                )  # fmt: skip
                x.append(start + index + 0.47)
                y.append(base + _HEAD + 0.47)
                texts.append(_words(gallery, channel, index))
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "customdata": texts,
        "marker": {"size": side * 0.8, "symbol": "square", "opacity": 0},
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    return _figure(gallery, rules, {"data": [trace], "layout": page})


def _of(gallery: ExemplarGallery, rule: str) -> list[tuple[int, ChannelExemplars]]:
    return list(enumerate(channel for channel in gallery.channels if channel.rule == rule))


def _png(picture: NDArray[np.uint8]) -> str:
    """One image (channels, height, width), grey or colour, as a data address."""
    pixels = picture[0] if len(picture) == 1 else np.moveaxis(picture, 0, 2)
    file = io.BytesIO()
    # Enlarged by whole pixels: browsers would else blur what has a dozen pixels a side.
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.resize((4 * image.width, 4 * image.height), Image.Resampling.NEAREST).save(
        file, "png", optimize=True
    )
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _words(gallery: ExemplarGallery, channel: ChannelExemplars, index: int) -> str:
    name = gallery.class_names[int(channel.labels[index])]
    return (
        f"<b>{RULES[channel.rule].name}</b>, channel {channel.channel}<br>{name}, mean activation "
        f"{float(channel.activations[index]):.3g}"
    )


def _figure(gallery: ExemplarGallery, rules: list[str], plotly: dict[str, Any]) -> Figure:
    wanted = gallery.class_names[gallery.class_index]
    missing = "".join(f" {RULES[rule].name}: {why}." for rule, why in gallery.reasons.items())
    rows: list[tuple[Cell, ...]] = []
    every: list[tuple[Cell, ...]] = []
    for rule in rules:
        for place, channel in _of(gallery, rule):
            labels = [gallery.class_names[label] for label in channel.labels.tolist()]
            own = sum(label == wanted for label in labels)
            name = RULES[rule].name
            rows.append(
                (name, place + 1, channel.channel, channel.importance, own, ", ".join(labels))
            )
            for rank, (label, value) in enumerate(
                zip(labels, channel.activations.tolist(), strict=True), 1
            ):
                every.append(
                    (rule, channel.channel, place + 1, channel.importance, rank, label, value)
                )
    return Figure(
        name="exemplars",
        title=f"Channels of {gallery.layer} that matter for “{wanted}”",
        caption=(
            "The channels with the largest gradient-weighted mean activation for the class, and "
            f"the images, of {gallery.n_images:,} of the test set, that activate each most. Seed "
            f"{gallery.seed}, {epoch_phrase(gallery.epoch)}.{missing}"
        ),
        plotly=plotly,
        table=Table(
            ("Rule", "Rank", "Channel", "Importance", f"Of class {wanted}", "Classes shown"),
            tuple(rows),
            (None, 0, 0, 4, 0, None),
        ),
        csv=Table(
            ("rule", "channel", "rank", "importance", "image_rank", "class", "mean_activation"),
            tuple(every),
        ),
    )
