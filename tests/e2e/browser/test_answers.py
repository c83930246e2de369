"""Answers over seeds in a real browser: two arms, four figures, the report opened from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.browsing import COMPUTED_MS, assert_fits, barriers, watched
from tests.e2e.conftest import TrainedAtlas, wait_for_runs

pytestmark = pytest.mark.browser

QUESTIONS = (
    "Is a rule as close to BP as BP is to itself?",
    "How much of the similarity is the shared initialisation?",
    "Does similarity track the global angle over training?",
    "Does the order of rules hold for every measure?",
)


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    page = watched(window, complaints)
    yield page
    page.close()
    # A report that is not made yet is asked for again.
    assert [one for one in complaints if "503" not in one] == []


def test_one_arm_is_answered_reported_and_leads_to_the_form_of_the_other(
    page: Page, trained: TrainedAtlas, axe: str, tmp_path: Path
) -> None:
    address = f"{trained.atlas.address}/experiments/{trained.experiment_id}"
    page.goto(address)
    page.get_by_role("link", name="Answers over seeds").click()
    expect(page).to_have_url(f"{address}/answers")
    for question in (QUESTIONS[0], QUESTIONS[3]):
        answer = page.get_by_role("region", name=question)
        expect(answer.locator("[data-figure]")).to_be_visible(timeout=COMPUTED_MS)
    expect(page.locator('[data-figure="order"]')).to_have_attribute(
        "data-ready", "true", timeout=COMPUTED_MS
    )
    assert barriers(page, axe) == []
    assert_fits(page)
    report_opens(page, axe, tmp_path, "answer-order", "paper-figure-5")

    page.goto(f"{address}/answers")
    launch_the_other_arm(page)


@pytest.mark.slow
def test_both_arms_are_answered_and_the_report_opens_from_disk(
    page: Page, trained: TrainedAtlas, axe: str, tmp_path: Path
) -> None:
    atlas, address = trained.atlas, f"{trained.atlas.address}/experiments/{trained.experiment_id}"
    page.goto(f"{address}/answers")
    launch_the_other_arm(page)
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url(lambda url: "/experiments/" in url)
    expect(page.get_by_text("independent initialisation ·")).to_be_visible()
    other = page.url.rsplit("/", 1)[1]
    wait_for_runs(atlas, other, 240)

    page.goto(f"{address}/answers")
    expect(page.get_by_role("link", name="independent initialisation")).to_be_visible(
        timeout=COMPUTED_MS
    )
    for question in QUESTIONS:
        answer = page.get_by_role("region", name=question)
        expect(answer.locator("[data-figure]")).to_be_visible(timeout=COMPUTED_MS)
    expect(page.locator('[data-figure="initialisation"]')).to_have_attribute(
        "data-ready", "true", timeout=COMPUTED_MS
    )
    first = page.get_by_role("region", name=QUESTIONS[1])
    expect(first.get_by_text("In conv1, similarity with shared minus independent")).to_be_visible()
    assert barriers(page, axe) == []
    assert_fits(page)
    report_opens(page, axe, tmp_path, "answer-initialisation", "answer-order", "paper-figure-5")


def launch_the_other_arm(page: Page) -> None:
    """Go from the answers of one arm to the form that is filled in for the other."""
    first = page.get_by_role("region", name=QUESTIONS[1])
    expect(first.get_by_text("There is no arm of independent initialisation")).to_be_visible(
        timeout=COMPUTED_MS
    )
    page.get_by_role("link", name="Launch the other arm").click()
    expect(page.get_by_label("Initial weights")).to_have_value("independent")
    expect(page.get_by_label("Name")).to_have_value(
        "Three rules on digits, independent initialisation"
    )


def report_opens(page: Page, axe: str, folder: Path, *figures: str) -> None:
    """Save the report and open it from disk."""
    page.set_default_timeout(COMPUTED_MS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Report").click()
    assert download.value.suggested_filename == "three-rules-on-digits_report.html"
    file = folder / "report.html"
    download.value.save_as(file)
    page.goto(file.as_uri())
    for name in figures:
        expect(page.locator(f'[data-figure="{name}"] .main-svg').first).to_be_visible()
    expect(page.get_by_role("heading", name="Sources of the numbers")).to_be_visible()
    assert barriers(page, axe) == []
    assert_fits(page)
