"""The documents on adding a rule and a measure print the modules that are tested here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from feedback_atlas.learning import convert

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[2] / "docs"


@pytest.mark.parametrize(
    ("document", "module"),
    [("adding-a-rule", "half_transport"), ("adding-a-measure", "main_direction")],
)
def test_a_document_prints_its_module_whole(document: str, module: str) -> None:
    text = (HERE / f"{module}.py").read_text()
    assert f"```python\n{text}```" in (DOCS / f"{document}.md").read_text()


def test_a_service_that_knows_them_loads_no_torch() -> None:
    code = (
        "import sys, feedback_atlas.server.main as main;"
        "from tests.integration.outside import half_transport, main_direction;"
        "half_transport.register_record(); main_direction.register_record(); main.create_app();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[2]).returncode == 0


def test_the_rule_computes_what_it_says(half_transport_rule: str) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4)).double()
    convert(model, half_transport_rule, generator=torch.Generator().manual_seed(1), strength=2.0)
    x = torch.randn(2, 3, dtype=torch.float64)
    h = model[1](model[0](x)).detach()
    model(x).sum().backward()
    mask = model[2].own_feedback > 0
    assert 0 < int(mask.sum()) < mask.numel()
    error = (torch.ones(2, 4, dtype=torch.float64) @ (2 * model[2].weight * mask)) * (1 - h**2)
    torch.testing.assert_close(model[0].weight.grad, error.detach().T @ x)
