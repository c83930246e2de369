"""The probe's images as pictures, and maps of them: live, shared, and refused."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load as load_arrays
from scipy.spatial import procrustes
from scipy.spatial.distance import pdist

from feedback_atlas.server.comparisons.probe_images import sheets_of
from feedback_atlas.server.db.models import Artifact
from tests.integration.conftest import Atlas


def stored(atlas: Atlas, run: dict[str, Any], kind: str, epoch: int) -> dict[str, np.ndarray]:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run["id"], kind, epoch))
    return load_arrays(atlas.worker.store.get(row.key, row.sha256))


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as opened:
        return np.asarray(opened)


def test_pictures_are_the_probes_images(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(trained)
    probe = trained_atlas.get(f"/comparisons/{comparison['id']}/probe")
    truth = stored(trained_atlas, trained["runs"][0], "probe", 0)
    assert probe["labels"] == truth["labels"].tolist()
    assert probe["class_names"] == [str(digit) for digit in range(10)]
    (sheet,) = probe["sheets"]
    answer = trained_atlas.client.get(f"/api/comparisons/{comparison['id']}/probe/{sheet}.png")
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    shown = pixels(answer.content)
    side, columns = probe["side"], probe["columns"]
    for index, image in enumerate(truth["images"]):
        row, column = divmod(index, columns)
        picture = shown[row * side : (row + 1) * side, column * side : (column + 1) * side]
        np.testing.assert_array_equal(picture, image[0])


def test_a_link_has_its_own_pictures_until_it_is_revoked(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, ("image_space",))
    share = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)
    live = trained_atlas.get(f"/comparisons/{comparison['id']}/probe")
    client = trained_atlas.client
    live_png = client.get(f"/api/comparisons/{comparison['id']}/probe/{live['sheets'][0]}.png")
    # The runs and their files go; the link stays.
    client.delete(f"/api/experiments/{trained['id']}?force=true")
    probe = trained_atlas.get(f"/shared/{share['token']}/probe")
    assert probe == live
    path = f"/api/shared/{share['token']}/probe/{probe['sheets'][0]}.png"
    answer = client.get(path)
    assert answer.content == live_png.content
    assert answer.headers["cache-control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    trained_atlas.client.delete(f"/api/shares/{share['id']}")
    revoked = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert revoked.status_code == 404


def test_a_sheet_is_asked_for_by_its_content_alone(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    path = f"/comparisons/{comparison['id']}/probe"
    trained_atlas.get(f"{path}/{'0' * 64}.png", 404)
    trained_atlas.get(f"{path}/..%2F..%2Fatlas.png", 404)
    trained_atlas.get(f"{path}/short.png", 422)
    trained_atlas.get(f"/shared/nobody/probe/{'0' * 64}.png", 404)


def test_a_link_made_while_the_probe_is_damaged_has_classes_and_no_pictures(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    folder = trained_atlas.worker.settings.data_path / "artifacts" / "runs"
    for probe in folder.glob("*/probe-*"):
        probe.write_bytes(b"damaged")
    link = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)
    shown = trained_atlas.get(f"/shared/{link['token']}/probe")
    assert (len(shown["labels"]), shown["sheets"]) == (20, [])


@pytest.mark.parametrize("channels", [1, 3])
def test_sheets_are_bounded(channels: int) -> None:
    images = np.random.default_rng(0).integers(
        0, 256, size=(401, channels, 150, 140), dtype=np.uint8
    )
    found = sheets_of(images, 128)
    assert (found.side, len(found.sheets)) == (64, 2)
    first, second = (pixels(sheet) for sheet in found.sheets)
    assert first.shape[:2] == (20 * 64, 20 * 64)
    assert second.shape[:2] == (64, 20 * 64)
    crop = images[400, :, 11:139, 6:134]
    halved = crop.reshape(channels, 64, 2, 64, 2).mean(axis=(2, 4))
    shown = np.moveaxis(np.atleast_3d(second[:64, :64]), 2, 0)
    # Rounded twice, along each side.
    np.testing.assert_allclose(shown, halved, atol=1.01)


def test_maps_are_of_the_stored_activations(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(
        trained, ("image_space",), space_layer="conv2", space_rules=["usf_sn", "bp"], rdm_seed=5
    )
    assert "image-space" not in comparison["pending"]
    text = trained_atlas.client.get(
        f"/api/comparisons/{comparison['id']}/figures/image-space.csv"
    ).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["image"]) for row in rows] == list(range(20))
    maps = {
        rule: np.array([[float(row[f"{rule}_x"]), float(row[f"{rule}_y"])] for row in rows])
        for rule in ("usf_sn", "bp")
    }
    for run in trained["runs"]:
        if run["seed"] == 5 and run["rule"] in maps:
            patterns = stored(trained_atlas, run, "activations", run["best_epoch"])["conv2"]
            truth = np.sqrt(np.maximum(pdist(patterns.astype(float), "correlation"), 0.0))
            drawn = pdist(maps[run["rule"]])
            # The second map has been scaled: correlation, not size.
            assert np.corrcoef(drawn, truth)[0, 1] > 0.75
    figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/image-space")
    assert "conv2 of uSF SN and BP, seed 5" in figure["caption"]
    disparity = procrustes(maps["usf_sn"], maps["bp"])[2]
    assert f"Procrustes residual {disparity:.2f}" in figure["caption"]


def test_what_cannot_be_mapped_is_refused(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    for body, words in (
        ({"space_layer": "conv9"}, "choose one of conv1, conv2, fc1, fc2, fc3"),
        ({"space_rules": []}, "space_rules"),
        ({"space_rules": ["bp", "usf_sn", "fa_toeplitz"]}, "space_rules"),
    ):
        assert words in str(trained_atlas.post(path, body, 422))


def test_rules_that_are_not_compared_leave_the_first_two(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    # An address keeps its choice while rules are left out and put back.
    asked = trained_atlas.compare(trained, ("image_space",), space_rules=["usf_sn", "dfa"])
    figure = trained_atlas.get(f"/comparisons/{asked['id']}/figures/image-space")
    assert "of BP and FA Toeplitz, seed 0" in figure["caption"]


def test_one_rule_has_one_map(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(trained, ("image_space",), space_rules=["bp", "bp"])
    figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/image-space")
    assert figure["table"]["columns"] == ["Image", "Class", "BP, x", "BP, y"]
