"""Finding experiments again, and starting new ones, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.browsing import assert_fits, watched
from tests.e2e.conftest import RunningAtlas, TrainedAtlas

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(window: BrowserContext, trained: TrainedAtlas) -> Iterator[tuple[Page, RunningAtlas]]:
    """A page of the trained product whose console stays clean."""
    complaints: list[str] = []
    page = watched(window, complaints)
    yield page, trained.atlas
    page.close()
    # A browser notes by itself that the service refused what was typed, which the form shows.
    assert [one for one in complaints if "422" not in one] == []


def launch(atlas: RunningAtlas, name: str, **changes: Any) -> str:
    """Launch an experiment whose runs are cancelled at once; return its id."""
    spec = {"name": name, "rules": [{"rule": "bp"}], "seeds": [0], "epochs": 1, **changes}
    created: str = atlas.post("/experiments", spec)["id"]
    atlas.post(f"/experiments/{created}/cancel")
    return created


def rows(page: Page) -> Any:
    return page.get_by_test_id("experiment")


def test_labels_are_written_in_place_and_found_in_the_list(
    opened: tuple[Page, RunningAtlas],
) -> None:
    page, atlas = opened
    mine = launch(atlas, "A pilot to label", dataset="mnist", rules=[{"rule": "dfa"}])
    page.goto(f"{atlas.address}/experiments/{mine}")

    page.get_by_role("button", name="Add tags").click()
    page.get_by_label("New tags").fill("pilot, for Ana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Add notes").click()
    page.get_by_label("Notes", exact=True).fill("The decay was\ntoo strong.")
    page.get_by_role("button", name="Save notes").click()
    expect(page.get_by_text("too strong.")).to_be_visible()
    page.get_by_role("button", name="Rename this experiment").click()
    page.get_by_label("Name").fill("A pilot with labels")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A pilot with labels")
    page.get_by_role("button", name="Remove the tag for Ana").click()
    expect(page.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_count(1)
    assert_fits(page)

    # The list shows them; searching and filtering change the address, which reloads as it is.
    page.get_by_role("link", name="Experiments").first.click()
    mine_row = rows(page).filter(has_text="A pilot with labels")
    expect(mine_row).to_contain_text("too strong.")
    page.get_by_label("Search experiments").fill("STRONG mnist dfa")
    expect(page).to_have_url(re.compile(r"q=STRONG"))
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Search experiments")).to_have_value("STRONG mnist dfa")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Completed").click()
    expect(page.get_by_text("No experiments match")).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Completed").click()
    page.get_by_role("button", name="Clear search and filters").click()
    trained = rows(page).get_by_role("link", name="Three rules on digits", exact=True)
    expect(trained).to_be_visible()
    expect(page.get_by_label("Search experiments")).to_have_value("")
    mine_row.get_by_role("button", name="pilot", exact=True).click()
    expect(page).to_have_url(re.compile(r"tag=pilot"))
    expect(rows(page)).to_have_count(1)
    assert_fits(page)

    # The archive takes it out of the list and gives it back.
    page.get_by_role("button", name="More actions for A pilot with labels").click()
    page.get_by_role("menuitem", name="Archive").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_label("Archive").select_option("only")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="A pilot with labels").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("hidden from the list")).to_have_count(0)
    assert atlas.get(f"/experiments/{mine}")["archived_at"] is None


def test_pages_and_orders_are_kept_by_the_address(opened: tuple[Page, RunningAtlas]) -> None:
    page, atlas = opened
    for number in range(27):
        launch(atlas, f"Paged {number:02}")
    page.goto(f"{atlas.address}/?q=paged&sort=name")
    expect(page.get_by_text("1–25 of 27")).to_be_visible()
    expect(rows(page).first).to_contain_text("Paged 00")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("26–27 of 27")).to_be_visible()
    expect(rows(page).first).to_contain_text("Paged 25")
    page.reload()
    expect(rows(page).first).to_contain_text("Paged 25")
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_text("1–25 of 27")).to_be_visible()
    page.go_back()
    expect(rows(page).first).to_contain_text("Paged 25")
    page.get_by_role("button", name="A to Z; reverse the order").click()
    expect(rows(page).first).to_contain_text("Paged 26")
    page.get_by_label("Sort by").select_option("accuracy")
    page.get_by_label("Search experiments").fill("")
    expect(rows(page).first).to_contain_text("best test")
    assert_fits(page)


def test_a_new_experiment_starts_from_a_preset_a_file_or_another(
    opened: tuple[Page, RunningAtlas], trained: TrainedAtlas, tmp_path: Path
) -> None:
    page, atlas = opened
    cost = page.get_by_role("region", name="Cost")
    page.goto(f"{atlas.address}/new?preset=ten-seeds")
    expect(page.get_by_label("Seeds")).to_have_value("0-9")
    expect(cost).to_contain_text(re.compile(r"Runs\s*50"))
    page.get_by_role("button", name="Quick look: digits").click()
    # Runs of the trained experiment tell how long it takes.
    expect(cost).to_contain_text(re.compile(r"Estimated time\s*\d+"))
    page.get_by_role("button", name="The paper: CIFAR-10").click()
    expect(page).to_have_url(re.compile(r"preset=paper"))
    expect(page.get_by_label("Epochs", exact=True)).to_have_value("50")
    expect(page.get_by_text("CIFAR-10 is not on this machine")).to_be_visible()
    expect(cost).to_contain_text(re.compile(r"Estimated time\s*unknown"))
    assert_fits(page)

    # What was typed is not lost to a preset, nor to a file that cannot be read.
    page.get_by_label("Name").fill("Typed by hand")
    page.get_by_role("button", name="Blank").click()
    expect(page.get_by_label("Name")).to_have_value("")
    expect(page.get_by_text("No learning rule selected")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name")).to_have_value("Typed by hand")
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: Bad\nrules:\n- {rule: bp}\nepoch: 3\n")
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files(bad)
    refused = page.get_by_role("alert").filter(has_text="bad.yaml could not be read")
    expect(refused).to_contain_text("Line 4: epoch: Unknown setting")
    expect(page.get_by_label("Name")).to_have_value("Typed by hand")

    # A file is read, changed, saved, and reads as the form.
    good = tmp_path / "good.yaml"
    good.write_text("name: From a file\nrules:\n- {rule: bp, lr: 2e-3}\nseeds: 1, 4-6\nepochs: 1\n")
    chooser.set_input_files(good)
    expect(page.get_by_label("Name")).to_have_value("From a file")
    expect(page.get_by_label("Seeds")).to_have_value("1, 4-6")
    expect(refused).to_have_count(0)
    page.get_by_label("Seeds").fill("7")
    expect(cost).to_contain_text(re.compile(r"Runs\s*1\D"))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as YAML").click()
    text = Path(saved.value.path()).read_text()
    assert saved.value.suggested_filename == "from-a-file.yaml"
    assert "lr: 0.002" in text
    assert "seeds: 7" in text

    # A copy of an experiment is launched under its own name.
    page.goto(f"{atlas.address}/experiments/{trained.experiment_id}")
    page.get_by_role("link", name="Clone").click()
    expect(page).to_have_url(re.compile(rf"/new\?from={trained.experiment_id}"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("Copy of Three rules on digits")
    expect(page.get_by_label("Seeds")).to_have_value("0, 1")
    page.get_by_label("Seeds").fill("5")
    page.get_by_label("Epochs", exact=True).fill("1")
    expect(cost).to_contain_text(re.compile(r"Runs\s*3"))
    page.get_by_role("button", name="Launch").click()
    expect(page).to_have_url(re.compile(r"/experiments/[0-9a-f]{16}$"))
    expect(page.get_by_test_id("run")).to_have_count(3)
