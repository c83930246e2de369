"""The Paper view of an experiment: ours beside the published numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from feedback_atlas.server.access.guards import for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import RecordId, problems
from feedback_atlas.server.api.responses import (
    CSV,
    csv_response,
    figure_json,
    file_response,
    file_stem,
    table_out,
)
from feedback_atlas.server.catalog.published import CITATION
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.schemas import FigureOut
from feedback_atlas.server.papers.deps import PaperViewerDep
from feedback_atlas.server.papers.panels import PANELS, Panel
from feedback_atlas.server.papers.schemas import (
    PaperFigureName,
    PaperPanel,
    PaperPanelName,
    PaperView,
)
from feedback_atlas.server.papers.service import Reading
from feedback_atlas.server.queue.deps import DispatcherDep

router = APIRouter(
    prefix="/experiments/{experiment_id}/paper", tags=["paper"], route_class=AccessRoute
)

ExemplarClass = Annotated[
    int | None,
    Query(ge=0, le=100_000, description="Class of Figure 6; left out, the paper’s: the dog."),
]


@router.post("", responses=problems(404))
@for_viewers
def request_paper_view(
    experiment_id: RecordId,
    viewer: PaperViewerDep,
    dispatcher: DispatcherDep,
    background: BackgroundTasks,
    exemplar_class: ExemplarClass = None,
) -> PaperView:
    """Ask for every comparison of the view; each is computed once, then found again."""
    viewer.ask(experiment_id, exemplar_class)
    background.add_task(dispatcher.publish_waiting)
    return _out(viewer.read(experiment_id, exemplar_class))


@router.get("", responses=problems(404))
@for_viewers
def read_paper_view(
    experiment_id: RecordId, viewer: PaperViewerDep, exemplar_class: ExemplarClass = None
) -> PaperView:
    """Return the view as far as it is computed; reading asks for nothing."""
    return _out(viewer.read(experiment_id, exemplar_class))


@router.get("/tables/{name}.csv", responses=CSV | problems(404), response_class=Response)
@for_viewers
def download_paper_table(
    experiment_id: RecordId,
    name: PaperPanelName,
    viewer: PaperViewerDep,
    exemplar_class: ExemplarClass = None,
) -> Response:
    """Return a panel's numbers beside the published ones, as CSV."""
    panel = viewer.table(experiment_id, exemplar_class, name)
    content = "" if panel.table is None else table_csv(panel.table)
    return file_response(content, "text/csv", f"paper-{file_stem(name)}.csv")


@router.get("/figures/{name}.csv", responses=CSV | problems(404), response_class=Response)
@for_viewers
def download_paper_figure(
    experiment_id: RecordId,
    name: PaperFigureName,
    viewer: PaperViewerDep,
    exemplar_class: ExemplarClass = None,
) -> Response:
    """Return all numbers of a figure as CSV."""
    return csv_response(viewer.figure(experiment_id, exemplar_class, name), f"paper {name}")


@router.get("/figures/{name}", response_model=FigureOut, responses=problems(404))
@for_viewers
def read_paper_figure(
    experiment_id: RecordId,
    name: PaperFigureName,
    viewer: PaperViewerDep,
    theme: Theme = "light",
    width: Width = "wide",
    exemplar_class: ExemplarClass = None,
) -> Response:
    """Return a figure of ours with or beside the published numbers; 503 until computed."""
    drawn = viewer.drawn(experiment_id, exemplar_class, name, (theme, width), figure_json)
    return Response(drawn, media_type="application/json")


def _out(reading: Reading) -> PaperView:
    ready = {panel.name: _ready(panel) for panel in reading.panels}
    missing = {name: _missing(name, *why) for name, why in reading.missing.items()}
    setting = reading.setting
    return from_attributes(
        PaperView,
        reading,
        citation=CITATION,
        variant=None if setting is None else setting.variant,
        obstacles=[] if setting is None else setting.obstacles,
        remarks=[] if setting is None else setting.remarks,
        panels=[found for name in PANELS if (found := ready.get(name) or missing.get(name))],
    )


def _ready(panel: Panel) -> PaperPanel:
    return from_attributes(
        PaperPanel,
        panel,
        state="ready",
        figures=list(panel.figures),
        table=None if panel.table is None else table_out(panel.table),
        comparisons=panel.source.comparisons,
        analyses=panel.source.analyses,
    )


def _missing(name: str, why: str, comes: bool) -> PaperPanel:
    place, title = PANELS[name]
    state = "computing" if comes else "missing"
    return PaperPanel.model_validate(
        {"name": name, "place": place, "title": title, "state": state, "sentence": why}
    )
