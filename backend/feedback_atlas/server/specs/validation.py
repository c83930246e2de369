"""Checks of an experiment's values; each failure names the wrong value and a right one."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, RULES, Rule
from feedback_atlas.server.catalog.layer_sizes import feedback_bytes, layer_sizes
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.core.text_checks import Problem, text_problems
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs import dataset_facts, grid
from feedback_atlas.server.specs.dataset_facts import DatasetFacts
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec

MAX_NAME_LENGTH = 120
MAX_SEED = 2**32 - 1
MAX_BATCH_SIZE = 8192
MAX_SEEDS = 100
MAX_IMAGE_SIZE = 96
MAX_TRACK_EVERY = 100_000
MINIMUM_PROBE_SIZE = 4


def validate(spec: ExperimentSpec, settings: Settings) -> DatasetFacts:
    """Check every value of ``spec`` and return the facts of its data set.

    Raises InvalidSpecError listing every wrong value that can be told at once.
    """
    problems: list[Problem] = [
        *text_problems("name", spec.name, MAX_NAME_LENGTH),
        *_choice_problems("dataset", "data set", spec.dataset, DATASETS),
        *_choice_problems("architecture", "architecture", spec.architecture, ARCHITECTURES),
        *_rule_problems(spec.rules),
        *_seed_problems(spec.seeds),
        *_range_problems("epochs", "epochs", spec.epochs, 1, settings.max_epochs),
        *_range_problems("batch_size", "images in a batch", spec.batch_size, 1, MAX_BATCH_SIZE),
        *_range_problems(
            "track_every", "steps between measures", spec.track_every, 1, MAX_TRACK_EVERY
        ),
        *_range_problems(
            "track_global_every",
            "steps between measures",
            spec.track_global_every,
            0,
            MAX_TRACK_EVERY,
        ),
        *_range_problems(
            "probe_size",
            "probe images",
            spec.probe_size,
            MINIMUM_PROBE_SIZE,
            settings.max_probe_size,
        ),
    ]
    problems.extend(_count_problems(spec, settings.max_runs))
    if spec.search is not None:
        problems.extend(grid.problems(spec.search, spec))
    if spec.dataset in DATASETS and spec.architecture in ARCHITECTURES:
        problems.extend(_image_size_problems(spec))
        problems.extend(_residual_problems(spec))
    if problems:
        raise InvalidSpecError(problems)
    facts = dataset_facts.facts(spec, settings)
    if spec.probe_size > facts.test_images:
        raise InvalidSpecError.at(
            "probe_size",
            f"The probe is drawn from {facts.test_images} test images, so "
            f"{spec.probe_size} is too many.",
        )
    if spec.probe_size < facts.classes:
        raise InvalidSpecError.at(
            "probe_size",
            f"The probe needs at least one image of each of the {facts.classes} classes; "
            f"{spec.probe_size} is too few.",
        )
    if problems := list(_feedback_problems(spec, facts, settings)):
        raise InvalidSpecError(problems)
    return facts


def _choice_problems(
    field: str, what: str, value: float | str, choices: Iterable[str]
) -> Iterable[Problem]:
    known = list(choices)
    if value not in known:
        yield field, f"{value!a} is not a known {what}; choose one of {', '.join(known)}."


def _range_problems(
    field: str, what: str, value: float, lowest: float, highest: float
) -> Iterable[Problem]:
    # Written so that NaN, which compares false with everything, is refused as well.
    if not lowest <= value <= highest:
        shown = f"{value:g}" if isinstance(value, float) or abs(value) < 10**15 else "That"
        yield field, f"{shown} is out of range for {what}; use {lowest:,g} to {highest:,g}."


def _rule_problems(rules: list[RuleSpec]) -> Iterable[Problem]:
    if not rules:
        yield "rules", "No learning rule selected; select at least one."
    seen: set[str] = set()
    for index, chosen in enumerate(rules):
        field = f"rules.{index}"
        rule = RULES.get(chosen.rule)
        if rule is None:
            yield from _choice_problems(f"{field}.rule", "learning rule", chosen.rule, RULES)
            continue
        if chosen.rule in seen:
            yield f"{field}.rule", f"{rule.name} is listed twice; list each rule once."
        seen.add(chosen.rule)
        yield from _parameter_problems(field, chosen, rule)


def _parameter_problems(field: str, chosen: RuleSpec, rule: Rule) -> Iterable[Problem]:
    numbers = {parameter.id: parameter for parameter in rule.parameters}
    choices = {choice.id: choice for choice in rule.choices}
    for name, value in chosen.given.items():
        where = f"{field}.{ascii(name[:64])[1:-1]}"
        if name in choices:
            options = [option.id for option in choices[name].options]
            yield from _choice_problems(where, choices[name].name.lower(), value, options)
        elif name not in numbers:
            yield (
                where,
                f"{rule.name} takes no {name[:64]!a}; leave it out. "
                f"It takes {', '.join((*numbers, *choices))}.",
            )
        elif isinstance(value, str):
            yield where, f"{value!a} is not a number; enter one for {numbers[name].name.lower()}."
        else:
            parameter = numbers[name]
            yield from _range_problems(
                where, parameter.name.lower(), value, parameter.minimum, parameter.maximum
            )


def _seed_problems(seeds: list[int]) -> Iterable[Problem]:
    if not seeds:
        yield "seeds", "No seed given; enter at least one, such as 0."
    if len(seeds) > MAX_SEEDS:
        yield "seeds", f"{len(seeds)} seeds are given; at most {MAX_SEEDS} are allowed."
    if any(not 0 <= seed <= MAX_SEED for seed in seeds):
        yield "seeds", f"Seeds are whole numbers from 0 to {MAX_SEED:,}."
    if len(set(seeds)) != len(seeds):
        yield "seeds", "A seed is listed twice; list each seed once."


def _count_problems(spec: ExperimentSpec, most: int) -> Iterable[Problem]:
    runs = len(spec.rules) * len(spec.seeds)
    if runs > most:
        yield (
            "seeds",
            f"{len(spec.rules)} rules x {len(spec.seeds)} seeds are {runs} runs; "
            f"at most {most} are allowed in one experiment.",
        )
    grids = {} if spec.search is None else spec.search.grids
    trials = sum(prod(len(values) for values in grid.values()) for grid in grids.values())
    if trials > most:
        yield (
            "search.grids",
            f"The grids make {trials:,} trials; at most {most} are allowed in one experiment.",
        )


def _image_size_problems(spec: ExperimentSpec) -> Iterable[Problem]:
    dataset = DATASETS[spec.dataset]
    architecture = ARCHITECTURES[spec.architecture]
    size = spec.image_size
    if size < architecture.minimum_image_size:
        yield (
            "image_size",
            f"Images of {size} × {size} pixels are too small for {architecture.name}; it "
            f"needs at least {architecture.minimum_image_size}.",
        )
    elif dataset.stored_size is not None and size > dataset.stored_size:
        yield (
            "image_size",
            (
                f"{dataset.name} images are {dataset.stored_size} × {dataset.stored_size} "
                f"pixels; {size} is larger."
            ),
        )
    else:
        yield from _range_problems(
            "image_size", "image size", size, architecture.minimum_image_size, MAX_IMAGE_SIZE
        )


def _residual_problems(spec: ExperimentSpec) -> Iterable[Problem]:
    architecture = ARCHITECTURES[spec.architecture]
    if not architecture.residual:
        return
    for index, chosen in enumerate(spec.rules):
        rule = RULES.get(chosen.rule)
        if rule is not None and rule.feedback_structure == "output projections":
            yield (
                f"rules.{index}.rule",
                f"{rule.name} sends one signal directly to every layer, which is defined "
                f"only for a chain of layers; {architecture.name} has skip connections. "
                "Leave the rule out or choose another architecture.",
            )


def _feedback_problems(
    spec: ExperimentSpec, facts: DatasetFacts, settings: Settings
) -> Iterable[Problem]:
    layers = layer_sizes(
        spec.architecture,
        channels=facts.channels,
        image_size=spec.image_size,
        classes=facts.classes,
    )
    limit = settings.max_feedback_bytes
    for index, chosen in enumerate(spec.rules):
        rule = RULES[chosen.rule]
        needed = feedback_bytes(rule, layers)
        if needed > limit:
            yield (
                f"rules.{index}.rule",
                f"{rule.name} needs {needed / 1e9:,.1f} GB of feedback weights in each run of "
                f"{ARCHITECTURES[spec.architecture].name} on images of {spec.image_size} pixels; "
                f"{limit / 1e9:,.1f} GB are allowed (ATLAS_MAX_FEEDBACK_BYTES). Leave the rule "
                "out, or choose smaller images or another architecture.",
            )
