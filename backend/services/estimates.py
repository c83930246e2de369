"""How many runs, steps and bytes an experiment will take."""

from __future__ import annotations

from math import ceil

from backend.artifacts import ArtifactStore
from backend.catalog import REFERENCE_RULE
from backend.schemas.experiments import Estimate, ExperimentSpec
from backend.services import search
from backend.services.datasets import DatasetFacts
from backend.services.geometry import LayerSize, layer_sizes

_BYTES = 4  # float32
_STATES_KEPT = 2
_COPIES_IN_STATE = 3  # weights and the two moments of Adam
_REPRESENTATIONS_KEPT = 3  # first, best and last epoch


def estimate(spec: ExperimentSpec, facts: DatasetFacts, store: ArtifactStore) -> Estimate:
    """Runs, steps and disk of a checked ``spec``, with warnings of what may surprise."""
    layers = layer_sizes(
        spec.architecture,
        channels=facts.channels,
        image_size=spec.image_size,
        classes=facts.classes,
    )
    runs = len(spec.rules) * len(spec.seeds)
    steps_per_epoch = ceil(facts.train_images / spec.batch_size)
    trials = search.trials(spec)
    trial_epochs = sum(trial.epochs for trial in trials)
    per_seed = sum(_run_bytes(spec, rule.rule, layers) for rule in spec.rules)
    disk_bytes = per_seed * len(spec.seeds) + sum(
        _run_bytes(spec.model_copy(update={"epochs": trial.epochs}), trial.rule, layers)
        for trial in trials
    )
    free_bytes = store.free_bytes()
    warnings = []
    if disk_bytes > 0.9 * free_bytes:
        warnings.append(
            f"This needs about {disk_bytes / 1e9:.1f} GB and {free_bytes / 1e9:.1f} GB are free: "
            "runs will fail when the disk is full."
        )
    unfair = search.unfairness(spec)
    if unfair is not None:
        warnings.append(unfair)
    if REFERENCE_RULE not in {rule.rule for rule in spec.rules}:
        warnings.append("Without BP, rules are compared with the first rule instead.")
    return Estimate(
        runs=runs,
        trials=len(trials),
        steps_per_epoch=steps_per_epoch,
        steps=(runs * spec.epochs + trial_epochs) * steps_per_epoch,
        disk_bytes=disk_bytes,
        free_bytes=free_bytes,
        warnings=warnings,
    )


def _run_bytes(spec: ExperimentSpec, rule: str, layers: tuple[LayerSize, ...]) -> int:
    weights = sum(layer.parameters for layer in layers) * _BYTES
    activations = sum(layer.units_out for layer in layers) * spec.probe_size * _BYTES
    state = weights * _COPIES_IN_STATE
    return (
        weights * (spec.epochs + 1)
        + state * _STATES_KEPT
        + activations * _REPRESENTATIONS_KEPT
        + _feedback_bytes(rule, layers)
    )


def _feedback_bytes(rule: str, layers: tuple[LayerSize, ...]) -> int:
    hidden = layers[1:]
    if rule == "fa_dense":
        return sum(layer.units_in * layer.units_out for layer in hidden) * _BYTES
    if rule in ("fa_toeplitz", "usf_init"):
        return sum(layer.parameters for layer in hidden) * _BYTES
    return 0
