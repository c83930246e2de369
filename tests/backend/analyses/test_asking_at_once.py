"""Two who ask for the same at the same moment both get it, and it is computed once."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec


def test_the_second_waits_for_the_first_and_finds_what_it_asked_for(database: Database) -> None:
    with database.write() as session:
        spec = ExperimentSpec(name="Asked twice", rules=[RuleSpec(rule="bp")])
        experiment = experiments.create(session, spec).id
    wanted = {"rdm": {"runs": ["a"]}, "similarity": {"pairs": []}}
    found: list[dict[str, str]] = []
    asks = threading.Event()

    def ask() -> None:
        asks.set()
        with database.write() as session:
            asked = analyses.request_all(session, experiment, wanted)
            found.append({kind: one.id for kind, one in asked.items()})

    second = threading.Thread(target=ask)
    with database.write() as session:
        first = {
            kind: one.id for kind, one in analyses.request_all(session, experiment, wanted).items()
        }
        second.start()
        asks.wait()
        # Long enough for the other to come to its insertion, where it waits for this transaction.
        second.join(0.5)
        assert second.is_alive()
    second.join(20)
    assert found == [first]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Analysis)) == len(wanted)
