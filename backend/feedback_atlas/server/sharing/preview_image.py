"""A picture of a comparison for previews of its link, drawn from the numbers of its figures."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from statistics import fmean

from PIL import Image, ImageDraw, ImageFont

from feedback_atlas.server.analyses.kinds import SIMILARITY
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.core.colours import mix
from feedback_atlas.server.figures.base.theme import PALETTES, rule_colour, rule_ink
from feedback_atlas.server.figures.similarity.heatmaps import MatrixPanel, MatrixScale
from feedback_atlas.server.figures.similarity.panels import similarity_panel, similarity_scale
from feedback_atlas.server.figures.similarity.summary import described, rules_of, short_number

# What chats and mails show whole.
SIZE = (1200, 630)
_MARGIN = 60
_TOP, _BOTTOM = 176, 546
_GAP = 26
_HEADING = 38
_MOST_IN_A_ROW = 5
# Below these, in pixels, a cell has no room for its number or a row for its layer's name.
_CELL_WITH_NUMBER, _CELL_WITH_NAME = 34, 20
# Beyond ASCII, what the font that comes with Pillow has.
_ALSO_DRAWN = frozenset("·’‘“”–—…°")
_LIGHT = PALETTES["light"]


def preview_png(numbers: ComparisonNumbers, view: Comparison) -> bytes:
    """Draw a heatmap a rule, or accuracies where there is nothing to be like; a PNG file.

    A title in letters that the font lacks is left out: previews show it as text as well.
    """
    picture = Image.new("RGB", SIZE, _LIGHT.card)
    draw = ImageDraw.Draw(picture)
    width = SIZE[0] - 2 * _MARGIN
    title, subtitle = _drawable(view.title), _drawable(view.subtitle)
    if title:
        _line(draw, (_MARGIN, 50), title, 46, _LIGHT.ink, width, stroke=1)
    if subtitle:
        _line(draw, (_MARGIN, 114), subtitle, 25, _LIGHT.muted, width)
    similarity = numbers.of(SIMILARITY)
    if similarity is not None:
        rules = rules_of(similarity)
        panels = [similarity_panel(similarity, rule) for rule in rules]
        scale = similarity_scale(similarity)
        _heatmaps(draw, panels, similarity.layers, scale)
        reference = RULES[similarity.reference].name
        foot = f"Layers compared with those of {reference}: {described(similarity)}"
    else:
        _accuracies(draw, numbers)
        foot = "Test accuracy, mean over seeds"
    _line(draw, (_MARGIN, 572), _drawable(foot), 20, _LIGHT.muted, width - 230)
    _signature(draw)
    file = io.BytesIO()
    picture.save(file, "png", optimize=True)
    return file.getvalue()


def _heatmaps(
    draw: ImageDraw.ImageDraw,
    panels: Sequence[MatrixPanel],
    layers: Sequence[str],
    scale: MatrixScale,
) -> None:
    columns = len(panels) if len(panels) <= _MOST_IN_A_ROW else -(-len(panels) // 2)
    rows = -(-len(panels) // columns)
    names = [_drawable(layer) for layer in layers]
    room = 14 + max(_font(17).getlength(name) for name in names)
    across = (SIZE[0] - 2 * _MARGIN - room - (columns - 1) * _GAP) / columns
    down = (_BOTTOM - _TOP - (rows - 1) * _GAP) / rows - _HEADING
    cell = max(1, int(min(across, down) / len(layers)))
    side = cell * len(layers)
    used = rows * (side + _HEADING) + (rows - 1) * _GAP
    first = _TOP + (_BOTTOM - _TOP - used) / 2 + _HEADING
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left = int(_MARGIN + room + column * (side + _GAP))
        top = int(first + row * (side + _HEADING + _GAP))
        name, ink = RULES[panel.rule].name, rule_ink(panel.rule, "light")
        _line(draw, (left, top - 31), name, 22, ink, side, stroke=0.5)
        _cells(draw, panel, scale, left, top, cell)
        if column == 0 and cell >= _CELL_WITH_NAME:
            for at, layer in enumerate(names):
                middle = (left - 12, top + (at + 0.5) * cell)
                draw.text(middle, layer, _LIGHT.muted, _font(17), anchor="rm")


def _cells(
    draw: ImageDraw.ImageDraw,
    panel: MatrixPanel,
    scale: MatrixScale,
    left: int,
    top: int,
    cell: int,
) -> None:
    gap = 1 if cell > 8 else 0
    for row, values in enumerate(panel.values.tolist()):
        for column, value in enumerate(values):
            x, y = left + column * cell, top + row * cell
            known = value == value
            colour = _colour(scale, value) if known else _LIGHT.missing
            draw.rectangle((x, y, x + cell - 1 - gap, y + cell - 1 - gap), fill=colour)
            if cell >= _CELL_WITH_NUMBER:
                text = _drawable(short_number(value)) if known else "–"
                ink = scale.text_colour(value) if known else _LIGHT.muted
                font = _font(min(22, int(cell * 0.38)))
                draw.text((x + cell / 2, y + cell / 2), text, ink, font, anchor="mm")


def _accuracies(draw: ImageDraw.ImageDraw, numbers: ComparisonNumbers) -> None:
    means = {
        rule: fmean(known)
        for rule in RULES.in_order(row.run.rule for row in numbers.accuracy)
        if (
            known := [
                row.test_accuracy
                for row in numbers.accuracy
                if row.run.rule == rule and row.test_accuracy is not None
            ]
        )
    }
    height = min(64, (_BOTTOM - _TOP) // max(len(means), 1))
    left, right = _MARGIN + 230, SIZE[0] - _MARGIN - 110
    for index, (rule, mean) in enumerate(means.items()):
        middle = _TOP + (index + 0.5) * height
        half = height * 0.32
        name = (left - 16, middle)
        draw.text(name, RULES[rule].name, rule_ink(rule, "light"), _font(22), anchor="rm")
        end = left + (right - left) * mean
        box = (left, middle - half, max(end, left + 2), middle + half)
        draw.rounded_rectangle(box, 5, fill=rule_colour(rule, "light"))
        text = f"{100 * mean:.1f} %"
        draw.text((end + 14, middle), text, _LIGHT.ink, _font(22), anchor="lm")


def _signature(draw: ImageDraw.ImageDraw) -> None:
    right, middle = SIZE[0] - _MARGIN, 584
    draw.text(
        (right, middle), "Feedback Atlas", _LIGHT.ink, _font(22), anchor="rm", stroke_width=0.5
    )
    left = right - _font(22).getlength("Feedback Atlas") - 62
    for place, rule in enumerate(("bp", "fa_toeplitz", "usf_sn")):
        x = left + place * 16
        draw.ellipse((x, middle - 7, x + 13, middle + 6), fill=rule_colour(rule, "light"))


def _line(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    size: int,
    ink: str,
    width: float,
    stroke: float = 0.0,
) -> None:
    """Write one line: smaller where it is long, and cut where it would be too small."""
    while size > 16 and _font(size).getlength(text) > width:
        size -= 2
    cut = text
    while cut and _font(size).getlength(f"{cut}…" if cut != text else cut) > width:
        cut = cut[:-1].rstrip()
    shown = cut if cut == text else f"{cut}…"
    draw.text(place, shown, ink, _font(size), stroke_width=stroke)


def _colour(scale: MatrixScale, value: float) -> str:
    place = min(max((value - scale.low) / (scale.high - scale.low), 0.0), 1.0)
    place *= len(scale.stops) - 1
    low = min(int(place), len(scale.stops) - 2)
    return mix(scale.stops[low], scale.stops[low + 1], place - low)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _drawable(text: str) -> str:
    """Return ``text`` without accents, in letters that the font has; empty if none are left."""
    plain = unicodedata.normalize("NFKD", text.replace("×", "x").replace("−", "–"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    drawn = all(
        (letter.isascii() and letter.isprintable()) or letter in _ALSO_DRAWN for letter in plain
    )
    return plain if drawn else ""
