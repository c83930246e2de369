"""Result table, layer heatmaps, map of representations and exemplars, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.browsing import COMPUTED_MS, assert_fits, faults, watched
from tests.e2e.conftest import TrainedAtlas

pytestmark = pytest.mark.browser

# The worker computes panels one after another.
RULES = ["BP", "FA Dense", "uSF SN"]


class Compare:
    """A page that compares the one trained experiment."""

    def __init__(self, page: Page, trained: TrainedAtlas) -> None:
        self.page = page
        self.trained = trained

    def open(self, query: str) -> None:
        """Show a comparison and wait until it is computed."""
        experiment = self.trained.experiment_id
        self.page.goto(f"{self.trained.atlas.address}/experiments/{experiment}/compare?{query}")

    def drawn(self, figure: str) -> Locator:
        """Return a figure's card, once it is drawn."""
        card = self.page.locator(f'[data-figure="{figure}"]')
        expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
        return card

    def points(self, trace: str) -> int:
        """Return the number of points that plotly.js has of the trace with this name."""
        count: int = self.page.evaluate(
            """name => document.querySelector('[data-figure="geometry-map"] .js-plotly-plot').data
                   .filter(trace => trace.name === name && trace.customdata)
                   .reduce((sum, trace) => sum + trace.customdata.filter(Boolean).length, 0)""",
            trace,
        )
        return count


@pytest.fixture
def compare(window: BrowserContext, trained: TrainedAtlas) -> Iterator[Compare]:
    complaints: list[str] = []
    page = watched(window, complaints)
    yield Compare(page, trained)
    page.close()
    assert faults(complaints) == []


def rules(table: Locator) -> list[str]:
    return table.locator("tbody th").all_inner_texts()


def test_the_result_table_is_sorted_by_any_column_and_the_address_says_how(
    compare: Compare,
) -> None:
    page = compare.page
    compare.open("panels=result")
    card = compare.drawn("result")
    table = card.get_by_role("table", name="Result")
    expect(table.locator("tbody tr")).to_have_count(3)
    assert rules(table) == RULES
    # Everything arrives by itself, and no cell is left without a value or its reason.
    expect(card).not_to_contain_text("still being computed", timeout=COMPUTED_MS)
    for cell in table.locator("tbody td").all():
        assert cell.inner_text().strip()
        if cell.inner_text().startswith("–"):
            assert cell.get_attribute("title")
    heads = table.locator("thead th[aria-sort]")
    assert heads.count() == 14
    for place in range(heads.count()):
        head = heads.nth(place)
        expect(head).to_have_attribute("aria-sort", "none")
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
        expect(table.locator('th[aria-sort="none"]')).to_have_count(13)
    # By the keyboard; dense feedback is the only one to be stored.
    memory = table.locator('th[data-column="memory"]')
    memory.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(memory).to_have_attribute("aria-sort", "descending")
    assert rules(table)[0] == "FA Dense"
    expect(page).to_have_url(re.compile("sort=-memory"))
    page.keyboard.press("Enter")
    expect(memory).to_have_attribute("aria-sort", "ascending")
    assert rules(table)[-1] == "FA Dense"
    page.reload()
    expect(table.locator('th[data-column="memory"]')).to_have_attribute("aria-sort", "ascending")
    assert rules(table)[-1] == "FA Dense"
    # Two seeds give a test, whatever it finds.
    difference = table.locator("tbody tr", has_text="FA Dense").locator("td").nth(1)
    assert "paired t-test over 2 seeds" in (difference.get_attribute("title") or "")
    with page.expect_download() as saved:
        card.get_by_role("button", name="Download").click()
        page.get_by_role("menuitem", name="CSV").click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[0].startswith("rule,seeds,test_percent,")
    assert [line.split(",")[0] for line in lines[1:]] == ["bp", "fa_dense", "usf_sn"]
    assert_fits(page)


def test_a_shared_link_has_the_result_table_from_the_frozen_numbers(
    compare: Compare, trained: TrainedAtlas
) -> None:
    compare.open("panels=result")
    table = compare.drawn("result").get_by_role("table", name="Result")
    expect(compare.drawn("result")).not_to_contain_text("still being computed", timeout=COMPUTED_MS)
    live = table.inner_text()
    asked = trained.atlas.post(f"/experiments/{trained.experiment_id}/comparisons", {})
    token = trained.atlas.post(f"/comparisons/{asked['id']}/shares", {})["token"]
    compare.page.goto(f"{trained.atlas.address}/s/{token}")
    expect(table.locator("tbody tr")).to_have_count(3)
    assert table.inner_text() == live
    table.locator('th[data-column="test"]').get_by_role("button").click()
    expect(table.locator('th[data-column="test"]')).to_have_attribute("aria-sort", "descending")


def test_a_cell_that_is_pointed_at_is_marked_in_every_heatmap(compare: Compare) -> None:
    page = compare.page
    compare.open("panels=layer-similarity")
    card = compare.drawn("layer-similarity")
    values = card.get_by_test_id("linked-values")
    expect(values).to_contain_text("Hover over a cell")
    card.locator(".nsewdrag").first.hover(position={"x": 8, "y": 8})
    expect(values).to_contain_text("conv1 · conv1")
    expect(values).to_contain_text(re.compile(r"FA Dense\s*[01]\.\d{3}"))
    expect(values).to_contain_text(re.compile(r"uSF SN\s*[01]\.\d{3}"))
    marked = card.locator("[data-linked]")
    expect(marked).to_have_count(2)
    first, second = (marked.nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert first["y"] == pytest.approx(second["y"], abs=1)
    assert first["x"] + first["width"] < second["x"]
    page.get_by_label("Layer similarity", exact=True).select_option("beside")
    expect(card).to_contain_text("ours and the paper’s")
    expect(page).to_have_url(re.compile("matrices=beside"))
    expect(card.locator(".nsewdrag")).to_have_count(4)
    assert_fits(page)


def test_training_is_played_on_the_map(compare: Compare) -> None:
    page = compare.page
    page.emulate_media(reduced_motion="no-preference")
    compare.open("panels=geometry-map")
    card = compare.drawn("geometry-map")
    expect(card.get_by_role("button", name="Play training")).to_have_count(0)
    card.get_by_text("Over training").click()
    expect(page).to_have_url(re.compile("map=trajectory"))
    play = card.get_by_role("button", name="Play training")
    expect(play).to_be_visible(timeout=COMPUTED_MS)
    # Five layers at the beginning and after each of three epochs.
    assert compare.points("FA Dense") == 20
    moment = card.get_by_role("slider", name="Moment of training")
    moment.focus()
    page.keyboard.press("Home")
    expect(card.locator("output")).to_have_text("untrained")
    page.wait_for_function(
        """() => document.querySelector('[data-figure="geometry-map"] .js-plotly-plot').data
               .some(trace => trace.name === 'FA Dense' && trace.customdata
                              && trace.customdata.filter(Boolean).length === 5)"""
    )
    page.keyboard.press("ArrowRight")
    expect(card.locator("output")).to_have_text("epoch 1")
    play.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    # It ends by itself, where everything is shown again.
    expect(card.locator("output")).to_have_text("epoch 3", timeout=30_000)
    expect(play).to_be_visible(timeout=30_000)
    page.wait_for_timeout(300)
    assert compare.points("FA Dense") == 20
    card.get_by_text("All seeds").click()
    expect(page).to_have_url(re.compile("map_seeds=all"))
    expect(card).to_contain_text("seeds 0 and 1", timeout=COMPUTED_MS)
    assert_fits(page)


def test_where_motion_is_unwelcome_training_goes_step_by_step(
    compare: Compare,
) -> None:
    # `watched` asks for no motion.
    compare.open("panels=geometry-map&map=trajectory")
    card = compare.drawn("geometry-map")
    # All points that are ever drawn: of whole epochs alone, where nothing glides.
    compare.page.evaluate(
        """() => {
            window.seen = new Set();
            const plot = document.querySelector('[data-figure="geometry-map"] .js-plotly-plot');
            plot.on('plotly_afterplot', () => window.seen.add(plot.data
                .filter(trace => trace.name === 'FA Dense' && trace.customdata)
                .flatMap(trace => trace.customdata.filter(Boolean)).length));
        }"""
    )
    card.get_by_role("button", name="Play training").click()
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    expect(card.get_by_role("button", name="Play training")).to_be_visible(timeout=30_000)
    seen = compare.page.evaluate("[...window.seen]")
    assert set(seen) <= {5, 10, 15, 20}
    assert 20 in seen


def test_the_map_has_three_dimensions(compare: Compare) -> None:
    page = compare.page
    compare.open("panels=geometry-map")
    card = compare.drawn("geometry-map")
    expect(card).to_contain_text(
        re.compile(r"stress 0\.\d\d in two dimensions, 0\.\d\d in three"), timeout=COMPUTED_MS
    )
    card.get_by_text("3D", exact=True).click()
    expect(page).to_have_url(re.compile("map_dim=3"))
    expect(card).to_contain_text("drawn in three dimensions", timeout=COMPUTED_MS)
    webgl = page.evaluate("document.createElement('canvas').getContext('webgl') !== null")
    if webgl:
        expect(card.locator("canvas").first).to_be_visible()
    else:
        expect(card.get_by_role("note")).to_contain_text("no WebGL")
    card.get_by_role("button", name="Table", exact=True).click()
    expect(card.get_by_role("columnheader", name="z (rad)")).to_be_visible()
    page.go_back()
    expect(card).to_contain_text("drawn in two dimensions")


def test_exemplars_of_any_class_and_convolution(compare: Compare) -> None:
    page = compare.page
    compare.open("panels=exemplars")
    card = compare.drawn("exemplars")
    expect(card).to_contain_text("Channels of conv2 that matter for “0”")
    # Three rules, three channels, four images of each.
    expect(card.locator(".imagelayer image, .layer-below image")).to_have_count(36)
    card.get_by_label("Class that the channels matter for").select_option("7")
    expect(page).to_have_url(re.compile("exemplar_class=7"))
    expect(card).to_contain_text("Channels of conv2 that matter for “7”", timeout=COMPUTED_MS)
    card.get_by_label("Layer of the channels").select_option("conv1")
    expect(card).to_contain_text("Channels of conv1 that matter for “7”", timeout=COMPUTED_MS)
    assert_fits(page)
