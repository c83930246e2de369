"""Choices on the page can be taken back, and those that only the catalog knows are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.browsing import COMPUTED_MS, faults, watched
from tests.e2e.conftest import TrainedAtlas

pytestmark = pytest.mark.browser

STRENGTH = {
    "id": "strength",
    "name": "Strength",
    "default": 1.0,
    "minimum": 0.1,
    "maximum": 10.0,
    "description": "Of a weight.",
    "unit": "factor",
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield watched(context, complaints)
    context.close()
    assert faults(complaints) == []


def test_every_choice_of_the_map_is_taken_back(page: Page, trained: TrainedAtlas) -> None:
    compare = f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare"
    start = f"{compare}?epoch=best&estimator=unbiased&distance=correlation&panels=geometry-map"
    page.goto(start)
    card = page.locator('[data-figure="geometry-map"]')
    expect(card).to_have_attribute("data-ready", "true", timeout=COMPUTED_MS)
    card.get_by_text("3D", exact=True).click()
    expect(page).to_have_url(re.compile("map_dim=3"))
    expect(card).to_contain_text("drawn in three dimensions", timeout=COMPUTED_MS)
    card.get_by_text("2D", exact=True).click()
    expect(page).to_have_url(start)
    expect(card).to_contain_text("drawn in two dimensions", timeout=COMPUTED_MS)
    card.get_by_text("Over training").click()
    expect(page).to_have_url(re.compile("map=trajectory"))
    over_training = page.url
    card.get_by_text("All seeds").click()
    expect(page).to_have_url(re.compile("map_seeds=all"))
    expect(card).to_contain_text("seeds 0 and 1", timeout=COMPUTED_MS)
    card.get_by_text("One seed").click()
    expect(page).to_have_url(over_training)
    expect(card).not_to_contain_text("seeds 0 and 1", timeout=COMPUTED_MS)
    card.get_by_text("All networks").click()
    expect(page).to_have_url(start)


def test_moves_of_the_slider_leave_the_address_as_long_as_it_was(
    page: Page, trained: TrainedAtlas
) -> None:
    compare = f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare"
    page.goto(f"{compare}?panels=result&map=trajectory&map_dim=3&map_seeds=all")
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("epoch=first"))
    moved = page.url
    for key, epoch in (("ArrowRight", "1"), ("ArrowRight", "2"), ("Home", "first")):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(rf"epoch={epoch}\b"))
    assert page.url == moved


def test_a_measure_that_only_the_catalog_knows_is_kept_and_asked_for(
    browser: Browser, trained: TrainedAtlas
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()

    def with_measure(route: Route) -> None:
        catalog = route.fetch().json()
        mine = catalog["similarities"][0] | {"id": "mine", "name": "Mine"}
        route.fulfill(json=catalog | {"similarities": [*catalog["similarities"], mine]})

    page.route("**/api/catalog", with_measure)
    compare = f"{trained.atlas.address}/experiments/{trained.experiment_id}/compare"
    with page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("/comparisons")
    ) as asked:
        page.goto(f"{compare}?estimator=mine&panels=result")
    assert asked.value.post_data_json["estimator"] == "mine"
    expect(page.get_by_label("Similarity", exact=True)).to_have_value("mine")
    page.get_by_label("Dissimilarity").select_option("cosine")
    expect(page).to_have_url(re.compile("estimator=mine&distance=cosine"))
    page.get_by_label("Similarity", exact=True).select_option("biased")
    expect(page).to_have_url(re.compile("estimator=biased&distance=cosine"))
    context.close()


def test_a_rules_own_parameter_is_launched_and_cloned_as_it_was_typed(
    page: Page, trained: TrainedAtlas
) -> None:
    """Tell the page of a parameter that the service, which answers all else, does not have."""
    address = trained.atlas.address
    posted: dict[str, dict[str, Any]] = {}

    def with_parameter(route: Route) -> None:
        catalog = route.fetch().json()
        for rule in catalog["rules"]:
            if rule["id"] == "usf_sn":
                rule["parameters"].append(STRENGTH)
        route.fulfill(json=catalog)

    def without_it(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        spec = route.request.post_data_json
        posted[route.request.url.removeprefix(f"{address}/api/")] = json.loads(json.dumps(spec))
        for rule in spec["rules"]:
            rule.pop("strength", None)
        for grid in (spec["search"] or {"grids": {}})["grids"].values():
            grid.pop("strength", None)
        route.continue_(post_data=spec)

    def as_launched(route: Route) -> None:
        experiment = route.fetch().json()
        experiment["spec"] = posted["experiments"]
        route.fulfill(json=experiment)

    page.route("**/api/catalog", with_parameter)
    page.route("**/api/experiments", without_it)
    page.route("**/api/experiments/estimate", without_it)
    page.goto(f"{address}/new?from={trained.experiment_id}")
    rule = page.get_by_role("group", name="uSF SN", exact=True)
    rule.get_by_role("button", name="Parameters of uSF SN").click()
    strength = rule.get_by_label("Strength")
    expect(strength).to_have_value("1")
    expect(rule).to_contain_text("Of a weight. 0.1 to 10, default 1.")
    strength.fill("a lot")
    expect(rule).to_contain_text("Enter a number")
    strength.fill("2.5")
    page.get_by_label("Seeds").fill("7")
    page.get_by_label("Epochs", exact=True).fill("1")
    # The values of a search are kept as well.
    page.get_by_label("Search before training").check()
    page.get_by_label("Epochs per trial").fill("1")
    tried = page.get_by_role("group", name="Values to try for uSF SN")
    tried.get_by_label("Strength").fill("1, 2.5")
    tried.get_by_label("Learning rate").fill("0.001")
    expect(tried).to_contain_text("2 configurations")
    page.get_by_role("button", name="Launch").click()
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f]{16}$"))
    launched = posted["experiments"]
    assert "experiments/estimate" in posted
    values = {one["rule"]: one.get("strength") for one in launched["rules"]}
    assert values == {"bp": None, "fa_dense": None, "usf_sn": 2.5}
    assert launched["search"]["grids"] == {"usf_sn": {"lr": [0.001], "strength": [1, 2.5]}}

    # Its copy is filled in with the same.
    new = page.url.rpartition("/")[2]
    page.route(f"**/api/experiments/{new}", as_launched)
    page.goto(f"{address}/experiments/{new}")
    page.get_by_role("link", name="Clone").click()
    expect(page).to_have_url(re.compile(rf"/new\?from={new}"))
    rule.get_by_role("button", name="Parameters of uSF SN").click()
    expect(strength).to_have_value("2.5")
    expect(tried.get_by_label("Strength")).to_have_value("1, 2.5")
