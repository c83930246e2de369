"""Definitions of all that is computed, and methods and pages of single comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from backend.api.access import AccessRoute, for_link_holders, for_viewers
from backend.api.deps import ContentId, Context, ContextDep, problems
from backend.api.figures import file_stem
from backend.methods_catalog import SECTIONS
from backend.reference import Reference
from backend.reference_catalog import REFERENCES
from backend.report import Methods, methods_of, report_page
from backend.schemas import methods as schemas
from backend.schemas.comparisons import Comparison
from backend.schemas.experiments import ExperimentSpec
from backend.services import experiments, shares
from backend.services.snapshots import ComparisonNumbers

router = APIRouter(tags=["methods"], route_class=AccessRoute)
Token = Annotated[str, Path(max_length=100)]
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}


@router.get("/methods", responses=problems())
@for_viewers
def read_methods() -> schemas.MethodsCatalog:
    """Every learning rule, measure and statistic: definition, formula, caveat, source."""
    return schemas.MethodsCatalog(
        sections=[schemas.MethodsSectionOut.model_validate(asdict(one)) for one in SECTIONS],
        references=[_reference_out(reference) for reference in REFERENCES.values()],
    )


@router.get("/comparisons/{comparison_id}/methods", responses=problems(404))
@for_viewers
def read_comparison_methods(
    comparison_id: ContentId, context: ContextDep
) -> schemas.ComparisonMethods:
    """Methods paragraphs of a computed comparison, with BibTeX; 503 while it is computed."""
    view, specs, numbers = _live(comparison_id, context)
    return _methods_out(methods_of(view, specs, numbers, context.versions.of_numbers))


@router.get(
    "/comparisons/{comparison_id}/report.html",
    response_class=Response,
    responses={**problems(404), **_PAGE},
)
@for_viewers
def download_report(comparison_id: ContentId, context: ContextDep) -> Response:
    """The whole comparison as one HTML file that opens without this service."""
    view, specs, numbers = _live(comparison_id, context)
    methods = methods_of(view, specs, numbers, context.versions.of_numbers)
    made = f"Saved on {_date(datetime.now(UTC))}"
    return _page(view, report_page(view, specs, numbers, methods, made))


@router.get("/shared/{token}/methods", responses=problems(404))
@for_link_holders
def read_shared_methods(token: Token, context: ContextDep) -> schemas.ComparisonMethods:
    """Methods paragraphs of the frozen comparison behind a link."""
    frozen = context.viewer.frozen(token)
    view, specs, versions = _frozen(frozen.view)
    return _methods_out(methods_of(view, specs, frozen.numbers, versions))


@router.get(
    "/shared/{token}/report.html",
    response_class=Response,
    responses={**problems(404), **_PAGE},
)
@for_link_holders
def download_shared_report(token: Token, context: ContextDep) -> Response:
    """The frozen comparison behind a link as one HTML file."""
    frozen = context.viewer.frozen(token)
    view, specs, versions = _frozen(frozen.view)
    methods = methods_of(view, specs, frozen.numbers, versions)
    made = f"Frozen on {_date(frozen.share.created_at)}"
    return _page(view, report_page(view, specs, frozen.numbers, methods, made))


def _live(
    comparison_id: str, context: Context
) -> tuple[Comparison, dict[str, ExperimentSpec], ComparisonNumbers]:
    numbers = context.viewer.numbers(comparison_id)
    view = context.viewer.view(comparison_id)
    with context.database.read() as session:
        specs = experiments.specs(
            session, [view.experiment_id, *(one.id for one in view.experiments)]
        )
    return shares.settled(view), _validated(specs), numbers


def _frozen(
    view: Mapping[str, Any],
) -> tuple[Comparison, dict[str, ExperimentSpec], dict[str, str]]:
    comparison = Comparison.model_validate(view["comparison"])
    # Links of earlier releases hold neither versions nor the settings of added experiments.
    specs = view.get("specs", {comparison.experiment_id: view["spec"]})
    return comparison, _validated(specs), view.get("versions", {})


def _validated(specs: Mapping[str, Any]) -> dict[str, ExperimentSpec]:
    return {of: ExperimentSpec.model_validate(spec) for of, spec in specs.items()}


def _page(view: Comparison, page: str) -> Response:
    return Response(
        page,
        media_type="text/html",
        headers={
            "Content-Disposition": f'attachment; filename="{file_stem(view.title)}-comparison.html"'
        },
    )


def _methods_out(methods: Methods) -> schemas.ComparisonMethods:
    return schemas.ComparisonMethods(
        paragraphs=list(methods.paragraphs),
        references=[_reference_out(reference) for reference in methods.references],
        bibtex=methods.bibtex,
    )


def _reference_out(reference: Reference) -> schemas.ReferenceOut:
    return schemas.ReferenceOut(
        key=reference.key,
        citation=reference.citation,
        title=reference.title,
        url=reference.url,
        bibtex=reference.bibtex,
    )


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
