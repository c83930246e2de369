"""Numbers that a link shows, without the words and colours around them."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from typing import Any

from fastapi.testclient import TestClient

from tests.data_0_1_0.links import shown


def numbers_of_table(table: str) -> list[list[float]]:
    rows = []
    for row in csv.reader(io.StringIO(table)):
        rows.append([])
        for cell in row:
            with suppress(ValueError):
                rows[-1].append(float(cell))
    return rows


def numbers_of_link(seen: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers that a link shows, without the words and colours around them."""
    cells = [row["cells"] for row in seen["result"]["rows"]]
    return {
        "comparison": {
            name: seen["view"]["comparison"][name]
            for name in ("title", "subtitle", "request", "runs", "reference", "seeds", "layers",
                         "n_images", "class_names", "findings", "caveats", "figures")
        },
        "settings": seen["view"]["spec"],
        # A word of the taxonomy has no number but its place in the order of words.
        "result": [[cell["value"] if cell["icon"] is None else cell["text"] for cell in row]
                   for row in cells],
        "figures": {
            name: [{axis: trace.get(axis) for axis in ("x", "y", "z")} for trace in traces]
            for name, traces in seen["figures"].items()
        },
        "csv": {name: numbers_of_table(table) for name, table in seen["csv"].items()},
        "archive": seen["archive"],
        "probe": seen["probe"],
    }  # fmt: skip


def link_of(client: TestClient, link: dict[str, Any]) -> dict[str, Any]:
    """Return all that a link shows to whoever knows its passphrase."""
    headers = {}
    if link["passphrase"] is not None:
        path = f"/api/shared/{link['token']}"
        assert client.get(path).status_code == 401
        said = client.post(f"{path}/access", json={"passphrase": link["passphrase"]})
        headers = {"Atlas-Link-Key": said.json()["key"]}

    def get(path: str) -> Any:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer

    return shown(get, link["token"])
