"""A comparison as the API shows it: state, runs, findings, and which figures there are."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from backend.artifacts import ArtifactStore, DamagedArtifactError
from backend.catalog import RULES
from backend.db.session import Database
from backend.schemas.comparisons import (
    ComparedRun,
    Comparison,
    ComparisonFigureName,
    ComparisonRequest,
)
from backend.services import analyses, comparisons, experiments
from backend.services.errors import UnavailableError
from backend.services.findings import caveats, findings
from backend.services.snapshots import ComparisonNumbers


def read_numbers(database: Database, store: ArtifactStore, comparison_id: str) -> ComparisonNumbers:
    """The numbers of a computed comparison.

    A damaged or missing result is queued to be computed again, and UnavailableError says so.
    """
    try:
        with database.read() as session:
            return comparisons.numbers(session, comparisons.get(session, comparison_id), store)
    except DamagedArtifactError as error:
        with database.write() as session:
            row = comparisons.get(session, comparison_id)
            for analysis_id in comparisons.analysis_ids(row):
                analyses.recompute(session, analysis_id)
        raise UnavailableError(f"{error} The comparison is being computed again.") from error


def view_of(database: Database, store: ArtifactStore, comparison_id: str) -> Comparison:
    """The comparison for the API. Raises NotFoundError."""
    with database.read() as session:
        row = comparisons.get(session, comparison_id)
        experiment = experiments.get(session, row.experiment_id)
        progress = comparisons.progress(session, row)
    content = row.content
    wanted = ComparisonRequest.model_validate(row.request)
    title, subtitle = comparisons.title_and_subtitle(experiment, wanted)
    numbers = (
        read_numbers(database, store, comparison_id) if progress.state == "completed" else None
    )
    unavailable: dict[str, str] = content["unavailable"]
    return Comparison(
        id=row.id,
        experiment_id=row.experiment_id,
        title=title,
        subtitle=subtitle,
        request=wanted,
        state=progress.state,  # type: ignore[arg-type]  # analyses hold only these
        error=progress.error,
        runs=[_compared(run) for run in content["runs"]],
        reference=content["reference"],
        seeds=sorted({run["seed"] for run in content["runs"]}),
        layers=comparisons.layers_of(experiment),
        n_images=None if numbers is None or numbers.rdms is None else len(numbers.rdms.labels),
        class_names=[]
        if numbers is None or numbers.rdms is None
        else list(numbers.rdms.class_names),
        findings=[] if numbers is None else findings(numbers, content["reference"]),
        caveats=[]
        if numbers is None
        else caveats(
            numbers,
            unpaired=len(content["unpaired"]),
            excluded=Counter(run.state for run in experiment.runs if run.state != "completed"),
        ),
        figures=[name for name in get_args(ComparisonFigureName) if name not in unavailable],
        unavailable=unavailable,
    )


def _compared(run: dict[str, object]) -> ComparedRun:
    rule = RULES[str(run["rule"])]
    return ComparedRun.model_validate(
        {
            **run,
            "rule_name": rule.name,
            "colour_light": rule.colour_light,
            "colour_dark": rule.colour_dark,
        }
    )
