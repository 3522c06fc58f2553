"""G25: people and machines sign in as in AWS, and the gateway lets nobody else through."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.local_stack import LocalStack
from infra.local.sign_ins import (
    ADMINISTRATOR,
    MANAGER,
    PEOPLE,
    REP,
    NotSignedIn,
    Person,
    machine_token,
    make_people,
    refreshed,
    token_by_code_flow,
    tokens_by_code_flow,
)
from infra.local.synthesis import LOCAL_PAGES
from infra.local.visitors import Answer, ask_sales

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

KEPT = ("client_id", "iss", "scope", "sub", "username")  # by a refresh
ORIGIN = LOCAL_PAGES[0].rstrip("/")


@pytest.fixture(scope="module")
def sales(stack: LocalStack) -> LocalStack:
    """The shared stack, with a person of each role."""
    make_people(stack)
    return stack


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


def part_of(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def preflight(stack: LocalStack, origin: str) -> Answer:
    asked = {
        "origin": origin,
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type,if-match",
    }
    return ask_sales(stack, "OPTIONS", "/leads/x/answers", headers=asked)


def test_g25_without_a_token_nobody_is_let_in(sales: LocalStack) -> None:
    answer = ask_sales(sales, "GET", "/me")
    assert (answer.status, json.loads(answer.body)) == (401, {"message": "Unauthorized"})


def test_whoever_signed_in_on_the_hosted_page_is_let_in(sales: LocalStack) -> None:
    token = token_by_code_flow(sales, REP)
    answer = ask_sales(sales, "GET", "/me", token=token, headers={"origin": ORIGIN})
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Expose-Headers"] == "etag,link"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.group)
def test_a_token_tells_the_address_and_the_role_of_a_person(
    sales: LocalStack, person: Person
) -> None:
    told = claims(token_by_code_flow(sales, person))
    assert (told["username"], told["cognito:groups"]) == (person.address, [person.group])
    assert set(told["scope"].split()) == {"openid", "leads/read", "leads/write", "leads/admin"}
    assert (told["iss"], told["client_id"]) == (sales.issuer, sales.console_client)
    assert told["exp"] - told["iat"] == 3600


@pytest.mark.parametrize(
    ("person", "role"), [(REP, "rep"), (MANAGER, "manager"), (ADMINISTRATOR, "admin")]
)
def test_sales_knows_who_asks_by_the_token(sales: LocalStack, person: Person, role: str) -> None:
    answer = ask_sales(sales, "GET", "/me", token=token_by_code_flow(sales, person))
    told = json.loads(answer.body)
    assert (told["name"], told["role"]) == (person.address, role)


def test_a_machine_is_let_in_by_its_secret_and_is_nobody(sales: LocalStack) -> None:
    token = machine_token(sales)
    answer = json.loads(ask_sales(sales, "GET", "/me", token=token).body)
    assert (answer["name"], answer["role"]) == (None, "machine")
    told = claims(token)
    assert set(told["scope"].split()) == {"leads/read", "leads/write"}
    assert not {"username", "cognito:groups"} & set(told)


def test_g25_a_machine_cannot_ask_to_be_an_admin(sales: LocalStack) -> None:
    with pytest.raises(NotSignedIn, match="invalid_grant"):
        machine_token(sales, scopes="leads/admin")


@pytest.mark.parametrize(
    ("scopes", "method", "path"),
    [("leads/write", "GET", "/me"), ("leads/read", "PUT", "/leads/x/owner")],
)
def test_g25_a_token_without_the_scope_of_a_route_is_not_let_through(
    sales: LocalStack, scopes: str, method: str, path: str
) -> None:
    token = machine_token(sales, scopes=scopes)
    body = None if method == "GET" else {"owner": None}
    answer = ask_sales(sales, method, path, token=token, body=body)
    assert (answer.status, json.loads(answer.body)) == (403, {"message": "Forbidden"})


def test_g25_an_id_token_is_no_access_token(sales: LocalStack) -> None:
    told = tokens_by_code_flow(sales, ADMINISTRATOR)
    assert ask_sales(sales, "GET", "/me", token=told["id_token"]).status == 403


def test_g25_what_was_forged_is_not_let_in(sales: LocalStack) -> None:
    head, content, signature = token_by_code_flow(sales, REP).split(".")
    promoted = part_of(claims(f".{content}.") | {"cognito:groups": ["admins"]})
    unsigned = part_of({"alg": "none", "kid": "none"})
    for forged in (
        f"{head}.{promoted}.{signature}",
        f"{unsigned}.{content}.",
        f"{head}.{content}.",
        "x.y.z",
    ):
        assert ask_sales(sales, "GET", "/me", token=forged).status == 401


def test_g25_what_is_no_route_is_answered_by_the_gateway(sales: LocalStack) -> None:
    token = token_by_code_flow(sales, MANAGER)
    for method, path in (("GET", "/"), ("GET", "/nothing"), ("DELETE", "/leads"), ("PUT", "/me")):
        answer = ask_sales(sales, method, path, token=token)
        assert (answer.status, json.loads(answer.body)) == (404, {"message": "Not Found"})


def test_a_page_of_the_console_may_ask_for_everything_it_needs(sales: LocalStack) -> None:
    answer = preflight(sales, ORIGIN)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    methods = answer.headers["Access-Control-Allow-Methods"].split(",")
    assert set(methods) == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    headers = answer.headers["Access-Control-Allow-Headers"].split(",")
    assert set(headers) == {"authorization", "content-type", "if-match", "idempotency-key"}
    assert answer.headers.get("Access-Control-Allow-Credentials") != "true"


def test_a_page_elsewhere_may_ask_for_nothing(sales: LocalStack) -> None:
    assert "Access-Control-Allow-Origin" not in preflight(sales, "https://evil.example").headers


def test_g25_no_code_is_brought_to_a_page_that_is_not_the_consoles(sales: LocalStack) -> None:
    with pytest.raises(NotSignedIn, match="redirect_uri"):
        tokens_by_code_flow(sales, REP, page="https://evil.example/")


def test_g25_a_wrong_password_brings_no_code(sales: LocalStack) -> None:
    with pytest.raises(NotSignedIn, match="no redirect"):
        token_by_code_flow(sales, Person(REP.address, REP.group, password="Not-the-password-1"))


def test_who_signed_in_gets_new_tokens_of_the_same_scopes_for_the_refresh_token(
    sales: LocalStack,
) -> None:
    """But for the role, which only this cloud forgets: nobody of ours is let in by it."""
    first = tokens_by_code_flow(sales, REP)
    told = claims(refreshed(sales, first["refresh_token"])["access_token"])
    before = claims(first["access_token"])
    assert [told[name] for name in KEPT] == [before[name] for name in KEPT]
