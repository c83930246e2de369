"""Links: their terms, their end, and who may embed their page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing import service as shares
from tests.backend.access.secured import PASSPHRASE, Secured
from tests.backend.sharing.conftest import INDEX


def end(service: Secured, how: str) -> None:
    """Let the first link expire, or revoke it."""
    if how == "revoked":
        path = f"/api/shares/{service.share_id}"
        assert service.client.delete(path, headers=service.as_(service.owner)).status_code == 204
    else:
        with service.database.write() as session:
            session.get_one(Share, service.share_id).expires_at = datetime.now(UTC)


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_what_has_ended_answers_as_what_never_was(built: Secured, how: str) -> None:
    client = built.client
    before = client.get(f"/s/{built.link}")
    assert "og:title" in before.text
    end(built, how)
    with built.database.write() as session:
        share = session.query(Share).where(Share.passphrase.is_not(None)).one()
        share.revoked_at = datetime.now(UTC)
    never = "A" * 43
    for path in ("", "/access", "/result", "/figures/accuracy", "/preview.png", "/numbers.zip"):
        answers = [
            client.get(f"/api/shared/{token}{path}")
            for token in (never, built.link, built.locked_link, "x" * 500)
        ]
        assert {(one.status_code, one.content, str(one.headers.raw)) for one in answers} == {
            (404, answers[0].content, str(answers[0].headers.raw))
        }
    said = [
        client.post(f"/api/shared/{token}/access", json={"passphrase": PASSPHRASE})
        for token in (never, built.link, built.locked_link)
    ]
    assert {(one.status_code, one.content, str(one.headers.raw)) for one in said} == {
        (404, said[0].content, str(said[0].headers.raw))
    }
    pages = [client.get(f"/s/{token}") for token in (never, built.link, built.locked_link)]
    assert {one.text for one in pages} == {INDEX}
    assert {one.status_code for one in pages} == {200}


def test_the_terms_of_a_link_are_checked() -> None:
    for terms, field, words in (
        (shares.Terms(passphrase="short"), "passphrase", "8 to 200 characters; this one has 5"),
        (shares.Terms(passphrase="x" * 201), "passphrase", "has 201"),
        (shares.Terms(passphrase=PASSPHRASE, embeddable=True), "embeddable", "cannot be embedded"),
        (shares.Terms(label="x" * 121), "label", "at most 120"),
    ):
        with pytest.raises(InvalidSpecError, match=words) as refused:
            shares.checked(terms)
        assert [name for name, _ in refused.value.problems] == [field]
    kept = shares.checked(shares.Terms(label=" For Ada ", passphrase=f" {PASSPHRASE}\n"))
    assert (kept.label, kept.passphrase) == ("For Ada", PASSPHRASE)


def test_only_a_link_that_says_so_may_be_embedded(built: Secured) -> None:
    def ancestors(path: str) -> str:
        policy = built.client.get(path).headers["content-security-policy"]
        return str(re.search(r"frame-ancestors ([^;]+)", policy)[1])  # type: ignore[index]

    paths = (f"/s/{built.link}", f"/s/{built.locked_link}", "/s/unknown", "/", "/api/health")
    assert {ancestors(path) for path in paths} == {"'none'"}
    with built.database.write() as session:
        session.get_one(Share, built.share_id).embeddable = True
    assert ancestors(f"/s/{built.link}") == "*"
    assert ancestors(f"/api/shared/{built.link}") == "'none'"
    end(built, "revoked")
    assert ancestors(f"/s/{built.link}") == "'none'"


def test_wrong_links_are_counted_and_answer_alike(service: Secured) -> None:
    client = service.client
    with service.database.write() as session:
        shares.revoke(session, service.share_id)
    answers = [
        client.get(f"/api/shared/{token}") for token in (service.link, "x", "A" * 43) for _ in "ab"
    ]
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (404, answers[0].json()["detail"])
    }
    for _ in range(30):
        last = client.get("/api/shared/y/figures/accuracy")
    assert last.status_code == 429
    assert "retry-after" in last.headers
    assert client.get("/api/health").status_code == 200
