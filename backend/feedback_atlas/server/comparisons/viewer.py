"""A comparison as the API shows it: state, runs, findings, and which figures there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import KINDS, RDM
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.artifacts.kinds import PROBE
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons import probe_images as probe_pictures
from feedback_atlas.server.comparisons import progress as waiting
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.findings import caveats, findings
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import (
    ComparedRun,
    Comparison,
    ComparisonRequest,
    Work,
)
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.core.errors import UnavailableError
from feedback_atlas.server.db.models import Analysis, Experiment
from feedback_atlas.server.db.models import Comparison as ComparisonRow
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.results.types import ProbePictures

_NUMBERS_BYTES = 256_000_000
_DRAWN_BYTES = 64_000_000
_PICTURES_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A comparison, its experiment, its analyses by id, and what of them is not computed."""

    row: ComparisonRow
    experiment: Experiment
    analyses: Mapping[str, Analysis]
    work: list[Work]

    @property
    def waits(self) -> bool:
        """Whether an analysis has to be computed."""
        return any(one.state == "queued" for one in self.analyses.values())


class ComparisonViewer:
    """Reads comparisons; what it has read or drawn lately it has in memory."""

    def __init__(self, database: Database, store: ArtifactStore) -> None:
        """Read rows from ``database`` and results from ``store``."""
        self._database = database
        self._store = store
        self._numbers: ByteCache[ComparisonNumbers] = ByteCache(_NUMBERS_BYTES)
        self._drawn: ByteCache[bytes] = ByteCache(_DRAWN_BYTES)
        self._pictures: ByteCache[ProbePictures] = ByteCache(_PICTURES_BYTES)

    def numbers(self, comparison_id: str) -> ComparisonNumbers:
        """The numbers of a computed comparison.

        A damaged or missing result is queued to be computed again, and UnavailableError says so.
        """
        return self._stamped_numbers(comparison_id)[1]

    def drawn(
        self,
        comparison_id: str,
        what: tuple[Hashable, ...],
        draw: Callable[[ComparisonNumbers], bytes],
    ) -> bytes:
        """What ``draw`` makes of a comparison's numbers, drawn once for each ``what``."""
        stamp, numbers = self._stamped_numbers(comparison_id)
        return self._drawn.get((comparison_id, *what), stamp, lambda: draw(numbers), len)

    def pictures(self, comparison_id: str) -> ProbePictures:
        """Small pictures of a comparison's probe.

        Raises NotFoundError, and DamagedArtifactError where the probe's file is not intact.
        """
        with self._database.read() as session:
            inputs = comparisons.rdm_inputs(session, comparisons.get(session, comparison_id))
        file = inputs["runs"][0][PROBE]
        return self._pictures.get(
            (file["key"], inputs["network"]["image_size"]),
            self._stamp(file["key"], file["sha256"]),
            lambda: probe_pictures.read(inputs, self._store),
            lambda pictures: sum(map(len, pictures.sheets)),
        )

    def view(self, comparison_id: str) -> Comparison:
        """The comparison for the API. Raises NotFoundError."""
        with self._database.read() as session:
            row = comparisons.get(session, comparison_id)
            standing = read_standing(session, row, experiments.get(session, row.experiment_id))
        return self.shown(standing)

    def shown(self, standing: Standing) -> Comparison:
        """The comparison for the API, as it stood when its rows were read."""
        row, experiment, content = standing.row, standing.experiment, standing.row.content
        progress = comparisons.progress(row, standing.analyses)
        computed = comparisons.states(row, standing.analyses)
        wanted = ComparisonRequest.model_validate(row.request)
        title, subtitle = comparisons.title_and_subtitle(experiment, wanted, content)
        numbers = (
            self._stamped(row, standing.analyses)[1] if progress.state == "completed" else None
        )
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
            work=standing.work,
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
        stamp = tuple(
            (self._stamp(one.result_key, one.result_sha256), one.state)
            for _, one in sorted(found.items())
        )
        numbers = self._numbers.get(
            row.id, stamp, lambda: self._read(row), lambda numbers: numbers.nbytes
        )
        return stamp, numbers

    def _read(self, row: ComparisonRow) -> ComparisonNumbers:
        try:
            with self._database.read() as session:
                return comparisons.numbers(session, row, self._store)
        except DamagedArtifactError as error:
            with self._database.write() as session:
                for analysis_id in comparisons.analysis_ids(row):
                    analyses.recompute(session, analysis_id)
            raise UnavailableError(f"{error} The comparison is being computed again.") from error

    def _stamp(self, key: str | None, sha256: str | None) -> Hashable:
        """What changes when a stored file does: so a damaged file is noticed at its next use."""
        return key, sha256, None if key is None else self._store.stamp(key)


def read_standing(session: Session, row: ComparisonRow, experiment: Experiment) -> Standing:
    """All of a comparison's rows that its view is made of."""
    found = comparisons.analyses_of(session, row)
    return Standing(row, experiment, found, waiting.work_of(session, row, found))


def _failed(computed: Mapping[str, Analysis | None]) -> dict[str, str]:
    """Say why figures cannot be shown that need an analysis which failed or was lost."""
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
