"""axe finds nothing serious on any page in either theme, and a keyboard reaches everything.

Themes differ in colours alone: the dark one is searched for what colours can do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.browsing import COMPUTED_MS, PAGE_MS, barriers, watched
from tests.e2e.conftest import TrainedAtlas, wait_for_comparison

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
# The rules of axe that look at colours.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def shared(trained: TrainedAtlas) -> str:
    """Path of a link to the trained experiment's comparison."""
    comparison = wait_for_comparison(trained.atlas, trained.experiment_id, 180)
    path: str = trained.atlas.post(f"/comparisons/{comparison['id']}/shares", {})["path"]
    return path


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page whose console stays clean, but for what tests leave out of reach."""
    complaints: list[str] = []
    page = watched(window, complaints)
    page.emulate_media(color_scheme="light")
    yield page
    page.close()
    assert [one for one in complaints if "404" not in one] == []


def settled(page: Page) -> None:
    """Wait until what the page asked for is there."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)


def show_dark(page: Page) -> None:
    """Ask for the dark theme, and wait until the page and its figures are drawn in it."""
    inks = "[...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.layout.font.color)"
    before = page.evaluate(inks)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute(
        "data-mantine-color-scheme", "dark", timeout=PAGE_MS
    )
    page.wait_for_function(
        f"before => {inks}.every((ink, place) => ink !== before[place])",
        arg=before,
        timeout=COMPUTED_MS,
    )


ADDRESSES: dict[str, Callable[[str, str], str]] = {
    "experiments": lambda experiment, share: "/",
    "new": lambda experiment, share: "/new",
    "experiment": lambda experiment, share: f"/experiments/{experiment}",
    "compare": lambda experiment, share: f"/experiments/{experiment}/compare",
    "paper": lambda experiment, share: f"/experiments/{experiment}/paper",
    "methods": lambda experiment, share: "/methods",
    "system": lambda experiment, share: "/system",
    "shared": lambda experiment, share: share,
    "no such link": lambda experiment, share: "/s/never-was",
    "no such page": lambda experiment, share: "/nowhere",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_page_keeps_anyone_out(
    page: Page, axe: str, trained: TrainedAtlas, shared: str, name: str
) -> None:
    page.goto(trained.atlas.address + ADDRESSES[name](trained.experiment_id, shared))
    settled(page)
    if name in ("experiment", "compare", "shared"):
        expect(page.locator("[data-figure]").nth(3)).to_be_attached(timeout=COMPUTED_MS)
        for card in page.locator("[data-figure][data-ready]").all():
            card.scroll_into_view_if_needed()
            expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    assert barriers(page, axe) == []
    # On a phone other parts show: the burger, scrolled formulas, figures below each other.
    page.set_viewport_size({"width": 390, "height": 800})
    settled(page)
    assert barriers(page, axe) == []
    show_dark(page)
    assert barriers(page, axe, COLOUR_RULES) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    settled(page)
    assert barriers(page, axe, COLOUR_RULES) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_menus_dialogs_and_tables_keep_nobody_out(
    page: Page, axe: str, trained: TrainedAtlas, shared: str, scheme: Scheme
) -> None:
    rules = None if scheme == "light" else COLOUR_RULES
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare")
    card = page.locator('[data-figure="layer-similarity"]')
    expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    card.get_by_role("button", name="Table").click()
    table = card.get_by_role("table")
    expect(table.get_by_role("columnheader").first).to_have_attribute("scope", "col")
    assert table.locator("caption").inner_text() != ""
    card.get_by_role("button", name="Download").click()
    expect(page.get_by_role("menuitem", name="PDF")).to_be_visible()
    assert barriers(page, axe, rules) == []
    page.keyboard.press("Escape")
    for item in ("Methods and BibTeX", "Python snippet"):
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name=item).click()
        expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_visible()
        assert barriers(page, axe, rules) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Label")).to_be_visible()
    assert barriers(page, axe, rules) == []


def test_a_saved_page_keeps_nobody_out(
    page: Page, axe: str, trained: TrainedAtlas, shared: str, tmp_path: Path
) -> None:
    answer = page.request.get(
        f"{trained.atlas.address}/api{shared.replace('/s/', '/shared/')}/report.html"
    )
    file = tmp_path / "comparison.html"
    file.write_bytes(answer.body())
    page.goto(file.as_uri())
    expect(page.locator(".main-svg").first).to_be_attached()
    assert barriers(page, axe) == []
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(page.locator(".main-svg").first).to_be_attached()
    assert barriers(page, axe, COLOUR_RULES) == []


def press_until(page: Page, key: str, target: Locator, at_most: int = 60) -> None:
    """Press a key until it reaches a place; every place on the way shows that it has the focus."""
    for _ in range(at_most):
        page.keyboard.press(key)
        shown = page.evaluate(
            """() => {
                const at = document.activeElement;
                // Of these the label beside is outlined.
                if (at === document.body || ["radio", "checkbox"].includes(at.type)) return true;
                const outlined = (one) => getComputedStyle(one).outlineStyle !== "none";
                // A link that stands for its row outlines all of it.
                const around = [at];
                while (around.length < 6 && around.at(-1).parentElement) {
                    around.push(around.at(-1).parentElement);
                }
                return around.some(outlined) || getComputedStyle(at).boxShadow !== "none";
            }"""
        )
        assert shown, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if target.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"{key}, pressed {at_most} times, does not reach {target}")


def test_the_main_flow_needs_only_a_keyboard(
    page: Page, trained: TrainedAtlas, shared: str
) -> None:
    page.goto(trained.atlas.address)
    settled(page)
    skip = page.get_by_role("link", name="Skip to content")
    press_until(page, "Tab", skip, 1)
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    press_until(page, "Tab", page.get_by_role("link", name="Three rules on digits").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f]{16}$"))
    # The new page's content has the focus: the navigation need not be passed again.
    expect(page.get_by_role("main")).to_be_focused()
    press_until(page, "Tab", page.get_by_role("main").get_by_role("link", name="Compare").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/compare"))

    card = page.locator('[data-figure="layer-similarity"]')
    expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    export = page.get_by_role("button", name="Export")
    press_until(page, "Tab", export)
    page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name="Methods and BibTeX")
    expect(item).to_be_visible()
    press_until(page, "ArrowDown", item, 3)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox").first).to_be_visible()
    press_until(page, "Tab", dialog.get_by_role("button", name="Copy: BibTeX"), 8)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    table = card.get_by_role("button", name="Table")
    press_until(page, "Tab", table)
    page.keyboard.press("Enter")
    expect(card.get_by_role("table")).to_be_visible()
    download = card.get_by_role("button", name="Download")
    press_until(page, "Tab", download, 1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="PNG")).to_be_visible()
    page.wait_for_function("() => document.activeElement.closest('[role=menu]')")
    page.keyboard.press("Escape")
    expect(download).to_be_focused()


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_theme_is_chosen_kept_and_followed_by_figures(
    browser: Browser, trained: TrainedAtlas, shared: str, chosen: Scheme
) -> None:
    other: Scheme = "dark" if chosen == "light" else "light"
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=other)
    page = watched(context, complaints)
    page.goto(trained.atlas.address + shared)
    figure = page.locator('[data-figure="layer-similarity"]')
    expect(figure).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    plot = "document.querySelector('[data-figure=\"layer-similarity\"] .js-plotly-plot')"
    ink = f"{plot}.layout.font.color"
    before = page.evaluate(ink)
    page.get_by_role("radiogroup", name="Theme").locator(
        "label", has_text=f"{chosen.title()} theme"
    ).click()
    page.wait_for_function(f"() => {ink} !== '{before}'")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", chosen)
    expect(figure).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    assert page.evaluate(ink) != before
    page.get_by_role("radiogroup", name="Theme").locator("label", has_text="System theme").click()
    page.wait_for_function(f"() => {ink} === '{before}'")
    page.emulate_media(color_scheme=chosen)
    page.wait_for_function(f"() => {ink} !== '{before}'")
    context.close()
    assert complaints == []
