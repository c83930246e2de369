"""The documents are true: settings, commands, files and pictures that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml

from feedback_atlas.server import __version__
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.cli.main import app
from feedback_atlas.server.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README, TOUR = (ROOT / "README.md").read_text(), (ROOT / "docs/tour.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(
        re.findall(
            r"^\| `(ATLAS_\w+)` \| ([^|]*) \|", (ROOT / "docs/settings.md").read_text(), re.M
        )
    )
    fields = Settings.model_fields
    assert set(rows) == {f"ATLAS_{name.upper()}" for name in fields}
    for name, field in fields.items():
        documented = rows[f"ATLAS_{name.upper()}"]
        if documented.startswith("`"):
            value = documented.strip("`")
            assert value == (f"{field.default:g}" if isinstance(field.default, float)
                             else str(field.default)), name  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    for target in re.findall(r"\]\(([^)#]+)\)|src(?:set)?=\"([^\"]+)\"", text):
        target = "".join(target)
        if not target.startswith("http"):
            assert (document.parent / target).is_file(), target


def shell(document: Path) -> list[str]:
    """The commands of a document's blocks, without their comments."""
    blocks = re.findall(r"```(?:sh|bash)\n(.*?)```", document.read_text(), re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    inline = re.findall(r"`(make [^`]+)`", document.read_text())
    for line in [*inline, *(line for line in shell(document) if line.startswith("make "))]:
        for target in re.findall(r" ([a-z-]+)", line):
            assert re.search(rf"^{target}:", makefile, re.M), line
    known = typer.main.get_command(app)
    for name in re.findall(r"\batlas ([a-z]+)\b", "\n".join(shell(document))):
        assert name in known.commands, name  # type: ignore[attr-defined]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 130
    (block,) = re.findall(r"## Install.*?```sh\n(.*?)```", README, re.S)[:1]
    assert len(block.splitlines()) == 4


def test_the_tour_names_every_rule() -> None:
    for rule in RULES:
        assert f"| `{rule}` |" in TOUR


def test_the_changelog_has_this_version() -> None:
    release = re.sub(r"\.dev\d+$", "", __version__)
    heading = re.search(rf"^## {re.escape(release)} \((.*)\)$", CHANGELOG, re.M)
    assert heading, release
    assert (heading[1] == "unreleased") == (release != __version__)


def test_the_citation_names_the_paper_as_the_readme_does() -> None:
    paper = yaml.safe_load((ROOT / "CITATION.cff").read_text())["preferred-citation"]
    assert f"title   = {{{paper['title']}}}" in README
    assert " and ".join(author["family-names"] for author in paper["authors"]) in README
    assert paper["journal"] in README


def test_notebook_examples_run() -> None:
    import torch

    names: dict[str, object] = {
        "activations_a": torch.rand(20, 30),
        "activations_b": torch.rand(20, 40),
    }
    for block in re.findall(r"```python\n(.*?)```", README + TOUR, re.S):
        exec(block, names)
    assert names["similarity"].value is not None  # type: ignore[attr-defined]
