"""Comparisons at any epoch, on any of the images, and beside the published ones."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load as load_arrays
from safetensors.torch import load as load_tensors
from sqlalchemy import delete, select

from feedback_atlas.analysis import Minibatch, cka_matrix, gram
from feedback_atlas.data import load
from feedback_atlas.server.db.models import Analysis, Artifact
from feedback_atlas.training import represent, restored_network
from tests.integration.conftest import Atlas


def cells_of(atlas: Atlas, comparison: dict[str, Any], figure: str) -> list[dict[str, str]]:
    assert comparison["state"] == "completed", comparison["error"]
    path = f"/api/comparisons/{comparison['id']}/figures/{figure}.csv"
    return list(csv.DictReader(io.StringIO(atlas.client.get(path).text)))


def stored(atlas: Atlas, run: dict[str, Any], kind: str, epoch: int) -> bytes:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run["id"], kind, epoch))
    return atlas.worker.store.get(row.key, row.sha256)


def run_of(experiment: dict[str, Any], rule: str, seed: int) -> dict[str, Any]:
    (run,) = (r for r in experiment["runs"] if (r["rule"], r["seed"]) == (rule, seed))
    return run


def test_representations_come_from_the_checkpoint_where_none_are_stored(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    as_stored = cells_of(trained_atlas, trained_atlas.compare(trained, epoch=1), "layer-similarity")
    with trained_atlas.worker.database.write() as session:
        session.execute(delete(Artifact).where(Artifact.kind == "activations", Artifact.epoch == 1))
    computed = trained_atlas.compare(trained, epoch=1)
    assert cells_of(trained_atlas, computed, "layer-similarity") == as_stored
    assert "epoch 1" in trained_atlas.get(f"/comparisons/{computed['id']}/figures/rdms")["caption"]
    with trained_atlas.worker.database.read() as session:
        kinds = session.scalars(select(Analysis.kind)).all()
    assert kinds.count("rdm") == kinds.count("similarity") == 2


def test_a_checkpoint_gives_the_stored_activations_to_the_bit(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    data = load("digits")
    for run in trained["runs"][:2]:
        weights = load_tensors(stored(trained_atlas, run, "weights", 1))
        images = load_tensors(stored(trained_atlas, run, "probe", 0))["images"]
        network = restored_network("moskovitz1", weights, data, 24, images.device)
        kept = load_arrays(stored(trained_atlas, run, "activations", 1))
        for layer, x in represent(network, images, data, 24).items():
            np.testing.assert_array_equal(x.numpy(), kept[layer])
    with pytest.raises(ValueError, match="does not belong to a network lenet5"):
        restored_network("lenet5", weights, data, 24, images.device)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"epoch": 2}, "choose one from 0 to 1"),
        ({"epoch": -1}, "greater than or equal to 0"),
        ({"images": "validation_and_test"}, "choose CKA, minibatch"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_what_can(
    trained_atlas: Atlas, trained: dict[str, Any], body: dict[str, Any], words: str
) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    assert words in str(trained_atlas.post(path, body, 422))


def test_epoch_zero_is_the_untrained_network(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    cells = cells_of(trained_atlas, trained_atlas.compare(trained, epoch=0), "similarity-profile")
    assert [float(cell["similarity"]) for cell in cells] == pytest.approx([1.0] * 20, abs=1e-9)


@pytest.mark.parametrize("subset", ["both_correct", "bp_correct_method_wrong", "one_class"])
def test_subsets_are_decided_by_what_the_two_networks_predict(
    trained_atlas: Atlas, trained: dict[str, Any], subset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Networks of one epoch and a probe of 20: a floor of 4 leaves something to compare.
    monkeypatch.setattr("feedback_atlas.analysis.subsets.SMALLEST_SUBSET", 4)
    comparison = trained_atlas.compare(trained, subset=subset, subset_class=1)
    cells = cells_of(trained_atlas, comparison, "layer-similarity")
    labels = load_arrays(stored(trained_atlas, trained["runs"][0], "probe", 0))["labels"]
    for rule in ("fa_toeplitz", "usf_sn"):
        ours, theirs = (
            load_arrays(stored(trained_atlas, run_of(trained, name, 5), "activations", 1))
            for name in (rule, "bp")
        )
        right, reference = (x["fc3"].argmax(axis=1) == labels for x in (ours, theirs))
        mask = {
            "both_correct": right & reference,
            "bp_correct_method_wrong": ~right & reference,
            "one_class": labels == 1,
        }[subset]
        expected = cka_matrix(
            [gram(ours["conv2"][mask])] if mask.any() else [np.zeros((0, 0))],
            [gram(theirs["fc1"][mask])] if mask.any() else [np.zeros((0, 0))],
        )
        (cell,) = (
            c for c in cells
            if (c["rule"], c["seed"], c["layer"], c["bp_layer"]) == (rule, "5", "conv2", "fc1")
        )  # fmt: skip
        assert int(cell["images"]) == mask.sum()
        if mask.sum() >= 4:
            assert float(cell["similarity"]) == pytest.approx(expected.values[0, 0], abs=1e-6)
        else:
            assert "too few: at least 4" in cell["undefined_because"]


def test_a_subset_too_small_is_a_reason_and_never_a_number(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, subset="one_class", subset_class=3)
    assert comparison["state"] == "completed"
    assert comparison["class_names"][3] == "3"
    for figure in ("layer-similarity", "similarity-profile"):
        for cell in cells_of(trained_atlas, comparison, figure):
            assert cell["similarity"] == ""
            assert cell["undefined_because"] == "2 images are too few: at least 10 are needed"
    figure = trained_atlas.client.get(
        f"/api/comparisons/{comparison['id']}/figures/layer-similarity"
    )
    assert "NaN" not in figure.text
    assert "of class 3" in figure.json()["caption"]
    path = f"/experiments/{trained['id']}/comparisons"
    missing = {"subset": "one_class", "subset_class": 10}
    assert "choose one from 0 to 9" in trained_atlas.post(path, missing, 422)["detail"]


@pytest.mark.parametrize("subset", ["all", "both_correct"])
def test_validation_and_test_images_are_compared_batch_by_batch(atlas: Atlas, subset: str) -> None:
    rules = [{"rule": "bp"}, {"rule": "usf_sn"}]
    trained = atlas.train(atlas.launch(architecture="lenet5", rules=rules))
    comparison = atlas.compare(
        trained, images="validation_and_test", estimator="minibatch", subset=subset
    )
    cells = cells_of(atlas, comparison, "layer-similarity")
    data = load("digits")
    images = torch.cat([data.val.images, data.test.images])
    labels = torch.cat([data.val.labels, data.test.labels]).numpy()
    ours, theirs = (
        represent(
            restored_network(
                "lenet5",
                load_tensors(stored(atlas, run_of(trained, rule, 0), "weights", 1)),
                data,
                24,
                images.device,
            ),
            images,
            data,
            24,
        )
        for rule in ("usf_sn", "bp")
    )
    mask = np.ones(len(labels), dtype=bool)
    if subset == "both_correct":
        mask = np.logical_and(*(x["fc3"].numpy().argmax(axis=1) == labels for x in (ours, theirs)))
    n = int(mask.sum())
    estimator = Minibatch(batch_size=256 if n >= 512 else n // 4)
    for cell in cells:
        expected = cka_matrix(
            [gram(ours[cell["layer"]][mask])], [gram(theirs[cell["bp_layer"]][mask])], estimator
        )
        assert int(cell["images"]) == n
        assert float(cell["similarity"]) == pytest.approx(expected.values[0, 0], abs=1e-5)
    assert comparison["n_images"] == 20


def test_images_that_have_changed_are_refused(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    with trained_atlas.worker.database.write() as session:
        from feedback_atlas.server.runs import service as runs

        experiment = runs.get(session, trained["runs"][0]["id"]).experiment
        experiment.spec = {**experiment.spec, "probe_size": 21}
    comparison = trained_atlas.compare(trained, images="validation_and_test", estimator="minibatch")
    assert comparison["state"] == "failed"
    assert "have changed since these networks were trained" in comparison["error"]


@pytest.mark.parametrize("matrices", ["paper", "difference"])
def test_the_papers_matrices_are_laid_beside_ours(
    trained_atlas: Atlas, trained: dict[str, Any], matrices: str
) -> None:
    comparison = trained_atlas.compare(trained, matrices=matrices)
    figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/layer-similarity")
    assert "Lance & Kieu" in figure["caption"]
    rules = [row[0] for row in figure["table"]["rows"]]
    assert set(rules) == {"FA Toeplitz", "uSF SN"}
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    assert trained_atlas.get(f"/shared/{token}/figures/layer-similarity") == figure
    alone = trained_atlas.compare(trained, matrices=matrices, subset="one_class")
    assert "no similarities for: one class" in alone["unavailable"]["layer-similarity"]
    assert "similarity-profile" in alone["figures"]


def test_only_what_means_the_same_is_subtracted(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    body = {"matrices": "difference", "estimator": "procrustes"}
    asked = trained_atlas.post(path, body, 200)
    reason = asked["unavailable"]["layer-similarity"]
    assert "linear CKA, which Angular Procrustes does not estimate" in reason
