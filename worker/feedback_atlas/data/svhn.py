"""SVHN: colour images of 32x32 pixels of house numbers' digits (Netzer et al. 2011)."""

from pathlib import Path

import torch
from scipy.io import loadmat

from feedback_atlas.data.image_data import ImageData, Split
from feedback_atlas.data.published import Publication, PublishedFile
from feedback_atlas.data.splitting import hold_out_tenth


def svhn(root: Path, image_size: int = 24) -> ImageData:
    """Load SVHN without its extra images: 65,932 to train, 7,325 to validate, 26,032 to test.

    root: folder that holds train_32x32.mat and test_32x32.mat; where one is not there, it is
        downloaded (246 MB together) and its checksum compared.
    image_size: side of the crops that will be taken, at most 32 pixels.

    Returns the images, split by class and the same for every seed. Raises DataError where the
    data cannot be had, with the steps to fetch them by hand.
    """
    from torchvision.datasets import SVHN  # here, not above: the import takes seconds

    splits = [SVHN.split_list[name] for name in ("train", "test")]
    Publication(
        id="svhn",
        name="SVHN",
        page="http://ufldl.stanford.edu/housenumbers/",
        size="246 MB",
        files=tuple(
            PublishedFile(urls=(url,), path=filename, md5=md5) for url, filename, md5 in splits
        ),
        side=32,
    ).obtain(root, image_size)
    published, test = (_read(root / filename) for _, filename, _ in splits)
    train, val = hold_out_tenth(published)
    return ImageData(
        name="svhn",
        train=train,
        val=val,
        test=test,
        class_names=tuple(str(digit) for digit in range(10)),
        # Per channel, over the 73,257 published training images.
        mean=(0.4377, 0.4438, 0.4728),
        std=(0.1980, 0.2010, 0.1970),
        flip=False,
    )


def _read(path: Path) -> Split:
    # X is (row, column, channel, image); in y, the digit 0 is written as 10.
    arrays = loadmat(path, variable_names=("X", "y"))
    images = torch.from_numpy(arrays["X"]).permute(3, 2, 0, 1).contiguous()
    return Split(images, torch.from_numpy(arrays["y"]).reshape(-1).long() % 10)
