"""Handwritten digits that ship inside scikit-learn: real images, no download."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import interpolate

from feedback_atlas.data.image_data import ImageData, Split, channel_statistics
from feedback_atlas.data.splitting import remaining, stratified_choice

_SPLIT_SEED = 1797


def digits(image_size: int = 24) -> ImageData:
    """Load the 1,797 digits: 1,257 to train, 180 to validate, 360 to test.

    image_size: side in pixels to which the 8x8 images are enlarged (bilinear).

    Returns grey images, split by class and the same for every seed. Source: E. Alpaydin and
    C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI.
    """
    images, targets = load_digits(return_X_y=True)
    small = torch.from_numpy(images).float().reshape(-1, 1, 8, 8) * (255 / 16)
    large = interpolate(small, size=(image_size, image_size), mode="bilinear", align_corners=False)
    pixels = large.round().to(torch.uint8)
    labels = torch.from_numpy(targets.astype(np.int64))
    generator = np.random.default_rng(_SPLIT_SEED)
    test = stratified_choice(labels, 360, generator)
    rest = remaining(len(labels), test)
    val = rest[stratified_choice(labels[rest], 180, generator)]
    train = remaining(len(labels), torch.cat([test, val]))
    mean, std = channel_statistics(pixels[train])
    return ImageData(
        name="digits",
        train=Split(pixels[train], labels[train]),
        val=Split(pixels[val], labels[val]),
        test=Split(pixels[test], labels[test]),
        class_names=tuple(str(digit) for digit in range(10)),
        mean=mean,
        std=std,
        flip=False,
    )
