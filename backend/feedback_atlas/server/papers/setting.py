"""An experiment's settings against the paper's: obstacles to comparing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, PAPER_RULES, RULES, published
from feedback_atlas.server.catalog.published import NORM_OF, NORM_RULE, Variant
from feedback_atlas.server.specs.schemas import ExperimentSpec

# A rule's parameters, as its runs have them.
Parameters = Mapping[str, float | str]


_NORM_NAMES = {
    option.id: option.name for choice in RULES[NORM_RULE].choices for option in choice.options
}


@dataclass(frozen=True, slots=True)
class Setting:
    """An experiment beside the paper's.

    ``obstacles`` are differences that change every number, ``remarks`` those that are named and
    compared across. ``norm`` is uSF SN's, None without that rule; ``decaying`` are the rules other
    than BP that have weight decay.
    """

    obstacles: tuple[str, ...]
    remarks: tuple[str, ...]
    rules: tuple[str, ...]
    seeds: tuple[int, ...]
    norm: str | None
    decaying: tuple[str, ...]

    @property
    def variant(self) -> Variant:
        """Variant that uSF SN's norm and the weight decay follow together."""
        others = [rule for rule in self.rules if rule != published.REFERENCE]
        if not self.decaying and self.norm in (NORM_OF[Variant.CODE], None):
            return Variant.CODE
        if set(self.decaying) == set(others) and self.norm in (NORM_OF[Variant.TEXT], None):
            return Variant.TEXT
        return Variant.MIXED

    @property
    def variant_phrase(self) -> str:
        """The variant that was run where text and code disagree, in words."""
        said = []
        if self.norm is not None:
            source = "text" if self.norm == NORM_OF[Variant.TEXT] else "code"
            name = RULES[NORM_RULE].name
            said.append(f"{name} with the {_NORM_NAMES[self.norm]} norm (the paper’s {source})")
        if not self.decaying:
            said.append("weight decay for BP alone (the code)")
        elif self.variant is Variant.TEXT:
            said.append("weight decay for every rule (the text)")
        else:
            names = ", ".join(RULES[rule].name for rule in self.decaying)
            said.append(f"weight decay for BP and {names} (neither text nor code)")
        return "; ".join(said)


def setting_of(
    spec: ExperimentSpec,
    parameters: Mapping[str, Parameters],
    *,
    seeds: Sequence[int],
    class_names: Sequence[str],
) -> Setting:
    """Lay an experiment beside the paper's.

    ``parameters``: of the completed runs, by rule; ``seeds``: theirs; ``class_names``: of the
    images that they learned.
    """
    present = [rule for rule in PAPER_RULES if rule in parameters]
    decaying = [
        rule
        for rule in present
        if rule != published.REFERENCE and float(parameters[rule].get("weight_decay", 0.0)) > 0.0
    ]
    obstacles = [*_obstacles(spec, class_names), *_other_settings(spec, parameters, present)]
    if published.REFERENCE not in present:
        obstacles.append(f"no run of {RULES[published.REFERENCE].name}")
    norm = parameters.get(NORM_RULE, {}).get("normalization")
    return Setting(
        obstacles=tuple(obstacles),
        remarks=tuple(_remarks(spec, class_names, present, seeds)),
        rules=tuple(present),
        seeds=tuple(seeds),
        norm=None if norm is None else str(norm),
        decaying=tuple(decaying),
    )


def _is_cifar10(spec: ExperimentSpec, class_names: Sequence[str]) -> bool:
    """Return True for CIFAR-10's images: by name, or in a folder with its classes."""
    return spec.dataset == published.DATASET or (
        spec.dataset == "folder" and tuple(class_names) == published.CLASSES
    )


def _obstacles(spec: ExperimentSpec, class_names: Sequence[str]) -> list[str]:
    found = []
    if not _is_cifar10(spec, class_names):
        ours, theirs = DATASETS[spec.dataset].name, DATASETS[published.DATASET].name
        found.append(f"another data set ({ours}, the paper’s is {theirs})")
    if spec.architecture != published.ARCHITECTURE:
        ours, theirs = (
            ARCHITECTURES[one].name for one in (spec.architecture, published.ARCHITECTURE)
        )
        found.append(f"another network ({ours}, the paper’s is {theirs})")
    if spec.epochs != published.EPOCHS:
        than = "fewer" if spec.epochs < published.EPOCHS else "more"
        found.append(f"{than} epochs ({spec.epochs}, the paper’s {published.EPOCHS})")
    if spec.batch_size != published.BATCH_SIZE:
        found.append(f"batches of {spec.batch_size} (the paper’s {published.BATCH_SIZE})")
    if spec.image_size != published.IMAGE_SIZE:
        found.append(f"images of {spec.image_size} pixels (the paper’s {published.IMAGE_SIZE})")
    if spec.augment is False and _is_cifar10(spec, class_names):
        found.append("without random crops and flips")
    if spec.initialisation != "shared":
        found.append("independent initial weights for each rule (the paper’s rules share theirs)")
    return found


def _other_settings(
    spec: ExperimentSpec, parameters: Mapping[str, Parameters], present: Sequence[str]
) -> list[str]:
    """Name settings that the paper does not have; weight decay is a variant."""
    if spec.search is not None:
        return []
    found = []
    for rule in present:
        chosen = published.chosen_hyperparameters()[rule]
        for parameter in RULES[rule].parameters:
            ours, theirs = parameters[rule].get(parameter.id), chosen.get(parameter.id)
            if ours is not None and theirs is not None and ours != theirs:
                found.append(
                    f"{RULES[rule].name} with {parameter.name.lower()} {ours} (the paper’s "
                    f"{theirs:g})"
                )
    # None but BP decays by the paper's code, all as BP by its text: another decay is neither.
    decay = published.chosen_hyperparameters()[published.REFERENCE]["weight_decay"]
    found += [
        f"{RULES[rule].name} with weight decay {ours:g} (the paper’s {decay:g} or none)"
        for rule in present
        if rule != published.REFERENCE
        and (ours := float(parameters[rule].get("weight_decay", 0.0))) not in (0.0, decay)
    ]
    return found


def _remarks(
    spec: ExperimentSpec, class_names: Sequence[str], present: Sequence[str], seeds: Sequence[int]
) -> list[str]:
    found = []
    if spec.dataset == "folder" and _is_cifar10(spec, class_names):
        found.append("The images come from a folder that has CIFAR-10’s ten classes.")
    missing = [RULES[rule].name for rule in PAPER_RULES if rule not in present]
    if missing:
        found.append(f"Not among the completed runs: {', '.join(missing)}.")
    if len(seeds) > 1:
        found.append(f"Our values are means over {len(seeds)} seeds, the paper’s single runs.")
    else:
        found.append("Ours are single runs, like the paper’s: a difference may be chance.")
    if spec.search is not None:
        found.append("Hyperparameters were searched as in the paper, with the first seed.")
    return found
