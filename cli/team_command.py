"""`lead-scoring team`: who of the team's list may sign in, letting them in and out.

The list itself stands in `cdk.json`; owners and alerts follow from it with the next deployment. A
sign-in is a person in the user pool, in the group of the role, and counts at once.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from cli.confirmation import is_confirmed
from cli.problem import ProblemError
from cli.running_stack import RunningStack, aws_faults, deploy_settings, find_stack
from cli.score_table import console
from infra.local.sign_ins import PASSWORD
from infra.local.synthesis import LOCAL_TEAM
from infra.team import ROLES, TeamMember

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.client import CognitoIdentityProviderClient

BANDS = ("hot", "warm")
_STATES = {
    "CONFIRMED": "yes",
    "FORCE_CHANGE_PASSWORD": "invited",
    "RESET_REQUIRED": "new password asked for",
}
NONE, OFF = "none", "turned off"
_TOKENS_LAST = "Who has the console open may read on for up to an hour, until the token ends."


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody the pool knows: `state` in words, `groups` of which each gives a role."""

    mail: str
    state: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pool:
    """The user pool of a stack; a local one sends no mails, so its password is told at once."""

    client: "CognitoIdentityProviderClient"
    id: str
    is_local: bool

    def sign_ins(self) -> dict[str, SignIn]:
        """Everybody who may sign in, by address."""
        found: dict[str, SignIn] = {}
        for page in self.client.get_paginator("list_users").paginate(UserPoolId=self.id):
            for user in page["Users"]:
                mail, name = _mail(user), user["Username"]
                state = _STATES.get(user["UserStatus"], user["UserStatus"].casefold())
                known = state if user["Enabled"] else OFF
                found[mail] = SignIn(mail, known, frozenset(self._groups(name)))
        return found

    def invite(self, member: TeamMember) -> str:
        """Let somebody in by a mail with a first password, which counts for a week; say how."""
        self.client.admin_create_user(
            UserPoolId=self.id,
            Username=member.mail,
            UserAttributes=[
                {"Name": "email", "Value": member.mail},
                {"Name": "email_verified", "Value": "true"},
            ],
            DesiredDeliveryMediums=["EMAIL"],
        )
        if not self.is_local:
            return "is invited by mail, with a password that counts for a week"
        self.client.admin_set_user_password(
            UserPoolId=self.id, Username=member.mail, Password=PASSWORD, Permanent=True
        )
        return f"may sign in with the password {PASSWORD}; no mail is sent on this machine"

    def put_into_group(self, member: TeamMember, known: frozenset[str]) -> bool:
        """See that somebody has the one role of the list; False where it was so."""
        wanted, others = ROLES[member.role], known & set(ROLES.values()) - {ROLES[member.role]}
        for group in others:
            self.client.admin_remove_user_from_group(
                UserPoolId=self.id, Username=member.mail, GroupName=group
            )
        if wanted in known and not others:
            return False
        self.client.admin_add_user_to_group(
            UserPoolId=self.id, Username=member.mail, GroupName=wanted
        )
        return True

    def let_out(self, mail: str) -> None:
        """End the sessions of somebody, then the sign-in itself."""
        self.client.admin_user_global_sign_out(UserPoolId=self.id, Username=mail)
        self.client.admin_delete_user(UserPoolId=self.id, Username=mail)

    def _groups(self, name: str) -> Iterator[str]:
        pages = self.client.get_paginator("admin_list_groups_for_user")
        for page in pages.paginate(UserPoolId=self.id, Username=name):
            yield from (group["GroupName"] for group in page["Groups"])


def run(options: Namespace) -> int:
    """List the team, or let somebody in or out. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        team = _team(stack)
        pool = Pool(stack.client("cognito-idp"), _pool(stack), stack.is_local)
        if options.action == "add":
            return _add(pool, team, options.mail)
        if options.action == "remove":
            return _remove(stack, pool, team, options.mail, is_sure=options.yes)
        return _list(pool, team)


def _list(pool: Pool, team: Sequence[TeamMember]) -> int:
    known = pool.sign_ins()
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    for title in ("Name", "Mail", "Role", "Owns", "Calls a day", "Away", "Sign-in"):
        table.add_column(title)
    for member in team:
        table.add_row(*_row(member, known.get(member.mail)))
    for sign_in in known.values():
        if sign_in.mail not in {member.mail for member in team}:
            groups = ", ".join(sorted(sign_in.groups)) or "no group"
            table.add_row("", sign_in.mail, groups, "", "", "", f"{sign_in.state}, not in the list")
    terminal = console()
    terminal.print(table)
    missing = [member for member in team if member.mail not in known]
    if not team:
        print("The list `team` of cdk.json is empty; docs/sales.md shows what stands in it.")
    elif missing:
        print("Without a sign-in yet; lead-scoring team add lets everybody of the list in.")
    return 0


def _add(pool: Pool, team: Sequence[TeamMember], mail: str | None) -> int:
    """Let in one of the list, or all who are missing, and put roles right."""
    members = [member for member in team if mail is None or member.mail == mail.lower()]
    if not members:
        who = f"{mail} is not" if mail else "nobody is"
        raise ProblemError(
            f"{who} in the list `team` of cdk.json; write it there first, for example "
            f'{{"name": "Kasia Nowak", "mail": "{(mail or "kasia@example.com").lower()}"}}'
        )
    known, changed = pool.sign_ins(), 0
    for member in members:
        sign_in = known.get(member.mail)
        invited = "" if sign_in else pool.invite(member)
        moved = pool.put_into_group(member, frozenset() if sign_in is None else sign_in.groups)
        if invited:
            print(f"{member.mail} ({member.role}) {invited}.")
        elif moved:
            print(f"{member.mail} is {member.role} now, from the next sign-in on.")
        changed += bool(invited) or moved
    if not changed:
        print("Everybody named has a sign-in of the right role already.")
    print("Owners and alerts follow the list with the next make deploy.", file=sys.stderr)
    return 0


def _remove(
    stack: RunningStack, pool: Pool, team: Sequence[TeamMember], mail: str, *, is_sure: bool
) -> int:
    mail = mail.lower()
    if mail not in pool.sign_ins():
        raise ProblemError(f"{mail} has no sign-in; lead-scoring team list says who has")
    own = sum(_listed(stack, f"{mail}#{band}") for band in BANDS)
    print(f"{mail} has {own} lead{'' if own == 1 else 's'} on the call list.")
    if not (is_sure or is_confirmed("End the sign-in for good?")):
        print("Nothing was changed.")
        return 1
    pool.let_out(mail)
    print(f"{mail} can sign in no more. {_TOKENS_LAST}")
    if any(member.mail == mail for member in team):
        print("Take them out of `team` in cdk.json and deploy: until then leads and alerts go on.")
    if own:
        print("Leads stay theirs until a manager gives them to somebody else, in the console.")
    return 0


def _row(member: TeamMember, sign_in: SignIn | None) -> tuple[str, ...]:
    owns = "; ".join(f"{name} {', '.join(values)}" for name, values in member.owns.items())
    away = f"{member.away.first} to {member.away.last}" if member.away else ""
    state = NONE if sign_in is None else sign_in.state
    if sign_in is not None and ROLES[member.role] not in sign_in.groups:
        state += f", not in {ROLES[member.role]}: team add puts it right"
    calls = "" if member.calls_a_day is None else str(member.calls_a_day)
    everything = "everything" if member.role == "rep" else "nothing"
    return (member.name, member.mail, member.role, owns or everything, calls, away, state)


def _listed(stack: RunningStack, key: str) -> int:
    """How many leads stand in one call list of an owner."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=stack.leads_table,
            IndexName="owned",
            Select="COUNT",
            KeyConditionExpression="owner_band = :key",
            ExpressionAttributeValues={":key": {"S": key}},
        )
    )
    return sum(int(page["Count"]) for page in pages)


def _team(stack: RunningStack) -> Sequence[TeamMember]:
    """The list of `cdk.json`; on this machine, where it is empty, the one of the sample."""
    team = deploy_settings().team
    if team or not stack.is_local:
        return team
    return [TeamMember.model_validate(one) for one in LOCAL_TEAM]


def _pool(stack: RunningStack) -> str:
    if "UserPool" not in stack.outputs and "Issuer" in stack.outputs:
        raise ProblemError(
            f"people are signed in by {stack.outputs['Issuer']}, not by this stack; let them in "
            "there, in a group reps, managers or admins (claim cognito:groups)"
        )
    return stack.output("UserPool")


def _mail(user: Any) -> str:
    told = {one["Name"]: one.get("Value", "") for one in user.get("Attributes", [])}
    return str(told.get("email") or user["Username"]).lower()
