"""The data sets that are not downloaded: digits and image folders, good and bad."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits

from feedback_atlas.data import DataError, load


def test_digits_are_split_by_class_and_enlarged() -> None:
    data = load("digits")
    assert [len(split.labels) for split in (data.train, data.val, data.test)] == [1257, 180, 360]
    assert data.train.images.shape == (1257, 1, 24, 24)
    assert data.train.images.dtype == torch.uint8
    assert data.train.labels.dtype == torch.int64
    assert data.class_names == tuple("0123456789")
    assert not data.flip
    everything = torch.cat([data.train.labels, data.val.labels, data.test.labels])
    for split in (data.train, data.val, data.test):
        shares = split.labels.bincount() / len(split.labels)
        assert float((shares - everything.bincount() / 1797).abs().max()) < 0.01
    # Every digit is in one split and in one only: the sums of their pixels match the source's.
    images = torch.cat([data.train.images, data.val.images, data.test.images])
    source = load_digits().images * (255 / 16)
    ours = images.double().mean(dim=(1, 2, 3)).sort().values
    assert float((ours - torch.from_numpy(source.mean(axis=(1, 2))).sort().values).abs().max()) < 2
    pixels = data.train.images.double() / 255
    assert data.mean == pytest.approx([float(pixels.mean())])
    assert data.std == pytest.approx([float(pixels.std(correction=0))])
    assert load("digits").sha256 == data.sha256
    assert load("digits", image_size=16).sha256 != data.sha256


def picture(path: Path, size: tuple[int, int] = (32, 32), seed: int = 0, mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    Image.fromarray(rng.integers(256, size=(*size[::-1], 3), dtype=np.uint8)).convert(mode).save(
        path
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    for split, count in (("train", 20), ("test", 5)):
        for label, name in enumerate(("cat", "dog")):
            for i in range(count):
                picture(root / split / name / f"{i:02}.png", seed=1000 * label + i)
    return root


def test_a_folder_is_read_as_it_lies(tree, tmp_path) -> None:
    (tree / "train" / "cat" / "notes.txt").write_text("not an image")
    (tree / "train" / ".hidden").mkdir()
    data = load("folder", root=tree)
    assert data.class_names == ("cat", "dog")
    assert [len(split.labels) for split in (data.train, data.val, data.test)] == [36, 4, 10]
    assert data.val.labels.bincount().tolist() == [2, 2]
    with Image.open(tree / "test" / "dog" / "03.png") as image:
        assert np.array_equal(data.test.images[8].permute(1, 2, 0).numpy(), np.asarray(image))
    pixels = data.train.images.double() / 255
    assert data.mean == pytest.approx(pixels.mean(dim=(0, 2, 3)).tolist())
    assert data.std == pytest.approx(
        pixels.transpose(0, 1).flatten(1).std(1, correction=0).tolist()
    )


def test_other_sizes_are_resized_and_cropped_to_the_centre(tree) -> None:
    left, right = Image.new("RGB", (300, 100), "red"), Image.new("RGB", (100, 100), "blue")
    left.paste(right, (100, 0))
    left.save(tree / "test" / "cat" / "00.png")
    picture(tree / "test" / "cat" / "01.png", size=(50, 200), mode="L")
    data = load("folder", root=tree)
    blue = torch.tensor([0, 0, 255], dtype=torch.uint8)[:, None, None].expand(3, 32, 30)
    # The outermost columns blend with the red beside the square, as in a resize before the crop.
    assert torch.equal(data.test.images[0, :, :, 1:-1], blue)
    grey = data.test.images[1]
    assert torch.equal(grey[0], grey[1])
    assert load("folder", root=tree, image_size=16).train.images.shape[1:] == (3, 21, 21)


def test_the_cache_gives_the_same_and_notices_changes(tree, tmp_path, monkeypatch) -> None:
    cache = tmp_path / "cache"
    first = load("folder", root=tree, cache=cache)
    (kept,) = cache.iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", lambda *_: pytest.fail("decoded again"))
        assert load("folder", root=tree, cache=cache).sha256 == first.sha256
    kept.write_bytes(kept.read_bytes()[:100])
    assert load("folder", root=tree, cache=cache).sha256 == first.sha256

    changed = tree / "train" / "cat" / "00.png"
    picture(changed, seed=77)
    os.utime(changed, ns=(1, 1))
    assert load("folder", root=tree, cache=cache).sha256 != first.sha256
    assert len(list(cache.iterdir())) == 2
    assert not [path for path in cache.iterdir() if path.name.startswith(".")]


def test_a_cache_that_cannot_be_written_says_so(tree, tmp_path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    with pytest.raises(DataError, match=r"cannot be written to .*cache"):
        load("folder", root=tree, cache=tmp_path / "cache")


def test_bad_folders_are_refused_by_name(tree, tmp_path) -> None:
    with pytest.raises(DataError, match="nowhere has no folder 'train'"):
        load("folder", root=tmp_path / "nowhere")
    picture(tree / "train" / "cow" / "0.png")
    with pytest.raises(DataError, match=r"same class folders.*: cow"):
        load("folder", root=tree)
    (tree / "test" / "cow").mkdir()
    with pytest.raises(DataError, match="cow holds no image"):
        load("folder", root=tree)
    picture(tree / "test" / "cow" / "0.png", size=(40, 20))
    with pytest.raises(DataError, match=r"0\.png has 40x20 pixels; images need at least 24"):
        load("folder", root=tree)
    (tree / "test" / "cow" / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    with pytest.raises(DataError, match=r"0\.png cannot be read as an image"):
        load("folder", root=tree)
    whole = (tree / "train" / "cow" / "0.png").read_bytes()
    (tree / "test" / "cow" / "0.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"0\.png cannot be read as an image"):
        load("folder", root=tree)


def test_one_class_is_refused(tmp_path) -> None:
    for split in ("train", "test"):
        picture(tmp_path / split / "only" / "0.png")
    with pytest.raises(DataError, match="has 1 class folders; at least 2"):
        load("folder", root=tmp_path)


def test_unknown_names_and_missing_roots_are_refused() -> None:
    with pytest.raises(DataError, match=r"unknown data set 'coco'; .* digits, mnist, .*folder"):
        load("coco")
    with pytest.raises(DataError, match="'folder' needs a root"):
        load("folder")
    with pytest.raises(DataError, match="image_size is 0"):
        load("digits", image_size=0)


@pytest.mark.parametrize("inside", ["train", "train/cat", "train/cat/03.png"])
def test_no_link_leads_out_of_what_is_allowed(tree, tmp_path, inside) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tree / inside).rename(outside / "moved")
    (tree / inside).symlink_to(outside / "moved")
    with pytest.raises(DataError, match="is a link out of the folders that may be read"):
        load("folder", root=tree, allowed=[tree])
    assert len(load("folder", root=tree, allowed=[tree, outside]).test.labels) == 10
    assert len(load("folder", root=tree).test.labels) == 10


def test_a_link_that_leads_nowhere_is_named(tree) -> None:
    (tree / "train" / "cat" / "99.png").symlink_to("gone")
    with pytest.raises(DataError, match=r"99\.png is a link that leads nowhere"):
        load("folder", root=tree)


def test_a_bomb_is_not_decoded(tree, monkeypatch) -> None:
    path = tree / "train" / "cat" / "00.png"
    Image.new("1", (9000, 6000)).save(path)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(DataError, match=r"00\.png has 9000x6000 pixels; at most 50,000,000"):
        load("folder", root=tree)
    path.write_bytes(bytes(50_000_001))
    with pytest.raises(DataError, match="50,000,001 bytes"):
        load("folder", root=tree)


def test_a_file_is_read_as_an_image_only(tree) -> None:
    """Guard against Pillow, which would hand PostScript, whatever its name, to a program."""
    path = tree / "train" / "cat" / "00.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 40\n%%EndComments\n")
    with pytest.raises(DataError, match="cannot be read as an image"):
        load("folder", root=tree)
