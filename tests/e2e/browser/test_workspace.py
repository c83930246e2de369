"""The comparison's workspace in a real browser: its address, its slider, its panels, its runs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.browsing import COMPUTED_MS, assert_fits, watched
from tests.e2e.conftest import RunningAtlas, TrainedAtlas, wait_for_runs

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Workspace:
    """A page on a comparison, and what its console complained of."""

    page: Page
    atlas: RunningAtlas
    experiment_id: str
    complaints: list[str]

    @property
    def address(self) -> str:
        """Address of the comparison without a choice."""
        return f"{self.atlas.address}/experiments/{self.experiment_id}/compare"

    def open(self, query: str = "") -> None:
        """Open the comparison and wait for its first figure."""
        self.page.goto(f"{self.address}{query}")

    def panel(self, name: str) -> Locator:
        """Return a panel by its id."""
        return self.page.locator(f'[data-panel="{name}"]')

    def shown(self) -> list[str]:
        """Return ids of the panels on the page, in order."""
        found: list[str] = self.page.locator("[data-panel]").evaluate_all(
            "boxes => boxes.map(box => box.dataset.panel)"
        )
        return found

    def settled(self) -> None:
        """Wait until all is computed."""
        self.page.locator("[data-panel]").first.wait_for(timeout=COMPUTED_MS)
        expect(self.page.get_by_test_id("work")).to_have_count(0, timeout=COMPUTED_MS)

    def drawn(self) -> None:
        """Wait until every figure is drawn, those out of sight too."""
        self.settled()
        expect(self.page.locator('[data-ready="false"]')).to_have_count(0, timeout=COMPUTED_MS)


@pytest.fixture
def workspace(window: BrowserContext, trained: TrainedAtlas) -> Iterator[Workspace]:
    complaints: list[str] = []
    page = watched(window, complaints)
    yield Workspace(page, trained.atlas, trained.experiment_id, complaints)
    page.close()
    assert complaints == []


def picture(page: Page) -> dict[str, Any]:
    """Return what the page shows: values of the strip's fields, panels and their drawings."""
    found: dict[str, Any] = page.evaluate(
        """() => ({
            fields: [...document.querySelectorAll('section[aria-label="View"] :is(select, input)')]
                .map(field => field.value),
            pressed: [...document.querySelectorAll('[aria-pressed="true"]')]
                .map(button => button.textContent),
            panels: [...document.querySelectorAll('[data-panel]')].map(box => [
                box.dataset.panel, box.dataset.maximised ?? '', box.querySelector('h2').textContent,
                box.querySelector('h2').closest('section').querySelector('p')?.textContent ?? '',
            ]),
        })"""
    )
    return found


def test_the_slider_moves_every_figure_and_the_address_follows(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open("?panels=rdms.layer-similarity.similarity-profile.geometry-map")
    workspace.settled()
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("max", "3")
    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"epoch=first"))
    expect(slider).to_have_attribute("aria-valuetext", "Untrained")
    rdms = workspace.panel("rdms")
    expect(rdms).to_contain_text("untrained", timeout=COMPUTED_MS)
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"epoch=1&"))
    for name in ("rdms", "layer-similarity", "similarity-profile", "geometry-map"):
        expect(workspace.panel(name)).to_contain_text("epoch 1", timeout=COMPUTED_MS)
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"epoch=last"))
    expect(rdms).to_contain_text("last epoch", timeout=COMPUTED_MS)
    page.get_by_role("group", name="Epochs by name").get_by_text("Best").click()
    expect(page).to_have_url(re.compile(r"epoch=best"))
    expect(rdms).to_contain_text("best epoch", timeout=COMPUTED_MS)


def test_the_epochs_beside_the_shown_one_are_there_before_they_are_asked_for(
    workspace: Workspace,
) -> None:
    page, atlas = workspace.page, workspace.atlas
    path = f"/experiments/{workspace.experiment_id}/comparisons"
    read: list[str] = []
    page.on("requestfinished", lambda request: read.append(request.url))

    def figures_of(comparison: str) -> list[str]:
        """Return what was read of a comparison: figures by look, and the result's table."""
        address = f"/comparisons/{comparison}/"
        read_of = [url.partition(address)[2] for url in read if address in url]
        return [path for path in read_of if path.startswith(("figures/", "result"))]

    def await_figures(comparison: str, wanted: set[str]) -> None:
        deadline = time.monotonic() + COMPUTED_MS / 1000
        while missing := wanted - set(figures_of(comparison)):
            assert time.monotonic() < deadline, missing
            page.wait_for_timeout(200)

    workspace.open("?epoch=1&panels=result.rdms.layer-similarity.similarity-profile")
    workspace.drawn()
    shown = set(figures_of(atlas.post(path, {"epoch": 1})["id"]))
    assert len(shown) >= 3
    later = atlas.post(path, {"epoch": 2})["id"]
    await_figures(later, shown)
    await_figures(atlas.post(path, {"epoch": "first"})["id"], shown)
    # Figures that could be drawn in part are read again once the rest is computed.
    deadline = time.monotonic() + COMPUTED_MS / 1000
    while atlas.get(f"/comparisons/{later}")["pending"]:
        assert time.monotonic() < deadline
        page.wait_for_timeout(200)
    before: list[str] = []
    while before != figures_of(later):
        before = figures_of(later)
        page.wait_for_timeout(3000)
    # While the slider moves there, nothing has to be asked of the service.
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    page.keyboard.press("ArrowRight")
    for name in ("rdms", "layer-similarity"):
        expect(workspace.panel(name)).to_contain_text("epoch 2")
    page.wait_for_load_state("networkidle")
    assert figures_of(later) == before


def test_back_and_forward_lead_through_the_views(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open("?panels=rdms.layer-similarity.loss")
    workspace.settled()
    page.get_by_label("Dissimilarity", exact=True).select_option("cosine")
    expect(page).to_have_url(re.compile("distance=cosine"))
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    # Moves that follow each other are one step.
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("epoch=2&.*distance=cosine"))
    page.get_by_role("button", name="Remove: Training loss").click()
    expect(workspace.panel("loss")).to_have_count(0)
    page.go_back()
    expect(workspace.panel("loss")).to_have_count(1)
    expect(slider).to_have_value("2")
    page.go_back()
    expect(page).to_have_url(re.compile("epoch=best&.*distance=cosine"))
    page.go_back()
    expect(page.get_by_label("Dissimilarity", exact=True)).to_have_value("correlation")
    page.go_forward()
    page.go_forward()
    expect(slider).to_have_value("2")
    expect(page.get_by_label("Dissimilarity", exact=True)).to_have_value("cosine")
    page.go_forward()
    expect(workspace.panel("loss")).to_have_count(0)


def test_a_reload_and_a_link_show_the_same_picture(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open("?epoch=2&subset=one_class&class=3&rules=bp.usf_sn&panels=rdms.loss.accuracy")
    workspace.drawn()
    before = picture(page)
    assert [panel[0] for panel in before["panels"]] == ["rdms", "loss", "accuracy"]
    page.reload()
    workspace.drawn()
    expect(workspace.panel("rdms")).to_contain_text("epoch 2", timeout=COMPUTED_MS)
    assert picture(page) == before
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    page.goto(link)
    workspace.panel("rdms").wait_for(timeout=COMPUTED_MS)
    assert workspace.shown() == ["rdms", "loss", "accuracy"]
    expect(workspace.panel("rdms")).to_contain_text("epoch 2")


def test_panels_come_and_go_and_fill_the_window(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open()
    workspace.settled()
    usual = workspace.shown()
    assert "rdms" in usual
    page.get_by_role("button", name="Remove: Dissimilarity matrices").click()
    expect(workspace.panel("rdms")).to_have_count(0)
    assert workspace.shown() == [name for name in usual if name != "rdms"]
    page.get_by_role("button", name="Add panel").click()
    page.get_by_role("menuitem", name="Dissimilarity matrices").click()
    expect(workspace.panel("rdms")).to_be_visible()
    assert workspace.shown() == usual
    expect(page).not_to_have_url(re.compile("panels="))

    # Full window and back, by the keyboard alone; the focus stays where it was.
    button = page.get_by_role("button", name="Expand to full window: Layer similarity")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Layer similarity")
    expect(dialog).to_be_visible()
    expect(page).to_have_url(re.compile("max=layer-similarity"))
    box = dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 900)
    expect(page.get_by_role("button", name="Exit full window: Layer similarity")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    expect(page).not_to_have_url(re.compile("max="))
    page.go_back()
    expect(dialog).to_be_visible()
    page.reload()
    expect(dialog).to_be_visible(timeout=COMPUTED_MS)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert_fits(page)


def test_no_row_has_an_empty_place(workspace: Workspace) -> None:
    page = workspace.page
    for query in ("", "?panels=result.accuracy.loss", "?panels=rdms.loss"):
        workspace.open(query)
        workspace.settled()
        boxes = page.locator("[data-panel]").evaluate_all(
            "boxes => boxes.map(box => box.firstElementChild.getBoundingClientRect())"
            ".map(({top, bottom, left, right}) => [top, bottom, left, right])"
        )
        left, right = min(box[2] for box in boxes), max(box[3] for box in boxes)
        rows: dict[float, list[list[float]]] = {}
        for box in boxes:
            rows.setdefault(round(box[0]), []).append(box)
        for row in rows.values():
            assert min(box[2] for box in row) == pytest.approx(left, abs=1)
            assert max(box[3] for box in row) == pytest.approx(right, abs=1)
            assert max(box[1] for box in row) == pytest.approx(min(box[1] for box in row), abs=1)


def test_an_empty_workspace_teaches(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open("?panels=none")
    empty = page.get_by_role("region", name="No panels")
    expect(empty).to_contain_text("Which images does each layer tell apart?", timeout=COMPUTED_MS)
    assert workspace.shown() == []
    empty.get_by_role("button", name="Dissimilarity matrices").click()
    expect(workspace.panel("rdms")).to_be_visible()
    assert workspace.shown() == ["rdms"]
    page.go_back()
    empty.get_by_role("button", name="Show the default panels").click()
    expect(workspace.panel("layer-similarity")).to_be_visible(timeout=COMPUTED_MS)


def test_runs_of_another_experiment_join_under_another_name(workspace: Workspace) -> None:
    page, atlas = workspace.page, workspace.atlas
    spec = atlas.get("/presets/default") | {"epochs": 3, "seeds": [0]}
    slow = [{"rule": "usf_sn", "lr": 1e-5}, {"rule": "fa_toeplitz"}]
    other = atlas.post("/experiments", spec | {"name": "A slower one", "rules": slow})
    unlike = atlas.post(
        "/experiments",
        spec
        | {"name": "Another network", "architecture": "lenet5", "rules": [{"rule": "bp"}]}
        | {"epochs": 1},
    )
    for experiment in (other, unlike):
        wait_for_runs(atlas, experiment["id"], 240)
    workspace.open("?panels=result.layer-similarity.similarity-profile.rdms.loss")
    workspace.settled()
    page.get_by_role("button", name="Choose runs").click()
    dialog = page.get_by_role("dialog", name="Choose runs")
    expect(
        dialog.get_by_text(re.compile("Cannot be added: Its network is LeNet-5"))
    ).to_be_visible()
    dialog.get_by_label("Find an experiment by name").fill("SLOWER")
    expect(dialog.get_by_text("Another network")).to_have_count(0, timeout=COMPUTED_MS)
    dialog.get_by_role("button", name="Add A slower one").click()
    added = dialog.get_by_role("region", name="A slower one")
    expect(added).to_contain_text("2 of 2 runs")
    added.get_by_role("group", name="Seeds of FA Toeplitz").get_by_role("button").click()
    expect(added).to_contain_text("1 of 2 runs")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(rf"with={other['id']}\.usf_sn-0"))
    result = page.get_by_role("table", name="Result")
    expect(result.get_by_text("uSF SN B", exact=True)).to_be_visible(timeout=COMPUTED_MS)
    expect(result.get_by_text("uSF SN", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("and A slower one")
    workspace.settled()
    for name in ("layer-similarity", "similarity-profile", "rdms", "loss"):
        expect(workspace.panel(name)).to_contain_text("uSF SN B", timeout=COMPUTED_MS)
    page.reload()
    expect(result.get_by_text("uSF SN B", exact=True)).to_be_visible(timeout=COMPUTED_MS)
    assert_fits(page)
    page.get_by_role("button", name="Choose runs").click()
    page.get_by_role("button", name="Remove A slower one").click()
    page.keyboard.press("Escape")
    expect(result.get_by_text("uSF SN B", exact=True)).to_have_count(0)
    expect(page).not_to_have_url(re.compile("with="))


def test_what_is_computed_can_be_cancelled_and_asked_for_again(workspace: Workspace) -> None:
    page = workspace.page
    workspace.open("?panels=layer-similarity")
    workspace.settled()
    page.get_by_label("Similarity", exact=True).select_option("regression")
    work = page.get_by_test_id("work")
    work.get_by_role("button", name="Cancel").click()
    expect(work).to_contain_text("Cancelled:", timeout=COMPUTED_MS)
    work.get_by_role("button", name="Compute").click()
    workspace.settled()
    expect(workspace.panel("layer-similarity")).to_contain_text(
        "regression", ignore_case=True, timeout=COMPUTED_MS
    )
