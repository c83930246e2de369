"""The similarity of every layer of each network to every layer of its reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis import (
    CkaMatrix,
    ImageSubset,
    Minibatch,
    MinibatchCka,
    batch_size,
    choose_subset,
    measure,
    predicted_classes,
)
from feedback_atlas.analysis.measures import Pairs
from feedback_atlas.jobs.errors import DIFFERENT_LAYERS, AnalysisError
from feedback_atlas.jobs.representations import Activations, Representations
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.results.types import LayerSimilarity, RunLabel

_Pair = tuple[Described, Described]


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> LayerSimilarity:
    """Compare every layer of each network with every layer of its reference.

    ``check`` is called between steps; it raises where nobody waits for the result any more.
    """
    pairs: list[_Pair] = [(run, reference) for run, reference in inputs["pairs"]]
    if inputs["images"] == "probe":
        found = _on_probe(inputs, pairs, representations, check)
    else:
        found = _on_held_out(inputs, pairs, representations, check)
    layers, n_images, matrices, subsets = found
    label = inputs["class"]
    return LayerSimilarity(
        reference=inputs["reference"],
        runs=tuple(RunLabel(run["rule"], run["seed"]) for run, _ in pairs),
        layers=layers,
        values=np.stack([matrix.values for matrix in matrices]),
        estimator=inputs["measure"],
        epoch=inputs["epoch"],
        n_images=n_images,
        reasons={
            (index, *where): reason
            for index, matrix in enumerate(matrices)
            for where, reason in matrix.reasons.items()
        },
        images=inputs["images"],
        subset=inputs["subset"],
        class_name=None if label is None else _class_name(representations, label),
        used=tuple(len(subset.indices) for subset in subsets),
    )


_Found = tuple[tuple[str, ...], int, list[Pairs], list[ImageSubset]]


def _on_probe(
    inputs: dict[str, Any],
    pairs: Sequence[_Pair],
    representations: Representations,
    check: Callable[[], None],
) -> _Found:
    labels = representations.probe_labels
    chosen = measure(inputs["measure"], inputs.get("distance", "correlation"))
    matrices: dict[int, Pairs] = {}
    subsets: dict[int, ImageSubset] = {}
    layers: tuple[str, ...] = ()
    # A reference and one network that is compared with it are held at a time.
    owner, theirs = "", Activations()
    shown, prepared = b"", list[Any]()
    for index, (run, reference) in sorted(enumerate(pairs), key=lambda item: item[1][1]["id"]):
        check()
        if owner != reference["id"]:
            owner, theirs, shown = reference["id"], representations.on_probe(reference), b""
        ours = representations.on_probe(run)
        if tuple(ours) != tuple(theirs) or (layers and tuple(ours) != layers):
            raise AnalysisError(DIFFERENT_LAYERS)
        layers = tuple(ours)
        subset = choose_subset(
            inputs["subset"],
            labels,
            method=predicted_classes(ours[layers[-1]]),
            reference=predicted_classes(theirs[layers[-1]]),
            label=inputs["class"] or 0,
        )
        subsets[index] = subset
        if subset.reason is not None:
            matrices[index] = _undefined(subset.reason, len(layers))
            continue
        if shown != subset.indices.tobytes():
            shown = subset.indices.tobytes()
            prepared = [chosen.prepare(x[subset.indices]) for x in theirs.values()]
        rows = [chosen.prepare(x[subset.indices]) for x in ours.values()]
        matrices[index] = chosen.compare(rows, prepared)
    order = range(len(pairs))
    return layers, len(labels), [matrices[at] for at in order], [subsets[at] for at in order]


def _on_held_out(
    inputs: dict[str, Any],
    pairs: Sequence[_Pair],
    representations: Representations,
    check: Callable[[], None],
) -> _Found:
    networks = representations.networks
    images, tensor = networks.held_out
    labels: NDArray[np.int64] = tensor.numpy()
    described = {run["id"]: run for pair in pairs for run in pair}
    predictions = dict.fromkeys(described, np.full(len(labels), -1))
    if inputs["subset"] in ("both_correct", "bp_correct_method_wrong"):
        for run_id, run in described.items():
            check()
            predictions[run_id] = networks.predictions(networks.restored(run), images)
    subsets = [
        choose_subset(
            inputs["subset"],
            labels,
            method=predictions[run["id"]],
            reference=predictions[reference["id"]],
            label=inputs["class"] or 0,
        )
        for run, reference in pairs
    ]
    # Pairs with one reference and the same images go through the networks together.
    together: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for index, ((_, reference), subset) in enumerate(zip(pairs, subsets, strict=True)):
        together[reference["id"], subset.indices.tobytes()].append(index)
    matrices: dict[int, Pairs] = {}
    layers: tuple[str, ...] = ()
    for members in together.values():
        subset = subsets[members[0]]
        runs = [pairs[members[0]][1], *(pairs[index][0] for index in members)]
        models = [networks.restored(run) for run in runs]
        if not layers:
            layers = tuple(networks.layers(models[0], images[:1]))
        if subset.reason is not None:
            matrices |= dict.fromkeys(members, _undefined(subset.reason, len(layers)))
            continue
        estimator = Minibatch(batch_size=batch_size(len(subset.indices)))
        streamed = MinibatchCka(len(models) * len(layers))
        for batch in estimator.batches(len(subset.indices)):
            check()
            shown = images[subset.indices[batch]]
            streamed.add(
                [
                    x
                    for model in models
                    for x in networks.layers(model, shown, batch_size=estimator.batch_size).values()
                ]
            )
        every = streamed.result()
        for place, index in enumerate(members, 1):
            matrices[index] = _block(every, place * len(layers), len(layers))
    return layers, len(labels), [matrices[index] for index in range(len(pairs))], subsets


def _block(every: CkaMatrix, first: int, size: int) -> CkaMatrix:
    """Return the similarities of the representations from ``first`` on to the first ones of all."""
    reasons = {
        (row - first, column): reason
        for (row, column), reason in every.reasons.items()
        if first <= row < first + size and column < size
    }
    return CkaMatrix(every.values[first : first + size, :size], reasons)


def _undefined(reason: str, size: int) -> CkaMatrix:
    return CkaMatrix(np.full((size, size), np.nan), dict.fromkeys(np.ndindex(size, size), reason))


def _class_name(representations: Representations, label: int) -> str:
    names = representations.class_names
    if label >= len(names):
        raise AnalysisError(
            f"There is no class {label}: the data set has {len(names)}, numbered from 0."
        )
    return names[label]
