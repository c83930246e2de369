"""Answers over seeds, and the report with the paper beside ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Response

from feedback_atlas.server.access.guards import for_viewers
from feedback_atlas.server.answers.deps import AnswerViewerDep
from feedback_atlas.server.answers.schemas import (
    AnswerName,
    AnswersOut,
    AnswersRequest,
)
from feedback_atlas.server.answers.sentences import answers_in_words
from feedback_atlas.server.answers.service import AnswersReading
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import ContentId, RecordId, problems
from feedback_atlas.server.api.responses import (
    CSV,
    csv_response,
    figure_json,
    file_response,
    file_stem,
    of_type,
)
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.core.errors import NotFoundError, UnavailableError
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.schemas import FigureOut
from feedback_atlas.server.papers.deps import PaperViewerDep
from feedback_atlas.server.papers.panels import PANELS
from feedback_atlas.server.queue.deps import DispatcherDep
from feedback_atlas.server.reports.document import Report
from feedback_atlas.server.reports.experiment import paper_report
from feedback_atlas.server.reports.html import html_report
from feedback_atlas.server.reports.markdown import markdown_report
from feedback_atlas.server.reports.material import Arm, Material
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.server.system.deps import VersionsDep

router = APIRouter(tags=["answers"], route_class=AccessRoute)


@router.post("/experiments/{experiment_id}/answers", responses=problems(404, 409, 413))
@for_viewers
def request_answers(
    experiment_id: RecordId,
    wanted: AnswersRequest,
    viewer: AnswerViewerDep,
    dispatcher: DispatcherDep,
    background: BackgroundTasks,
) -> AnswersOut:
    """Request the answers of an experiment and its other arm; computed once, then found again."""
    analysis_id = viewer.ask(experiment_id, wanted.other)
    background.add_task(dispatcher.publish_waiting)
    return _out(viewer.read(analysis_id))


@router.get("/answers/{analysis_id}", responses=problems(404))
@for_viewers
def read_answers(analysis_id: ContentId, viewer: AnswerViewerDep) -> AnswersOut:
    """Return answers, and whether they are computed."""
    return _out(viewer.read(analysis_id))


@router.get(
    "/answers/{analysis_id}/figures/{name}.csv",
    responses=CSV | problems(404),
    response_class=Response,
)
@for_viewers
def download_answer_figure(
    analysis_id: ContentId, name: AnswerName, viewer: AnswerViewerDep
) -> Response:
    """Return all numbers of an answer as CSV."""
    figure = viewer.figure(analysis_id, name, "light", "wide")
    return csv_response(figure, "answers")


@router.get(
    "/answers/{analysis_id}/figures/{name}", response_model=FigureOut, responses=problems(404)
)
@for_viewers
def read_answer_figure(
    analysis_id: ContentId,
    name: AnswerName,
    viewer: AnswerViewerDep,
    theme: Theme = "light",
    width: Width = "wide",
) -> Response:
    """Return an answer as a figure; 503 while it is computed."""
    drawn = viewer.drawn(analysis_id, name, (theme, width), figure_json)
    return Response(drawn, media_type="application/json")


def _report(
    analysis_id: ContentId, viewer: AnswerViewerDep, papers: PaperViewerDep, versions: VersionsDep
) -> Report:
    reading, answers = viewer.computed(analysis_id)
    arms = {
        arm: Arm(one.id, ExperimentSpec.model_validate(one.spec), answers.seeds[arm])
        for arm, one in reading.arms.items()
    }
    first = next(iter(arms.values()))
    paper = papers.read(first.id, None)
    if paper.state == "unasked":
        raise NotFoundError(
            "The paper’s panels, which the report shows, have not been requested. Request "
            f"them with POST /api/experiments/{first.id}/paper."
        )
    if paper.state == "computing":
        raise UnavailableError(
            "The paper’s panels are being computed for the report; try again in a moment."
        )
    missing = [f"{PANELS[name][0]} is missing: {why}" for name, (why, _) in paper.missing.items()]
    if paper.state == "training":
        missing.append("The paper’s tables and figures are missing: runs are still training.")
    now = datetime.now(UTC)
    return paper_report(
        Material(
            arms=arms,
            panels=paper.panels,
            missing=missing,
            remarks=() if paper.setting is None else paper.setting.remarks,
            answers=answers,
            analysis=analysis_id,
            versions=versions.of_numbers,
            made=f"Made on {now.day} {now:%B %Y}",
        )
    )


ReportDep = Annotated[Report, Depends(_report)]


@router.get(
    "/answers/{analysis_id}/report.html",
    response_class=Response,
    responses=of_type("text/html") | problems(404),
)
@for_viewers
def download_html_report(report: ReportDep) -> Response:
    """Return the report as one HTML file that opens without this service; 503 while computed.

    It shows the Paper view of its first arm, which has to be asked for first.
    """
    return _file(html_report(report), "text/html", report, "html")


@router.get(
    "/answers/{analysis_id}/report.md",
    response_class=Response,
    responses=of_type("text/markdown") | problems(404),
)
@for_viewers
def download_markdown_report(report: ReportDep) -> Response:
    """Return the report as Markdown, figures as their numbers; 503 while it is computed.

    It shows the Paper view of its first arm, which has to be asked for first.
    """
    return _file(markdown_report(report), "text/markdown", report, "md")


def _file(text: str, media_type: str, report: Report, ending: str) -> Response:
    return file_response(text, media_type, f"{file_stem(report.title)}-report.{ending}")


def _out(reading: AnswersReading) -> AnswersOut:
    answers = reading.answers
    arms = [
        {
            "initialisation": arm,
            "experiment_id": one.id,
            "name": one.name,
            "seeds": [] if answers is None else answers.seeds[arm],
        }
        for arm, one in reading.arms.items()
    ]
    said = [] if answers is None else answers_in_words(answers)
    return from_attributes(AnswersOut, reading, arms=arms, answers=said)
