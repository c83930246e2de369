"""The audit log: who did what, and nothing that was refused."""

from __future__ import annotations

from tests.backend.access.secured import SPEC, Secured


def test_who_did_what_is_kept(service: Secured) -> None:
    client, owner = service.client, service.as_(service.owner)
    launched = client.post("/api/experiments", json=SPEC, headers=owner).json()
    run = launched["runs"][0]["id"]
    client.post(f"/api/runs/{run}/cancel", headers=owner)
    client.post(f"/api/runs/{run}/retry", headers=owner)
    client.post(f"/api/experiments/{launched['id']}/cancel", headers=owner)
    client.delete(f"/api/experiments/{launched['id']}", headers=owner)
    client.delete(f"/api/shares/{service.share_id}", headers=owner)
    client.post("/api/tokens", json={"name": "New"}, headers=owner)
    client.post("/api/session", json={"token": service.viewer})
    # What was refused was not done.
    client.post("/api/experiments", json=SPEC, headers=service.as_(service.viewer))
    client.post("/api/experiments", json={**SPEC, "epochs": 0}, headers=owner)
    page = client.get("/api/audit", headers=owner).json()
    assert [(one["who"], one["action"], one["subject"]) for one in page["items"]] == [
        ("Bob", "sign-in", ""),
        ("Ada", "create-token", "New, viewer"),
        ("Ada", "revoke-share", "“For a colleague”"),
        ("Ada", "delete", "Mine"),
        ("Ada", "cancel", "Mine"),
        ("Ada", "retry-run", "bp, seed 0, of Mine"),
        ("Ada", "cancel-run", "bp, seed 0, of Mine"),
        ("Ada", "launch", "Mine"),
    ]
    assert page["items"][-1]["experiment_id"] == launched["id"]
    assert page["next_before"] is None
    first = client.get("/api/audit?limit=3", headers=owner).json()
    assert len(first["items"]) == 3
    rest = client.get(f"/api/audit?limit=5&before={first['next_before']}", headers=owner).json()
    assert first["items"] + rest["items"] == page["items"]
    assert rest["next_before"] is None
