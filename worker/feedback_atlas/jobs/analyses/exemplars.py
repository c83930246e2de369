"""The channels of a convolution that matter most for a class, and the images that drive them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from feedback_atlas.analysis.exemplars import channel_importance, exemplars
from feedback_atlas.data.image_data import Split
from feedback_atlas.data.splitting import stratified_choice
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.results.types import ChannelExemplars, ExemplarGallery

_CHANNELS = 3
_PICTURES = 4
# Images to choose from; more would fill the memory that the maps of all of them take.
_MOST_IMAGES = 2_000
_CHOICE_SEED = 2605_08564


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> ExemplarGallery:
    """Find the channels that matter most for a class, and the images that drive them."""
    layer, label = inputs["layer"], inputs["class"]
    names = representations.class_names
    if label >= len(names):
        raise AnalysisError(f"There is no class {label}: choose one from 0 to {len(names) - 1}.")
    networks = representations.networks
    images, classes = chosen_images(networks.data.test)
    shown = networks.shown(images)
    pictures = networks.cropped(images).numpy()
    labels = classes.numpy()
    found: list[ChannelExemplars] = []
    reasons: dict[str, str] = {}
    for run in inputs["networks"]:
        check()
        network = networks.restored(run)
        try:
            importance = channel_importance(network, layer, shown, classes.to(shown.device), label)
            for channel in importance.top(_CHANNELS).tolist():
                most = exemplars(network, layer, channel, shown, _PICTURES)
                found.append(
                    ChannelExemplars(
                        rule=run["rule"],
                        channel=channel,
                        importance=float(importance.values[channel]),
                        pictures=pictures[most.images],
                        activations=most.activations,
                        labels=labels[most.images],
                    )
                )
        except ValueError as error:
            reasons[run["rule"]] = str(error)
    return ExemplarGallery(
        layer=layer,
        class_index=label,
        class_names=names,
        seed=inputs["networks"][0]["seed"],
        epoch=inputs["epoch"],
        n_images=len(labels),
        channels=tuple(found),
        reasons=reasons,
    )


def chosen_images(test: Split, most: int = _MOST_IMAGES) -> Split:
    """Choose candidate images, each class with its share: some test sets are in class order."""
    if len(test.labels) <= most:
        return test
    chosen = stratified_choice(test.labels, most, np.random.default_rng(_CHOICE_SEED))
    return Split(test.images[chosen], test.labels[chosen])
