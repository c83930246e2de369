"""Links: their end, passphrase, count and preview, and what their page lets others do."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.core.errors import InvalidSpecError, PassphraseError, TooManyError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing import passphrases
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.preview_image import SIZE, preview_png
from feedback_atlas.server.sharing.preview_meta import preview_head
from feedback_atlas.server.system import page_routes as page
from tests.backend.access.secured import PASSPHRASE, Secured, secured
from tests.backend.figures.examples import gallery, similarity
from tests.backend.reports.test_methods import numbers, view
from tests.conftest import LOOPBACK

INDEX = "<html><head><title>Feedback Atlas</title></head><body></body></html>"


@pytest.fixture
def service(settings: Settings) -> Iterator[Secured]:
    with secured(settings) as started:
        yield started


@pytest.fixture
def built(service: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    """The service with a page."""
    (tmp_path / "index.html").write_text(INDEX)
    monkeypatch.setattr(page, "_INDEX", tmp_path / "index.html")
    return service


def listed(service: Secured, label: str) -> dict[str, Any]:
    """Return the link with this label, as owners see it."""
    items = service.client.get("/api/shares", headers=service.as_(service.owner)).json()["items"]
    (found,) = [one for one in items if one["label"] == label]
    return dict(found)


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


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_hash_of_a_passphrase_fits_it_alone(first: str, second: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrases, "_LOG2_N", 4)
        stored = passphrases.hashed(first)
        assert first not in stored or len(first) < 3
        assert passphrases.matches(stored, first)
        same = passphrases._as_compared(first) == passphrases._as_compared(second)
        assert passphrases.matches(stored, second) == same
        assert passphrases.hashed(first) != stored, "every hash has a salt of its own"


def test_composed_letters_are_the_same_letters() -> None:
    assert passphrases.matches(passphrases.hashed("caf\u00e9 au lait"), " cafe\u0301 au lait")


@given(st.text(max_size=80))
def test_no_text_is_a_key_but_a_key(given_key: str) -> None:
    stored, later = "scrypt$4$8$1$x$y", datetime.now(UTC) + timedelta(hours=1)
    assert not passphrases.fits(stored, "token", given_key)
    key = passphrases.key(stored, "token", later)
    assert passphrases.fits(stored, "token", key)
    assert not passphrases.fits(stored, "other", key)
    assert not passphrases.fits("scrypt$4$8$1$x$z", "token", key)
    moment, signature = key.split(".")
    assert not passphrases.fits(stored, "token", f"{int(moment) + 1}.{signature}")
    past = passphrases.key(stored, "token", datetime.now(UTC) - timedelta(seconds=1))
    assert not passphrases.fits(stored, "token", past)


def test_guesses_sent_together_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrases, "_LOG2_N", 4)
    stored, limit = passphrases.hashed(PASSPHRASE), RateLimit("passphrases", 3)
    outcomes: list[str] = []

    def guess() -> None:
        try:
            passphrases.check(stored, "a wrong guess", limit, "192.0.2.1")
        except (PassphraseError, TooManyError) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["PassphraseError"] * 3 + ["TooManyError"] * 17
    passphrases.check(stored, PASSPHRASE, limit, "192.0.2.9")


def test_a_passphrase_opens_its_link_for_a_browser_and_for_a_script(service: Secured) -> None:
    client, path = service.client, f"/api/shared/{service.locked_link}"
    assert client.get(f"{path}/access").json() == {"needs_passphrase": True}
    wrong = client.post(f"{path}/access", json={"passphrase": "not these words"})
    assert (wrong.status_code, wrong.json()["detail"]) == (
        401, "This is not the passphrase of this link.",
    )  # fmt: skip
    assert "set-cookie" not in wrong.headers
    right = client.post(f"{path}/access", json={"passphrase": PASSPHRASE})
    assert right.status_code == 200
    cookie = right.headers["set-cookie"]
    for flag in ("HttpOnly", "SameSite=strict", f"Path={path}"):
        assert flag in cookie
    assert PASSPHRASE not in cookie
    assert client.get(f"{path}/access").json() == {"needs_passphrase": False}
    assert client.get(f"{path}/figures/accuracy").status_code == 200
    # To another link, the cookie does not go.
    (kept,) = client.cookies.jar
    assert kept.path == path
    client.cookies.clear()
    assert client.get(path).status_code == 401
    key = {"Atlas-Link-Key": right.json()["key"]}
    assert client.get(path, headers=key).status_code == 200
    assert client.get(f"{path}/preview.png", headers=key).status_code == 200
    until = datetime.fromisoformat(right.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < until < timedelta(days=7)
    secure = TestClient(service.app, "https://127.0.0.1:8000")
    given = secure.post(f"{path}/access", json={"passphrase": PASSPHRASE})
    assert "Secure" in given.headers["set-cookie"]


def test_a_key_ends_with_its_link(service: Secured) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2)
    with service.database.write() as session:
        session.query(Share).where(Share.passphrase.is_not(None)).one().expires_at = soon
    given = service.client.post(
        f"/api/shared/{service.locked_link}/access", json={"passphrase": PASSPHRASE}
    )
    assert datetime.fromisoformat(given.json()["expires_at"]) == soon


def test_wrong_passphrases_are_counted_by_address(service: Secured) -> None:
    path = f"/api/shared/{service.locked_link}/access"
    for _ in range(10):
        assert service.client.post(path, json={"passphrase": "wrong"}).status_code == 401
    refused = service.client.post(path, json={"passphrase": PASSPHRASE})
    assert refused.status_code == 429
    assert "10 wrong passphrases" in refused.json()["detail"]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    elsewhere = TestClient(service.app, LOOPBACK, client=("192.0.2.7", 1))
    assert elsewhere.post(path, json={"passphrase": PASSPHRASE}).status_code == 200


def test_a_passphrase_is_stored_hashed_and_is_in_no_address(service: Secured) -> None:
    with service.database.read() as session:
        stored = [share.passphrase for share in session.query(Share)]
    (kept,) = [one for one in stored if one is not None]
    assert kept.startswith("scrypt$14$8$5$")
    assert PASSPHRASE not in kept
    for name, operations in service.app.openapi()["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                assert "passphrase" not in parameter["name"].lower(), name


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


class Head(HTMLParser):
    """Collects the elements of a page's head."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.elements: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        given = dict(attrs)
        name = given.get("property") or given.get("name")
        if tag == "meta" and name:
            self.said[name] = given.get("content") or ""


def test_a_preview_has_title_description_and_a_picture(built: Secured) -> None:
    answer = built.client.get(f"/s/{built.link}", headers={"Host": "127.0.0.1:8000"})
    head = Head()
    head.feed(answer.text)
    assert head.said["og:title"] == head.said["twitter:title"] == "Behind a door"
    assert head.said["og:image"] == f"{LOOPBACK}/api/shared/{built.link}/preview.png"
    assert head.said["twitter:image"] == head.said["og:image"]
    assert head.said["twitter:card"] == "summary_large_image"
    picture = built.client.get(head.said["og:image"].removeprefix(LOOPBACK))
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["x-robots-tag"].startswith("noindex")
    with Image.open(io.BytesIO(picture.content)) as opened:
        assert opened.size == SIZE == (1200, 630)
    assert built.client.head(f"/s/{built.link}").status_code == 200


def test_a_locked_link_previews_nothing(built: Secured) -> None:
    answer = built.client.get(f"/s/{built.locked_link}")
    assert answer.text == INDEX
    assert built.client.get(f"/api/shared/{built.locked_link}/preview.png").status_code == 401


def test_many_unknown_pages_get_no_preview_of_a_known_one(built: Secured) -> None:
    for _ in range(30):
        built.client.get("/s/unknown")
    answer = built.client.get(f"/s/{built.link}")
    assert (answer.status_code, answer.text) == (200, INDEX)


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=60))
def test_no_text_breaks_out_of_the_head(title: str, finding: str, token: str) -> None:
    plain = Head()
    plain.feed(preview_head(view(title="x", subtitle="y", findings=["z"]), "http://a/", "t"))
    head = Head()
    shown = view(title=title, subtitle="", findings=[finding])
    head.feed(preview_head(shown, 'http://a"><script>/', token))
    assert head.elements == plain.elements
    assert set(head.said) == set(plain.said)


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


def test_the_picture_is_of_the_numbers() -> None:
    shown = view(title="Five rules", subtitle="digits")
    data = similarity(2)
    first = preview_png(numbers(similarity=data), shown)
    assert first == preview_png(numbers(similarity=data), shown)
    values = data.values.copy()
    values[:] = 0.0
    values[0, 0, 0] = np.nan
    other = preview_png(numbers(similarity=similarity(2)), view(title="日本語", subtitle="digits"))
    dark = preview_png(numbers(similarity=type(data)(**{**_fields(data), "values": values})), shown)
    assert len({first, dark, other}) == 3
    with Image.open(io.BytesIO(dark)) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(10**6) or ()}
    assert (0x44, 0x01, 0x54) in colours, "what is 0 has the lowest colour of the scale"


def _fields(data: Any) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.__dataclass_fields__}


def test_what_can_be_drawn_from_the_frozen_numbers_is_drawn_as_asked(service: Secured) -> None:
    client, path = service.client, f"/api/shared/{service.link}"
    # The frozen network is not the one that the paper has numbers of.
    assert [one["id"] for one in client.get(path).json()["matrices"]] == ["ours"]
    figure = f"{path}/figures/layer-similarity"
    for name in ("ours", "paper", "beside", "difference"):
        expected = 200 if name == "ours" else 404
        assert client.get(f"{figure}?matrices={name}").status_code == expected
        assert client.get(f"{figure}.csv?matrices={name}").status_code == expected
    assert client.get(f"{figure}?matrices=ours").content == client.get(figure).content
    assert client.get(f"{figure}?matrices=theirs").status_code == 422


def test_the_archive_has_the_frozen_numbers(service: Secured) -> None:
    answer = service.client.get(f"/api/shared/{service.link}/numbers.zip")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="behind-a-door-numbers.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        rdms = np.load(io.BytesIO(archive.read("rdms.npz")), allow_pickle=False)
        table = archive.read("figures/accuracy.csv")
    figures = {"accuracy", "layer-similarity", "rdms"}
    assert names == {"manifest.json", "rdms.npz", "similarities.npz"} | {
        f"figures/{name}.csv" for name in figures
    }
    assert set(manifest["sha256"]) == names - {"manifest.json"}
    expected = gallery()
    np.testing.assert_array_equal(
        rdms["dissimilarities"], expected.values.reshape(-1, expected.values.shape[-1])
    )
    served = service.client.get(f"/api/shared/{service.link}/figures/accuracy.csv")
    assert table == served.content
    again = service.client.get(f"/api/shared/{service.link}/numbers.zip")
    assert again.content == answer.content


def test_settings_come_as_a_file_and_who_may_launch_is_told_so(service: Secured) -> None:
    client, path = service.client, f"/api/shared/{service.link}"
    answer = client.get(f"{path}/spec.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    parsed = client.post(
        "/api/experiments/parse", json={"yaml": answer.text}, headers=service.as_(service.owner)
    )
    assert parsed.json()["name"] == "Behind a door"
    assert [rule["rule"] for rule in parsed.json()["rules"]] == ["bp", "usf_sn"]
    seen = {
        who: client.get(path, headers=headers).json()
        for who, headers in (
            ("nobody", {}),
            ("viewer", service.as_(service.viewer)),
            ("owner", service.as_(service.owner)),
        )
    }
    assert {who: one["may_launch"] for who, one in seen.items()} == {
        "nobody": False, "viewer": False, "owner": True,
    }  # fmt: skip
    # Whom a link is for is the owners' affair.
    assert "For a colleague" not in str(seen)
