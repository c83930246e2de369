"""A service that asks for tokens, with an experiment, a run and a link in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fastapi import FastAPI
from fastapi.testclient import TestClient

from feedback_atlas.server.access import tokens
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.comparisons.schemas import ComparedRun, Comparison, ComparisonRequest
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.main import create_app
from feedback_atlas.server.results.types import ProbePictures
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.snapshot import store_snapshot
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from tests.backend.comparisons.test_findings import numbers
from tests.backend.figures.examples import gallery
from tests.conftest import LOOPBACK

COMPARISON_ID = "c" * 64
PASSPHRASE = "several easy words"
SHEET = b"a sheet of pictures"
# An experiment to launch.
SPEC = {"name": "Mine", "rules": [{"rule": "bp"}], "epochs": 1, "probe_size": 20}


@dataclass(frozen=True)
class Secured:
    """The service, and what lets one in."""

    app: FastAPI
    client: TestClient
    owner: str
    viewer: str
    link: str
    locked_link: str
    experiment_id: str
    run_id: str
    token_id: str
    share_id: str

    @property
    def database(self) -> Database:
        """Its database."""
        return part_of(self.app, Database)

    @property
    def store(self) -> ArtifactStore:
        """Its artifacts."""
        return part_of(self.app, ArtifactStore)

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return part_of(self.app, Settings)

    def as_(self, token: str) -> dict[str, str]:
        """Return the headers of a script that has a token."""
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def secured(settings: Settings) -> Iterator[Secured]:
    """Run a service that asks for tokens."""
    app = create_app(settings.model_copy(update={"require_token": True}))
    with TestClient(app, LOOPBACK, raise_server_exceptions=False) as client:
        database, store = part_of(app, Database), part_of(app, ArtifactStore)
        spec = ExperimentSpec(
            name="Behind a door",
            dataset="digits",
            architecture="lenet5",
            rules=[RuleSpec(rule="bp"), RuleSpec(rule="usf_sn")],
        )
        found = numbers({("bp", 0): 0.7, ("usf_sn", 0): 0.6}, {("usf_sn", 0): [0.9, 0.8]})
        compared = replace(
            found,
            results={**found.results, "rdm": gallery()},
            pictures=ProbePictures((SHEET,), 8, 4, 16),
        )
        with database.write() as session:
            _, owner = tokens.create(session, "Ada", "owner", tokens.read_lifetime("1d"))
            row, viewer = tokens.create(session, "Bob", "viewer", tokens.read_lifetime("1d"))
            experiment = experiments.create(session, spec)
            view = _view(experiment.id)
            copy = {
                "comparison": view.model_dump(mode="json"),
                "spec": spec.model_dump(),
                "specs": {experiment.id: spec.model_dump()},
                "versions": {},
            }
            share_id, snapshot = store_snapshot(store, compared, copy)
            _, link = shares.create(
                session,
                share_id=share_id,
                snapshot=snapshot,
                experiment_id=experiment.id,
                comparison_id=COMPARISON_ID,
                title=view.title,
                terms=shares.Terms(label="For a colleague"),
            )
            other_id, snapshot = store_snapshot(store, compared, copy)
            _, locked_link = shares.create(
                session,
                share_id=other_id,
                snapshot=snapshot,
                experiment_id=experiment.id,
                comparison_id=COMPARISON_ID,
                title=view.title,
                terms=shares.Terms(passphrase=PASSPHRASE),
            )
        yield Secured(
            app=app,
            client=client,
            owner=owner,
            viewer=viewer,
            link=link,
            locked_link=locked_link,
            experiment_id=experiment.id,
            run_id=experiment.runs[0].id,
            token_id=row.id,
            share_id=share_id,
        )


def _view(experiment_id: str) -> Comparison:
    return Comparison(
        id=COMPARISON_ID,
        experiment_id=experiment_id,
        title="Behind a door",
        subtitle="",
        request=ComparisonRequest(),
        state="completed",
        error=None,
        runs=[
            ComparedRun(
                id=f"{place:016}",
                rule=rule.id,
                rule_name=rule.name,
                colour_light=rule.colour_light,
                colour_dark=rule.colour_dark,
                seed=0,
                best_epoch=1,
                best_val_accuracy=0.6,
                test_accuracy=0.6,
            )
            for place, rule in enumerate((RULES["bp"], RULES["usf_sn"]))
        ],
        reference="bp",
        seeds=[0],
        layers=["conv1", "fc1"],
        n_images=None,
        findings=[],
        caveats=[],
        figures=["accuracy", "layer-similarity", "rdms"],
    )
