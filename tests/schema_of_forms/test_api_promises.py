"""G17: the form route keeps every promise of its document, whatever the document allows or forbids.

schemathesis draws requests from the document of the project's own model, good and bad, sends them
through the gateway's envelope to the real handler and judges each answer by all of its checks. Two
are told what this gateway does: a method it has no route for is 404 there, and a body that is too
long is refused with 413.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom
from typing import Any

import jsonschema
import pytest
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.test import Client

from functions.runtime import wiring
from modelling.compile import compile_model_file
from tests.fakes import MemoryStore
from tests.handlers.lambda_stage import Stage, lambda_stage, request
from tests.handlers.told_lines import Ear, our_words
from tests.schema_of_forms.forms_gateway import FormsGateway
from tests.schema_of_forms.forms_openapi import CODES, openapi_of_forms
from tests.soak import SOAKING, times

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = times(push=5, soak=1_000)  # of each operation, beside what its schema's edges give
CASES_MIN = times(push=500, soak=4_000)
ASKED_OF_ALL = {
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "negative_data_rejection"),
    *("positive_data_acceptance", "missing_required_header", "allow_header_conformance"),
    *("use_after_free", "ensure_resource_availability", "ignored_auth"),
}
CHECKING: dict[str, Any] = {
    "unsupported_method": {"enabled": False},  # 404 in the gateway's own shape, asserted below
    "negative_data_rejection": {"expected-statuses": [400, 403, 404, 413, 415, 422]},
}


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return compile_model_file(ROOT / "scoring-model.yaml")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, model: dict[str, Any]) -> Iterator[Stage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        lambda_stage(patch, tmp_path_factory.mktemp("asset"), model=model) as stage,
    ):
        stage.restart()
        yield stage


@pytest.fixture
def gateway(
    built: Stage, model: dict[str, Any], ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> FormsGateway:
    """The real handler; in a push on the store that passes the table's suite, ten times as fast."""
    memory = MemoryStore()
    if not SOAKING:
        monkeypatch.setattr(wiring, "store", lambda **_: memory)
        built.restart()

    def handle(event: dict[str, Any]) -> dict[str, Any]:
        """Answer as if nobody had sent anything: an id drawn twice would be one that is taken."""
        built.forget()
        memory.leads.clear()
        memory.facts.clear()
        return built.answer(event)

    return FormsGateway(handle, openapi_of_forms(model))


def test_g17_the_form_route_keeps_every_promise_of_its_document(gateway: FormsGateway) -> None:
    seed = SystemRandom().getrandbits(32) if SOAKING else 1
    drawing = {"deterministic": not SOAKING, "max-examples": EXAMPLES, "database": "none"}
    config = SchemathesisConfig.from_dict({"seed": seed, "generation": drawing, "checks": CHECKING})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", gateway, config=config)
    found: list[str] = []
    asked: Counter[str] = Counter()
    operations: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(f"seed {seed}: {event}")
        if isinstance(event, events.ScenarioFinished):
            operations[event.recorder.label] += len(event.recorder.cases)
            for name, failure in _checked(event):
                asked[name] += 1
                found += [f"seed {seed}: {name}: {failure}"] if failure else []
    assert found == []
    assert set(asked) >= ASKED_OF_ALL
    assert sum(operations.values()) >= CASES_MIN
    assert {"POST /forms/demo", "POST /forms/contact", "POST /forms/newsletter"} <= set(operations)
    assert {201, 400, 415, 422} <= set(gateway.answered)


def _checked(event: events.ScenarioFinished) -> Iterator[tuple[str, object]]:
    for case, checks in event.recorder.checks.items():
        for check in checks:
            failure = check.failure_info
            body = event.recorder.cases[case].value.body if failure else ""
            yield check.name, failure and f"{failure.failure.message} {body!r}"


def test_g17_every_check_is_asked_but_the_one_this_gateway_answers_in_its_own_way() -> None:
    named = set(CHECKS.get_all_names())
    config = SchemathesisConfig.from_dict({"checks": CHECKING}).projects.default.checks
    off = {name for name in named if not config.get_by_name(name=name).enabled}
    assert off == {"unsupported_method", "max_response_time"} & named


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/forms/demo"), ("PUT", "/forms/demo"), ("POST", "/forms"), ("POST", "/")],
)
def test_g17_what_is_no_route_never_reaches_the_handler(
    gateway: FormsGateway, method: str, path: str
) -> None:
    answer = _sent(gateway, method, path, b"{}")
    assert (answer.status_code, answer.get_json()) == (404, {"message": "Not Found"})
    assert gateway.answered == []


def test_g17_the_tester_would_hear_of_an_answer_that_breaks_its_promise(
    gateway: FormsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = openapi_of_forms(compile_model_file(ROOT / "scoring-model.yaml"))
    problem = document["paths"]["/forms/demo"]["post"]["responses"]["422"]["content"]
    shape = problem["application/problem+json"]["schema"]
    answer = _sent(gateway, "POST", "/forms/demo", b'{"email": "nobody"}')
    jsonschema.validate(answer.get_json(), shape)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer.get_json() | {"value": "nobody"}, shape)


def test_the_document_names_codes_of_ours_under_the_status_they_come_with(
    built: Stage, ear: Ear
) -> None:
    assert {code for codes in CODES.values() for code in codes} <= our_words()
    for body, status in (("{", 400), ("[]", 400), ('{"email": "x"}', 422), ("x" * 17_000, 413)):
        answer = built.answer(request(body))
        assert answer["statusCode"] == status
        assert any(f'"code":"{code}"' in answer["body"] for code in CODES[status])


def _sent(gateway: FormsGateway, method: str, path: str, body: bytes) -> Any:
    headers = {"content-type": "application/json"}
    return Client(gateway).open(path, method=method, data=body, headers=headers)
