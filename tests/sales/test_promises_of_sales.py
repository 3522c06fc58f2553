"""G17: the sales API keeps every promise of its own document, whatever that allows or forbids."""

from collections import Counter
from random import SystemRandom
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.builders import ANNA, form_submitted, page_viewed
from tests.sales.sales_gateway import SalesGateway
from tests.sales.sales_stage import SalesStage
from tests.soak import SOAKING, times

EXAMPLES = times(push=15, soak=500)  # of each of twelve operations, beside its schema's edges
CASES_MIN = times(push=700, soak=4_000)
CHECKING: dict[str, Any] = {
    "unsupported_method": {"enabled": False},  # 404 in the gateway's own shape
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 412, 413, 415, 422]},
    "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 412, 422]},
}


def test_g17_the_sales_api_keeps_every_promise_of_its_document() -> None:
    """A cursor, an address or a lead that is drawn is none, so a 400, 404 or 422 may answer what
    the document allows.
    """
    stage = SalesStage()
    stage.world.happen(form_submitted(), page_viewed())
    document = stage.get("/openapi.json").body
    gateway = SalesGateway(stage, document)
    seed = SystemRandom().getrandbits(32) if SOAKING else 1
    drawing = {"deterministic": not SOAKING, "max-examples": EXAMPLES, "database": "none"}
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": drawing,
            "checks": CHECKING,
            "headers": {"Authorization": "Bearer x"},
            "parameters": {"path.lead": ANNA},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/openapi.json", gateway, config=config)
    found: list[str] = []
    operations: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(f"seed {seed}: {event}")
        if isinstance(event, events.ScenarioFinished):
            operations[event.recorder.label] += len(event.recorder.cases)
            for case, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info:
                        sent = event.recorder.cases[case].value
                        found.append(f"{check.name}: {check.failure_info.failure.message} {sent!r}")
    assert found == [], found[:3]
    assert sum(operations.values()) >= CASES_MIN
    paths = document["paths"].items()
    named = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    assert named <= set(operations)
    assert {200, 201, 400, 415, 422} <= set(gateway.answered)
    assert not stage.counts["bug"]
