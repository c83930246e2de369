"""The images that activate the most important channels of a layer, one row per rule."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.grid import blank, note
from feedback_atlas.server.figures.base.layer_axis import CARD
from feedback_atlas.server.figures.base.text import epoch_phrase, plain
from feedback_atlas.server.figures.base.theme import PALETTES, layout, rule_ink
from feedback_atlas.server.results.types import ChannelExemplars, ExemplarGallery

_LEFT = 92
_FONT: dict[Width, int] = {"wide": 13, "medium": 12, "narrow": 11}
# Channels beside each other; a rule's further ones stand in lines below.
_ACROSS: dict[Width, int] = {"wide": 3, "medium": 2, "narrow": 1}
# Pixels: the largest side of a picture, the channel's name above a line of pictures, the classes'
# names below it, the air between a rule and the next; and between channels, in pictures.
_SIDE, _HEAD, _NAME, _AIR = 56.0, 18, 17, 12
_GAP = 0.5
_CHARACTER = 5.6
# Pixels that a stored picture has at least: browsers blur what they enlarge.
_SHARP = 192


def exemplar_gallery(
    gallery: ExemplarGallery, theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw the top channels of each rule, each with the images that activate it most.

    Args:
        gallery: channels in order of importance, by rule.
        theme: of the card it is drawn on.
        width: of that card; in narrow ones a rule's channels stand below each other.
    """
    rules = RULES.in_order(channel.rule for channel in gallery.channels)
    if not rules:
        return _figure(gallery, rules, blank("No channel to show", theme, 160))
    most = max(len(_of(gallery, rule)) for rule in rules)
    across = min(_ACROSS[width], most)
    count = max(len(channel.pictures) for channel in gallery.channels)
    wide = across * count + (across - 1) * _GAP
    side = min(_SIDE, (CARD[width] - _LEFT - 8) / wide)
    line = _HEAD + side + _NAME
    x: list[float] = []
    y: list[float] = []
    texts: list[str] = []
    images: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    # From above, in pixels.
    base = 0.0
    for rule in rules:
        font = {"color": rule_ink(rule, theme), "size": _FONT[width]}
        notes.append(
            note(
                f"<b>{RULES[rule].name}</b>", theme, x=0, xanchor="right", xshift=-10, font=font,
                xref="paper", y=(base + _HEAD) / side + 0.5, yref="y",
            )
        )  # fmt: skip
        for place, channel in _of(gallery, rule):
            row, column = divmod(place, across)
            start = column * (count + _GAP)
            top = (base + row * line + _HEAD) / side
            notes.append(
                _words_at(f"channel {channel.channel}", start, top - 3 / side, "bottom", theme)
                | {"xanchor": "left"}
            )
            for index, picture in enumerate(channel.pictures):
                images.append(
                    {
                        "source": _png(picture), "xref": "x", "yref": "y", "x": start + index,
                        "y": top, "sizex": 0.94, "sizey": 0.94, "xanchor": "left",
                        "yanchor": "top", "layer": "below", "sizing": "stretch",
                    }
                )  # fmt: skip
                middle = start + index + 0.47
                notes.append(_class_name(gallery, channel, index, middle, top + 0.97, side, theme))
                x.append(middle)
                y.append(top + 0.47)
                texts.append(_words(gallery, channel, index))
        base += -(-len(_of(gallery, rule)) // across) * line + _AIR
    base -= _AIR
    page = layout(theme, height=round(base) + 8, left=_LEFT, right=8, top=4, bottom=4)
    page["xaxis"] = {
        "visible": False, "range": [0, wide], "fixedrange": True, "constrain": "domain",
        "constraintoward": "left",
    }  # fmt: skip
    page["yaxis"] = {
        "visible": False, "range": [base / side, 0], "fixedrange": True,
        "scaleanchor": "x", "constrain": "domain",
    }  # fmt: skip
    page["hovermode"] = "closest"
    page["images"], page["annotations"] = images, notes
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


def _words_at(text: str, x: float, y: float, anchor: str, theme: Theme) -> dict[str, Any]:
    font = {"color": PALETTES[theme].muted, "size": 10}
    return note(text, theme, x=x, y=y, xref="x", yref="y", yanchor=anchor, font=font)


def _class_name(
    gallery: ExemplarGallery,
    channel: ChannelExemplars,
    index: int,
    x: float,
    y: float,
    side: float,
    theme: Theme,
) -> dict[str, Any]:
    """Name an image's class below it: bold where it is the class that was asked for."""
    label = int(channel.labels[index])
    name = gallery.class_names[label]
    room = max(3, int(side / _CHARACTER))
    short = plain(name if len(name) <= room else f"{name[: room - 1]}…")
    made = _words_at(short, x, y, "top", theme)
    if label == gallery.class_index:
        made["text"] = f"<b>{short}</b>"
        made["font"] = {"color": PALETTES[theme].ink, "size": 10}
    return made


def _of(gallery: ExemplarGallery, rule: str) -> list[tuple[int, ChannelExemplars]]:
    return list(enumerate(channel for channel in gallery.channels if channel.rule == rule))


def _png(picture: NDArray[np.uint8]) -> str:
    """Encode one image (channels, height, width), grey or colour, as a data address."""
    pixels = picture[0] if len(picture) == 1 else np.moveaxis(picture, 0, 2)
    file = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    # By whole pixels, so that each stays a square.
    times = -(-_SHARP // max(image.size))
    image = image.resize((times * image.width, times * image.height), Image.Resampling.NEAREST)
    image.save(file, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _words(gallery: ExemplarGallery, channel: ChannelExemplars, index: int) -> str:
    name = plain(gallery.class_names[int(channel.labels[index])])
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
            "The channels with the largest gradient-weighted mean activation for the class, each "
            f"with the images, of {gallery.n_images:,} test images, that activate it most; bold: "
            f"images of the class. Seed {gallery.seed}, {epoch_phrase(gallery.epoch)}.{missing}"
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
