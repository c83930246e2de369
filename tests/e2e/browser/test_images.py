"""The images behind the numbers, in a real browser: cells of RDMs, maps of images, links."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import COMPUTED_MS, watched
from tests.e2e.conftest import TrainedAtlas, wait_for_comparison

pytestmark = pytest.mark.browser

WHERE = """
([name, trace, index]) => {
    const plot = document.querySelector(`[data-figure="${name}"] .js-plotly-plot`);
    const { xaxis, yaxis, x, y } = plot._fullData[trace];
    const layout = plot._fullLayout;
    const axis = id => layout[`${id[0]}axis${id.slice(1)}`];
    const [across, down] = [axis(xaxis ?? "x"), axis(yaxis ?? "y")];
    const box = plot.getBoundingClientRect();
    const [column, row] = Array.isArray(index) ? [index[1], index[0]] : [x[index], y[index]];
    return [box.x + across._offset + across.l2p(column), box.y + down._offset + down.l2p(row)];
}
"""


def drawn(page: Page, name: str) -> Locator:
    """Return a figure's card, once it is drawn."""
    card = page.locator(f'[data-figure="{name}"]')
    expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    # The strip on top stays in sight: the middle of the window is free.
    card.locator(".js-plotly-plot").evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    return card


def where(page: Page, name: str, trace: int, index: int | list[int]) -> tuple[float, float]:
    """Return the pixel of a point or, given row and column, of a cell."""
    x, y = page.evaluate(WHERE, [name, trace, index])
    return x, y


def dissimilarities(page: Page) -> list[dict[str, str]]:
    """Return the CSV of the RDMs, as the page offers it."""
    rows: list[dict[str, str]] = page.locator('[data-figure="rdms"]').evaluate(
        """async card => {
            const address = performance.getEntriesByType("resource")
                .map(entry => entry.name).find(name => name.includes("figures/rdms"));
            const [head, ...lines] = (await (await fetch(address.split("?")[0] + ".csv")).text())
                .trim().split("\\r\\n").map(line => line.split(","));
            return lines.map(line => Object.fromEntries(head.map((name, i) => [name, line[i]])));
        }"""
    )
    return rows


def test_a_cell_shows_its_images_and_its_number(browser: Browser, trained: TrainedAtlas) -> None:
    comparison = wait_for_comparison(trained.atlas, trained.experiment_id, COMPUTED_MS / 1000)
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = watched(context, complaints)
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare?panels=rdms")
    card = drawn(page, "rdms")
    numbers = {(int(row["image_i"]), int(row["image_j"])): row for row in dissimilarities(page)}
    said = card.get_by_test_id("said")

    # The pointer: both images, their classes, the number of the array; one crosshair everywhere.
    page.mouse.move(*where(page, "rdms", 1, [120, 31]))
    expect(said).to_have_text(re.compile(r"^BP, conv2: image \d+"))
    # A pixel is more than a cell here: what is said must be right of the cell that is said.
    words = said.inner_text()
    row, column = map(int, re.findall(r"image (\d+)", words))
    assert abs(row - 120) <= 2
    assert abs(column - 31) <= 2
    truth = numbers[column, row]
    value = f"{float(truth['bp seed 0 conv2']):.3f}"
    assert words == (
        f"BP, conv2: image {row} ({truth['class_j']}) and image {column} ({truth['class_i']}), "
        f"dissimilarity {value}"
    )
    hover = card.get_by_test_id("hover-card")
    expect(hover).to_contain_text(value)
    expect(hover.locator("[data-image]")).to_have_count(2)
    rules = {run["rule"] for run in comparison["runs"]}
    assert card.get_by_test_id("crosshair").count() == len(rules) * len(comparison["layers"])
    sheet = hover.locator(f'[data-image="{row}"]').evaluate(
        "picture => getComputedStyle(picture).backgroundImage"
    )
    assert re.search(r"/probe/[0-9a-f]{64}\.png", sheet)
    address = sheet.removeprefix('url("').removesuffix('")')
    assert context.request.get(address).headers["content-type"] == "image/png"

    # Pins stand in the order in which they were set, and go one by one.
    page.mouse.click(*where(page, "rdms", 1, [120, 31]))
    page.mouse.click(*where(page, "rdms", 8, [60, 150]))
    pins = card.get_by_role("region", name="Pinned pairs").get_by_role("listitem")
    expect(pins).to_have_count(2)
    marks = [mark.get_attribute("data-pinned") for mark in card.locator("[data-pinned]").all()]
    assert marks[0] == f"BP/conv2/{row}/{column}"
    rule, layer, first, second = str(marks[1]).split("/")
    assert (rule, layer) == ("FA Dense", "fc2")
    other = f"{float(numbers[int(first), int(second)]['fa_dense seed 0 fc2']):.3f}"
    expect(pins.nth(0)).to_contain_text(value)
    expect(pins.nth(1)).to_contain_text(other)
    pins.nth(0).get_by_role("button", name=re.compile("^Unpin")).click()
    expect(pins).to_have_count(1)
    expect(pins.nth(0)).to_contain_text(other)

    # Keys do the same.
    page.mouse.move(2, 2)
    card.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "PageDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    first_of_second_class = trained.atlas.get(f"/comparisons/{comparison['id']}/probe")[
        "labels"
    ].index(1)
    expect(said).to_contain_text(f"BP, conv2: image {first_of_second_class} (1) and image 1 (0)")
    page.keyboard.press("Enter")
    expect(pins).to_have_count(2)
    page.keyboard.press("Escape")
    expect(said).to_have_text("")
    assert complaints == []
    context.close()


def lasso(page: Page, x: float, y: float, radius: float) -> None:
    """Drag once around a place."""
    page.mouse.move(x - radius, y)
    page.mouse.down()
    for step in range(1, 26):
        angle = math.pi + step / 24 * 2 * math.pi
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()


def marked(page: Page, trace: int) -> list[int]:
    """Return the images that a map marks as selected."""
    images: list[int] = page.evaluate(
        """trace => {
            const plot = document.querySelector('[data-figure="image-space"] .js-plotly-plot');
            const { selectedpoints, customdata } = plot._fullData[trace];
            return (selectedpoints ?? []).map(place => customdata[place]);
        }""",
        trace,
    )
    return images


def test_two_maps_of_images_have_one_selection(browser: Browser, trained: TrainedAtlas) -> None:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = watched(context, complaints)
    page.goto(
        f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare?panels=image-space"
    )
    card = drawn(page, "image-space")
    expect(card).to_contain_text("fc2 of BP and FA Dense, seed 0")

    # Under the pointer in one map, marked in both.
    page.mouse.move(*where(page, "image-space", 0, 50))
    expect(card.get_by_test_id("hover-card")).to_contain_text(re.compile(r"image \d+"))
    expect(card.get_by_test_id("ring")).to_have_count(2)
    page.mouse.click(*where(page, "image-space", 0, 50))
    pins = card.get_by_role("region", name="Pinned images").get_by_role("listitem")
    expect(pins).to_have_count(1)
    assert card.locator("[data-pinned]").count() == 2

    # What is lassoed in the second map is marked in the first too, until it is let go.
    lasso(page, *where(page, "image-space", 1, 50), 60)
    selected = card.get_by_role("region", name="Selected images")
    expect(selected).to_be_visible()
    page.wait_for_function(
        """() => document.querySelector('[data-figure="image-space"] .js-plotly-plot')
                 ._fullData[0].selectedpoints?.length > 0"""
    )
    assert marked(page, 0) == marked(page, 1) != []
    expect(selected).to_contain_text(f"{len(marked(page, 0))} image")
    selected.get_by_role("button", name="Clear selection").click()
    expect(selected).to_have_count(0)
    page.wait_for_function(
        """() => !document.querySelector('[data-figure="image-space"] .js-plotly-plot')
                 ._fullData[1].selectedpoints"""
    )

    # Keys step through the images.
    page.mouse.move(2, 2)
    card.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(card.get_by_test_id("said")).to_have_text(re.compile(r"^image \d+ \(1\)$"))

    # The choice is in the address, and comes back with it.
    card.get_by_label("Layer of the maps").select_option("conv1")
    card.get_by_label("Rule of the second map").select_option("usf_sn")
    expect(page).to_have_url(re.compile(r"space_layer=conv1&space_rules=bp\.usf_sn"))
    expect(card).to_contain_text("conv1 of BP and uSF SN", timeout=COMPUTED_MS)
    page.reload()
    expect(drawn(page, "image-space")).to_contain_text("conv1 of BP and uSF SN")
    page.go_back()
    expect(card).to_contain_text("conv1 of BP and FA Dense", timeout=COMPUTED_MS)

    # A link shows the same, from what it froze.
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    stranger = browser.new_context(viewport={"width": 1280, "height": 1400})
    shared = watched(stranger, complaints)
    asked: list[str] = []
    shared.on("request", lambda request: asked.append(request.url))
    shared.goto(link)
    frozen = drawn(shared, "image-space")
    expect(frozen).to_contain_text("conv1 of BP and FA Dense")
    expect(frozen.get_by_label("Layer of the maps")).to_have_count(0)
    with shared.expect_response(re.compile(r"/api/shared/.*\.png$")) as sheet:
        shared.mouse.move(*where(shared, "image-space", 0, 50))
        expect(frozen.get_by_test_id("hover-card").locator("[data-image]")).to_have_count(1)
    assert sheet.value.ok
    assert all("/api/shared/" in url for url in asked if "/api/" in url)
    assert complaints == []
    context.close()
    stranger.close()
