"""The comparisons that the Paper view is made of: asked for once, found again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.catalog.published import EXEMPLAR_CLASS, published_subsets
from feedback_atlas.server.comparisons import progress, selection
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.schemas import ComparisonRequest, Work
from feedback_atlas.server.db.models import Analysis, Comparison, Experiment
from feedback_atlas.server.papers.panels import PANELS, Source
from feedback_atlas.server.papers.panels.similarity import SUBSET_FIGURES

WHOLE = "all"
EXEMPLARS = "exemplars"


def default_class(class_names: Sequence[str]) -> int:
    """Return the class of the paper's exemplars, or the first without such a class."""
    return class_names.index(EXEMPLAR_CLASS) if EXEMPLAR_CLASS in class_names else 0


def ask(
    session: Session, experiment: Experiment, default: int, exemplar_class: int
) -> dict[str, Comparison]:
    """Ask for everything that the view shows; what is computed is found, the rest is queued."""
    return {
        part: comparisons.request(session, experiment, wanted)
        for part, wanted in _requests(default, exemplar_class).items()
    }


def found(
    session: Session, experiment: Experiment, default: int, exemplar_class: int
) -> dict[str, Comparison] | None:
    """Return what `ask` made for the runs completed by now; None where it was not asked."""
    rows = session.execute(
        select(Comparison.id, Comparison.request)
        .where(Comparison.experiment_id == experiment.id)
        .order_by(Comparison.created_at.desc(), Comparison.id)
    ).all()
    completed = {run.id for run in selection.completed_runs(experiment)}
    made: dict[str, Comparison] = {}
    for part, wanted in _requests(default, exemplar_class).items():
        asked = wanted.model_dump(mode="json")
        newest = next((row.id for row in rows if row.request == asked), None)
        row = None if newest is None else session.get_one(Comparison, newest)
        if row is None or {run["id"] for run in row.content["runs"]} != completed:
            return None
        made[part] = row
    return made


def sources(made: Mapping[str, Comparison]) -> dict[str, Source]:
    """Return the source of each panel's numbers."""
    of_runs = Source((made[WHOLE].id,))
    found = dict.fromkeys(("table-1", "figure-2", "figure-3", "figures-4-7"), of_runs)
    for subset, figure in SUBSET_FIGURES.items():
        found[figure] = _source(made[subset], made[subset].content["similarity"])
    found["figure-6"] = _source(made[EXEMPLARS], _panel(made[EXEMPLARS], "exemplars"))
    found["costs"] = _source(made[WHOLE], _panel(made[WHOLE], "costs"))
    return found


def analyses_of(session: Session, made: Mapping[str, Comparison]) -> dict[str, Analysis]:
    """Return the analyses whose numbers the view shows, by id."""
    ids = {one for source in sources(made).values() for one in source.analyses}
    return analyses.by_id(session, ids)


def missing(
    made: Mapping[str, Comparison], computed: Mapping[str, Analysis], there: Collection[str]
) -> dict[str, tuple[str, bool]]:
    """Return by panel that is not ``there`` the reason, and whether it still comes."""
    why: dict[str, tuple[str, bool]] = {}
    unavailable = made[WHOLE].content["unavailable"]
    of_panels = sources(made)
    for name in PANELS:
        if name in there:
            continue
        row = next((computed[one] for one in of_panels[name].analyses if one in computed), None)
        if row is None:
            figure = "exemplars" if name == "figure-6" else "layer-similarity"
            why[name] = unavailable.get(figure, "There is nothing to compare."), False
        elif row.state == "failed":
            why[name] = f"It could not be computed: {row.error}", False
        elif row.state == "cancelled":
            why[name] = "It was cancelled before it was computed.", False
        else:
            why[name] = "It is being computed.", True
    return why


def work(session: Session, made: Mapping[str, Comparison]) -> tuple[Work, ...]:
    """Return the analyses of the view that are not computed, each once."""
    shown = analyses_of(session, made)
    found = {
        one.id: one
        for comparison in made.values()
        for one in progress.work_of(session, comparison, shown)
    }
    return tuple(found.values())


def _requests(default: int, exemplar_class: int) -> dict[str, ComparisonRequest]:
    """Return the requests by part of the view.

    A subset's comparison keeps the default class, so that choosing another asks for one analysis
    and no more.
    """

    def wanted(subset: str, label: int) -> ComparisonRequest:
        return ComparisonRequest.model_validate(
            {
                "images": "validation_and_test",
                "subset": subset,
                "estimator": "minibatch",
                "matrices": "beside",
                "exemplar_class": label,
            }
        )

    return {
        **{subset: wanted(subset, default) for subset in published_subsets()},
        EXEMPLARS: wanted(WHOLE, exemplar_class),
    }


def _panel(comparison: Comparison, kind: str) -> str | None:
    found: str | None = comparison.content["panels"].get(kind)
    return found


def _source(comparison: Comparison, analysis: str | None) -> Source:
    return Source((comparison.id,), () if analysis is None else (analysis,))
