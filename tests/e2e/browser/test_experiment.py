"""The experiment page and the alignment panel in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.browsing import PAGE_MS, assert_fits, watched
from tests.e2e.conftest import TrainedAtlas, wait_for_comparison

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """On a busy machine a figure may take longer to draw than Playwright waits by itself."""
    expect.set_options(timeout=PAGE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page whose console stays clean."""
    complaints: list[str] = []
    page = watched(window, complaints)
    yield page
    page.close()
    assert complaints == []


def plot(page: Page, figure: str, expression: str) -> Any:
    """Evaluate an expression of a drawn figure's ``plot``."""
    return page.evaluate(
        f"""name => {{
            const plot = document.querySelector(`[data-figure="${{name}}"] .js-plotly-plot`);
            return {expression};
        }}""",
        figure,
    )


def until_plot(page: Page, figure: str, condition: str) -> None:
    """Wait until a condition on a drawn figure's ``plot`` holds."""
    page.wait_for_function(
        f"""name => {{
            const plot = document.querySelector(`[data-figure="${{name}}"] .js-plotly-plot`);
            return plot?.layout && {condition};
        }}""",
        arg=figure,
    )


def card(page: Page, figure: str) -> Locator:
    """Return a figure's card, once it is drawn."""
    found = page.locator(f'[data-figure="{figure}"]')
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-ready", "true")
    return found


def test_curves_are_drawn_as_the_address_says(page: Page, trained: TrainedAtlas) -> None:
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}")
    loss = card(page, "loss")
    expect(loss).to_contain_text("bands from the lowest to the highest")
    # Three rules of two seeds: an area and a mean each.
    assert plot(page, "loss", "plot.data.length") == 6
    assert plot(page, "loss", "plot.layout.hovermode") == "x unified"

    smoothing = page.get_by_role("slider", name=re.compile("Smoothing"))
    smoothing.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"smoothing=0\.9$"))
    expect(loss).to_contain_text("moving average of weight 0.9")
    until_plot(page, "loss", "plot.data.length === 9")
    expect(
        page.get_by_text(re.compile("^Exponential moving average of weight 0.9"))
    ).to_be_visible()
    page.get_by_text("Epochs", exact=True).click()
    expect(page).to_have_url(re.compile(r"x=epoch"))
    until_plot(page, "loss", "plot.layout.xaxis.title.text === 'Epoch'")
    page.get_by_text("Log", exact=True).click()
    until_plot(page, "loss", "plot.layout.yaxis.type === 'log'")
    page.get_by_text("Single runs", exact=True).click()
    until_plot(page, "loss", "plot.layout.hovermode === 'closest'")
    expect(loss).to_contain_text("Thin lines are seeds")

    # The address alone gives the same picture; going back takes the last choice back.
    shown = plot(page, "loss", "JSON.stringify([plot.layout.yaxis.range, plot.data.length])")
    page.reload()
    card(page, "loss")
    assert (
        plot(page, "loss", "JSON.stringify([plot.layout.yaxis.range, plot.data.length])") == shown
    )
    page.go_back()
    until_plot(page, "loss", "plot.layout.hovermode === 'x unified'")
    assert_fits(page)


def test_a_hover_tells_every_rule_and_marks_the_place_in_every_figure(
    page: Page, trained: TrainedAtlas
) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}")
    for figure in ("local-angle", "sign-concordance", "validation-accuracy"):
        card(page, figure)
    card(page, "loss").locator(".nsewdrag").hover()
    hover = page.locator('[data-figure="loss"] .hoverlayer .legend')
    for words in ("Step", "BP", "FA Dense", "uSF SN", " to "):
        expect(hover).to_contain_text(words)
    # Four layers have a local angle, and each panel has its line.
    lines = page.locator('[data-figure="local-angle"] [class*="crosshairs"] > div')
    expect(lines).to_have_count(4)
    expect(
        page.locator('[data-figure="validation-accuracy"] [class*="crosshairs"] > div')
    ).to_have_count(1)
    page.get_by_role("heading", level=1).hover()
    expect(lines).to_have_count(0)


def test_the_log_tells_what_happened(page: Page, trained: TrainedAtlas) -> None:
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}")
    log = page.get_by_role("region", name="Event log")
    log.scroll_into_view_if_needed()
    expect(log.get_by_role("listitem")).to_have_count(13)
    expect(log.get_by_role("listitem").last).to_contain_text("Launched 6 runs.")
    expect(log.locator('[data-kind="completed"]')).to_have_count(6)
    log.get_by_text("Every epoch").click()
    expect(log.locator('[data-kind="epoch"]').first).to_contain_text(
        re.compile(r"Finished epoch \d of 3: validation accuracy \d+\.\d %")
    )


def test_alignment_is_one_panel_of_four_measures(page: Page, trained: TrainedAtlas) -> None:
    wait_for_comparison(trained.atlas, trained.experiment_id, 240)
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare")
    panel = page.locator('[data-panel="alignment"]')
    panel.scroll_into_view_if_needed()
    expect(panel.locator('[data-figure="local-angle"]')).to_have_attribute("data-ready", "true")
    assert plot(page, "local-angle", "plot.layout.shapes.length") == 4
    expect(panel).to_contain_text("dashes at 90° are chance")
    panel.get_by_text("Signs", exact=True).click()
    expect(page).to_have_url(re.compile("alignment=sign-concordance"))
    until_plot(page, "sign-concordance", "plot.layout.shapes.every(line => line.y0 === 50)")
    panel.get_by_text("Epochs", exact=True).click()
    expect(page).to_have_url(re.compile("x=epoch"))
    until_plot(page, "sign-concordance", "plot.layout.meta.x === 'epoch'")


def test_runs_that_fail_or_are_stopped_say_why_and_go_on(page: Page, trained: TrainedAtlas) -> None:
    atlas = trained.atlas
    spec = atlas.get("/presets/default") | {
        "name": "Stopped",
        "rules": [{"rule": "bp"}],
        "seeds": [0, 1, 2],
        "epochs": 200,
    }
    experiment = atlas.post("/experiments", spec)
    page.goto(f"{atlas.address}/experiments/{experiment['id']}")
    expect(page.locator('[data-testid="run"][data-state="running"]').first).to_be_visible(
        timeout=90_000
    )
    log = page.get_by_role("region", name="Event log")
    expect(log.locator('[data-kind="started"]').first).to_contain_text("Started by train-")
    runs = page.get_by_role("region", name="Runs")
    expect(runs.get_by_role("progressbar", name="Progress of all runs")).to_be_visible()

    # Stopping everything asks first; leaving changes nothing.
    runs.get_by_role("button", name="Cancel all").click()
    page.get_by_role("button", name="Keep training").click()
    expect(page.locator('[data-testid="run"][data-state="cancelled"]')).to_have_count(0)
    runs.get_by_role("button", name="Cancel all").click()
    page.get_by_role("button", name="Stop training").click()
    expect(page.locator('[data-testid="run"][data-state="cancelled"]')).to_have_count(
        3, timeout=60_000
    )
    expect(log.locator('[data-kind="cancelled"]')).to_have_count(3)
    runs.get_by_role("button", name="Retry all 3").click()
    expect(log.locator('[data-kind="retried"]')).to_have_count(3)
    expect(page.locator('[data-testid="run"][data-state="cancelled"]')).to_have_count(0)
    atlas.post(f"/experiments/{experiment['id']}/cancel")
