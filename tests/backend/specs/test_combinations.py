"""Data sets, architectures and rules that go together, said before anything is queued."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, RULES
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings


def spec(**changes: Any) -> dict[str, Any]:
    return {
        "name": "A test",
        "rules": [{"rule": "bp"}],
        "seeds": [0],
        "epochs": 1,
        "probe_size": 200,
        **changes,
    }


def problems(client: TestClient, body: dict[str, Any]) -> dict[str, str]:
    """Return the message on each wrong field, on which estimate and launch must agree."""
    said = []
    for path in ("/api/experiments/estimate", "/api/experiments"):
        answer = client.post(path, json=body)
        assert answer.status_code == 422, answer.text
        said.append({entry["field"]: entry["message"] for entry in answer.json()["errors"]})
    assert said[0] == said[1]
    assert client.get("/api/experiments").json()["items"] == []
    return said[0]


def warnings(client: TestClient, body: dict[str, Any]) -> list[str]:
    answer = client.post("/api/experiments/estimate", json=body)
    assert answer.status_code == 200, answer.text
    said: list[str] = answer.json()["warnings"]
    return said


@pytest.mark.parametrize("dataset", [name for name in DATASETS if name != "folder"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_network_takes_every_data_set_as_the_form_offers_it(
    client: TestClient, dataset: str, architecture: str
) -> None:
    sizes = {DATASETS[dataset].image_size, DATASETS[dataset].stored_size}
    rules = [{"rule": rule} for rule in ("bp", "fa_toeplitz", "usf_init", "usf_sn")]
    for size in sizes:
        body = spec(dataset=dataset, architecture=architecture, image_size=size, rules=rules)
        answer = client.post("/api/experiments/estimate", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["steps_per_epoch"] == -(-DATASETS[dataset].train_images // 128)


@pytest.mark.parametrize("architecture", ["resnet20", "resnet18"])
def test_dense_feedback_of_gigabytes_is_refused(client: TestClient, architecture: str) -> None:
    rules = [{"rule": "bp"}, {"rule": "fa_dense"}]
    said = problems(client, spec(dataset="cifar10", architecture=architecture, rules=rules))
    needed = {"resnet20": "2.8 GB", "resnet18": "34.2 GB"}[architecture]
    for words in ("FA Dense", needed, ARCHITECTURES[architecture].name, "24 pixels", "2.0 GB",
                  "ATLAS_MAX_FEEDBACK_BYTES"):  # fmt: skip
        assert words in said["rules.1.rule"]


def test_the_operator_sets_how_much_feedback_a_run_may_have(tmp_path: Path) -> None:
    body = spec(architecture="lenet5", rules=[{"rule": "fa_dense"}])
    for limit, status in ((1_000_000, 422), (2_000_000, 200)):
        settings = Settings(data_dir=tmp_path / str(limit), max_feedback_bytes=limit, device="cpu")
        with TestClient(create_app(settings)) as client:
            assert client.post("/api/experiments/estimate", json=body).status_code == status


def test_feedback_that_is_allowed_but_large_is_warned_of(client: TestClient) -> None:
    rules = [{"rule": "bp"}, {"rule": "fa_dense"}]
    said = warnings(client, spec(dataset="cifar10", architecture="vgg8", rules=rules))
    assert said == [
        "FA Dense keeps 1.3 GB of feedback weights in memory in each run and reads all of "
        "them at every step."
    ]
    assert warnings(client, spec(dataset="cifar10", architecture="vgg8")) == []


def test_activations_of_gigabytes_are_warned_of(client: TestClient) -> None:
    body = spec(dataset="cifar10", architecture="resnet18", image_size=32, probe_size=2000)
    (said,) = warnings(client, body)
    assert said.startswith("The layers' activations on 2,000 probe images are 4.9 GB")


@pytest.mark.parametrize(
    "rule", [rule.id for rule in RULES.values() if rule.feedback_structure == "output projections"]
)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_direct_feedback_past_residual_connections_is_refused(
    client: TestClient, architecture: str, rule: str
) -> None:
    body = spec(architecture=architecture, rules=[{"rule": "bp"}, {"rule": rule}])
    if architecture in ("resnet20", "resnet18"):
        said = problems(client, body)["rules.1.rule"]
        assert RULES[rule].name in said
        assert ARCHITECTURES[architecture].name in said
    else:
        assert warnings(client, body) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "vgg8", "image_size": 15}, ["15", "VGG-8", "at least 16"]),
        ({"architecture": "lenet5", "image_size": 15}, ["15", "LeNet-5", "at least 16"]),
        ({"architecture": "resnet18", "image_size": 8}, ["8", "ResNet-18", "at least 9"]),
        ({"dataset": "mnist", "image_size": 29}, ["MNIST images are 28 × 28 pixels", "29"]),
        ({"dataset": "svhn", "image_size": 33}, ["SVHN images are 32 × 32 pixels", "33"]),
    ],
)
def test_images_that_do_not_fit_are_refused(
    client: TestClient, changes: dict[str, Any], words: list[str]
) -> None:
    said = problems(client, spec(**changes))["image_size"]
    assert all(word in said for word in words)


def test_a_probe_smaller_than_a_hundred_classes_is_refused(client: TestClient) -> None:
    said = problems(client, spec(dataset="cifar100", probe_size=99))["probe_size"]
    assert "100 classes" in said
