"""The main job in a real browser: launch, watch, compare, share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browsing import COMPUTED_MS, assert_fits, watched
from tests.e2e.conftest import RunningAtlas, TrainedAtlas

pytestmark = pytest.mark.browser

CURVES = (
    "loss",
    "validation-accuracy",
    "local-angle",
    "global-angle",
    "update-angle",
    "sign-concordance",
)
PANELS = (
    "layer-similarity",
    "similarity-profile",
    "rdms",
    "local-angle",
    "accuracy",
    "geometry-map",
    "exemplars",
)
TRAINING_MS = 240_000


def points_drawn(page: Page, figure: str) -> int:
    """Return the number of points that plotly.js has drawn in a figure."""
    count: int = page.evaluate(
        """name => {
            const plot = document.querySelector(`[data-figure="${name}"] .js-plotly-plot`);
            return plot ? plot.calcdata.reduce((sum, trace) => sum + trace.length, 0) : 0;
        }""",
        figure,
    )
    return count


def open_every_figure(
    page: Page, names: tuple[str, ...], kinds: tuple[str, ...] = ("PNG", "SVG", "CSV")
) -> None:
    """Expect each figure to be drawn, to show its table, and to download as these kinds."""
    for name in names:
        card = page.locator(f'[data-figure="{name}"]')
        card.scroll_into_view_if_needed()
        expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
        expect(card.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        card.get_by_role("button", name="Table").click()
        table = card.get_by_role("table")
        expect(table.get_by_role("row").nth(1)).to_be_visible()
        card.get_by_role("button", name="Table").click()
        for kind in kinds:
            card.get_by_role("button", name="Download").click()
            with page.expect_download() as download:
                page.get_by_role("menuitem", name=kind).click()
            saved = Path(download.value.path())
            assert saved.stat().st_size > 100
            assert download.value.suggested_filename.endswith(f".{kind.lower()}")
            start = saved.read_bytes()[:300]
            assert {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": b","}[kind] in start


def test_launch_watch_compare_share(
    browser: Browser, start_atlas: Callable[..., RunningAtlas]
) -> None:
    atlas = start_atlas()
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = watched(context, complaints)

    # The list is empty and has one clear action.
    page.goto(atlas.address)
    page.get_by_role("main").get_by_role("link", name="New experiment").first.click()

    # The form is filled in; it says what the launch will take; one click launches five runs.
    cost = page.get_by_role("region", name="Cost")
    for term, value in (("Runs", "5"), ("Training steps", "500"), ("Disk needed", r"\d+.MB")):
        expect(cost).to_contain_text(re.compile(rf"{term}\s*{value}"))
    page.get_by_label("Epochs").fill("3")
    expect(cost).to_contain_text(re.compile(r"Training steps\s*150"))
    assert_fits(page)
    page.get_by_role("button", name="Launch").click()

    # Runs and curves move without a reload.
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f]{16}$"))
    expect(page.get_by_test_id("run")).to_have_count(5)
    expect(page.locator('[data-state="running"]').first).to_be_visible(timeout=60_000)
    page.evaluate("window.notReloaded = true")
    page.wait_for_function(
        """() => { const plot = document.querySelector('[data-figure="loss"] .js-plotly-plot');
                   return plot && plot.calcdata && plot.calcdata.length > 0; }""",
        timeout=TRAINING_MS,
    )
    before = points_drawn(page, "loss")
    page.wait_for_function(
        """before => document.querySelector('[data-figure="loss"] .js-plotly-plot')
               .calcdata.reduce((sum, trace) => sum + trace.length, 0) > before""",
        arg=before,
        timeout=TRAINING_MS,
    )
    expect(page.locator('[data-testid="run"][data-state="completed"]')).to_have_count(
        5, timeout=TRAINING_MS
    )
    assert page.evaluate("window.notReloaded")
    open_every_figure(page, CURVES)
    assert_fits(page)

    # The comparison shows every figure.
    page.get_by_role("link", name="Compare").first.click()
    expect(page).to_have_url(re.compile(r"/compare"))
    open_every_figure(page, tuple(name for name in PANELS if page_has(page, name)))
    assert {"layer-similarity", "similarity-profile", "rdms", "local-angle"} <= {
        name for name in PANELS if page_has(page, name)
    }
    result = page.get_by_role("table", name="Result")
    for rule in ("BP", "FA Dense", "FA Toeplitz", "uSF Init", "uSF SN"):
        expect(result.get_by_text(rule, exact=True)).to_be_visible()
    assert_fits(page)

    # A link opens the same comparison in a browser with no session.
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert re.fullmatch(rf"{atlas.address}/s/[\w-]{{43,}}", link)
    numbers = page.locator('[data-figure="layer-similarity"]').evaluate(
        "card => JSON.stringify(card.querySelector('.js-plotly-plot').layout.annotations)"
    )
    stranger = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    visited: list[str] = []
    shared = watched(stranger, complaints)
    shared.on("request", lambda request: visited.append(request.url))
    shared.goto(link)
    open_every_figure(shared, tuple(name for name in PANELS if page_has(shared, name)), ("CSV",))
    assert numbers == shared.locator('[data-figure="layer-similarity"]').evaluate(
        "card => JSON.stringify(card.querySelector('.js-plotly-plot').layout.annotations)"
    )
    calls = [url for url in visited if "/api/" in url]
    assert calls
    assert all("/api/shared/" in url for url in calls), calls
    for name in ("Launch", "Cancel", "Delete", "Share"):
        expect(shared.get_by_role("button", name=name)).to_have_count(0)
    assert_fits(shared)

    # The strip chooses images; the address holds the choice, and each figure says its images.
    page.goto(f"{page.url.partition('?')[0]}?panels=layer-similarity")
    page.get_by_label("Subset").select_option("both_correct")
    expect(page).to_have_url(re.compile(r"subset=both_correct"))
    heatmaps = page.locator('[data-figure="layer-similarity"]')
    expect(heatmaps).to_contain_text("both networks classify correctly", timeout=COMPUTED_MS)
    page.get_by_label("Subset").select_option("all")
    expect(heatmaps).not_to_contain_text("both networks classify correctly", timeout=COMPUTED_MS)
    with page.expect_download(timeout=COMPUTED_MS) as numbers_saved:
        page.get_by_role("button", name="Numbers").click()
    assert Path(numbers_saved.value.path()).read_bytes().startswith(b"PK")
    # The archive of numbers is asked for until it is made.
    assert [text for text in complaints if "503" not in text] == []
    context.close()
    stranger.close()


def page_has(page: Page, figure: str) -> bool:
    """Return True where the comparison has this panel; wait for the panels."""
    page.locator('[data-figure="layer-similarity"]').wait_for()
    return page.locator(f'[data-figure="{figure}"]').count() == 1


def test_bad_values_are_explained_beside_their_field(
    window: BrowserContext, trained: TrainedAtlas
) -> None:
    atlas = trained.atlas
    complaints: list[str] = []
    page = watched(window, complaints)
    page.goto(f"{atlas.address}/new")
    page.get_by_label("Epochs").fill("5000")
    expect(page.get_by_text(re.compile("out of range for epochs"))).to_be_visible()
    page.get_by_label("Epochs").fill("2")
    page.get_by_label("Name").fill("x" * 200)
    expect(page.get_by_text(re.compile("at most 120"))).to_be_visible()
    page.goto(f"{atlas.address}/s/unknown")
    expect(page.get_by_text(re.compile("revoked|never existed")).first).to_be_visible()
    page.goto(f"{atlas.address}/nowhere")
    expect(page.get_by_role("link", name=re.compile("Experiments")).first).to_be_visible()
    page.goto(f"{atlas.address}/experiments/0123456789abcdef")
    expect(page.get_by_text(re.compile("experiment does not exist")).first).to_be_visible()
    unexpected = [text for text in complaints if not re.search(r"\b(404|422)\b", text)]
    assert unexpected == []
    page.close()
