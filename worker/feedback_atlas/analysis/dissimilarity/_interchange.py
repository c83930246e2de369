"""RDMs in the form that rsatoolbox's comparisons, statistics and plots take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from feedback_atlas.analysis.dissimilarity._rdm import Rdm

if TYPE_CHECKING:
    from rsatoolbox.rdm.rdms import RDMs

# What rsatoolbox calls them.
_MEASURES = {"euclidean": "squared euclidean", "mahalanobis": "squared mahalanobis"}


def rsatoolbox_rdms(
    rdms: Sequence[Rdm],
    *,
    rdm_descriptors: Mapping[str, Sequence[Any]] | None = None,
    pattern_descriptors: Mapping[str, Sequence[Any]] | None = None,
) -> RDMs:
    """Gather RDMs of the same images into one rsatoolbox object.

    Args:
        rdms: M condensed RDMs of one distance on the same n_images.
        rdm_descriptors: what tells the RDMs apart, for example layer, rule, seed; M values each.
        pattern_descriptors: what is known of the images, for example their class; n_images
            values each.

    Returns:
        ``rsatoolbox.rdm.RDMs`` with M RDMs and the given descriptors (rsatoolbox adds ``index``).

    Raises:
        ValueError: if there is no RDM, or they differ in distance or number of images.
    """
    from rsatoolbox.rdm.rdms import RDMs  # here, not above: the import takes seconds

    kinds = {(rdm.distance, rdm.n_images) for rdm in rdms}
    if len(kinds) != 1:
        listed = ", ".join(f"{distance} of {n} images" for distance, n in sorted(kinds))
        raise ValueError(f"one distance and one set of images is needed, not: {listed or 'none'}")
    return RDMs(  # type: ignore[no-untyped-call]
        np.stack([rdm.values for rdm in rdms]),
        dissimilarity_measure=_MEASURES.get(rdms[0].distance, rdms[0].distance),
        rdm_descriptors={name: list(values) for name, values in (rdm_descriptors or {}).items()},
        pattern_descriptors={
            name: list(values) for name, values in (pattern_descriptors or {}).items()
        },
    )
