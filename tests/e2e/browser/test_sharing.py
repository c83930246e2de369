"""Links in a browser: their terms, what a reader sees and can do, their end, frames and files."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browsing import COMPUTED_MS, assert_fits, barriers, faults, watched
from tests.e2e.conftest import TrainedAtlas

pytestmark = pytest.mark.browser

PASSPHRASE = "correct horse battery"


@pytest.fixture
def owner(
    window: BrowserContext, trained: TrainedAtlas, comparison: dict[str, Any]
) -> Iterator[Page]:
    """The compare page of whoever shares, whose console stays clean."""
    complaints: list[str] = []
    page = watched(window, complaints)
    page.goto(f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare")
    yield page
    page.close()
    assert complaints == []


def share(
    trained: TrainedAtlas, comparison: dict[str, Any], **terms: Any
) -> tuple[dict[str, Any], str]:
    """Make a link; return it and its address."""
    made = trained.atlas.post(f"/comparisons/{comparison['id']}/shares", terms)
    return made, f"{trained.atlas.address}{made['path']}"


def every_panel(page: Page) -> set[str]:
    """Wait until every panel is drawn; their names."""
    figures = page.locator("[data-figure]")
    expect(figures.nth(5)).to_be_attached(timeout=COMPUTED_MS)
    for place in range(figures.count()):
        figures.nth(place).scroll_into_view_if_needed()
        expect(figures.nth(place)).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    return set(figures.evaluate_all("all => all.map((one) => one.dataset.figure)"))


def stranger(context: BrowserContext, complaints: list[str], asked: list[str]) -> Page:
    """Return the page of someone else; every address that it asks for is noted."""
    page = watched(context, complaints)
    page.on("request", lambda request: asked.append(request.url))
    return page


def test_a_link_on_terms_from_its_making_to_its_end(
    browser: Browser,
    trained: TrainedAtlas,
    owner: Page,
    axe: str,
) -> None:
    owner.get_by_role("button", name="Share").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("Label", exact=True).fill("For Ada")
    dialog.get_by_label("Expires").select_option(label="in 30 days")
    dialog.get_by_label("Passphrase").fill("short")
    expect(dialog.get_by_label("Allow other websites to embed it")).to_be_disabled()
    assert barriers(owner, axe) == []
    dialog.get_by_label("Passphrase").fill(PASSPHRASE)
    dialog.get_by_role("button", name="Create link").click()
    address = dialog.get_by_label("Link", exact=True).input_value()
    token = re.fullmatch(rf"{trained.atlas.address}/s/([\w-]{{43}})", address)[1]  # type: ignore[index]
    assert PASSPHRASE not in address
    expect(dialog.get_by_text("cannot show it again")).to_be_visible()
    item = dialog.get_by_role("listitem").filter(has_text="For Ada")
    expect(item).to_contain_text("never opened")
    expect(item).to_contain_text("passphrase")
    expect(item).to_contain_text("expires on")
    assert barriers(owner, axe) == []
    complaints: list[str] = []
    asked: list[str] = []
    with browser.new_context(accept_downloads=True) as context:
        page = stranger(context, complaints, asked)
        page.goto(address)
        expect(page.get_by_role("heading", name="This link has a passphrase")).to_be_visible()
        assert_fits(page)
        assert barriers(page, axe) == []
        assert complaints == []
        page.get_by_label("Passphrase").fill("wrong horse")
        page.keyboard.press("Enter")
        expect(page.get_by_text("This is not the passphrase")).to_be_visible()
        assert {one.split(" ")[0] for one in complaints} == {"401", "Failed"}
        complaints.clear()
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.keyboard.press("Enter")
        shown = every_panel(page)
        assert {"result", "rdms", "geometry-map", "image-space", "exemplars"} <= shown
        expect(page.get_by_text("The link works until")).to_be_visible()
        (cookie,) = context.cookies(f"{trained.atlas.address}/api/shared/{token}/figures/rdms")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert cookie["path"] == f"/api/shared/{token}"
        # Its pictures come by that cookie too, and so do files.
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="All numbers").click()
        assert Path(download.value.path()).read_bytes().startswith(b"PK")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Three rules on digits")
        # Nothing else is reached, and nothing keeps listening.
        calls = [url for url in asked if "/api/" in url]
        assert all(f"/api/shared/{token}" in url for url in calls), calls
        assert not any(PASSPHRASE.split()[1] in url for url in asked)
        assert complaints == []
        owner.reload()
        owner.get_by_role("button", name="Share").click()
        expect(item).to_contain_text("opened 2 times")
        item.get_by_role("button", name="Revoke: For Ada").click()
        expect(item.get_by_text("It will stop working for everyone who has it.")).to_be_visible()
        item.get_by_role("button", name="Keep it").click()
        item.get_by_role("button", name="Revoke: For Ada").click()
        item.get_by_role("button", name="Revoke permanently: For Ada").click()
        expect(item).to_contain_text("revoked on")
        page.reload()
        expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
        assert_fits(page)
        assert barriers(page, axe) == []
        assert {one.split(" ")[0] for one in complaints} == {"404", "Failed"}


def test_a_shared_page_does_what_the_comparison_does(
    browser: Browser, trained: TrainedAtlas, comparison: dict[str, Any]
) -> None:
    _, address = share(trained, comparison)
    complaints: list[str] = []
    asked: list[str] = []
    with browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="dark", accept_downloads=True
    ) as context:
        page = stranger(context, complaints, asked)
        page.goto(address)
        every_panel(page)
        # A table, a file, a maximised panel, one that goes and comes back.
        similarity = page.locator('[data-figure="layer-similarity"]')
        similarity.get_by_role("button", name="Table").click()
        expect(similarity.get_by_role("table")).to_be_visible()
        for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("PDF", b"%PDF"),
                            ("Plotly JSON", b"{"), ("CSV", b"seed")):  # fmt: skip
            similarity.get_by_role("button", name="Download").click()
            with page.expect_download() as download:
                page.get_by_role("menuitem", name=kind, exact=True).click()
            content = Path(download.value.path()).read_bytes()
            assert content.startswith(start) or kind == "CSV", content[:20]
            assert len(content) > 100
            expect(page.get_by_role("menu")).to_have_count(0)
        similarity.get_by_role("button", name="Expand to full window").click()
        expect(page.get_by_role("dialog", name="Layer similarity")).to_be_visible()
        page.keyboard.press("Escape")
        similarity.get_by_role("button", name="Remove").click()
        expect(similarity).to_have_count(0)
        page.go_back()
        expect(similarity).to_have_attribute("data-ready", "true")
        # An RDM's cell shows its two images, which come from the frozen copy.
        rdms = page.locator('[data-figure="rdms"]')
        rdms.scroll_into_view_if_needed()
        rdms.get_by_role("application").focus()
        for key in ("ArrowRight", "ArrowDown", "PageDown"):
            page.keyboard.press(key)
        pair = rdms.get_by_test_id("hover-card").locator("[data-image]")
        expect(pair).to_have_count(2)
        sheet = pair.first.evaluate("one => getComputedStyle(one).backgroundImage")
        assert "/api/shared/" in sheet
        page.keyboard.press("Escape")
        # The map turns into three dimensions without a worker.
        chart = page.locator('[data-figure="geometry-map"]')
        chart.scroll_into_view_if_needed()
        with page.expect_response(lambda answer: "map_dimensions=3" in answer.url) as solid:
            chart.get_by_text("3D", exact=True).click()
        kinds = {trace["type"] for trace in solid.value.json()["plotly"]["data"]}
        assert "scatter3d" in kinds
        page.wait_for_url("**map_dimensions=3*")
        # A column of the result table sorts it; curves are smoothed.
        result = page.locator('[data-figure="result"]')
        result.scroll_into_view_if_needed()
        result.locator("th[aria-sort]").nth(2).get_by_role("button").click()
        page.wait_for_url("**sort=*")
        # The paper's matrices are drawn beside these, and the theme is the reader's.
        similarity.get_by_label("Source of layer similarities").select_option("difference")
        expect(similarity).to_contain_text("paper")
        page.get_by_role("radiogroup", name="Theme").locator(
            "label", has_text="Light theme"
        ).click()
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
        calls = [url for url in asked if "/api/" in url]
        assert all("/api/shared/" in url for url in calls), calls
        assert faults(complaints) == []


def test_settings_are_cloned_into_the_form(
    browser: Browser, trained: TrainedAtlas, comparison: dict[str, Any]
) -> None:
    _, address = share(trained, comparison)
    complaints: list[str] = []
    with browser.new_context(accept_downloads=True) as context:
        page = watched(context, complaints)
        page.goto(address)
        page.get_by_role("link", name="Clone settings").click()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Copy of Three rules on digits")
        expect(page.get_by_label("Epochs", exact=True)).to_have_value("3")
        page.reload()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Copy of Three rules on digits")
        page.goto(address)
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="Settings (YAML)").click()
        assert "name: Three rules on digits" in Path(download.value.path()).read_text()
        assert complaints == []


class _Frames(BaseHTTPRequestHandler):
    """Another website, which shows the address in its query in a frame."""

    def do_GET(self) -> None:
        address = self.path.partition("?")[2]
        body = '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">'
        body += f'<iframe src="{address}" width="1200" height="800"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Address of another website: its name is another site's, to a browser."""
    server = HTTPServer(("127.0.0.1", 0), _Frames)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_another_website_shows_a_link_only_where_it_may(
    browser: Browser, trained: TrainedAtlas, comparison: dict[str, Any], owner: Page, elsewhere: str
) -> None:
    owner.get_by_role("button", name="Share").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("Allow other websites to embed it").check()
    dialog.get_by_role("button", name="Create link").click()
    code = dialog.get_by_label("HTML for another website").input_value()
    allowed = re.search(r'src="([^"]+)"', code)[1]  # type: ignore[index]
    assert allowed == dialog.get_by_label("Link", exact=True).input_value()
    _, refused = share(trained, comparison)
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = watched(context, complaints)
        page.goto(f"{elsewhere}/?{allowed}")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_contain_text("Three rules on digits")
        figure = frame.locator('[data-figure="layer-similarity"]')
        expect(figure).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
        # The form would not show in there; the file does as well.
        expect(frame.get_by_role("link", name="Clone settings")).to_have_attribute("download", "")
        assert complaints == []
        page.goto(f"{elsewhere}/?{refused}")
        page.wait_for_timeout(1000)
        expect(frame.get_by_role("heading", level=1)).to_have_count(0)
        assert any("frame-ancestors" in one for one in complaints), complaints


def test_the_whole_share_is_one_file_that_opens_offline(
    browser: Browser, trained: TrainedAtlas, comparison: dict[str, Any], tmp_path: Path
) -> None:
    _, address = share(trained, comparison)
    complaints: list[str] = []
    with browser.new_context(accept_downloads=True) as context:
        page = watched(context, complaints)
        page.goto(address)
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="One HTML file").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
    assert file.name == "three-rules-on-digits-comparison.html"
    asked: list[str] = []
    with browser.new_context(offline=True) as context:
        page = stranger(context, complaints, asked)
        page.goto(file.as_uri())
        expect(page.get_by_text(re.compile("^Frozen on"))).to_be_visible()
        page.locator('[data-figure="layer-similarity"] .main-svg').first.wait_for()
        assert asked == [file.as_uri()]
    assert complaints == []


def test_links_are_listed_and_revoked_on_the_system_page(
    browser: Browser,
    trained: TrainedAtlas,
    comparison: dict[str, Any],
    axe: str,
) -> None:
    _, address = share(trained, comparison, label="For the list")
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = watched(context, complaints)
        page.goto(f"{trained.atlas.address}/system")
        item = (
            page.get_by_role("list", name="Links")
            .get_by_role("listitem")
            .filter(has_text="For the list")
        )
        expect(item.get_by_role("link", name="Three rules on digits")).to_be_visible()
        with page.expect_download() as download:
            item.get_by_role("link", name="HTML file of For the list").click()
        assert download.value.suggested_filename == "three-rules-on-digits-comparison.html"
        assert_fits(page)
        assert barriers(page, axe) == []
        item.get_by_role("button", name="Revoke: For the list").click()
        item.get_by_role("button", name="Revoke permanently: For the list").click()
        expect(item).to_contain_text("revoked on")
        log = page.get_by_role("list", name="Audit log").get_by_role("listitem").first
        expect(log).to_contain_text("revoked the link “For the list”")
        assert complaints == []
        page.goto(address)
        expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
