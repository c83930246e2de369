"""The worked example of docs/adding-a-rule.md works as it is printed."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn

from feedback_atlas.learning import convert, registry, rules
from feedback_atlas.server.catalog import rules as rule_catalog

DOCUMENT = Path(__file__).parents[3] / "docs" / "adding-a-rule.md"


@pytest.fixture
def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.S)


@pytest.fixture
def added(tmp_path: Path, blocks: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The example's file, where the registry looks for rules."""
    (tmp_path / "half_transport.py").write_text(blocks[0])
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    found = {rule.id: rule for rule in registry.defined()}
    (new,) = set(found) - set(registry.RULES)
    monkeypatch.setattr(registry, "RULES", found)
    return new


def test_the_file_alone_makes_a_rule(added: str) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4)).double()
    convert(model, added, generator=torch.Generator().manual_seed(1), strength=2.0)
    x = torch.randn(2, 3, dtype=torch.float64)
    h = model[1](model[0](x)).detach()
    model(x).sum().backward()
    mask = model[2].own_feedback > 0
    assert 0 < int(mask.sum()) < mask.numel()
    error = (torch.ones(2, 4, dtype=torch.float64) @ (2 * model[2].weight * mask)) * (1 - h**2)
    torch.testing.assert_close(model[0].weight.grad, error.detach().T @ x)


def test_the_catalogs_entry_is_one(added: str, blocks: list[str]) -> None:
    entry = eval(blocks[1], vars(rule_catalog))
    assert entry.id == added
    assert {parameter.id for parameter in entry.parameters} - {"lr"} == registry.settings_of(added)
