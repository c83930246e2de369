"""Frozen figures, numbers and settings behind a link."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np

from tests.backend.access.secured import Secured
from tests.backend.figures.examples import gallery


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
