"""Values that cannot be used: a 4xx with a sentence that names them, and nothing queued."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from feedback_atlas.server.settings import Settings

RULES = (
    "bp, fa_dense, fa_toeplitz, usf_init, usf_sn, usf, brsf, dfa, drtp, kolen_pollack, "
    "weight_mirror, sham, readout_only"
)


def spec(**changes: Any) -> dict[str, Any]:
    return {"name": "A test", "rules": [{"rule": "bp"}], "seeds": [0], "epochs": 1, **changes}


def post(client: TestClient, path: str, body: Any) -> Any:
    """Post ``body`` as JSON: as it is when it is text, so that it can be no JSON at all."""
    content = body if isinstance(body, str) else json.dumps(body)
    return client.post(path, content=content, headers={"content-type": "application/json"})


def assert_refused(client: TestClient, body: Any, field: str, *words: str) -> None:
    """Expect the estimate and the launch to refuse, saying ``words`` about ``field``."""
    for path in ("/api/experiments/estimate", "/api/experiments"):
        answer = post(client, path, body)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        said = {entry["field"]: entry["message"] for entry in problem["errors"]}
        assert field in said, problem
        for word in words:
            assert word in said[field]
        assert len(problem["detail"]) < 2000
    assert client.get("/api/experiments").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rules": [{"rule": "hebb"}]}, "rules.0.rule", ["'hebb'", RULES]),
        ({"rules": []}, "rules", ["at least one"]),
        ({"rules": [{"rule": "bp"}, {"rule": "bp"}]}, "rules.1.rule", ["twice"]),
        ({"rules": [{"rule": "bp", "lr": -1}]}, "rules.0.lr", ["-1", "1e-06 to 1"]),
        ({"rules": [{"rule": "bp", "feedback_scale": 0.1}]}, "rules.0.feedback_scale", ["BP"]),
        ({"rules": [{"rule": "bp", "mirror_rate": 0.1}]}, "rules.0.mirror_rate", ["BP", "lr, w"]),
        ({"rules": [{"rule": "weight_mirror", "mirror_rate": 2}]}, "rules.0.mirror_rate",
         ["2", "1e-06 to 1"]),
        ({"rules": [{"rule": "bp", "speed": 0.1}]}, "rules.0.speed",
         ["BP takes no 'speed'", "lr, weight_decay"]),
        ({"rules": [{"rule": "bp", "lr": "fast"}]}, "rules.0.lr", ["'fast'", "number"]),
        ({"rules": [{"rule": "bp", "lr": [1]}]}, "rules.0.lr", ["number"]),
        ({"rules": [{"rule": "bp", "lr": 10**400}]}, "rules.0.lr", ["number"]),
        ({"rules": [{"rule": "usf_sn", "normalization": "l" * 65}]}, "rules.0.normalization",
         ["64 characters"]),
        ({"rules": [{"rule": "usf_sn", "normalization": 2}]}, "rules.0.normalization",
         ["2", "frobenius, spectral"]),
        ({"track_global_every": -1}, "track_global_every", ["-1", "0 to 100,000"]),
        ({"rules": [{"rule": "usf_sn", "normalization": "l1"}]}, "rules.0.normalization",
         ["'l1'", "frobenius, spectral"]),
        ({"seeds": []}, "seeds", ["at least one"]),
        ({"seeds": [1, 1]}, "seeds", ["twice"]),
        ({"seeds": [-1]}, "seeds", ["0 to 4,294,967,295"]),
        ({"seeds": list(range(101))}, "seeds", ["101", "100"]),
        ({"seeds": list(range(100)), "rules": [{"rule": rule} for rule in RULES.split(", ")]},
         "seeds", ["1300 runs", "200"]),
        ({"epochs": -3}, "epochs", ["-3", "1 to 1,000"]),
        ({"epochs": 0}, "epochs", ["0", "1 to 1,000"]),
        ({"epochs": 10**9}, "epochs", ["1e+09", "1 to 1,000"]),
        ({"epochs": 10**400}, "epochs", ["1 to 1,000"]),
        ({"epochs": 1.5}, "epochs", ["integer"]),
        ({"epochs": "many"}, "epochs", ["integer"]),
        ({"batch_size": 0}, "batch_size", ["0", "1 to 8,192"]),
        ({"name": ""}, "name", ["empty"]),
        ({"name": " \t "}, "name", ["empty"]),
        ({"name": "x" * 10_000}, "name", ["10,000", "120"]),
        ({"name": "a\u0000b"}, "name", ["control character"]),
        ({"name": "a\ud800b"}, "name", ["control character"]),
        ({"dataset": "imagenet"}, "dataset", ["'imagenet'", "digits, mnist, ", "cifar100, folder"]),
        ({"architecture": "vit"}, "architecture", ["'vit'", "moskovitz1, lenet5, mlp"]),
        ({"image_size": 15}, "image_size", ["15", "16", "Moskovitz"]),
        ({"image_size": 25}, "image_size", ["24", "25"]),
        ({"probe_size": 3}, "probe_size", ["3", "4 to 2,000"]),
        ({"probe_size": 361}, "probe_size", ["360", "361"]),
        ({"probe_size": 9}, "probe_size", ["10 classes", "9"]),
        ({"track_every": 0}, "track_every", ["0"]),
        ({"folder": "/etc"}, "folder", ["only for"]),
        ({"dataset": "folder"}, "folder", ["Give the path"]),
        ({"colour": "red"}, "colour", ["not permitted"]),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value)[:40],
)  # fmt: skip
def test_a_wrong_value_is_named(
    client: TestClient, changes: dict[str, Any], field: str, words: list[str]
) -> None:
    assert_refused(client, spec(**changes), field, *words)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_refused(client: TestClient, number: str) -> None:
    body = json.dumps(spec(rules=[{"rule": "bp", "lr": "LR"}])).replace('"LR"', number)
    assert_refused(client, body, "rules.0.lr", "learning rate")


@pytest.mark.parametrize("body", ['{"name": ', "", "[1", '"\\ud800', "\x00"])
def test_malformed_json_is_said_to_be_so(client: TestClient, body: str) -> None:
    answer = post(client, "/api/experiments", body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_body_of_megabytes_is_refused(client: TestClient) -> None:
    answer = post(client, "/api/experiments", spec(name="x" * 2_000_000))
    assert answer.status_code == 413
    assert "too large" in answer.text.lower()


def image_tree(root: Path, *, classes: int = 2, size: int = 32, images: int = 3) -> Path:
    """Write an image folder of single-colour images."""
    for split in ("train", "test"):
        for label in range(classes):
            folder = root / split / f"class{label}"
            folder.mkdir(parents=True)
            for index in range(images):
                colour = (40 * label, 20 * index, 90)
                Image.new("RGB", (size, size), colour).save(folder / f"{index}.png")
    return root


def in_folder(path: object, **changes: Any) -> dict[str, Any]:
    return spec(dataset="folder", folder=str(path), probe_size=4, **changes)


def test_a_good_folder_is_taken(client: TestClient, settings: Settings) -> None:
    root = image_tree(settings.folder_roots[0] / "good")
    for path in (root, "good", "./good/../good"):
        answer = client.post("/api/experiments/estimate", json=in_folder(path))
        assert answer.status_code == 200, answer.text
        assert answer.json()["runs"] == 1


@pytest.mark.parametrize(
    ("make", "field", "words"),
    [
        (lambda root: root / "missing", "folder", ["There is no folder"]),
        (lambda root: Path("/etc"), "folder", ["outside the allowed folders"]),
        (lambda root: root / ".." / "..", "folder", ["outside the allowed folders"]),
        (lambda root: image_tree(root / "one", classes=1), "folder", ["only the class 'class0'"]),
        (lambda root: image_tree(root / "tiny", size=8), "image_size", ["8x8", "24"]),
        (lambda root: "\x00", "folder", ["not a usable path"]),
        (lambda root: "a" * 4000, "folder", ["not a usable path"]),
    ],
    ids=["missing", "outside", "above", "one class", "tiny images", "NUL", "long"],
)
def test_a_folder_that_cannot_serve_is_refused(
    client: TestClient, settings: Settings, make: Any, field: str, words: list[str]
) -> None:
    root = settings.folder_roots[0]
    root.mkdir()
    assert_refused(client, in_folder(make(root)), field, *words)


def test_a_link_out_of_the_allowed_folder_is_refused(
    client: TestClient, settings: Settings, tmp_path: Path
) -> None:
    outside = image_tree(tmp_path / "outside")
    settings.folder_roots[0].mkdir()
    (settings.folder_roots[0] / "link").symlink_to(outside)
    assert_refused(client, in_folder("link"), "folder", "outside the allowed folders")


def test_folders_that_differ_or_hold_no_images_are_refused(
    client: TestClient, settings: Settings
) -> None:
    root = image_tree(settings.folder_roots[0] / "odd")
    (root / "test" / "extra").mkdir()
    assert_refused(client, in_folder(root), "folder", "test/'extra' contains no images")
    Image.new("RGB", (32, 32)).save(root / "test" / "extra" / "0.png")
    assert_refused(client, in_folder(root), "folder", "same classes", "'extra'")
    (root / "train" / "class0" / "0.png").write_bytes(b"no image")
    (root / "test" / "extra" / "0.png").unlink()
    (root / "test" / "extra").rmdir()
    assert_refused(client, in_folder(root), "folder", "'0.png'", "not a readable image")


def test_nothing_is_allowed_until_the_operator_allows_it(tmp_path: Path) -> None:
    from feedback_atlas.server.main import create_app

    with TestClient(create_app(Settings(data_dir=tmp_path / "data"))) as client:
        assert_refused(client, in_folder("/etc"), "folder", "ATLAS_FOLDER_ROOTS")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("experiment_id", ["0123456789abcdef", "nonsense", "%00", "..%2F.."])
def test_an_unknown_experiment_is_a_4xx(
    client: TestClient, method: str, experiment_id: str
) -> None:
    answer = client.request(method, f"/api/experiments/{experiment_id}")
    assert answer.status_code in (404, 405, 422)
    assert answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "MjAyNiB4"])
def test_a_cursor_that_the_list_never_gave_is_refused(client: TestClient, cursor: str) -> None:
    answer = client.get("/api/experiments", params={"cursor": cursor})
    assert answer.status_code == 422
    assert "first page" in answer.json()["detail"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@hypothesis_settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    changes=st.dictionaries(
        st.sampled_from(
            ["name", "dataset", "folder", "architecture", "rules", "seeds", "epochs",
             "batch_size", "image_size", "augment", "track_every", "probe_size"]
        ),
        _JSON,
        min_size=1,
    )
)  # fmt: skip
def test_no_value_makes_the_service_fail(client: TestClient, changes: dict[str, Any]) -> None:
    answer = post(client, "/api/experiments/estimate", spec(**changes))
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 200 or answer.json()["errors"]
