"""Runs, steps, bytes and duration of an experiment before it is launched."""

from __future__ import annotations

from math import ceil

from sqlalchemy.orm import Session

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import REFERENCE_RULE, RULES
from feedback_atlas.server.catalog.layer_sizes import (
    LayerSize,
    activation_bytes,
    checkpoint_bytes,
    feedback_bytes,
    layer_sizes,
)
from feedback_atlas.server.specs import grid
from feedback_atlas.server.specs.dataset_facts import DatasetFacts
from feedback_atlas.server.specs.durations import estimate_duration
from feedback_atlas.server.specs.schemas import Estimate, ExperimentSpec

_REPRESENTATIONS_KEPT = 3  # first, best and last epoch
# Bytes in the memory of one run from which on it is said.
_LARGE = 500_000_000


def estimate(
    spec: ExperimentSpec,
    facts: DatasetFacts,
    store: ArtifactStore,
    session: Session,
    dataset_note: str | None = None,
) -> Estimate:
    """Estimate runs, steps, disk and time of a checked ``spec``, with warnings."""
    layers = _layers(spec, facts)
    runs = len(spec.rules) * len(spec.seeds)
    steps_per_epoch = ceil(facts.train_images / spec.batch_size)
    trials = grid.trials(spec)
    trial_epochs = sum(trial.epochs for trial in trials)
    disk_bytes = stored_bytes(spec, facts)
    free_bytes = store.free_bytes()
    warnings = []
    if free_bytes is not None and disk_bytes > 0.9 * free_bytes:
        warnings.append(
            f"This needs about {disk_bytes / 1e9:.1f} GB and {free_bytes / 1e9:.1f} GB are "
            "free: runs will fail when the disk is full."
        )
    unfair = grid.unfairness(spec)
    if unfair is not None:
        warnings.append(unfair)
    warnings += _memory_warnings(spec, layers)
    if REFERENCE_RULE not in {rule.rule for rule in spec.rules}:
        warnings.append("Without BP, rules are compared with the first selected rule.")
    duration = estimate_duration(session, spec, steps_per_epoch)
    return Estimate(
        runs=runs,
        trials=len(trials),
        steps_per_epoch=steps_per_epoch,
        steps=(runs * spec.epochs + trial_epochs) * steps_per_epoch,
        disk_bytes=disk_bytes,
        free_bytes=free_bytes,
        seconds=duration.seconds,
        seconds_basis=duration.basis,
        dataset_note=dataset_note,
        warnings=warnings,
    )


def stored_bytes(spec: ExperimentSpec, facts: DatasetFacts) -> int:
    """Return the bytes that the runs and trials of a checked ``spec`` will store."""
    layers = _layers(spec, facts)
    represented = activation_bytes(layers, spec.probe_size) * _REPRESENTATIONS_KEPT
    per_seed = sum(
        checkpoint_bytes(RULES[rule.rule], layers, spec.epochs) + represented for rule in spec.rules
    )
    return per_seed * len(spec.seeds) + sum(
        checkpoint_bytes(RULES[trial.rule], layers, trial.epochs) for trial in grid.trials(spec)
    )


def _layers(spec: ExperimentSpec, facts: DatasetFacts) -> tuple[LayerSize, ...]:
    return layer_sizes(
        spec.architecture,
        channels=facts.channels,
        image_size=spec.image_size,
        classes=facts.classes,
    )


def _memory_warnings(spec: ExperimentSpec, layers: tuple[LayerSize, ...]) -> list[str]:
    warnings = []
    activations = activation_bytes(layers, spec.probe_size)
    if activations > _LARGE:
        warnings.append(
            f"The layers' activations on {spec.probe_size:,} probe images are "
            f"{activations / 1e9:.1f} GB. Every run holds several copies in memory when it "
            "stores them, and so does every comparison when it reads them. Use fewer "
            "probe images to reduce this."
        )
    for chosen in spec.rules:
        rule = RULES[chosen.rule]
        feedback = feedback_bytes(rule, layers)
        if feedback > _LARGE:
            warnings.append(
                f"{rule.name} keeps {feedback / 1e9:.1f} GB of feedback weights in memory "
                "in each run and reads all of them at every step."
            )
    return warnings
