"""Signing in, what each role is offered, and a clean console under the page's policy."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from feedback_atlas.server.settings import Settings
from tests.backend.access.secured import Secured, secured
from tests.conftest import free_port, wait_until
from tests.e2e.browsing import assert_fits, watched

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Secured]]:
    """A service that asks for tokens, without workers, on a port of its own."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("secured") / "data"
    with secured(Settings(data_dir=folder, port=port, device="cpu")) as started:
        config = uvicorn.Config(started.app, port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        wait_until(lambda: server.started, 20, "the service does not start")
        yield f"http://127.0.0.1:{port}", started
        server.should_exit = True
        thread.join(20)


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Access token", exact=True).fill(token)
    page.get_by_role("button", name="Sign in").click()


def test_a_viewer_comes_in_looks_and_leaves(browser: Browser, service: tuple[str, Secured]) -> None:
    address, started = service
    complaints: list[str] = []
    with browser.new_context() as context:
        page = watched(context, complaints)
        wanted = f"{address}/experiments/{started.experiment_id}?layer=conv1"
        page.goto(wanted)
        page.wait_for_url("**/sign-in?to=*")
        assert_fits(page)
        sign_in(page, "atlas_wrong")
        expect(page.get_by_text("This token is not valid")).to_be_visible()
        assert {one.split(" ")[0] for one in complaints} == {"401", "Failed"}
        complaints.clear()
        sign_in(page, started.viewer)
        page.wait_for_url(wanted)
        expect(page.get_by_role("heading", name="Behind a door")).to_be_visible()
        # What a viewer may not do is not there to be tried.
        for name in ("Clone", "Delete", "Cancel", "Rename", "Add notes", "Add tags"):
            expect(page.get_by_role("button", name=re.compile(name))).to_have_count(0)
        expect(page.get_by_role("link", name="New experiment")).to_have_count(0)
        page.goto(f"{address}/new")
        expect(page.get_by_text("Only owners launch experiments")).to_be_visible()
        page.goto(f"{address}/system")
        expect(page.get_by_role("heading", name="Workers")).to_be_visible()
        for title in ("Access tokens", "Who did what", "Folders that experiments may use"):
            expect(page.get_by_role("heading", name=title)).to_have_count(0)
        cookies = {one["name"]: one for one in context.cookies()}
        (cookie,) = (one for name, one in cookies.items() if name.startswith("atlas-session"))
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in*")
        assert complaints == []
        assert context.request.get(f"{address}/api/experiments").status == 401


def test_an_owner_makes_a_token_that_works_until_it_is_revoked(
    browser: Browser, service: tuple[str, Secured]
) -> None:
    address, started = service
    complaints: list[str] = []
    with browser.new_context() as context, browser.new_context() as other:
        page = watched(context, complaints)
        page.goto(f"{address}/system")
        sign_in(page, started.owner)
        card = page.get_by_role("region", name="Access tokens")
        card.get_by_label("Name").fill("Cluster")
        card.get_by_role("button", name="Create token").click()
        token = card.get_by_label("Token of Cluster").input_value()
        assert_fits(page)
        page.reload()
        expect(card.get_by_text("Cluster")).to_be_visible()
        assert token not in page.content()
        guest = other.new_page()
        guest.goto(f"{address}/")
        sign_in(guest, token)
        expect(guest.get_by_text("Behind a door")).to_be_visible()
        card.get_by_role("button", name="Revoke Cluster").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        expect(card.get_by_text("Cluster")).to_have_count(0)
        audit = page.get_by_role("list", name="Audit log")
        expect(audit.get_by_role("listitem").first).to_contain_text(
            "Ada revoked the token Cluster, viewer"
        )
        guest.reload()
        guest.wait_for_url("**/sign-in*")
        assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_quiet_under_its_policy(
    browser: Browser, service: tuple[str, Secured], scheme: str
) -> None:
    """Read the browser's console, which says what the Content-Security-Policy has stopped."""
    address, started = service
    complaints: list[str] = []
    with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = watched(context, complaints)
        page.goto(f"{address}/")
        sign_in(page, started.owner)
        expect(page.get_by_text("Behind a door")).to_be_visible()
        experiment = f"/experiments/{started.experiment_id}"
        for path in ("/new", "/methods", "/system", experiment, f"{experiment}/compare"):
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            assert "unsafe-eval" not in answer.headers["content-security-policy"]
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto(f"{address}/s/{started.link}")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        # A dialog adds a style of its own, which needs the nonce too.
        page.goto(f"{address}/system")
        page.get_by_role("button", name="Revoke Bob").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert complaints == []


def test_a_link_needs_no_account_and_reaches_nothing_else(
    browser: Browser, service: tuple[str, Secured]
) -> None:
    address, started = service
    complaints: list[str] = []
    asked: list[str] = []
    with browser.new_context() as context:
        page = watched(context, complaints)
        page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
        page.goto(f"{address}/s/{started.link}")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        reached = {path for path in asked if path.startswith("/api/")}
        assert reached
        assert all(path.startswith(f"/api/shared/{started.link}") for path in reached), reached
        assert complaints == []
