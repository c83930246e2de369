"""Comparisons as the API shows them: state, runs, findings and available figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses.kinds import KINDS, RDM
from feedback_atlas.server.analyses.view import ComputedView
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.artifacts.kinds import PROBE
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.comparisons import panels, probe_images
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.findings import caveats, findings
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.progress import work_of
from feedback_atlas.server.comparisons.schemas import (
    ComparedRun,
    Comparison,
    ComparisonRequest,
    Work,
)
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.db.models import Analysis, Experiment
from feedback_atlas.server.db.models import Comparison as ComparisonRow
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.results.types import ProbePictures

_NUMBERS_BYTES = 256_000_000
_PICTURES_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class ComparisonRows:
    """A comparison, its experiment, its analyses by id, and its unfinished work."""

    comparison: ComparisonRow
    experiment: Experiment
    analyses: Mapping[str, Analysis]
    work: list[Work]

    @property
    def waits(self) -> bool:
        """True if an analysis has to be computed."""
        return any(one.state == "queued" for one in self.analyses.values())


class ComparisonViewer:
    """A reader of comparisons that caches results and drawn figures in memory."""

    def __init__(self, database: Database, store: ArtifactStore) -> None:
        """Read rows from ``database`` and results from ``store``."""
        self._database = database
        self._store = store
        self._view: ComputedView[ComparisonNumbers] = ComputedView(
            database, store, most=_NUMBERS_BYTES, size=lambda numbers: numbers.nbytes
        )
        self._pictures: ByteCache[ProbePictures] = ByteCache(_PICTURES_BYTES)

    def numbers(self, comparison_id: str) -> ComparisonNumbers:
        """Return the numbers of a computed comparison.

        Raises UnavailableError for a damaged or missing result, which is queued again.
        """
        return self._stamped_numbers(comparison_id)[1]

    def drawn(
        self,
        comparison_id: str,
        what: tuple[Hashable, ...],
        draw: Callable[[ComparisonNumbers], bytes],
    ) -> bytes:
        """Return what ``draw`` makes of a comparison's numbers, drawn once for each ``what``."""
        stamp, numbers = self._stamped_numbers(comparison_id)
        return self._view.drawn((comparison_id, *what), stamp, lambda: draw(numbers))

    def pictures(self, comparison_id: str) -> ProbePictures:
        """Return thumbnails of a comparison's probe.

        Raises NotFoundError, and DamagedArtifactError where the probe's file is not intact.
        """
        with self._database.read() as session:
            inputs = comparisons.rdm_inputs(session, comparisons.get(session, comparison_id))
        file = inputs["runs"][0][PROBE]
        return self._pictures.get(
            (file["key"], inputs["network"]["image_size"]),
            (file["sha256"], self._store.stamp(file["key"])),
            lambda: probe_images.read(inputs, self._store),
            lambda pictures: sum(map(len, pictures.sheets)),
        )

    def view(self, comparison_id: str) -> Comparison:
        """Return the comparison for the API. Raises NotFoundError."""
        with self._database.read() as session:
            row = comparisons.get(session, comparison_id)
            rows = read_rows(session, row, experiments.get(session, row.experiment_id))
        return self.view_of(rows)

    def view_of(self, rows: ComparisonRows) -> Comparison:
        """Return the comparison for the API, as it was when its rows were read."""
        row, experiment, content = rows.comparison, rows.experiment, rows.comparison.content
        progress = comparisons.progress(row, rows.analyses)
        computed = comparisons.states(row, rows.analyses)
        wanted = ComparisonRequest.model_validate(row.request)
        title, subtitle = comparisons.title_and_subtitle(experiment, wanted, content)
        numbers = self._stamped(row, rows.analyses)[1] if progress.state == "completed" else None
        rdms = None if numbers is None else numbers.of(RDM)
        unavailable: dict[str, str] = {**_failed(computed), **content["unavailable"]}
        return Comparison(
            id=row.id,
            experiment_id=row.experiment_id,
            title=title,
            subtitle=subtitle,
            request=wanted,
            state=progress.state,  # type: ignore[arg-type]  # analyses hold only these
            error=progress.error,
            runs=[_compared(run) for run in content["runs"]],
            experiments=content["experiments"],
            reference=content["reference"],
            seeds=sorted({run["seed"] for run in content["runs"]}),
            layers=comparisons.layers_of(experiment),
            n_images=None if rdms is None else len(rdms.labels),
            class_names=[] if rdms is None else list(rdms.class_names),
            findings=[] if numbers is None else findings(numbers, content["reference"]),
            caveats=[]
            if numbers is None
            else caveats(
                numbers,
                unpaired=len(content["unpaired"]),
                dataset=experiment.spec["dataset"],
                excluded=Counter(run.state for run in experiment.runs if run.state != "completed"),
                initialisations={run.get("initialisation", "shared") for run in content["runs"]},
            ),
            panels=panels.described(),
            figures=[name for name in panels.figures() if name not in unavailable],
            pending=list(
                dict.fromkeys(
                    figure.name
                    for kind, analysis in computed.items()
                    if not KINDS[kind].core
                    and analysis is not None
                    and analysis.state in ("queued", "running")
                    for figure in panels.figures_showing(kind)
                )
            ),
            analyses=comparisons.analysis_ids(row),
            work=rows.work,
            unavailable=unavailable,
        )

    def _stamped_numbers(self, comparison_id: str) -> tuple[Hashable, ComparisonNumbers]:
        with self._database.read() as session:
            row = comparisons.get(session, comparison_id)
            found = comparisons.analyses_of(session, row)
        return self._stamped(row, found)

    def _stamped(
        self, row: ComparisonRow, found: Mapping[str, Analysis]
    ) -> tuple[Hashable, ComparisonNumbers]:
        return self._view.read(row.id, found, lambda: self._read(row))

    def _read(self, row: ComparisonRow) -> ComparisonNumbers:
        with self._database.read() as session:
            return comparisons.numbers(session, row, self._store)


def read_rows(session: Session, row: ComparisonRow, experiment: Experiment) -> ComparisonRows:
    """Read the rows that a comparison's view is made of."""
    found = comparisons.analyses_of(session, row)
    return ComparisonRows(row, experiment, found, work_of(session, row, found))


def _failed(computed: Mapping[str, Analysis | None]) -> dict[str, str]:
    """Say why figures cannot be shown whose analysis failed or was lost."""
    return {
        figure.name: "This panel’s result was lost; compute it again."
        if analysis is None
        else "It was cancelled before it was computed."
        if analysis.state == "cancelled"
        else f"It could not be computed: {analysis.error}"
        for kind, analysis in computed.items()
        if not KINDS[kind].core and (analysis is None or analysis.state in ("failed", "cancelled"))
        for figure in panels.figures_needing(kind)
    }


def _compared(run: dict[str, object]) -> ComparedRun:
    rule = RULES[str(run["rule"])]
    return ComparedRun.model_validate(
        {
            **run,
            "rule_name": rule.name,
            "colour_light": rule.colour_light,
            "colour_dark": rule.colour_dark,
        }
    )
