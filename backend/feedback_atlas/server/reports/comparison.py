"""The report of a comparison: findings, figures, settings and methods, as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from feedback_atlas.server import __version__
from feedback_atlas.server.analyses.kinds import RDM, SIMILARITY
from feedback_atlas.server.catalog.variants import base_rule
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.reports.document import Report, Section
from feedback_atlas.server.reports.methods.comparison import Methods
from feedback_atlas.server.reports.methods.formulae import formulae_of
from feedback_atlas.server.reports.settings import settings_of
from feedback_atlas.server.specs.schemas import ExperimentSpec


def comparison_report(
    view: Comparison,
    specs: Mapping[str, ExperimentSpec],
    numbers: ComparisonNumbers,
    methods: Methods,
    made: str,
) -> Report:
    """Put all that a comparison shows together, a section a figure; ``made`` says when."""
    listed = (
        Section("Findings", points=tuple(view.findings)),
        Section("Caveats", points=tuple(view.caveats)),
    )
    missing = Section("Limits", points=tuple(dict.fromkeys(view.unavailable.values())))
    shown = [
        name for name in panels.figures() if name in view.figures and name not in view.unavailable
    ]
    measured = formulae_of(
        rules={base_rule(run.rule) for run in view.runs},
        similarity=[] if numbers.of(SIMILARITY) is None else [view.request.estimator],
        distance=[] if numbers.of(RDM) is None else [view.request.distance],
    )
    return Report(
        title=view.title,
        subtitle=view.subtitle,
        made=f"{made} by Feedback Atlas {__version__}",
        sections=(
            *(section for section in listed if section.points),
            *(Section(figures=((name, partial(panels.draw, name, numbers)),)) for name in shown),
            *((missing,) if missing.points else ()),
            Section("Settings", settings=tuple(settings_of(view, specs))),
            Section("Methods", methods.paragraphs, formulae=measured),
            Section("References", verbatim=methods.bibtex),
        ),
    )
