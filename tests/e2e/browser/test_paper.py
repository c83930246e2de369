"""The Paper view in a real browser, from the experiment's page to the last panel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from feedback_atlas.server.papers.panels import PANELS
from tests.e2e.browsing import COMPUTED_MS, assert_fits, barriers, watched
from tests.e2e.conftest import TrainedAtlas

pytestmark = pytest.mark.browser

# Curves of three panels and pictures make five; three subsets have two each.
FIGURES = 11


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    page = watched(window, complaints)
    yield page
    page.close()
    assert complaints == []


def test_every_panel_stands_beside_the_papers_and_ends_in_a_sentence(
    page: Page, trained: TrainedAtlas, axe: str
) -> None:
    address = f"{trained.atlas.address}/experiments/{trained.experiment_id}"
    page.goto(address)
    page.get_by_role("link", name="The paper", exact=True).click()
    expect(page).to_have_url(f"{address}/paper")
    summary = page.get_by_role("region", name="Verdicts")
    expect(summary.get_by_role("listitem")).to_have_count(len(PANELS))
    ready = page.locator('section[data-state="ready"]')
    expect(ready).to_have_count(len(PANELS), timeout=COMPUTED_MS)
    expect(page.get_by_role("region", name="Computation", exact=True)).to_have_count(0)
    expect(page.locator('[data-figure][data-ready="true"]')).to_have_count(
        FIGURES, timeout=COMPUTED_MS
    )
    expect(summary.get_by_role("heading")).to_have_text(
        "Of 10 tables and figures: 1 agrees, 9 cannot be compared"
    )
    for place, _ in PANELS.values():
        section = page.get_by_role("region", name=place, exact=True)
        expect(section.get_by_text("Cannot be compared:").or_(section.get_by_text("Agrees:")))\
            .to_be_visible()  # fmt: skip
    expect(page.get_by_text("Not the paper’s settings: another data set")).to_be_visible()
    assert barriers(page, axe) == []
    assert_fits(page)


def test_numbers_lead_to_their_sources_and_the_class_can_be_chosen(
    page: Page, trained: TrainedAtlas
) -> None:
    address = f"{trained.atlas.address}/experiments/{trained.experiment_id}/paper"
    page.goto(address)
    table = page.get_by_role("region", name="Table 1", exact=True)
    with page.expect_download() as download:
        table.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text().startswith("Rule,Accuracy,")
    pictures = page.get_by_role("region", name="Figure 6", exact=True)
    expect(pictures.get_by_role("heading", name="“0”").first).to_be_visible(timeout=COMPUTED_MS)
    pictures.get_by_label("Class that the channels matter for").select_option("3")
    expect(page).to_have_url(f"{address}?class=3")
    expect(pictures.get_by_role("heading", name="“3”").first).to_be_visible(timeout=COMPUTED_MS)
    figure = page.get_by_role("region", name="Figure 9", exact=True)
    figure.get_by_text("Numbers and sources").click()
    view = trained.atlas.get(f"/experiments/{trained.experiment_id}/paper")
    (panel,) = (one for one in view["panels"] if one["name"] == "figure-9")
    expect(figure.get_by_text(panel["analyses"][0])).to_be_visible()
    figure.get_by_role("link", name="Open in Compare").click()
    expect(page.locator('[data-figure="layer-similarity"]')).to_have_attribute(
        "data-ready", "true", timeout=COMPUTED_MS
    )
    expect(page.get_by_text("that BP classifies correctly and the rule does not").first)\
        .to_be_visible()  # fmt: skip
