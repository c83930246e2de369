"""Sources of an experiment's settings: presets, YAML files, other experiments."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from feedback_atlas.server.access.guards import for_owners, for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import DatabaseDep, RecordId, problems
from feedback_atlas.server.api.responses import file_response
from feedback_atlas.server.experiments import labels
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.schemas import TagOut
from feedback_atlas.server.specs import presets, yaml
from feedback_atlas.server.specs.presets import Preset
from feedback_atlas.server.specs.schemas import ExperimentSpec, SpecText

router = APIRouter(tags=["experiments"], route_class=AccessRoute)

YAML: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}
}


@router.get("/presets", responses=problems())
@for_viewers
def list_presets() -> list[Preset]:
    """List filled-in forms to start from; the form opens with the first."""
    return presets.presets()


@router.get("/presets/default", responses=problems())
@for_viewers
def read_default_spec() -> ExperimentSpec:
    """Return the experiment that the form is filled in with."""
    return presets.default_spec()


@router.get("/tags", responses=problems())
@for_viewers
def list_tags(database: DatabaseDep) -> list[TagOut]:
    """List every tag in use."""
    with database.read() as session:
        return [TagOut(tag=tag, experiments=count) for tag, count in labels.tags_in_use(session)]


@router.post("/experiments/parse", responses=problems(413))
@for_owners
def parse_spec(given: SpecText) -> ExperimentSpec:
    """Read an experiment from YAML; errors name the line. Ranges are checked by the estimate."""
    return yaml.read_spec(given.yaml)[0]


@router.post("/experiments/spec.yaml", responses=problems(413) | YAML, response_class=Response)
@for_owners
def write_spec(spec: ExperimentSpec) -> Response:
    """Return an experiment's settings as a YAML file, which the form and `atlas launch` read."""
    return yaml_file(spec)


@router.get(
    "/experiments/{experiment_id}/spec.yaml",
    responses=problems(404) | YAML,
    response_class=Response,
)
@for_viewers
def download_spec(experiment_id: RecordId, database: DatabaseDep) -> Response:
    """Return the settings of an experiment as a YAML file."""
    with database.read() as session:
        spec = experiments.get(session, experiment_id).spec
    return yaml_file(ExperimentSpec.model_validate(spec))


def yaml_file(spec: ExperimentSpec) -> Response:
    """Return settings as a download."""
    return file_response(yaml.write_spec(spec), "application/yaml", "experiment.yaml")
