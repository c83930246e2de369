"""Methods and the one-file page of real comparisons, live and shared."""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import escape

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.api.responses import file_stem
from tests.integration.conftest import Atlas


def embedded(page: str) -> dict[str, Any]:
    """Return the figures inside a page."""
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_the_page_of_a_comparison_holds_its_figures_findings_and_methods(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, panels=("statistics", "geometry"))
    path = f"/api/comparisons/{comparison['id']}"
    answer = trained_atlas.client.get(f"{path}/report.html")
    assert answer.status_code == 200, answer.text
    name = f"{file_stem(comparison['title'])}-comparison.html"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    figures = embedded(answer.text)["figures"]
    # Panels that are not computed are said to be missing, not waited for.
    assert set(figures) == set(comparison["figures"]) - {"exemplars", "image-space"}
    assert "Not yet computed when this copy was made." in answer.text
    for sentence in comparison["findings"]:
        assert escape(sentence) in answer.text
    methods = trained_atlas.get(f"/comparisons/{comparison['id']}/methods")
    text = "\n".join(methods["paragraphs"])
    for word in ("FA Toeplitz", "seeds 0 and 5", "1 epoch", "20 test images", "PyTorch"):
        assert word in text
    for paragraph in methods["paragraphs"]:
        assert escape(paragraph) in answer.text
    assert methods["bibtex"].count("@") == len(methods["references"])


def test_a_links_page_is_that_of_its_frozen_copy(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, panels=("geometry",))
    path = f"/comparisons/{comparison['id']}"
    methods = trained_atlas.get(f"{path}/methods")
    page = trained_atlas.client.get(f"/api{path}/report.html").text
    token = trained_atlas.post(f"{path}/shares", {}, 201)["token"]
    deleted = trained_atlas.client.delete(f"/api/experiments/{trained['id']}?force=true")
    assert deleted.status_code == 204
    assert trained_atlas.get(f"/shared/{token}/methods") == methods
    shared = trained_atlas.client.get(f"/api/shared/{token}/report.html")
    assert embedded(shared.text) == embedded(page)
    assert token not in shared.text
    for missing in (f"{path}/methods", f"{path}/report.html", "/shared/never-was/report.html"):
        trained_atlas.get(missing, 404)


def test_a_comparison_that_is_being_computed_has_no_page_yet(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    asked = trained_atlas.post(f"/experiments/{trained['id']}/comparisons", {}, 200)
    for name in ("methods", "report.html"):
        problem = trained_atlas.get(f"/comparisons/{asked['id']}/{name}", 503)
        assert "still being computed" in problem["detail"]
    for analysis_id in trained_atlas.queued_analyses("similarity", "rdm"):
        run_analysis(trained_atlas.worker, analysis_id, "test")
    assert trained_atlas.get(f"/comparisons/{asked['id']}/methods")["paragraphs"]


def test_every_choice_has_its_formula_and_its_sources(client: Any) -> None:
    methods = client.get("/api/methods").json()
    keys = {reference["key"] for reference in methods["references"]}
    for section in methods["sections"]:
        for one in section["definitions"]:
            assert set(one["references"]) <= keys
            assert one["formula"] == "" or one["formula"].startswith("<math")
