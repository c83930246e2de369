"""Definitions of all that is computed, and methods and pages of single comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from backend.api.access import AccessRoute, LinkDep, for_link_holders, for_owners, for_viewers
from backend.api.deps import ContentId, Context, ContextDep, RecordId, problems
from backend.api.figures import file_stem
from backend.db.models import Share
from backend.methods_catalog import SECTIONS
from backend.reference import Reference
from backend.reference_catalog import REFERENCES
from backend.report import Methods, methods_of, report_page
from backend.schemas import methods as schemas
from backend.schemas.comparisons import Comparison
from backend.schemas.experiments import ExperimentSpec
from backend.services import experiments, frozen, shares
from backend.services.errors import NotFoundError
from backend.services.snapshots import ComparisonNumbers

router = APIRouter(tags=["methods"], route_class=AccessRoute)
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
def read_shared_methods(link: LinkDep, context: ContextDep) -> schemas.ComparisonMethods:
    """Methods paragraphs of the frozen comparison behind a link."""
    copy = context.viewer.frozen(link)
    view, specs, versions = _frozen(copy.view)
    return _methods_out(methods_of(view, specs, copy.numbers, versions))


@router.get(
    "/shared/{token}/report.html",
    response_class=Response,
    responses={**problems(404), **_PAGE},
)
@for_link_holders
def download_shared_report(link: LinkDep, context: ContextDep) -> Response:
    """The frozen comparison behind a link as one HTML file."""
    return _frozen_page(link, context)


@router.get(
    "/shares/{share_id}/report.html", response_class=Response, responses={**problems(404), **_PAGE}
)
@for_owners
def download_report_of_share(share_id: RecordId, context: ContextDep) -> Response:
    """What a link shows as one HTML file, for owners, who may no longer have its token."""
    with context.database.read() as session:
        link = shares.get(session, share_id)
    if link.revoked_at is not None:
        raise NotFoundError("This link was revoked, and its frozen copy deleted.")
    return _frozen_page(link, context)


def _frozen_page(link: Share, context: Context) -> Response:
    copy = context.viewer.frozen(link)
    view, specs, versions = _frozen(copy.view)
    methods = methods_of(view, specs, copy.numbers, versions)
    made = f"Frozen on {_date(link.created_at)}"
    return _page(view, report_page(view, specs, copy.numbers, methods, made))


def _live(
    comparison_id: str, context: Context
) -> tuple[Comparison, dict[str, ExperimentSpec], ComparisonNumbers]:
    numbers = context.viewer.numbers(comparison_id)
    view = context.viewer.view(comparison_id)
    with context.database.read() as session:
        specs = experiments.specs(
            session, [view.experiment_id, *(one.id for one in view.experiments)]
        )
    return frozen.settled(view), _validated(specs), numbers


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
