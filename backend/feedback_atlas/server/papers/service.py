"""The Paper view of an experiment: its panels, what is still computed for it, its figures."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.view import ComputedView
from feedback_atlas.server.artifacts import ArtifactStore, kinds
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.schemas import Work
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.core.errors import InvalidSpecError, NotFoundError, UnavailableError
from feedback_atlas.server.db.models import Artifact, Comparison, Experiment, Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.papers import comparisons
from feedback_atlas.server.papers.numbers import numbers_of
from feedback_atlas.server.papers.panels import Panel, PaperNumbers, panels_of
from feedback_atlas.server.papers.setting import Setting, setting_of
from feedback_atlas.server.results.codec import read_arrays
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.measurements import SeriesCache
from feedback_atlas.server.specs.schemas import ExperimentSpec

_PANELS_KEPT = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """The view as far as it is known.

    ``state`` is one of `schemas.paper.PaperView`; ``missing`` says by panel why it is not there,
    with whether it still comes.
    """

    experiment_id: str
    state: str
    completed: int
    runs: int
    setting: Setting | None
    class_names: tuple[str, ...]
    exemplar_class: int | None
    panels: tuple[Panel, ...]
    missing: dict[str, tuple[str, bool]]
    analyses: tuple[str, ...]
    work: tuple[Work, ...]
    stamp: str


class PaperViewer:
    """Reader of Paper views, with what it has lately read or drawn in memory."""

    def __init__(self, database: Database, store: ArtifactStore, most_waiting: int) -> None:
        """Read rows from ``database`` and results from ``store``.

        Nothing is asked for where more than ``most_waiting`` analyses would wait.
        """
        self._most_waiting = most_waiting
        self._database = database
        self._store = store
        self._series = SeriesCache()
        self._view: ComputedView[tuple[Panel, ...]] = ComputedView(
            database, store, most=_PANELS_KEPT
        )
        self._class_names: ByteCache[tuple[str, ...]] = ByteCache(1000)

    def ask(self, experiment_id: str, exemplar_class: int | None) -> None:
        """Ask for what the view needs.

        Nothing is asked while a run is still waited for, with which it would be asked again, nor
        where none has completed. Raises NotFoundError, InvalidSpecError for a class that there is
        not.
        """
        with self._database.write() as session:
            experiment = experiments.get(session, experiment_id)
            if selection.completed_runs(experiment) and not _active(experiment):
                names = self._names(session, experiment)
                default = comparisons.default_class(names)
                label = _checked(exemplar_class, default, names)
                comparisons.ask(session, experiment, default, label)
                analyses.check_room(session, self._most_waiting)

    def read(self, experiment_id: str, exemplar_class: int | None) -> Reading:
        """Return the view as it is now.

        Raises NotFoundError, InvalidSpecError as `ask`, and UnavailableError where a stored result
        is not intact: it is computed again.
        """
        with self._database.read() as session:
            experiment = experiments.get(session, experiment_id)
            completed = selection.completed_runs(experiment)
            names = self._names(session, experiment)
            default = comparisons.default_class(names)
            label = _checked(exemplar_class, default, names)
            setting = _setting(experiment, completed, names) if completed else None
            made = None
            if completed and not _active(experiment):
                made = comparisons.found(session, experiment, default, label)
            panels: tuple[Panel, ...] = ()
            missing: dict[str, tuple[str, bool]] = {}
            work: tuple[Work, ...] = ()
            shown: tuple[str, ...] = ()
            stamp: Hashable = None
            if made is not None and setting is not None:
                computed = comparisons.analyses_of(session, made)
                shown = tuple(sorted(computed))
                stamp, panels = self._view.read(
                    (experiment_id, label),
                    computed,
                    lambda: tuple(panels_of(self._numbers(session, completed, made, setting))),
                    of=tuple(one.id for one in made.values()),
                )
                missing = comparisons.missing(made, computed, {panel.name for panel in panels})
                work = comparisons.work(session, made)
        coming = any(comes for _, comes in missing.values())
        state = (
            "training" if _active(experiment)
            else "empty" if not completed
            else "unasked" if made is None
            else "computing" if coming
            else "incomplete" if missing
            else "completed"
        )  # fmt: skip
        return Reading(
            experiment_id=experiment_id,
            state=state,
            completed=len(completed),
            runs=len(experiment.runs),
            setting=setting,
            class_names=names,
            exemplar_class=label if names else None,
            panels=panels,
            missing=missing,
            analyses=shown,
            work=work,
            stamp=analyses.content_hash({"stamp": repr(stamp)})[:16],
        )

    def _numbers(
        self,
        session: Session,
        completed: Sequence[Run],
        made: Mapping[str, Comparison],
        setting: Setting,
    ) -> PaperNumbers:
        return numbers_of(session, completed, made, setting, store=self._store, series=self._series)

    def drawn(
        self,
        experiment_id: str,
        exemplar_class: int | None,
        name: str,
        look: tuple[Theme, Width],
        encode: Callable[[Figure], bytes],
    ) -> bytes:
        """Return a figure in a theme and width as ``encode`` encodes it, drawn once.

        Raises NotFoundError for a figure that there is not, UnavailableError while it is computed.
        """
        reading = self.read(experiment_id, exemplar_class)
        key = (experiment_id, reading.exemplar_class, name, look)
        return self._view.drawn(key, reading.stamp, lambda: encode(_figure(reading, name, *look)))

    def figure(self, experiment_id: str, exemplar_class: int | None, name: str) -> Figure:
        """Return a figure with all of its numbers. Raises as `drawn`."""
        return _figure(self.read(experiment_id, exemplar_class), name, "light", "wide")

    def table(self, experiment_id: str, exemplar_class: int | None, name: str) -> Panel:
        """Return the panel with this name, which has a table. Raises as `drawn`."""
        reading = self.read(experiment_id, exemplar_class)
        for panel in reading.panels:
            if panel.name == name and panel.table is not None:
                return panel
        raise _absent(reading, name)

    def _names(self, session: Session, experiment: Experiment) -> tuple[str, ...]:
        """Return the classes that the probe's file names; none before a run completed."""
        first = next(iter(selection.completed_runs(experiment)), None)
        if first is None:
            return ()
        file = session.scalar(
            select(Artifact).where(Artifact.run_id == first.id, Artifact.kind == kinds.PROBE)
        )
        if file is None:
            return ()
        return self._class_names.get(
            experiment.id,
            file.sha256,
            lambda: tuple(read_arrays(self._store.get(file.key, file.sha256))[1]["class_names"]),
            lambda _: 1,
        )


def _active(experiment: Experiment) -> bool:
    return any(run.state in runs.ACTIVE for run in experiment.networks)


def _checked(wanted: int | None, default: int, names: tuple[str, ...]) -> int:
    """Return the class that is asked for. Raises InvalidSpecError."""
    if wanted is None or not names:
        return default
    if wanted >= len(names):
        raise InvalidSpecError.at(
            "exemplar_class", f"There is no class {wanted}: choose one from 0 to {len(names) - 1}."
        )
    return wanted


def _setting(experiment: Experiment, completed: list[Run], names: tuple[str, ...]) -> Setting:
    return setting_of(
        ExperimentSpec.model_validate(experiment.spec),
        {run.rule: run.parameters for run in completed},
        seeds=sorted({run.seed for run in completed}),
        class_names=names,
    )


def _figure(reading: Reading, name: str, theme: Theme, width: Width) -> Figure:
    for panel in reading.panels:
        if name in panel.figures:
            return panel.figures[name](theme, width)
    raise _absent(reading, name)


def _absent(reading: Reading, name: str) -> Exception:
    for panel, (why, comes) in reading.missing.items():
        if name.startswith(panel):
            return UnavailableError(why) if comes else NotFoundError(why)
    if reading.state in ("training", "unasked"):
        return NotFoundError(
            "The paper view of this experiment has not been requested yet: open its page first."
        )
    return NotFoundError("This paper view has no such figure.")
