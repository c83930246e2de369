"""Nothing that the OpenAPI document allows, or forbids, makes the service fail or tell too much.

schemathesis makes the requests: right by the document, and wrong in some way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback_atlas.server.access.guards import TokenAttempts
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing.link_access import LinkAttempts, PassphraseAttempts
from tests.backend.access.secured import COMPARISON_ID, Secured, secured
from tests.conftest import LOOPBACK, missing

# Of each operation, for each of three visitors. All of them together are more than a thousand.
FEW = {"positive": 2, "negative": 1}
ALL = {"positive": 6, "negative": 4}
TRACES = re.compile(r'Traceback|File "|site-packages|sqlalchemy|\.py\b')


@pytest.fixture
def service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secured]:
    small = {"max_runs": 4, "max_epochs": 5, "max_probe_size": 30, "max_analyses": 20}
    with secured(settings.model_copy(update=small)) as started:

        async def no_events(*_: object) -> Any:
            yield b": nothing\n\n"

        # A stream would not end, and who guesses would soon be refused for that alone.
        monkeypatch.setattr(part_of(started.app, EventHub), "follow", no_events)
        monkeypatch.setattr(part_of(started.app, TokenAttempts), "count", lambda _: None)
        monkeypatch.setattr(part_of(started.app, LinkAttempts), "count", lambda _: None)
        monkeypatch.setattr(part_of(started.app, PassphraseAttempts), "count", lambda _: None)
        yield started


@pytest.mark.parametrize("who", ["nobody", "viewer", "owner"])
@pytest.mark.parametrize(
    ("cases", "at_least"),
    [(FEW, 110), pytest.param(ALL, 340, marks=pytest.mark.slow)],
    ids=["few", "all"],
)
def test_no_request_makes_the_service_fail(
    service: Secured, who: str, cases: dict[str, int], at_least: int, tmp_path: Path
) -> None:
    try:
        import schemathesis
        from schemathesis.specs.openapi import checks as openapi_checks
    except ImportError:
        missing("schemathesis", "run `make test`, which installs it")
    schema = schemathesis.openapi.from_dict(service.app.openapi())
    checks = [
        schemathesis.checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    headers = {
        "nobody": dict[str, str](),
        "viewer": service.as_(service.viewer),
        "owner": service.as_(service.owner),
    }
    known = {
        "experiment_id": service.experiment_id,
        "run_id": service.run_id,
        "comparison_id": COMPARISON_ID,
        "token": service.link,
    }
    answered: Counter[int] = Counter()

    def check(case: Any, real: bool) -> None:
        if real and case.method != "DELETE" and case.path_parameters:
            case.path_parameters.update(
                {name: known[name] for name in case.path_parameters if name in known}
            )
        answer = sent(service, case, headers[who])
        answered[answer.status_code] += 1
        # The document calls YAML a string; schemathesis would read what is in it.
        is_file = case.path.endswith((".yaml", ".csv"))
        case.validate_response(answer, checks=checks[:-1] if is_file else checks)
        assert_tells_nothing(answer, who, tmp_path)

    for result in schema.get_all_operations():
        operation = result.ok()
        takes = {parameter.name for parameter in operation.iter_parameters()}
        for mode in schemathesis.GenerationMode:
            # Any text may be a token: what takes no more than that cannot be asked wrongly, which
            # hypothesis would find out by drawing a hundred cases.
            if mode.is_negative and takes <= {"token"} and not operation.body:
                continue
            run = hypothesis_settings(
                max_examples=cases[mode.value],
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(seed(1)(given(operation.as_strategy(generation_mode=mode), st.booleans())(check)))
            run()
    assert answered.total() > at_least, answered
    # The requests reached what they are for, and were not all refused at the door.
    if who == "nobody":
        assert set(answered) <= {200, 204, 401, 404, 422}, answered
    else:
        assert {200, 404, 422} <= set(answered), answered
        assert (403 in answered) == (who == "viewer"), answered


def sent(service: Secured, case: Any, headers: dict[str, str]) -> Response:
    """Return the service's answer to a request of schemathesis."""
    given = case.as_transport_kwargs(base_url=LOOPBACK)
    body = given.get("data")
    return service.client.request(
        given["method"],
        given["url"],
        params=given.get("params"),
        json=given.get("json"),
        content=body if isinstance(body, str | bytes) else None,
        headers={**{k: v for k, v in given["headers"].items() if v is not None}, **headers},
        cookies=None,
    )


def assert_tells_nothing(answer: Response, who: str, folder: Path) -> None:
    """Find no path of this machine and no trace, but for an owner whom it concerns."""
    text = answer.text
    if answer.status_code >= 400:
        assert not TRACES.search(text), text
    if answer.status_code >= 400 or who != "owner":
        assert str(folder) not in text
