"""The Paper view of an experiment: ours beside the published numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from feedback_atlas.server.access.guards import for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import RecordId, problems
from feedback_atlas.server.api.responses import CSV, csv_response, figure_json, file_stem, table_out
from feedback_atlas.server.catalog.published import CITATION
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.names import FigureWidth, ThemeName
from feedback_atlas.server.figures.schemas import FigureOut
from feedback_atlas.server.papers.deps import PaperViewerDep
from feedback_atlas.server.papers.panels import PANELS
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
    return Response(
        "" if panel.table is None else table_csv(panel.table),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="paper-{file_stem(name)}.csv"'},
    )


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
    theme: ThemeName = "light",
    width: FigureWidth = "wide",
    exemplar_class: ExemplarClass = None,
) -> Response:
    """Return a figure of ours with or beside the published numbers; 503 until computed."""
    drawn = viewer.drawn(experiment_id, exemplar_class, name, (theme, width), figure_json)
    return Response(drawn, media_type="application/json")


def _out(reading: Reading) -> PaperView:
    ready = {panel.name: panel for panel in reading.panels}
    panels = []
    for name, (place, title) in PANELS.items():
        panel = ready.get(name)
        if panel is not None:
            panels.append(
                PaperPanel.model_validate(
                    {
                        "name": name,
                        "place": panel.place,
                        "title": panel.title,
                        "state": "ready",
                        "verdict": panel.verdict,
                        "sentence": panel.sentence,
                        "compared": panel.compared,
                        "variant": panel.variant,
                        "figures": list(panel.figures),
                        "table": None if panel.table is None else table_out(panel.table),
                        "comparisons": list(panel.source.comparisons),
                        "analyses": list(panel.source.analyses),
                    }
                )
            )
        elif name in reading.missing:
            why, comes = reading.missing[name]
            panels.append(
                PaperPanel.model_validate(
                    {
                        "name": name,
                        "place": place,
                        "title": title,
                        "state": "computing" if comes else "missing",
                        "verdict": None,
                        "sentence": why,
                        "compared": "",
                        "variant": "",
                        "figures": [],
                        "table": None,
                        "comparisons": [],
                        "analyses": [],
                    }
                )
            )
    setting = reading.setting
    return PaperView.model_validate(
        {
            "experiment_id": reading.experiment_id,
            "state": reading.state,
            "completed": reading.completed,
            "runs": reading.runs,
            "citation": CITATION,
            "variant": None if setting is None else setting.variant,
            "obstacles": [] if setting is None else list(setting.obstacles),
            "remarks": [] if setting is None else list(setting.remarks),
            "class_names": list(reading.class_names),
            "exemplar_class": reading.exemplar_class,
            "panels": panels,
            "analyses": list(reading.analyses),
            "work": list(reading.work),
            "stamp": reading.stamp,
        }
    )
