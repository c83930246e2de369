"""How many runs, steps and bytes an experiment will take, and how long."""

from __future__ import annotations

from math import ceil

from sqlalchemy.orm import Session

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import REFERENCE_RULE, RULES
from feedback_atlas.server.catalog.feedback_size import feedback_bytes
from feedback_atlas.server.catalog.layer_sizes import LayerSize, layer_sizes
from feedback_atlas.server.specs import grid
from feedback_atlas.server.specs.dataset_facts import DatasetFacts
from feedback_atlas.server.specs.durations import estimate_duration
from feedback_atlas.server.specs.schemas import Estimate, ExperimentSpec

_BYTES = 4  # float32
_STATES_KEPT = 2
_MOMENTS = 2  # of Adam, for each parameter
_REPRESENTATIONS_KEPT = 3  # first, best and last epoch
_FEEDBACK_COPIES = {"never": 0, "once": 1, "with each state": _STATES_KEPT}
# Bytes in the memory of one run from which on it is said.
_LARGE = 500_000_000


def estimate(
    spec: ExperimentSpec,
    facts: DatasetFacts,
    store: ArtifactStore,
    session: Session,
    dataset_note: str | None = None,
) -> Estimate:
    """Runs, steps, disk and time of a checked ``spec``, with warnings of what may surprise."""
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
    """Bytes that the runs and trials of a checked ``spec`` will store."""
    layers = _layers(spec, facts)
    represented = activation_bytes(spec, layers) * _REPRESENTATIONS_KEPT
    per_seed = sum(
        _checkpoint_bytes(spec.epochs, rule.rule, layers) + represented for rule in spec.rules
    )
    return per_seed * len(spec.seeds) + sum(
        _checkpoint_bytes(trial.epochs, trial.rule, layers) for trial in grid.trials(spec)
    )


def _layers(spec: ExperimentSpec, facts: DatasetFacts) -> tuple[LayerSize, ...]:
    return layer_sizes(
        spec.architecture,
        channels=facts.channels,
        image_size=spec.image_size,
        classes=facts.classes,
    )


def _checkpoint_bytes(epochs: int, rule: str, layers: tuple[LayerSize, ...]) -> int:
    weights = sum(layer.parameters + layer.statistics for layer in layers) * _BYTES
    # Where no error goes down, the last layer alone learns and has moments.
    learning = layers[-1:] if RULES[rule].feedback_structure == "none" else layers
    state = weights + sum(layer.parameters for layer in learning) * _MOMENTS * _BYTES
    return (
        weights * (epochs + 1)
        + state * _STATES_KEPT
        + feedback_bytes(RULES[rule], layers) * _FEEDBACK_COPIES[RULES[rule].stored_feedback]
    )


def activation_bytes(spec: ExperimentSpec, layers: tuple[LayerSize, ...]) -> int:
    """Bytes of one representation of the probe: the outputs of every layer."""
    return sum(layer.units_out for layer in layers) * spec.probe_size * _BYTES


def _memory_warnings(spec: ExperimentSpec, layers: tuple[LayerSize, ...]) -> list[str]:
    warnings = []
    activations = activation_bytes(spec, layers)
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
