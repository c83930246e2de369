"""Links as their owners see them: listed, counted, and revoked from the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from feedback_atlas.server.db.models import Share
from feedback_atlas.server.experiments import service as experiments
from tests.backend.access.secured import Secured


def listed(service: Secured, label: str) -> dict[str, Any]:
    """Return the link with this label, as owners see it."""
    items = service.client.get("/api/shares", headers=service.as_(service.owner)).json()["items"]
    (found,) = [one for one in items if one["label"] == label]
    return dict(found)


def test_openings_are_counted_and_figures_are_not(service: Secured) -> None:
    client, path = service.client, f"/api/shared/{service.link}"
    assert (listed(service, "For a colleague")["opens"], listed(service, "")["opens"]) == (0, 0)
    for _ in range(3):
        client.get(path)
    for part in ("/access", "/figures/accuracy", "/preview.png", "/report.html", "/probe"):
        assert client.get(f"{path}{part}").status_code == 200
    client.get(f"/s/{service.link}")
    found = listed(service, "For a colleague")
    assert found["opens"] == 3
    assert datetime.now(UTC) - datetime.fromisoformat(found["opened_at"]) < timedelta(minutes=1)
    # Who may not see it has not opened it.
    client.get(f"/api/shared/{service.locked_link}")
    assert (listed(service, "")["opens"], listed(service, "")["opened_at"]) == (0, None)


def test_links_outlive_their_experiment_in_the_list_and_are_revoked_from_there(
    service: Secured,
) -> None:
    client, owner = service.client, service.as_(service.owner)
    experiment = f"/api/experiments/{service.experiment_id}"
    client.post(f"{experiment}/cancel", headers=owner)
    assert client.delete(f"{experiment}?force=true", headers=owner).status_code == 204
    found = listed(service, "For a colleague")
    assert (found["title"], found["experiment_exists"], found["state"]) == (
        "Behind a door", False, "open",
    )  # fmt: skip
    assert client.get(f"/api/shared/{service.link}/figures/accuracy").status_code == 200
    report = f"/api/shares/{service.share_id}/report.html"
    assert "Behind a door" in client.get(report, headers=owner).text
    files = service.store.keys("links")
    assert client.delete(f"/api/shares/{service.share_id}", headers=owner).status_code == 204
    # With its copy: nobody can open it again.
    assert set(files) - set(service.store.keys("links")) == {
        f"links/{service.share_id}.safetensors"
    }
    assert client.get(f"/api/shared/{service.link}/figures/accuracy").status_code == 404
    assert client.get(report, headers=owner).status_code == 404
    left = client.get("/api/shares", headers=owner).json()["items"]
    assert [one["label"] for one in left] == [""]
    (entry,) = [
        one
        for one in client.get("/api/audit", headers=owner).json()["items"]
        if one["action"] == "revoke-share"
    ]
    assert (entry["who"], entry["subject"]) == ("Ada", "“For a colleague”")


def test_an_expired_link_keeps_nobody_from_deleting_and_goes_with_the_experiment(
    service: Secured,
) -> None:
    with service.database.write() as session:
        for share in session.query(Share):
            share.expires_at = datetime.now(UTC)
    client, owner = service.client, service.as_(service.owner)
    assert listed(service, "For a colleague")["state"] == "expired"
    experiment = f"/api/experiments/{service.experiment_id}"
    client.post(f"{experiment}/cancel", headers=owner)
    assert client.delete(experiment, headers=owner).status_code == 204
    assert client.get("/api/shares", headers=owner).json()["items"] == []
    assert service.store.keys("links") == []


def test_the_list_of_links_comes_in_pages(service: Secured) -> None:
    client, owner = service.client, service.as_(service.owner)
    moment = datetime.now(UTC)
    with service.database.write() as session:
        experiment = experiments.get(session, service.experiment_id)
        for number in range(7):
            # Several of one moment.
            session.add(
                Share(
                    id=f"{number:016x}", token_sha256=f"{number:064x}", title="A",
                    experiment_id=experiment.id, comparison_id="c" * 64, label=str(number),
                    key="shares/x", sha256="0" * 64,
                    created_at=moment + timedelta(seconds=number // 3),
                )
            )  # fmt: skip
    whole = client.get("/api/shares?limit=200", headers=owner).json()
    assert (len(whole["items"]), whole["next_before"]) == (9, None)
    seen: list[Any] = []
    before = ""
    while True:
        part = client.get(f"/api/shares?limit=2{before}", headers=owner).json()
        seen += part["items"]
        if part["next_before"] is None:
            break
        before = f"&before={part['next_before']}"
    assert seen == whole["items"]
    times = [one["created_at"] for one in seen]
    assert times == sorted(times, reverse=True)
    assert client.get(f"/api/shares?before={'f' * 16}", headers=owner).status_code == 422
