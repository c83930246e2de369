"""What one seed could not say: answers over seeds, and the report with the paper beside ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Response

from backend.answers.sentences import answers_in_words
from backend.api.access import AccessRoute, for_viewers
from backend.api.deps import ContentId, Context, ContextDep, RecordId, problems
from backend.api.figures import CSV, csv_response, figure_json, file_stem
from backend.paper.panels import PANELS
from backend.report.document import Report
from backend.report.html_report import html_report
from backend.report.markdown_report import markdown_report
from backend.report.material import Arm, Material
from backend.report.paper_report import paper_report
from backend.schemas.answers import AnswerName, AnswerOut, AnswersOut, AnswersRequest, ArmOut
from backend.schemas.comparisons import FigureOut, FigureWidth, ThemeName
from backend.schemas.experiments import ExperimentSpec
from backend.services.answer_view import AnswersReading
from backend.services.errors import NotFoundError, UnavailableError

router = APIRouter(tags=["answers"], route_class=AccessRoute)

_HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
_MARKDOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"text/markdown": {}}}}


@router.post("/experiments/{experiment_id}/answers", responses=problems(404, 409, 413))
@for_viewers
def request_answers(
    experiment_id: RecordId,
    wanted: AnswersRequest,
    context: ContextDep,
    background: BackgroundTasks,
) -> AnswersOut:
    """Ask for the answers of an experiment, with its other arm; computed once, then found again."""
    analysis_id = context.answers.ask(experiment_id, wanted.other)
    background.add_task(context.dispatcher.publish_waiting)
    return _out(context.answers.read(analysis_id))


@router.get("/answers/{analysis_id}", responses=problems(404))
@for_viewers
def read_answers(analysis_id: ContentId, context: ContextDep) -> AnswersOut:
    """Answers, and whether they are computed."""
    return _out(context.answers.read(analysis_id))


@router.get(
    "/answers/{analysis_id}/figures/{name}.csv",
    responses=CSV | problems(404),
    response_class=Response,
)
@for_viewers
def download_answer_figure(
    analysis_id: ContentId, name: AnswerName, context: ContextDep
) -> Response:
    """All numbers of an answer as CSV."""
    figure = context.answers.figure(analysis_id, name, "light", "wide")
    return csv_response(figure, "answers")


@router.get(
    "/answers/{analysis_id}/figures/{name}", response_model=FigureOut, responses=problems(404)
)
@for_viewers
def read_answer_figure(
    analysis_id: ContentId,
    name: AnswerName,
    context: ContextDep,
    theme: ThemeName = "light",
    width: FigureWidth = "wide",
) -> Response:
    """An answer as a figure; 503 while it is computed."""
    drawn = context.answers.drawn(analysis_id, name, (theme, width), figure_json)
    return Response(drawn, media_type="application/json")


@router.get(
    "/answers/{analysis_id}/report.html",
    response_class=Response,
    responses={**problems(404), **_HTML},
)
@for_viewers
def download_html_report(analysis_id: ContentId, context: ContextDep) -> Response:
    """The report as one HTML file that opens without this service; 503 while it is computed.

    It shows the Paper view of its first arm, which has to be asked for first.
    """
    report = _report(analysis_id, context)
    return _file(html_report(report), "text/html", report, "html")


@router.get(
    "/answers/{analysis_id}/report.md",
    response_class=Response,
    responses={**problems(404), **_MARKDOWN},
)
@for_viewers
def download_markdown_report(analysis_id: ContentId, context: ContextDep) -> Response:
    """The report as Markdown, figures as their numbers; 503 while it is computed.

    It shows the Paper view of its first arm, which has to be asked for first.
    """
    report = _report(analysis_id, context)
    return _file(markdown_report(report), "text/markdown", report, "md")


def _report(analysis_id: str, context: Context) -> Report:
    reading, answers = context.answers.computed(analysis_id)
    arms = {
        arm: Arm(one.id, ExperimentSpec.model_validate(one.spec), answers.seeds[arm])
        for arm, one in reading.arms.items()
    }
    first = next(iter(arms.values()))
    paper = context.paper.read(first.id, None)
    if paper.state == "unasked":
        raise NotFoundError(
            "Nobody has asked for the paper’s panels, which the report shows. Ask by POST for "
            f"/api/experiments/{first.id}/paper."
        )
    if paper.state == "computing":
        raise UnavailableError(
            "The paper’s panels are being computed for the report; ask again in a moment."
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
            versions=context.versions.of_numbers,
            made=f"Made on {now.day} {now:%B %Y}",
        )
    )


def _file(text: str, media_type: str, report: Report, ending: str) -> Response:
    name = f"{file_stem(report.title)}-report.{ending}"
    return Response(
        text,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _out(reading: AnswersReading) -> AnswersOut:
    answers = reading.answers
    return AnswersOut(
        id=reading.id,
        state=reading.state,  # type: ignore[arg-type]  # analyses hold only these
        error=reading.error,
        arms=[
            ArmOut(
                initialisation=arm,  # type: ignore[arg-type]  # arms are only these
                experiment_id=one.id,
                name=one.name,
                seeds=[] if answers is None else list(answers.seeds[arm]),
            )
            for arm, one in reading.arms.items()
        ],
        answers=[]
        if answers is None
        else [
            AnswerOut(
                name=one.id,  # type: ignore[arg-type]  # answers are only these
                question=one.question,
                headline=one.headline,
                verdicts=list(one.verdicts),
                limits=list(one.limits),
            )
            for one in answers_in_words(answers)
        ],
    )
