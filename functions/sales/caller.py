"""Who asks, and what they may: a person by their groups, a machine by its scopes.

The gateway checks the token and the scope of the route before anything of ours runs. A scope says
what a client may do; what a person may do is said by the groups of the team (reliability E).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

READ, WRITE, ADMIN = "leads/read", "leads/write", "leads/admin"
Role = Literal["rep", "manager", "admin", "machine"]
_ROLES: tuple[tuple[str, Role], ...] = (
    ("admins", "admin"),
    ("managers", "manager"),
    ("reps", "rep"),
)
_NAMES = re.compile(r"[^\s,\[\]\"]+")


class ForbiddenError(Exception):
    """The caller may not do this."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` is a person's mail address, None for a machine; `role` None for a person of no
    group.
    """

    name: str | None
    role: Role | None
    scopes: frozenset[str]
    subject: str

    def check_scope(self, scope: str) -> None:
        """Raise ForbiddenError where neither token nor group allows this. The gateway has asked
        for the scope too; here nothing rests on one setting.
        """
        if scope not in self.scopes or self.role is None:
            raise ForbiddenError
        if scope == ADMIN and self.role not in {"admin", "machine"}:
            raise ForbiddenError

    def check_deals_with(self, owner: str | None) -> None:
        """Raise ForbiddenError for a rep and another rep's lead."""
        if self.role == "rep" and owner not in {None, self.name}:
            raise ForbiddenError

    def check_takes_tables(self) -> None:
        """Raise ForbiddenError for a rep: lists leave the house by managers and admins."""
        if self.role == "rep":
            raise ForbiddenError

    def check_assigns(self, owner: str | None, to: str | None) -> None:
        """Raise ForbiddenError for a rep who gives a lead to somebody else: a rep takes what is
        nobody's, and gives back what is its own.
        """
        self.check_deals_with(owner)
        if self.role == "rep" and to not in {None, self.name}:
            raise ForbiddenError


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Read the claims the gateway has verified. Raises ForbiddenError where there are none."""
    claims = _claims(event)
    scopes = frozenset(str(claims.get("scope", "")).split())
    name = claims.get("username")
    groups = _groups(claims.get("cognito:groups"))
    if not isinstance(name, str) or not name or name == claims.get("client_id"):
        if groups:
            raise ForbiddenError  # a person whom the issuer does not name: no machine is in a group
        client = str(claims.get("client_id") or claims.get("sub"))
        if claims.get("sub") != client:  # a person's token names the client and the person
            scopes -= {ADMIN}
        return Caller(None, "machine", scopes, client)
    role = next((role for group, role in _ROLES if group in groups), None)
    return Caller(name.lower(), role, scopes, str(claims.get("sub")))


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    place: Any = event
    for name in ("requestContext", "authorizer", "jwt", "claims"):
        place = place.get(name) if isinstance(place, Mapping) else None
    if not isinstance(place, Mapping) or "sub" not in place:
        raise ForbiddenError
    return place


def _groups(claim: object) -> frozenset[str]:
    """Read the groups: HTTP APIs write a list as the text `[reps managers]`."""
    names = claim if isinstance(claim, list) else _NAMES.findall(str(claim or ""))
    return frozenset(str(name) for name in names)
