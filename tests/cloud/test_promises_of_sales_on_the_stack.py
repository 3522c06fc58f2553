"""G17: over HTTP, through the gateway and with a token, the deployed sales API keeps every promise
of its own document too.

No deviation of the local gateway had to be left out: what is drawn stays among the routes, and with
a token that has every scope. What the gateway answers itself (401, 403 of a scope, 404) is looked
at in `test_who_may_ask_what_on_the_stack.py`.
"""

import json
from typing import Any

import pytest
import schemathesis

from infra.local.local_stack import LocalStack
from infra.local.sign_ins import ADMINISTRATOR, MANAGER, Person, make_people, token_by_code_flow
from infra.local.visitors import ask_sales, post_form
from tests.cloud.stack_driving import lead_ids
from tests.sales.schema_trial import Trial, configured, operations_of, tried
from tests.soak import times

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

EXAMPLES = times(push=1, soak=200)  # of each operation, beside its schema's edges
CASES_MIN = times(push=500, soak=2_000)
ON_ITS_ROUTES: Any = {"coverage": {"unexpected-methods": []}}  # what is no route, another test asks
FOR_ADMINS = {"GET /leads/{lead}/export", "DELETE /leads/{lead}"}


@pytest.fixture(scope="module")
def sales(stack: LocalStack) -> LocalStack:
    """The shared stack, with a person of each role."""
    make_people(stack)
    return stack


def trial_of(stack: LocalStack, person: Person, document: Any) -> Trial:
    """Try a document in a person's name, of a lead that is there."""
    address = f"{person.group}@promises.example.com"
    answers = {"email": address, "company": "Example Ltd"}
    assert post_form(stack, "demo", answers)[0] == 201
    config = configured(
        headers={"Authorization": f"Bearer {token_by_code_flow(stack, person)}"},
        lead=lead_ids(stack)(address),
        examples=EXAMPLES,
        **{"base-url": stack.sales_api, "phases": ON_ITS_ROUTES},
    )
    return tried(schemathesis.openapi.from_dict(document, config=config))


def document_of(stack: LocalStack) -> Any:
    token = token_by_code_flow(stack, MANAGER)
    return json.loads(ask_sales(stack, "GET", "/openapi.json", token=token).body)


def test_g17_the_deployed_sales_api_keeps_every_promise_of_its_document(sales: LocalStack) -> None:
    document = document_of(sales)
    trial = trial_of(sales, MANAGER, document)
    assert trial.found == [], trial.found[:3]
    assert sum(trial.operations.values()) >= CASES_MIN
    assert operations_of(document) <= set(trial.operations)
    assert {200, 201, 400, 403, 415, 422} <= set(trial.statuses)


def test_g17_it_keeps_them_to_admins_who_export_and_erase(sales: LocalStack) -> None:
    document = document_of(sales)
    document["paths"] = {
        path: {
            method: told
            for method, told in operations.items()
            if f"{method.upper()} {path}" in FOR_ADMINS
        }
        for path, operations in document["paths"].items()
    }
    trial = trial_of(sales, ADMINISTRATOR, document)
    assert trial.found == [], trial.found[:3]
    assert set(trial.operations) >= FOR_ADMINS
    assert {200, 202} <= set(trial.statuses), "and 404 as soon as it is forgotten"
