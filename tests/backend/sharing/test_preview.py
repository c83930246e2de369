"""Previews of links: the head of their page and the picture in it."""

from __future__ import annotations

import io
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from feedback_atlas.server.sharing.preview_image import SIZE, preview_png
from feedback_atlas.server.sharing.preview_meta import preview_head
from tests.backend.access.secured import Secured
from tests.backend.figures.examples import similarity
from tests.backend.reports.test_methods import numbers, view
from tests.backend.sharing.conftest import INDEX
from tests.conftest import LOOPBACK


class Head(HTMLParser):
    """Collects the elements of a page's head."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.elements: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        given = dict(attrs)
        name = given.get("property") or given.get("name")
        if tag == "meta" and name:
            self.said[name] = given.get("content") or ""


def test_a_preview_has_title_description_and_a_picture(built: Secured) -> None:
    answer = built.client.get(f"/s/{built.link}", headers={"Host": "127.0.0.1:8000"})
    head = Head()
    head.feed(answer.text)
    assert head.said["og:title"] == head.said["twitter:title"] == "Behind a door"
    assert head.said["og:image"] == f"{LOOPBACK}/api/shared/{built.link}/preview.png"
    assert head.said["twitter:image"] == head.said["og:image"]
    assert head.said["twitter:card"] == "summary_large_image"
    picture = built.client.get(head.said["og:image"].removeprefix(LOOPBACK))
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["x-robots-tag"].startswith("noindex")
    with Image.open(io.BytesIO(picture.content)) as opened:
        assert opened.size == SIZE == (1200, 630)
    assert built.client.head(f"/s/{built.link}").status_code == 200


def test_a_locked_link_previews_nothing(built: Secured) -> None:
    answer = built.client.get(f"/s/{built.locked_link}")
    assert answer.text == INDEX
    assert built.client.get(f"/api/shared/{built.locked_link}/preview.png").status_code == 401


def test_many_unknown_pages_get_no_preview_of_a_known_one(built: Secured) -> None:
    for _ in range(30):
        built.client.get("/s/unknown")
    answer = built.client.get(f"/s/{built.link}")
    assert (answer.status_code, answer.text) == (200, INDEX)


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=60))
def test_no_text_breaks_out_of_the_head(title: str, finding: str, token: str) -> None:
    plain = Head()
    plain.feed(preview_head(view(title="x", subtitle="y", findings=["z"]), "http://a/", "t"))
    head = Head()
    shown = view(title=title, subtitle="", findings=[finding])
    head.feed(preview_head(shown, 'http://a"><script>/', token))
    assert head.elements == plain.elements
    assert set(head.said) == set(plain.said)


def test_the_picture_is_of_the_numbers() -> None:
    shown = view(title="Five rules", subtitle="digits")
    data = similarity(2)
    first = preview_png(numbers(similarity=data), shown)
    assert first == preview_png(numbers(similarity=data), shown)
    values = data.values.copy()
    values[:] = 0.0
    values[0, 0, 0] = np.nan
    other = preview_png(numbers(similarity=similarity(2)), view(title="日本語", subtitle="digits"))
    dark = preview_png(numbers(similarity=replace(data, values=values)), shown)
    assert len({first, dark, other}) == 3
    with Image.open(io.BytesIO(dark)) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(10**6) or ()}
    assert (0x44, 0x01, 0x54) in colours, "what is 0 has the lowest colour of the scale"
