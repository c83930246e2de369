"""Answers as the service shows them: their state, numbers and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.view import ComputedView
from feedback_atlas.server.answers import analysis
from feedback_atlas.server.answers.figures import draw
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.core.errors import UnavailableError
from feedback_atlas.server.db.models import Experiment
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.results.codec import restore

_ANSWERS_KEPT = 20


@dataclass(frozen=True, slots=True)
class AnswersReading:
    """An analysis of answers: its state, the experiments by arm, and the numbers once computed."""

    id: str
    state: str
    error: str | None
    arms: dict[str, Experiment]
    answers: Answers | None


class AnswerViewer:
    """A reader of answers that caches results and drawn figures in memory."""

    def __init__(self, database: Database, store: ArtifactStore, most_waiting: int) -> None:
        """Read rows from ``database`` and results from ``store``.

        A request is refused if more than ``most_waiting`` analyses would wait.
        """
        self._most_waiting = most_waiting
        self._database = database
        self._store = store
        self._view: ComputedView[Answers] = ComputedView(database, store, most=_ANSWERS_KEPT)

    def ask(self, experiment_id: str, other: str | None) -> str:
        """Request the answers of an experiment and its other arm; return the analysis's id.

        Raises as `analysis.request`, and as `analyses.check_room`.
        """
        with self._database.write() as session:
            experiment = experiments.get(session, experiment_id)
            analysis_id = analysis.request(session, experiment, other).id
            analyses.check_room(session, self._most_waiting)
            return analysis_id

    def read(self, analysis_id: str) -> AnswersReading:
        """Return answers as far as they are computed.

        Raises NotFoundError, and UnavailableError where the stored result is not intact: it is
        computed again.
        """
        with self._database.read() as session:
            row = analysis.find(session, analysis_id)
            arms = {arm: experiments.get(session, of) for arm, of in row.inputs["arms"].items()}
        found = None
        if row.state == "completed":
            found = self._view.read(
                analysis_id,
                {analysis_id: row},
                lambda: restore(Answers, analyses.stored_result(row, self._store)),
            )[1]
        return AnswersReading(analysis_id, row.state, row.error, arms, found)

    def computed(self, analysis_id: str) -> tuple[AnswersReading, Answers]:
        """Return answers with numbers. Raises as `read`, and UnavailableError without numbers."""
        reading = self.read(analysis_id)
        if reading.answers is not None:
            return reading, reading.answers
        if reading.state in ("failed", "cancelled"):
            raise UnavailableError(
                f"The answers could not be computed: {reading.error or 'they were cancelled.'}"
            )
        raise UnavailableError("The answers are being computed; try again in a moment.")

    def figure(self, analysis_id: str, name: str, theme: Theme, width: Width) -> Figure:
        """Return a figure of computed answers. Raises as `computed`."""
        return draw(name, self.computed(analysis_id)[1], theme, width)

    def drawn(
        self,
        analysis_id: str,
        name: str,
        look: tuple[Theme, Width],
        encode: Callable[[Figure], bytes],
    ) -> bytes:
        """Return a figure as ``encode`` writes it, drawn once. Raises as `computed`."""
        answers = self.computed(analysis_id)[1]
        return self._view.drawn(
            (analysis_id, name, look), analysis_id, lambda: encode(draw(name, answers, *look))
        )
