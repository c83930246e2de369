"""The documents are true: settings, commands, files and pictures that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


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


def test_commands_in_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z-]+)\b", text)):
        assert re.search(rf"^{target}:", makefile, re.M), target
    for rule in RULES:
        assert f"`{rule}`" in text


def test_notebook_examples_of_the_readme_run() -> None:
    import torch

    names: dict[str, object] = {
        "activations_a": torch.rand(20, 30),
        "activations_b": torch.rand(20, 40),
    }
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S):
        exec(block, names)
    assert names["similarity"].value is not None  # type: ignore[attr-defined]
