"""Exports: figures as files, a comparison as one page, its methods, its arrays."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.e2e.browsing import COMPUTED_MS, PAGE_MS, watched
from tests.e2e.conftest import TrainedAtlas

pytestmark = pytest.mark.browser


@pytest.fixture
def page(
    window: BrowserContext, trained: TrainedAtlas, comparison: dict[str, Any]
) -> Iterator[Page]:
    """The compare page with one panel, whose console stays clean."""
    complaints: list[str] = []
    opened = watched(window, complaints)
    opened.goto(
        f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare"
        "?panels=layer-similarity"
    )
    yield opened
    opened.close()
    # The archive of numbers is asked for until it is made.
    assert [one for one in complaints if "503" not in one] == []


def ready(page: Page, figure: str) -> Locator:
    """Return a figure's card, drawn, on the page that has its panel alone."""
    panel = "alignment" if figure == "local-angle" else figure
    page.goto(f"{page.url.partition('?')[0]}?panels={panel}")
    card = page.locator(f'[data-figure="{figure}"]')
    card.scroll_into_view_if_needed()
    expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    return card


def saved(page: Page, card: Locator, kind: str) -> tuple[str, bytes]:
    """Name and content of a figure's download."""
    card.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=kind).click()
    expect(page.get_by_role("menu")).to_have_count(0)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def objects(pdf: bytes) -> dict[int, tuple[str, bytes]]:
    """Return by number the dictionary and the decoded stream of each object of a PDF."""
    found = {}
    for match in re.finditer(rb"^(\d+) 0 obj\n(.*?)^endobj", pdf, re.S | re.M):
        head, _, stream = match[2].partition(b"stream\n")
        content = zlib.decompressobj().decompress(stream) if b"/FlateDecode" in head else stream
        found[int(match[1])] = (head.decode("latin1"), content)
    return found


def drawn_text(pdf: bytes) -> list[str]:
    """Return the texts of a page's text operators, run by run."""
    parts = objects(pdf)
    letters: dict[str, dict[str, str]] = {}
    for name, number in re.findall(r"^/(F\d+) (\d+) 0 R", parts[2][0], re.M):
        unicode = re.search(r"/ToUnicode (\d+)", parts[int(number)][0])
        assert unicode is not None, f"the font {name} does not say what its letters are"
        pairs = re.findall(r"^<(\w{4})><(\w{4})>$", parts[int(unicode[1])][1].decode(), re.M)
        letters[name] = {glyph: chr(int(code, 16)) for glyph, code in pairs if glyph != "0000"}
    runs = []
    for block in re.findall(r"^BT\n(.*?)\nET$", parts[4][1].decode(), re.S | re.M):
        font = re.search(r"/(F\d+) ", block)
        assert font is not None
        for codes in re.findall(r"<(\w+)> Tj", block):
            runs.append("".join(letters[font[1]][glyph] for glyph in re.findall("....", codes)))
    return runs


def svg_text(svg: str) -> list[str]:
    """Return every piece of text in a drawing."""
    without = re.sub(r"<(style|defs)\b.*?</\1>", "", svg, flags=re.S)
    pieces = re.findall(r">([^<>]+)<", without)
    entities = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\xa0"}
    for entity, letter in entities.items():
        pieces = [piece.replace(entity, letter) for piece in pieces]
    return [piece for piece in pieces if piece.strip()]


@pytest.mark.parametrize("figure", ["similarity-profile", "layer-similarity", "local-angle"])
def test_a_pdf_is_a_drawing_with_the_same_words_and_as_many_shapes(page: Page, figure: str) -> None:
    card = ready(page, figure)
    name, svg = saved(page, card, "SVG")
    pdf_name, pdf = saved(page, card, "PDF")
    assert re.fullmatch(r"three-rules-on-digits_[a-z-]+\.svg", name)
    assert pdf_name == name.removesuffix("svg") + "pdf"
    assert pdf.startswith(b"%PDF-1.")
    assert Counter("".join(drawn_text(pdf)).replace(" ", "")) == Counter(
        re.sub(r"\s", "", "".join(svg_text(svg.decode())))
    )
    width, height = map(
        float,
        re.search(rb'<svg[^>]* width="([\d.]+)"[^>]* height="([\d.]+)"', svg).groups(),  # type: ignore[union-attr]
    )
    box = [float(side) for side in re.search(rb"/MediaBox \[0 0 (\S+) (\S+)\]", pdf).groups()]  # type: ignore[union-attr]
    assert box == pytest.approx([0.75 * width, 0.75 * height], abs=0.01)
    parts = objects(pdf)
    strokes = re.findall(r"^(?:S|f\*?|B\*?)$", parts[4][1].decode(), re.M)
    assert len(strokes) > 5
    pictures = [head for head, _ in parts.values() if "/Subtype /Image" in head]
    # Heatmaps are pictures of their cells, nothing else is a picture.
    assert bool(pictures) == (figure == "layer-similarity")


def test_letters_that_the_font_of_pdfs_lacks_are_drawn_as_pictures(page: Page) -> None:
    def renamed(route: Route) -> None:
        figure = route.fetch().json()
        (axis,) = (one for name, one in figure["plotly"]["layout"].items() if name == "yaxis")
        axis["title"]["text"] = "→ ∠ layer ∗"
        route.fulfill(json=figure)

    page.route("**/figures/similarity-profile?*", renamed)
    _, pdf = saved(page, ready(page, "similarity-profile"), "PDF")
    assert "Layer" in drawn_text(pdf)
    pictures = [one for one in objects(pdf).values() if "/ColorSpace /DeviceRGB" in one[0]]
    assert len(pictures) == 1
    # The label stands upright along the axis; not all of its picture is of one colour.
    size = re.search(r"/Width (\d+)\n/Height (\d+)", pictures[0][0])
    assert size is not None
    assert int(size[1]) > 2 * int(size[2])
    assert len(set(pictures[0][1])) > 3


def test_matrices_keep_a_pixel_a_pair_of_images_in_a_pdf(
    page: Page, comparison: dict[str, Any]
) -> None:
    _, pdf = saved(page, ready(page, "rdms"), "PDF")
    sizes = Counter(
        tuple(map(int, found))
        for head, _ in objects(pdf).values()
        for found in re.findall(r"/Width (\d+)\n/Height (\d+)\n/ColorSpace \[/Indexed", head)
    )
    side = comparison["n_images"]
    rules = len({run["rule"] for run in comparison["runs"]})
    # Each pair of images is a square of whole pixels, and each matrix a picture.
    whole = sum(
        count
        for (width, height), count in sizes.items()
        if width == height and width > side and width % side == 0
    )
    assert whole == rules * len(comparison["layers"]), sizes


def test_a_figure_as_json_and_csv_has_its_own_numbers(
    page: Page, comparison: dict[str, Any]
) -> None:
    card = ready(page, "geometry-map")
    name, content = saved(page, card, "Plotly JSON")
    assert name == "three-rules-on-digits_map-of-representations.json"
    figure = json.loads(content)
    assert figure["data"]
    assert figure["layout"]["paper_bgcolor"].startswith(("#", "rgb"))
    name, content = saved(page, card, "CSV")
    assert name == "three-rules-on-digits-geometry-map.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    # Each run and, of each seed, the untrained network.
    networks = len(comparison["runs"]) + len(comparison["seeds"])
    assert len(rows) == networks * len(comparison["layers"])


def test_the_whole_comparison_opens_from_disk_with_the_network_off(
    page: Page, browser: Browser, comparison: dict[str, Any], tmp_path: Path
) -> None:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="One HTML file").click()
    assert download.value.suggested_filename == "three-rules-on-digits-comparison.html"
    file = tmp_path / "comparison.html"
    download.value.save_as(file)
    assert file.stat().st_size < 12_000_000

    complaints: list[str] = []
    asked: list[str] = []
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="dark", offline=True
    )
    offline = watched(context, complaints)
    offline.on("request", lambda request: asked.append(request.url))
    offline.goto(file.as_uri())
    names = set(comparison["figures"]) - set(comparison["unavailable"])
    # The table of results is one of the page.
    expect(offline.get_by_role("table", name="Accuracy, similarity").first).to_be_visible()
    names.discard("result")
    for name in names:
        plot = offline.locator(f'[data-figure="{name}"]')
        expect(plot.locator(".main-svg").first).to_be_attached()
    assert (
        set(
            offline.locator("[data-figure]").evaluate_all(
                "all => all.map(one => one.dataset.figure)"
            )
        )
        == names
    )
    for text in (*comparison["findings"], *comparison["caveats"]):
        expect(offline.get_by_text(text, exact=True)).to_be_visible()
    expect(offline.get_by_role("heading", name="Methods")).to_be_visible()

    # Both themes, figures included, and the choice is kept.
    ink = "document.querySelector('.js-plotly-plot').layout.font.color"
    dark = offline.evaluate(ink)
    offline.get_by_label("Theme").select_option("light")
    offline.wait_for_function(f"{ink} !== '{dark}'")
    assert offline.evaluate("document.documentElement.dataset.theme") == "light"

    # On a phone the figures are drawn for its width.
    offline.set_viewport_size({"width": 390, "height": 800})
    offline.wait_for_function(
        """() => [...document.querySelectorAll('.js-plotly-plot')]
            .every(plot => plot._fullLayout.width <= 390)"""
    )
    assert offline.evaluate("document.documentElement.scrollWidth") <= 390
    first = offline.locator("details").first
    first.locator("summary").click()
    expect(first.get_by_role("table")).to_be_visible()
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]


def test_methods_are_copied_with_the_literature_that_they_cite(
    page: Page, trained: TrainedAtlas, comparison: dict[str, Any]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Methods and BibTeX").click()
    dialog = page.get_by_role("dialog")
    methods = trained.atlas.get(f"/comparisons/{comparison['id']}/methods")
    for label, text in (
        ("Methods", "\n\n".join(methods["paragraphs"])),
        ("BibTeX", methods["bibtex"]),
    ):
        expect(dialog.get_by_label(label, exact=True)).to_have_value(text)
        dialog.get_by_role("button", name=f"Copy: {label}").click()
        expect(dialog.get_by_text(f"{label} copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_python_on_the_page_fetches_the_arrays_of_the_api(
    page: Page, trained: TrainedAtlas, comparison: dict[str, Any], tmp_path: Path
) -> None:
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Python snippet").click()
    snippet = page.get_by_role("dialog").get_by_label("Python snippet", exact=True).input_value()
    script = tmp_path / "fetch.py"
    script.write_text(
        snippet + "\nnp.savez('found.npz', rdms=rdms, similarity=similarity, "
        "layers=arrays['similarities']['layer'], rule=arrays['similarities']['rule'], "
        "seed=arrays['similarities']['seed'], rdm_rule=arrays['rdms']['rule'], "
        "rdm_layer=arrays['rdms']['layer'], rdm_seed=arrays['rdms']['seed'])\n"
    )
    # In a folder of its own: neither the product nor its packages lie beside it.
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "RDMs: " in done.stdout
    found = np.load(tmp_path / "found.npz")

    cells = figure_rows(trained, comparison, "layer-similarity")
    layers = found["layers"].tolist()
    pairs = list(zip(found["rule"].tolist(), found["seed"].tolist(), strict=True))
    assert len(cells) == found["similarity"].size
    for cell in cells:
        run = pairs.index((cell["rule"], int(cell["seed"])))
        row, column = layers.index(cell["layer"]), layers.index(cell["bp_layer"])
        assert found["similarity"][run, row, column] == pytest.approx(
            float(cell["similarity"]), rel=1e-12
        )

    pairs_of_images = figure_rows(trained, comparison, "rdms")
    assert found["rdms"].shape[1] == len(pairs_of_images)
    names = [
        f"{rule} seed {seed} {layer}"
        for rule, seed, layer in zip(
            found["rdm_rule"].tolist(),
            found["rdm_seed"].tolist(),
            found["rdm_layer"].tolist(),
            strict=True,
        )
    ]
    assert set(names) == {name for name in pairs_of_images[0] if " seed " in name}
    for place, name in enumerate(names):
        values = [float(row[name]) for row in pairs_of_images]
        np.testing.assert_allclose(found["rdms"][place], values, rtol=1e-12)


def figure_rows(
    trained: TrainedAtlas, comparison: dict[str, Any], figure: str
) -> list[dict[str, str]]:
    """Return all numbers of a figure as the API gives them."""
    path = f"{trained.atlas.address}/api/comparisons/{comparison['id']}/figures/{figure}.csv"
    with urlopen(path, timeout=30) as answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode())))


def test_a_link_exports_what_it_froze(
    browser: Browser, trained: TrainedAtlas, comparison: dict[str, Any]
) -> None:
    path = trained.atlas.post(f"/comparisons/{comparison['id']}/shares", {})["path"]
    complaints: list[str] = []
    context = browser.new_context(accept_downloads=True)
    page = watched(context, complaints)
    page.goto(trained.atlas.address + path)
    page.get_by_role("button", name="Export").click(timeout=PAGE_MS)
    expect(page.get_by_role("menuitem", name="Python snippet")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="One HTML file").click()
    assert b"Frozen on" in Path(download.value.path()).read_bytes()
    context.close()
    assert complaints == []


def test_the_methods_page_defines_every_measure_with_a_formula_that_is_set(
    browser: Browser, trained: TrainedAtlas
) -> None:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = watched(context, complaints)
    page.goto(f"{trained.atlas.address}/methods")
    catalog = trained.atlas.get("/catalog")
    for group in ("rules", "similarities", "distances"):
        for entry in catalog[group]:
            expect(page.get_by_role("heading", name=entry["name"], exact=True)).to_have_count(1)
    formulas = page.locator("math")
    assert formulas.count() > 40
    flat = formulas.evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 8).length"
    )
    assert flat == 0
    # A fraction stands higher than a line: the browser sets the formula, and does not spell it.
    heights = formulas.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) > 1.5 * min(heights)
    context.close()
    assert complaints == []
