"""The table of reliability E on the deployed stack: each kind of caller at each route, through the
gateway (G25).

What the local gateway does other than AWS's, or does not look at, is promised of the template
instead, under the names in `PROMISED`.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from infra.local.local_stack import LocalStack
from infra.local.sign_ins import (
    ADMINISTRATOR,
    MANAGER,
    REP,
    machine_token,
    make_people,
    token_by_code_flow,
    tokens_by_code_flow,
)
from infra.local.visitors import Answer, ask_sales, post_form
from tests.cloud.signed_tokens import claims_of, signed_again, signed_by_a_stranger
from tests.cloud.stack_driving import lead_ids
from tests.infra import sales_promises, template_promises

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PROMISED = {
    "an access token has an end, in an hour": (
        sales_promises.the_console_has_no_secret_and_signs_in_by_code_alone,
        sales_promises.a_machine_signs_in_by_its_secret_and_is_no_admin,
    ),
    "a password alone brings no token": (
        sales_promises.the_console_has_no_secret_and_signs_in_by_code_alone,
        sales_promises.a_machine_signs_in_by_its_secret_and_is_no_admin,
    ),
    "nobody signs up": (sales_promises.people_are_made_by_admins_alone,),
    "capitals make nobody else": (sales_promises.people_are_made_by_admins_alone,),
    "who asks too often waits": (template_promises.each_gateway_is_throttled,),
}
BODIES: Mapping[str, Any] = {
    "PATCH /leads/{id}/answers": {"answers": {"country": "PL"}},
    "PUT /leads/{id}/ticks": {"ticks": {"b2b": "yes"}},
    "PUT /leads/{id}/outcome": {"result": "won", "amount": 1200},
    "PUT /leads/{id}/owner": {"owner": None},
    "POST /leads/{id}/contacted": {"result": "reached"},
    "PUT /leads/{id}/later": {"until": None},
    "POST /leads/{id}/reject": {"reason": "a student"},
}
ENTERED = "POST /leads"
ERASED = "DELETE /leads/{id}"
DONE = {ENTERED: 201, ERASED: 202}
Tokens = Mapping[str, str]


class Sent(NamedTuple):
    """A stack with people, their tokens and a lead that nobody may touch."""

    stack: LocalStack
    tokens: Tokens
    lead: str


@pytest.fixture(scope="module")
def sent(stack: LocalStack) -> Sent:
    make_people(stack)
    admin = tokens_by_code_flow(stack, ADMINISTRATOR)
    access = str(admin["access_token"])
    now = int(time.time())
    foreign = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another00"
    tokens = {
        "nobody": "",
        "with rubbish": "x.y.z",
        "with an expired token": signed_again(stack, access, exp=now - 1),
        "with one that is not yet good": signed_again(stack, access, nbf=now + 600),
        "with one of another issuer": signed_again(stack, access, iss=foreign),
        "with one for another client": signed_again(stack, access, client_id="another"),
        "with one for another audience": signed_again(stack, access, aud="another"),
        "with one that a stranger signed": signed_by_a_stranger(access),
        "with an ID token": str(admin["id_token"]),
        "with no scope": signed_again(stack, access, scope=None),
        "with a scope of the sign-in alone": signed_again(stack, access, scope="openid"),
        "with a scope of another API": signed_again(stack, access, scope="leads/readers read"),
        "rep": token_by_code_flow(stack, REP),
        "manager": token_by_code_flow(stack, MANAGER),
        "admin": access,
        "person of no group": signed_again(stack, access, **{"cognito:groups": None}),
        "person of another group": signed_again(stack, access, **{"cognito:groups": ["adminsx"]}),
        "admin whom a client lets read": signed_again(stack, access, scope="leads/read"),
        "machine": machine_token(stack),
        "machine that reads": machine_token(stack, scopes="leads/read"),
        "machine that writes": machine_token(stack, scopes="leads/write"),
    }
    return Sent(stack, tokens, lead_of(stack, "untouched"))


def lead_of(stack: LocalStack, name: str) -> str:
    address = f"{name.replace(' ', '.')}@matrix.example.com"
    assert post_form(stack, "demo", {"email": address, "company": "Example Ltd"})[0] == 201
    return lead_ids(stack)(address)


def ask(sent: Sent, who: str, route: str, lead: str) -> Answer:
    method, path = route.split(" ")
    body = BODIES.get(route)
    if route == ENTERED:
        body = {"email": f"entered.by.{who.replace(' ', '.')}@matrix.example.com"}
    path = path.replace("{id}", lead)
    return ask_sales(sent.stack, method, path, token=sent.tokens[who], body=body)


def item(stack: LocalStack, lead: str) -> Any:
    key = {"lead": {"S": lead}}
    client = stack.client("dynamodb")
    return client.get_item(TableName=stack.leads_table, Key=key, ConsistentRead=True).get("Item")


def kind(route: str) -> str:
    (scope,) = sales_promises.ROUTES[route]
    return "table" if route.endswith(".csv") else scope.removeprefix("leads/")


OURS, GATEWAYS, IS_DONE = "forbidden by us", "forbidden by the gateway", "done"
NOBODYS = dict.fromkeys(("read", "table", "write", "admin"), OURS)
MAY = {  # what becomes of each kind of route
    "rep": {"read": IS_DONE, "table": OURS, "write": IS_DONE, "admin": OURS},
    "manager": {"read": IS_DONE, "table": IS_DONE, "write": IS_DONE, "admin": OURS},
    "admin": {"read": IS_DONE, "table": IS_DONE, "write": IS_DONE, "admin": IS_DONE},
    "machine": {"read": IS_DONE, "table": IS_DONE, "write": IS_DONE, "admin": GATEWAYS},
    "machine that reads": {
        "read": IS_DONE, "table": IS_DONE, "write": GATEWAYS, "admin": GATEWAYS,
    },
    "machine that writes": {
        "read": GATEWAYS, "table": GATEWAYS, "write": IS_DONE, "admin": GATEWAYS,
    },
    "admin whom a client lets read": {
        "read": IS_DONE, "table": IS_DONE, "write": GATEWAYS, "admin": GATEWAYS,
    },
    "person of no group": NOBODYS,
    "person of another group": NOBODYS,
}  # fmt: skip
UNKNOWN = (  # to whom the gateway gives 401 everywhere
    "nobody", "with rubbish", "with an expired token", "with one that is not yet good",
    "with one of another issuer", "with one for another client", "with one for another audience",
    "with one that a stranger signed",
)  # fmt: skip
WITHOUT_SCOPE = (
    "with an ID token", "with no scope", "with a scope of the sign-in alone",
    "with a scope of another API",
)  # fmt: skip


@pytest.mark.parametrize("who", [*UNKNOWN, *WITHOUT_SCOPE])
def test_g25_whom_the_gateway_does_not_know_it_lets_through_to_no_route(
    sent: Sent, who: str
) -> None:
    before = item(sent.stack, sent.lead)
    refusal = (401, "Unauthorized") if who in UNKNOWN else (403, "Forbidden")
    for route in sales_promises.ROUTES:
        answer = ask(sent, who, route, sent.lead)
        assert (answer.status, json.loads(answer.body)) == (refusal[0], {"message": refusal[1]}), (
            route
        )
    assert item(sent.stack, sent.lead) == before


@pytest.mark.parametrize("who", MAY)
def test_g25_each_kind_of_caller_may_what_the_table_says_at_every_route(
    sent: Sent, who: str
) -> None:
    lead = lead_of(sent.stack, who)
    refused_at = {route for route in sales_promises.ROUTES if MAY[who][kind(route)] != IS_DONE}
    before = item(sent.stack, lead)
    for route in refused_at:
        answer = ask(sent, who, route, lead)
        told = json.loads(answer.body)
        assert answer.status == 403, route
        if MAY[who][kind(route)] == GATEWAYS:
            assert told == {"message": "Forbidden"}, route
        else:
            assert told["code"] == "forbidden", route
    assert item(sent.stack, lead) == before
    entered = lead_ids(sent.stack)(f"entered.by.{who.replace(' ', '.')}@matrix.example.com")
    assert (ENTERED not in refused_at) or item(sent.stack, entered) is None
    for route in sorted(set(sales_promises.ROUTES) - refused_at, key=lambda one: one == ERASED):
        answer = ask(sent, who, route, lead)
        assert answer.status == DONE.get(route, 200), (route, answer.body)


def test_g25_a_rep_writes_to_no_lead_of_another_rep_and_a_manager_to_each(sent: Sent) -> None:
    lead = lead_of(sent.stack, "of another rep")
    to = {"owner": "admin@example.com"}
    path = f"/leads/{lead}/owner"
    assert ask_sales(sent.stack, "PUT", path, token=sent.tokens["manager"], body=to).status == 200
    before = item(sent.stack, lead)
    for route in BODIES:
        assert ask(sent, "rep", route, lead).status == 403, route
    assert item(sent.stack, lead) == before
    for route in BODIES:
        assert ask(sent, "manager", route, lead).status == 200, route


def test_a_token_signed_again_is_as_good_as_the_pools_own(sent: Sent) -> None:
    """Else what is refused above might be refused for its signature."""
    again = signed_again(sent.stack, sent.tokens["admin"])
    assert claims_of(again) == claims_of(sent.tokens["admin"])
    assert ask_sales(sent.stack, "GET", "/me", token=again).status == 200


def test_what_this_gateway_does_not_check_is_promised_of_the_template(sent: Sent) -> None:
    endless = signed_again(sent.stack, sent.tokens["admin"], exp=None)
    assert ask_sales(sent.stack, "GET", "/me", token=endless).status == 200, "in AWS 401"
    for promises in PROMISED.values():
        assert {*promises} <= {one.keeps for one in template_promises.PROMISES}
