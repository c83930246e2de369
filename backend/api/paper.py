"""The Paper view of an experiment: ours beside the published numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from backend.api.access import AccessRoute, for_viewers
from backend.api.deps import ContextDep, RecordId, problems
from backend.api.figures import CSV, csv_response, figure_json, file_stem, table_out
from backend.figures import table_csv
from backend.paper.panels import PANELS
from backend.paper.published import CITATION
from backend.schemas.comparisons import FigureOut, FigureWidth, ThemeName
from backend.schemas.paper import PaperFigureName, PaperPanel, PaperPanelName, PaperView
from backend.services.paper_view import Reading

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
    context: ContextDep,
    background: BackgroundTasks,
    exemplar_class: ExemplarClass = None,
) -> PaperView:
    """Ask for every comparison of the view; each is computed once, then found again."""
    context.paper.ask(experiment_id, exemplar_class)
    background.add_task(context.dispatcher.publish_waiting)
    return _out(context.paper.read(experiment_id, exemplar_class))


@router.get("", responses=problems(404))
@for_viewers
def read_paper_view(
    experiment_id: RecordId, context: ContextDep, exemplar_class: ExemplarClass = None
) -> PaperView:
    """The view as far as it is computed; reading asks for nothing."""
    return _out(context.paper.read(experiment_id, exemplar_class))


@router.get("/tables/{name}.csv", responses=CSV | problems(404), response_class=Response)
@for_viewers
def download_paper_table(
    experiment_id: RecordId,
    name: PaperPanelName,
    context: ContextDep,
    exemplar_class: ExemplarClass = None,
) -> Response:
    """What a panel compares, number by number, as CSV."""
    panel = context.paper.table(experiment_id, exemplar_class, name)
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
    context: ContextDep,
    exemplar_class: ExemplarClass = None,
) -> Response:
    """All numbers of a figure as CSV."""
    return csv_response(context.paper.figure(experiment_id, exemplar_class, name), f"paper {name}")


@router.get("/figures/{name}", response_model=FigureOut, responses=problems(404))
@for_viewers
def read_paper_figure(
    experiment_id: RecordId,
    name: PaperFigureName,
    context: ContextDep,
    theme: ThemeName = "light",
    width: FigureWidth = "wide",
    exemplar_class: ExemplarClass = None,
) -> Response:
    """A figure of ours with the published numbers in it or beside it; 503 while it is computed."""
    drawn = context.paper.drawn(experiment_id, exemplar_class, name, (theme, width), figure_json)
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
