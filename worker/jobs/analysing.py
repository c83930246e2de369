"""One analysis, from the claim to its stored result."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.artifacts import ArtifactError
from backend.db.models import Analysis
from backend.figures.data import LayerSimilarity, RdmGallery, RunLabel
from backend.services import analyses
from backend.services.errors import SupersededError
from backend.services.snapshots import pack, rdm_manifest, similarity_manifest, unpack
from worker.analysis import (
    ESTIMATORS,
    Estimator,
    InnerProducts,
    Minibatch,
    cka_matrix,
    inner_products,
    rdm,
)
from worker.jobs.context import WorkerContext
from worker.jobs.lease import Lease

_log = logging.getLogger(__name__)

# The paper's batches of 256; a smaller probe is cut into four, since one batch would not be one.
_BATCH_SIZE = 256

_Described = dict[str, Any]


class AnalysisError(Exception):
    """Inputs that cannot be compared; the message says why."""


def run_analysis(context: WorkerContext, analysis_id: str) -> None:
    """Claim a queued analysis, compute it and store its result. Does nothing when not queued."""
    with context.database.write() as session:
        claimed = analyses.claim(session, analysis_id)
    if claimed is None:
        return
    fence, analysis = claimed
    lease = Lease(
        context.database,
        context.settings.heartbeat_seconds,
        beat=lambda session: analyses.beat(session, fence),
        stop_wanted=lambda _: False,
    )
    try:
        with lease:
            result = _COMPUTATIONS[analysis.kind](context, analysis)
            # The attempt is part of the name: a superseded one cannot overwrite its successor's.
            stored = context.store.put(
                f"analyses/{analysis_id}/a{fence.attempt}.safetensors", result
            )
        try:
            with context.database.write() as session:
                analyses.complete(session, fence, stored)
        except SupersededError:
            context.store.delete(stored.key)  # no row will ever name it
            raise
    except SupersededError:
        _log.info("Attempt %d at analysis %s was superseded.", fence.attempt, analysis_id)
    except (AnalysisError, ArtifactError) as error:
        _fail(context, fence, str(error))
    except MemoryError:
        _fail(context, fence, "Out of memory. Compare fewer runs or use a smaller probe.")
    except Exception as error:
        _log.exception("Analysis %s failed", analysis_id)
        _fail(context, fence, f"Unexpected error: {type(error).__name__}: {error}")


def _layer_similarity(context: WorkerContext, analysis: Analysis) -> bytes:
    inputs = analysis.inputs
    described = [run for pair in inputs["pairs"] for run in pair]
    _check_probes(described)
    products: dict[str, dict[str, InnerProducts]] = {}
    for run in described:
        if run["id"] not in products:
            products[run["id"]] = _products(context, run)
    layers = _common_layers(products)
    n_images = len(products[described[0]["id"]][layers[0]].gram)
    estimator = _estimator(inputs["estimator"], n_images)
    values = np.empty((len(inputs["pairs"]), len(layers), len(layers)))
    reasons: dict[tuple[int, int, int], str] = {}
    for index, (run, reference) in enumerate(inputs["pairs"]):
        matrix = cka_matrix(
            [products[run["id"]][layer].gram for layer in layers],
            [products[reference["id"]][layer].gram for layer in layers],
            estimator,
        )
        values[index] = matrix.values
        for (row, column), reason in matrix.reasons.items():
            reasons[index, row, column] = reason
    data = LayerSimilarity(
        reference=inputs["reference"],
        runs=tuple(RunLabel(run["rule"], run["seed"]) for run, _ in inputs["pairs"]),
        layers=layers,
        values=values,
        estimator=inputs["estimator"],
        epoch=inputs["epoch"],
        n_images=n_images,
        reasons=reasons,
    )
    return pack({"values": values}, {**similarity_manifest(data), "inputs": inputs})


def _rdm_gallery(context: WorkerContext, analysis: Analysis) -> bytes:
    inputs = analysis.inputs
    described: list[_Described] = inputs["runs"]
    _check_probes(described)
    labels, class_names = _probe(context, described[0])
    rows: list[NDArray[np.float64]] = []
    layers: tuple[str, ...] = ()
    for run in described:
        products = _products(context, run)
        if layers and tuple(products) != layers:
            raise AnalysisError(_DIFFERENT_LAYERS)
        layers = tuple(products)
        rows.append(np.stack([rdm(products[layer], inputs["distance"]).values for layer in layers]))
    data = RdmGallery(
        runs=tuple(RunLabel(run["rule"], run["seed"]) for run in described),
        layers=layers,
        values=np.stack(rows),
        labels=labels,
        class_names=class_names,
        distance=inputs["distance"],
        epoch=inputs["epoch"],
    )
    return pack({"values": data.values, "labels": labels}, {**rdm_manifest(data), "inputs": inputs})


_COMPUTATIONS: dict[str, Callable[[WorkerContext, Analysis], bytes]] = {
    "cka": _layer_similarity,
    "rdm": _rdm_gallery,
}
_DIFFERENT_LAYERS = "The runs have different layers; compare runs of one architecture."


def _estimator(name: str, n_images: int) -> Estimator:
    if name == "minibatch":
        return Minibatch(batch_size=_batch_size(n_images))
    return ESTIMATORS[name]()


def _batch_size(n_images: int) -> int:
    return _BATCH_SIZE if n_images >= 2 * _BATCH_SIZE else max(4, n_images // 4)


def _products(context: WorkerContext, run: _Described) -> dict[str, InnerProducts]:
    file = run["activations"]
    arrays, manifest = unpack(context.store.get(file["key"], file["sha256"]))
    return {layer: inner_products(arrays[layer]) for layer in manifest["layers"]}


def _probe(context: WorkerContext, run: _Described) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    file = run["probe"]
    arrays, manifest = unpack(context.store.get(file["key"], file["sha256"]))
    return arrays["labels"], tuple(manifest["class_names"])


def _check_probes(described: list[_Described]) -> None:
    if len({run["probe"]["sha256"] for run in described}) > 1:
        raise AnalysisError(
            "The runs were shown different probe images, so they cannot be compared. "
            "Train them again on the same data set."
        )


def _common_layers(products: dict[str, dict[str, InnerProducts]]) -> tuple[str, ...]:
    layers = {tuple(by_layer) for by_layer in products.values()}
    if len(layers) > 1:
        raise AnalysisError(_DIFFERENT_LAYERS)
    return layers.pop()


def _fail(context: WorkerContext, fence: analyses.AnalysisFence, reason: str) -> None:
    try:
        with context.database.write() as session:
            analyses.fail(session, fence, reason)
    except SupersededError:
        _log.info("Attempt %d at analysis %s was superseded.", fence.attempt, fence.analysis_id)
