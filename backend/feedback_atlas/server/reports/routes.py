"""Definitions of all that is computed, and methods and pages of single comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from feedback_atlas.server.access.guards import for_owners, for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import ContentId, DatabaseDep, RecordId, problems
from feedback_atlas.server.api.responses import file_response, file_stem, of_type
from feedback_atlas.server.catalog.literature import REFERENCES
from feedback_atlas.server.comparisons.deps import ComparisonViewerDep
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.reports import (
    Methods,
    comparison_report,
    html_report,
    methods_of,
    schemas,
)
from feedback_atlas.server.reports.document import Report
from feedback_atlas.server.reports.methods.sections import SECTIONS
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.deps import LinkViewerDep
from feedback_atlas.server.sharing.link_access import LinkDep, for_link_holders
from feedback_atlas.server.sharing.snapshot import settled
from feedback_atlas.server.sharing.viewer import LinkViewer
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.server.system.deps import VersionsDep

router = APIRouter(tags=["methods"], route_class=AccessRoute)
_PAGE = of_type("text/html")


@router.get("/methods", responses=problems())
@for_viewers
def read_methods() -> schemas.MethodsCatalog:
    """Return every learning rule, measure and statistic: definition, formula, caveat, source."""
    return schemas.MethodsCatalog.model_validate(
        {"sections": SECTIONS, "references": list(REFERENCES.values())}, from_attributes=True
    )


def _live(
    comparison_id: ContentId, viewer: ComparisonViewerDep, database: DatabaseDep
) -> tuple[Comparison, dict[str, ExperimentSpec], ComparisonNumbers]:
    numbers = viewer.numbers(comparison_id)
    view = viewer.view(comparison_id)
    with database.read() as session:
        specs = experiments.specs(
            session, [view.experiment_id, *(one.id for one in view.experiments)]
        )
    return settled(view), _validated(specs), numbers


LiveDep = Annotated[tuple[Comparison, dict[str, ExperimentSpec], ComparisonNumbers], Depends(_live)]


@router.get(
    "/comparisons/{comparison_id}/methods",
    response_model=schemas.ComparisonMethods,
    responses=problems(404),
)
@for_viewers
def read_comparison_methods(live: LiveDep, versions: VersionsDep) -> Methods:
    """Return a comparison's methods paragraphs with BibTeX; 503 until it is computed."""
    view, specs, numbers = live
    return methods_of(view, specs, numbers, versions.of_numbers)


@router.get(
    "/comparisons/{comparison_id}/report.html",
    response_class=Response,
    responses=_PAGE | problems(404),
)
@for_viewers
def download_report(live: LiveDep, versions: VersionsDep) -> Response:
    """Return the whole comparison as one HTML file that opens without this service."""
    view, specs, numbers = live
    methods = methods_of(view, specs, numbers, versions.of_numbers)
    made = f"Saved on {_date(datetime.now(UTC))}"
    return _page(comparison_report(view, specs, numbers, methods, made))


@router.get(
    "/shared/{token}/methods", response_model=schemas.ComparisonMethods, responses=problems(404)
)
@for_link_holders
def read_shared_methods(link: LinkDep, links: LinkViewerDep) -> Methods:
    """Return methods paragraphs of the frozen comparison behind a link."""
    copy = links.frozen(link)
    view, specs, versions = _frozen(copy.view)
    return methods_of(view, specs, copy.numbers, versions)


@router.get(
    "/shared/{token}/report.html",
    response_class=Response,
    responses=_PAGE | problems(404),
)
@for_link_holders
def download_shared_report(link: LinkDep, links: LinkViewerDep) -> Response:
    """Return the frozen comparison behind a link as one HTML file."""
    return _frozen_page(link, links)


@router.get(
    "/shares/{share_id}/report.html", response_class=Response, responses=_PAGE | problems(404)
)
@for_owners
def download_report_of_share(
    share_id: RecordId, links: LinkViewerDep, database: DatabaseDep
) -> Response:
    """Return a link's content as one HTML file, for owners, who may have lost its token."""
    with database.read() as session:
        link = shares.get(session, share_id)
    if link.revoked_at is not None:
        raise NotFoundError("This link was revoked, and its frozen copy deleted.")
    return _frozen_page(link, links)


def _frozen_page(link: Share, links: LinkViewer) -> Response:
    copy = links.frozen(link)
    view, specs, versions = _frozen(copy.view)
    methods = methods_of(view, specs, copy.numbers, versions)
    made = f"Frozen on {_date(link.created_at)}"
    return _page(comparison_report(view, specs, copy.numbers, methods, made))


def _frozen(
    view: Mapping[str, Any],
) -> tuple[Comparison, dict[str, ExperimentSpec], dict[str, str]]:
    comparison = Comparison.model_validate(view["comparison"])
    return comparison, _validated(view["specs"]), view["versions"]


def _validated(specs: Mapping[str, Any]) -> dict[str, ExperimentSpec]:
    return {of: ExperimentSpec.model_validate(spec) for of, spec in specs.items()}


def _page(report: Report) -> Response:
    name = f"{file_stem(report.title)}-comparison.html"
    return file_response(html_report(report), "text/html", name)


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
