"""G17: the sales API keeps every promise of its own document, whatever that allows or forbids."""

import schemathesis

from tests.builders import ANNA, form_submitted, page_viewed
from tests.sales.sales_gateway import SalesGateway
from tests.sales.sales_stage import SalesStage
from tests.sales.schema_trial import configured, operations_of, tried
from tests.soak import times

EXAMPLES = times(push=15, soak=500)  # of each of twelve operations, beside its schema's edges
CASES_MIN = times(push=700, soak=4_000)


def test_g17_the_sales_api_keeps_every_promise_of_its_document() -> None:
    """A cursor, an address or a lead that is drawn is none, so a 400, 404 or 422 may answer what
    the document allows.
    """
    stage = SalesStage()
    stage.world.happen(form_submitted(), page_viewed())
    document = stage.get("/openapi.json").body
    gateway = SalesGateway(stage, document)
    config = configured(headers={"Authorization": "Bearer x"}, lead=ANNA, examples=EXAMPLES)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", gateway, config=config)
    trial = tried(schema)
    assert trial.found == [], trial.found[:3]
    assert sum(trial.operations.values()) >= CASES_MIN
    assert operations_of(document) <= set(trial.operations)
    assert {200, 201, 400, 415, 422} <= set(gateway.answered)
    assert not stage.counts["bug"]
