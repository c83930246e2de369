"""Experiments: estimate, launch, list, read, edit, cancel, delete, and their live curves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Response
from sqlalchemy.orm import Session

from feedback_atlas.server.access import audit
from feedback_atlas.server.access.guards import VisitorDep, for_owners, for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import (
    CurveOptionsDep,
    DatabaseDep,
    Limit,
    RecordId,
    SettingsDep,
    StoreDep,
    problems,
)
from feedback_atlas.server.api.responses import CSV, csv_response, figure_json
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.schemas import LogPage
from feedback_atlas.server.experiments import labels, listing, presenting
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.cursor import Sort
from feedback_atlas.server.experiments.deps import LiveFiguresDep
from feedback_atlas.server.experiments.filters import Archived, Outcome, Wanted
from feedback_atlas.server.experiments.schemas import (
    Experiment,
    ExperimentChanges,
    ExperimentPage,
)
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.names import CurveName
from feedback_atlas.server.figures.schemas import FigureOut
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.deps import DispatcherDep
from feedback_atlas.server.runs import log
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.specs import dataset_facts, estimates, validation
from feedback_atlas.server.specs.schemas import Estimate, ExperimentSpec
from feedback_atlas.server.system import disk

router = APIRouter(prefix="/experiments", tags=["experiments"], route_class=AccessRoute)


@router.post("/estimate", responses=problems(413))
@for_owners
def estimate_experiment(
    spec: ExperimentSpec, settings: SettingsDep, database: DatabaseDep, store: StoreDep
) -> Estimate:
    """Estimate an experiment's runs, steps, bytes and duration. Nothing is stored."""
    facts = validation.validate(spec, settings)
    note = dataset_facts.missing_note(spec.dataset, settings)
    with database.read() as session:
        return estimates.estimate(spec, facts, store, session, note)


@router.post("", status_code=201, responses=problems(409, 413))
@for_owners
def create_experiment(
    spec: ExperimentSpec,
    settings: SettingsDep,
    database: DatabaseDep,
    dispatcher: DispatcherDep,
    visitor: VisitorDep,
    background: BackgroundTasks,
) -> Experiment:
    """Launch an experiment: one run for each rule and seed."""
    facts = validation.validate(spec, settings)
    with database.write() as session:
        disk.check_quota(session, estimates.stored_bytes(spec, facts), settings.max_stored_bytes)
        created = _out(session, experiments.create(session, spec).id)
        audit.record(session, visitor, "launch", created.name, created.id)
    background.add_task(dispatcher.publish_waiting)
    return created


@router.get("", responses=problems())
@for_viewers
def list_experiments(
    database: DatabaseDep, wanted: WantedDep, cursor: CursorQuery = None, limit: Limit = 50
) -> ExperimentPage:
    """List experiments, searched, filtered and sorted; newest first by default."""
    with database.read() as session:
        page = listing.page(session, wanted, cursor=cursor, limit=limit)
    items = [presenting.summary_out(one) for one in page.items]
    return from_attributes(ExperimentPage, page, items=items)


@router.get("/{experiment_id}", responses=problems(404))
@for_viewers
def read_experiment(experiment_id: RecordId, database: DatabaseDep) -> Experiment:
    """Return an experiment with its settings and runs."""
    with database.read() as session:
        return _out(session, experiment_id)


@router.patch("/{experiment_id}", responses=problems(404, 413))
@for_owners
def edit_experiment(
    experiment_id: RecordId, changes: ExperimentChanges, database: DatabaseDep
) -> Experiment:
    """Rename an experiment, tag it, write notes on it, archive it or bring it back."""
    with database.write() as session:
        labels.edit(session, experiment_id, changes)
        return _out(session, experiment_id)


@router.delete("/{experiment_id}", status_code=204, responses=problems(404, 409))
@for_owners
def delete_experiment(
    experiment_id: RecordId,
    database: DatabaseDep,
    store: StoreDep,
    visitor: VisitorDep,
    force: Annotated[
        bool, Query(description="Delete although links show it; they keep their frozen copies.")
    ] = False,
) -> Response:
    """Delete an experiment with its runs, comparisons and files.

    Refused while links show its comparisons, which `errors` lists, unless it is forced.
    """
    with database.write() as session:
        name = experiments.get(session, experiment_id).name
        removed = experiments.remove(session, experiment_id)
        removed.keys += shares.release_links(session, experiment_id, force=force)
        audit.record(session, visitor, "delete", name, experiment_id)
    experiments.delete_files(store, removed)
    return Response(status_code=204)


@router.post("/{experiment_id}/cancel", responses=problems(404))
@for_owners
def cancel_experiment(
    experiment_id: RecordId, database: DatabaseDep, visitor: VisitorDep
) -> Experiment:
    """Stop every run that waits or runs; each keeps its last checkpoint."""
    with database.write() as session:
        name = experiments.cancel(session, experiment_id).name
        audit.record(session, visitor, "cancel", name, experiment_id)
        return _out(session, experiment_id)


@router.post("/{experiment_id}/retry", responses=problems(404, 409))
@for_owners
def retry_experiment(
    experiment_id: RecordId,
    database: DatabaseDep,
    dispatcher: DispatcherDep,
    visitor: VisitorDep,
    background: BackgroundTasks,
) -> Experiment:
    """Queue every failed or cancelled run again; each resumes from its last checkpoint."""
    with database.write() as session:
        experiments.retry(session, experiment_id)
        retried = _out(session, experiment_id)
        audit.record(session, visitor, "retry", retried.name, experiment_id)
    background.add_task(dispatcher.publish_waiting)
    return retried


@router.get("/{experiment_id}/log", responses=problems(404))
@for_viewers
def read_log(
    experiment_id: RecordId,
    database: DatabaseDep,
    before: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    limit: Limit = 50,
    routine: Annotated[bool, Query(description="With every epoch and checkpoint.")] = True,
) -> LogPage:
    """Return the log of the experiment and its runs, newest first."""
    with database.read() as session:
        experiments.get(session, experiment_id)
        found = log.page(session, experiment_id, before=before, limit=limit + 1, routine=routine)
    items = found[:limit]
    return LogPage(items=items, next_before=items[-1].id if len(found) > limit else None)


@router.get(
    "/{experiment_id}/figures/{name}.csv", response_class=Response, responses=CSV | problems(404)
)
@for_viewers
def download_curves(
    experiment_id: RecordId, name: CurveName, live_figures: LiveFiguresDep
) -> Response:
    """Return the numbers of a live curve as CSV."""
    return csv_response(*live_figures.figure(experiment_id, name))


@router.get("/{experiment_id}/figures/{name}", responses=problems(404), response_model=FigureOut)
@for_viewers
def read_curves(
    experiment_id: RecordId,
    name: CurveName,
    live_figures: LiveFiguresDep,
    options: CurveOptionsDep,
    theme: Theme = "light",
    width: Width = "wide",
) -> Response:
    """Return a live curve of every run of the experiment, as a Plotly figure."""
    body = live_figures.drawn(experiment_id, name, theme, width, options, figure_json)
    return Response(body, media_type="application/json")


def _out(session: Session, experiment_id: str) -> Experiment:
    event_id = events.newest_id(session)
    return presenting.experiment_out(
        experiments.get(session, experiment_id),
        event_id=event_id,
        waiting_reason=workers.waiting_reason(session),
    )


def _text(value: str | None) -> str | None:
    # PostgreSQL refuses the one character that no name, tag or note can hold.
    return None if value is None else value.replace("\0", " ").strip() or None


def _wanted(
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words; each must occur in the name, tags, notes, rules or data set.",
        ),
    ] = None,
    state: Annotated[Outcome | None, Query(description="How it stands.")] = None,
    dataset: Annotated[str | None, Query(max_length=64)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    archived: Archived = "hide",
    sort: Annotated[
        Sort,
        Query(description="Newest, A to Z, least finished, or best test accuracy first."),
    ] = "newest",
    reverse: Annotated[bool, Query(description="Turn the order round.")] = False,
) -> Wanted:
    return Wanted(
        query=_text(q) or "",
        state=state,
        dataset=_text(dataset),
        tag=_text(tag),
        archived=archived,
        sort=sort,
        reverse=reverse,
    )


WantedDep = Annotated[Wanted, Depends(_wanted)]

CursorQuery = Annotated[str | None, Query(max_length=1000)]
