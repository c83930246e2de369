"""Users' texts are shown as written, and never read as a program or a link."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.figures.base.figure import Figure
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.base.text import plain
from feedback_atlas.server.figures.exemplars import exemplar_gallery
from feedback_atlas.server.figures.maps.images import image_space
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery
from feedback_atlas.server.figures.similarity.matrices import layer_similarity
from feedback_atlas.server.results.types import ChannelExemplars, ExemplarGallery
from tests.backend.figures.examples import gallery, similarity
from tests.backend.figures.test_image_space import space

LINK = '<a href="https://evil.example">dog</a>'
FORMULA = '=HYPERLINK("https://evil.example","dog")'


def figures(name: str) -> list[Figure]:
    """Return every figure that shows names of classes, with one of them called ``name``."""
    pictures = np.zeros((2, 1, 8, 8), dtype=np.uint8)
    channel = ChannelExemplars("bp", 7, 0.5, pictures, np.array([2.0, 1.0]), np.array([1, 0]))
    exemplars = ExemplarGallery("conv1", 1, ("cat", name), 4, "best", 100, (channel,), {})
    return [
        exemplar_gallery(exemplars, "light", "wide"),
        image_space(replace(space(), class_names=("cat", name, "ship")), "light", "wide"),
        rdm_gallery(gallery(class_names=("cat", name, "ship")), "light", "wide"),
        layer_similarity(
            similarity(subset="one_class", class_name=name, used=(3, 80)), "light", "wide"
        ),
    ]


def strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in strings(value)]
    if isinstance(node, list | tuple):
        return [text for value in node for text in strings(value)]
    return [node] if isinstance(node, str) else []


def test_figures_show_no_link_of_a_folders_name() -> None:
    shown = figures(LINK)
    for figure in shown:
        assert not [text for text in strings(figure.plotly) if "<a" in text], figure.name
    everything = " ".join(text for figure in shown for text in strings(figure.plotly))
    assert "&lt;a href" in everything
    # The table beside it is text already.
    assert any(LINK in str(row) for figure in shown for row in figure.table.rows)


@given(st.text())
def test_plain_text_has_nothing_that_begins_html_and_loses_nothing(text: str) -> None:
    escaped = plain(text)
    assert not set(escaped) & set("<>")
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_finds_no_formula_in_a_download(start: str) -> None:
    name = start + FORMULA[1:]
    for figure in figures(name):
        cells = [cell for row in csv.reader(io.StringIO(table_csv(figure.csv))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(name)], figure.name
        if any(name in str(row) for row in figure.csv.rows):
            assert f"'{name}" in cells


def test_a_name_does_not_break_out_of_a_file_or_a_header(client: TestClient) -> None:
    name = 'A"; filename="x.exe" <script>alert(1)</script> : {a: [b'
    spec = {"name": name, "rules": [{"rule": "bp"}], "epochs": 1, "probe_size": 20}
    made = client.post("/api/experiments", json=spec)
    assert made.status_code == 201
    experiment = made.json()["id"]
    for path in ("figures/loss.csv", "spec.yaml"):
        answer = client.get(f"/api/experiments/{experiment}/{path}")
        disposition = answer.headers["content-disposition"]
        assert disposition.count('"') == 2
        assert ".exe" not in disposition
        assert answer.headers["x-content-type-options"] == "nosniff"
    text = client.get(f"/api/experiments/{experiment}/spec.yaml").text
    assert client.post("/api/experiments/parse", json={"yaml": text}).json()["name"] == name
    figure = client.get(f"/api/experiments/{experiment}/figures/loss").json()
    assert "<script" not in json.dumps(figure["plotly"])
