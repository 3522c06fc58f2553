"""People of each role in the local pool, and tokens got the way a browser and a CRM get them.

Measured on ministack 1.5.33, with the template as it is:

- The hosted sign-in works by code flow, with PKCE (S256; another verifier, or none, gets no token)
  and without, as in AWS. Its pages stand at the cloud's own address, whatever the pool's host.
- An access token of it has `username`, `cognito:groups` and the scopes asked for; one of a machine
  has its scopes and no `username`. An ID token has no scopes and is answered 403 by each route.
- A page that is not among the console's addresses gets no code; `/logout` comes back to those too.
- The gateway admits by signature, issuer, client, time and scope, as in AWS.

Other than in AWS, so that the template's tests look after it and nothing here relies on it:

- **New tokens for a refresh token lack `cognito:groups`**: whoever uses one has no role any more.
- A token by password (`InitiateAuth`) is given though the client allows none, unless permissions
  are enforced; it carries `aws.cognito.signin.user.admin` alone, so each route answers 403.
- `SignUp` makes people though only admins may.
- User names are compared with their capitals: write them small.
- Answers of the gateway itself (401, 403, 404) have no CORS headers: a page sees a failed call
  and no status.
- Where permissions are enforced every token is answered 401: the cloud speaks TLS then, and asks
  itself for its keys without.
"""

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from infra.local.local_stack import LocalStack
from infra.local.synthesis import LOCAL_PAGES
from infra.local.visitors import Answer, ask
from infra.scopes import ADMIN, READ, WRITE

PASSWORD = "Local-sign-in-1"  # noqa: S105  of a cloud on this machine, and shown to whoever starts it
PAGE = LOCAL_PAGES[0]
CONSOLE_SCOPES = f"openid {READ} {WRITE} {ADMIN}"
MACHINE_SCOPES = f"{READ} {WRITE}"


class NotSignedIn(RuntimeError):
    """Somebody got no token; the message says what was answered instead."""


@dataclass(frozen=True, slots=True)
class Person:
    address: str
    group: str
    password: str = PASSWORD


REP = Person("rep@example.com", "reps")
MANAGER = Person("manager@example.com", "managers")
ADMINISTRATOR = Person("admin@example.com", "admins")
PEOPLE = (REP, MANAGER, ADMINISTRATOR)


def make_people(stack: LocalStack) -> None:
    """One person of each role, with a password that counts at once. May be repeated."""
    for person in PEOPLE:
        make_person(stack, person)


def make_person(stack: LocalStack, person: Person) -> None:
    pool = stack.client("cognito-idp")
    user = {"UserPoolId": stack.user_pool, "Username": person.address}
    mail = [("email", person.address), ("email_verified", "true")]
    with contextlib.suppress(pool.exceptions.UsernameExistsException):
        pool.admin_create_user(
            **user,
            UserAttributes=[{"Name": name, "Value": value} for name, value in mail],
            MessageAction="SUPPRESS",
        )
    pool.admin_set_user_password(**user, Password=person.password, Permanent=True)
    pool.admin_add_user_to_group(**user, GroupName=person.group)


def token_by_code_flow(stack: LocalStack, person: Person, *, page: str = PAGE) -> str:
    """The access token of a person who signs in on the hosted page, coming from the console."""
    return str(tokens_by_code_flow(stack, person, page=page)["access_token"])


def tokens_by_code_flow(
    stack: LocalStack, person: Person, *, page: str = PAGE, scopes: str = CONSOLE_SCOPES
) -> dict[str, Any]:
    """What the token endpoint answers (`access_token`, `id_token`, `refresh_token`...) after all
    that a browser does: authorize, the form, the way back with a code, the code for tokens.

    Raises NotSignedIn.
    """
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    asked = {
        "response_type": "code",
        "client_id": stack.console_client,
        "redirect_uri": page,
        "scope": scopes,
        "state": state,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    authorize = f"{stack.sign_in}/oauth2/authorize?{urlencode(asked)}"
    form = _read_form(ask(stack, authorize))
    fields = form.fields | {"username": person.address, "password": person.password}
    back = _post(stack, urljoin(authorize, form.action), fields).headers.get("Location", "")
    code = _code_of(back, page=page, state=state)
    return _tokens(
        stack,
        {
            "grant_type": "authorization_code",
            "client_id": stack.console_client,
            "code": code,
            "redirect_uri": page,
            "code_verifier": verifier,
        },
    )


def refreshed(stack: LocalStack, refresh_token: str) -> dict[str, Any]:
    """New tokens of a person for the refresh token that a sign-in gave. Raises NotSignedIn."""
    return _tokens(
        stack,
        {
            "grant_type": "refresh_token",
            "client_id": stack.console_client,
            "refresh_token": refresh_token,
        },
    )


def machine_token(stack: LocalStack, *, scopes: str = MACHINE_SCOPES) -> str:
    """The access token of a machine, by client credentials. Raises NotSignedIn."""
    pair = ":".join(machine_client(stack)).encode()
    told = _tokens(
        stack,
        {"grant_type": "client_credentials", "scope": scopes},
        {"authorization": f"Basic {base64.b64encode(pair).decode()}"},
    )
    return str(told["access_token"])


def machine_client(stack: LocalStack) -> tuple[str, str]:
    """The id and the secret by which a CRM signs in."""
    client = stack.client("cognito-idp").describe_user_pool_client(
        UserPoolId=stack.user_pool, ClientId=stack.machine_client
    )["UserPoolClient"]
    return client["ClientId"], client["ClientSecret"]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _code_of(back: str, *, page: str, state: str) -> str:
    told = parse_qs(urlsplit(back).query)
    if not back.startswith(page) or told.get("state") != [state] or "code" not in told:
        raise NotSignedIn(f"the page was not come back to with a code: {back or 'no redirect'}")
    return told["code"][0]


def _tokens(
    stack: LocalStack, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    answer = _post(stack, f"{stack.sign_in}/oauth2/token", fields, headers)
    told: dict[str, Any] = json.loads(answer.body)
    if answer.status != 200:
        raise NotSignedIn(f"{answer.status} {told}")
    return told


def _post(
    stack: LocalStack,
    address: str,
    fields: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> Answer:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(fields).encode()
    return ask(stack, address, method="POST", body=body, headers=kind | dict(headers or {}))


def _read_form(answer: Answer) -> "_Form":
    form = _Form()
    form.feed(answer.body)
    if not form.action:
        raise NotSignedIn(f"{answer.status} {answer.body[:200]}")
    return form


class _Form(HTMLParser):
    """The form of a page: where it is posted, and the fields it brings along."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.action = told.get("action") or ""
        elif tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.fields[str(told["name"])] = told.get("value") or ""
