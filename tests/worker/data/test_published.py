"""The published data sets: downloaded once and whole, or by hand, and read as they were written."""

import gzip
import re
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import MNIST

from feedback_atlas.data import DataError, load
from feedback_atlas.data.idx import read_idx
from feedback_atlas.server.catalog import DATASETS
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.dataset_facts import missing_note
from tests.worker.data.publications import SMALL, Small, Web, md5

TITLES = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "svhn": "SVHN",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
}


@pytest.fixture(params=SMALL)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def small(name: str, monkeypatch: pytest.MonkeyPatch) -> Small:
    return SMALL[name](monkeypatch)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    """A web on which there is nothing yet."""
    made = Web()
    monkeypatch.setattr(urllib.request, "urlopen", made.open)
    return made


def serve(web: Web, small: Small) -> None:
    web.contents.update({url: small.files[path] for path, url in small.urls.items()})


def put(small: Small, root: Path) -> None:
    for path, content in small.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def left_in(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file()]


def test_downloaded_once_and_read_as_written(name, small, web, tmp_path) -> None:
    serve(web, small)
    root = tmp_path / "new"
    data = load(name, root=root)
    assert sorted(web.asked) == sorted(small.urls.values())
    assert load(name, root=root).sha256 == data.sha256
    assert len(web.asked) == len(small.urls)

    assert data.name == name
    assert data.train.images.dtype == torch.uint8
    assert data.train.labels.dtype == torch.int64
    assert data.train.images.is_contiguous()
    images, labels = small.test
    assert np.array_equal(data.test.images.numpy(), images)
    assert np.array_equal(data.test.labels.numpy(), labels)
    # A tenth of each class to validate; together the two are what was published.
    images, labels = small.train
    classes = len(data.class_names)
    per_class = len(labels) // classes
    assert data.val.labels.bincount().tolist() == [per_class // 10] * classes
    assert data.train.labels.bincount().tolist() == [per_class - per_class // 10] * classes
    published = {(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)}
    ours = {
        (image.numpy().tobytes(), int(label))
        for split in (data.train, data.val)
        for image, label in zip(*split, strict=True)
    }
    assert ours == published


def test_shapes_flips_and_constants(name, small, tmp_path) -> None:
    put(small, tmp_path)
    data = load(name, root=tmp_path)
    channels, side = (1, 28) if "mnist" in name else (3, 32)
    assert data.train.images.shape[1:] == (channels, side, side)
    assert data.flip == (name in ("fashion_mnist", "cifar10", "cifar100"))
    assert len(data.mean) == len(data.std) == channels
    assert all(0.1 < value < 0.6 for value in (*data.mean, *data.std))
    if name == "cifar10":  # the paper's
        assert (data.mean, data.std) == ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))
    names = {"mnist": "0", "fashion_mnist": "T-shirt/top", "svhn": "0"}
    assert data.class_names[0] == names.get(name, "class 0")


def test_without_a_network_the_error_gives_the_steps_and_they_work(
    name, small, web, tmp_path
) -> None:
    with pytest.raises(DataError) as caught:
        load(name, root=tmp_path)
    said = str(caught.value)
    assert f"{TITLES[name]} is not in {tmp_path}" in said
    assert "no network" in said
    for path, url in small.urls.items():
        assert f"{url} (md5 {md5(small.files[path])}) to {tmp_path / path}" in said
    assert left_in(tmp_path) == [f".{name}.lock"]
    put(small, tmp_path)
    assert len(load(name, root=tmp_path).test.labels) == len(small.test[1])


@pytest.mark.parametrize("kind", ["cut short", "wrong content"])
def test_a_bad_download_leaves_nothing_that_spoils_the_next(
    name, small, web, tmp_path, kind
) -> None:
    for path, url in small.urls.items():
        content = small.files[path]
        web.contents[url] = content[: len(content) // 2] if kind == "cut short" else b"<html>"
    with pytest.raises(DataError, match=r"could not be downloaded .*md5"):
        load(name, root=tmp_path)
    assert left_in(tmp_path) == [f".{name}.lock"]
    serve(web, small)
    assert len(load(name, root=tmp_path).test.labels) == len(small.test[1])


def test_only_what_is_damaged_is_fetched_again(name, small, web, tmp_path) -> None:
    put(small, tmp_path)
    first = load(name, root=tmp_path)
    *_, (path, url) = small.urls.items()
    (tmp_path / path).write_bytes(b"half")
    if name.startswith("cifar"):  # what was unpacked serves without its archive
        assert load(name, root=tmp_path).sha256 == first.sha256
        (tmp_path / path).unlink()
        next(tmp_path.glob("cifar-*/*")).write_bytes(b"half")
    with pytest.raises(DataError, match=md5(small.files[path])):
        load(name, root=tmp_path)
    serve(web, small)
    assert load(name, root=tmp_path).sha256 == first.sha256
    assert web.asked.count(url) == len(
        [asked for asked in web.asked if asked in small.urls.values()]
    )


def test_damaged_unpacked_files_are_replaced_from_the_archive(monkeypatch, web, tmp_path) -> None:
    put(SMALL["cifar10"](monkeypatch), tmp_path)
    load("cifar10", root=tmp_path)
    (tmp_path / "cifar-10-batches-py" / "data_batch_2").write_bytes(b"half")
    assert len(load("cifar10", root=tmp_path).train.labels) == 900
    assert web.asked == []


def test_the_second_mirror_serves_where_the_first_does_not(monkeypatch, web, tmp_path) -> None:
    small = SMALL["mnist"](monkeypatch)
    for path in small.files:
        filename = path.rpartition("/")[2]
        web.contents[MNIST.mirrors[1] + filename] = small.files[path]
    assert len(load("mnist", root=tmp_path).train.labels) == 180
    assert len(web.asked) == 8


def test_larger_images_than_published_are_refused(name, tmp_path) -> None:
    side = 28 if "mnist" in name else 32
    with pytest.raises(
        DataError, match=rf"image_size is {side + 1}; {TITLES[name]}'s images have {side} pixels"
    ):
        load(name, root=tmp_path, image_size=side + 1)


def test_a_root_that_cannot_be_written_to_says_so(name, tmp_path) -> None:
    (tmp_path / "root").write_text("a file, not a folder")
    with pytest.raises(DataError, match=r"root cannot be written to"):
        load(name, root=tmp_path / "root")


def test_runs_that_start_together_download_once(name, small, web, tmp_path, monkeypatch) -> None:
    serve(web, small)

    def slowly(url: str, timeout: float) -> object:
        time.sleep(0.1)
        return web.open(url, timeout)

    monkeypatch.setattr(urllib.request, "urlopen", slowly)
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load(name, root=tmp_path).sha256, range(4)))
    assert len(set(loaded)) == 1
    assert len(web.asked) == len(small.urls)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not gzipped", "is damaged"),
        (b"\x1f\x8b\x08\x00", "is damaged"),
        ("packed", "no IDX file of unsigned bytes"),
        ("cut", r"holds 5 values; its shape \(2, 3\) needs 6"),
    ],
)
def test_files_of_another_form_are_refused(content, words, tmp_path) -> None:
    forms = {
        "packed": gzip.compress(b"\x00\x00\x0d\x01"),
        "cut": gzip.compress(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(5)),
    }
    path = tmp_path / "file.gz"
    path.write_bytes(forms.get(content, content))
    with pytest.raises(DataError, match=words):
        read_idx(path)


def test_the_service_knows_which_files_a_worker_reads(name, small, web, tmp_path) -> None:
    settings = Settings(data_dir=tmp_path)
    root = settings.data_path / "datasets"
    assert TITLES[name] in str(missing_note(name, settings))
    with pytest.raises(DataError, match=re.escape(DATASETS[name].page)):
        load(name, root=root)
    assert missing_note(name, settings) is not None
    put(small, root)
    assert missing_note(name, settings) is None
    load(name, root=root)
    if DATASETS[name].unpacked:
        for path in small.files:
            (root / path).unlink()
        assert missing_note(name, settings) is None
