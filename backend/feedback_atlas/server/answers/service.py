"""Answers as the service shows them: their state, their figures, what a report takes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.answers import analysis as answering
from feedback_atlas.server.answers.figures import draw
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.core.errors import UnavailableError
from feedback_atlas.server.db.models import Experiment
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.results.codec import restore

_DRAWN_BYTES = 32_000_000
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
    """Reads answers; what it has read or drawn lately it has in memory."""

    def __init__(self, database: Database, store: ArtifactStore, most_waiting: int) -> None:
        """Read rows from ``database`` and results from ``store``.

        Nothing is asked for where more than ``most_waiting`` analyses would wait.
        """
        self._most_waiting = most_waiting
        self._database = database
        self._store = store
        self._answers: ByteCache[Answers] = ByteCache(_ANSWERS_KEPT)
        self._drawn: ByteCache[bytes] = ByteCache(_DRAWN_BYTES)

    def ask(self, experiment_id: str, other: str | None) -> str:
        """Ask for the answers of an experiment and its other arm; the analysis's id.

        Raises as `answering.request`, and as `analyses.check_room`.
        """
        with self._database.write() as session:
            experiment = experiments.get(session, experiment_id)
            analysis_id = answering.request(session, experiment, other).id
            analyses.check_room(session, self._most_waiting)
            return analysis_id

    def read(self, analysis_id: str) -> AnswersReading:
        """Answers as far as they are computed.

        Raises NotFoundError, and UnavailableError where the stored result is not intact: it is
        computed again.
        """
        with self._database.read() as session:
            analysis = answering.find(session, analysis_id)
            arms = {
                arm: experiments.get(session, of) for arm, of in analysis.inputs["arms"].items()
            }
        key, sha256 = analysis.result_key, analysis.result_sha256
        found = None
        if analysis.state == "completed" and key is not None and sha256 is not None:
            try:
                found = self._answers.get(
                    analysis_id,
                    (key, sha256, self._store.stamp(key)),
                    lambda: restore(Answers, self._store.get(key, sha256)),
                    lambda _: 1,
                )
            except DamagedArtifactError as error:
                with self._database.write() as session:
                    analyses.recompute(session, analysis_id)
                raise UnavailableError(f"{error} It is being computed again.") from error
        return AnswersReading(analysis_id, analysis.state, analysis.error, arms, found)

    def computed(self, analysis_id: str) -> tuple[AnswersReading, Answers]:
        """As `read`; raises UnavailableError until there are numbers too, or with why not."""
        reading = self.read(analysis_id)
        if reading.answers is not None:
            return reading, reading.answers
        if reading.state in ("failed", "cancelled"):
            raise UnavailableError(
                f"The answers could not be computed: {reading.error or 'they were cancelled.'}"
            )
        raise UnavailableError("The answers are being computed; try again in a moment.")

    def figure(self, analysis_id: str, name: str, theme: Theme, width: Width) -> Figure:
        """A figure of computed answers. Raises as `computed`."""
        return draw(name, self.computed(analysis_id)[1], theme, width)

    def drawn(
        self,
        analysis_id: str,
        name: str,
        look: tuple[Theme, Width],
        encode: Callable[[Figure], bytes],
    ) -> bytes:
        """What ``encode`` makes of a figure, drawn once. Raises as `computed`."""
        answers = self.computed(analysis_id)[1]
        return self._drawn.get(
            (analysis_id, name, look),
            analysis_id,
            lambda: encode(draw(name, answers, *look)),
            len,
        )
