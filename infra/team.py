"""The list `team` of `cdk.json`: who sells, what is theirs, when they are away, who hears of what.

One list is the source of owners, alerts and sign-ins, so that no two of them ever disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from functions.leads.lead import DIGEST, ESCALATION, HOT, SUMMARY
from functions.leads.team import OWNING
from infra.strict import Strict
from infra.territories import country_mistake

ROLES = {"rep": "reps", "manager": "managers", "admin": "admins"}  # role: group of the pool
MAIL = r"^[^@\sA-Z]+@[^@\sA-Z]+\.[^@\sA-Z]+$"
TEAM_MAX = 100  # SNS takes 200 subscriptions with a filter on one topic


class Away(Strict):
    """Days on which nothing new is handed out to somebody: the first and the last."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.last < self.first:
            raise ValueError("`to` is the last day away, so it is not before `from`")
        return self


class TeamMember(Strict):
    """One who sells, or leads those who do."""

    name: str = Field(min_length=1, max_length=100)
    mail: str = Field(pattern=MAIL)
    role: Literal["rep", "manager", "admin"] = "rep"
    owns: dict[Literal["country", "industry", "channel"], list[str]] = Field(default={})
    calls_a_day: int | None = Field(default=None, ge=1, le=500)
    away: Away | None = None

    @field_validator("owns")
    @classmethod
    def _is_somewhere(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for name, values in value.items():
            if not values or not all(values):
                raise ValueError(f"{name}: write a list of values, or leave {name} out")
        mistakes = [said for code in value.get("country", ()) if (said := country_mistake(code))]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return value


def compiled_team(members: Sequence[TeamMember], model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the functions read of the list; days away are UTC ms by the time zone of the alerts."""
    zone = ZoneInfo(model["alerts"]["time_zone"])
    return [_compiled(member, zone) for member in members]


def mistakes_in_team(members: Sequence[TeamMember], model: Mapping[str, Any]) -> Iterator[str]:
    """What the model knows nothing of, a line each: nobody would ever be handed such a lead."""
    channels = {name for name, _ in model["channels"]} | {"direct", "other"}
    asked = {*model["fields"], *model["derived"]}
    known = ", ".join(sorted(channels))
    for number, member in enumerate(members, start=1):
        place = f"cdk.json, team.{number}.owns"
        for channel in member.owns.get("channel", ()):
            if channel not in channels:
                yield f"{place}: {channel} is no channel of the model; known are {known}"
        if "industry" in member.owns and "industry" not in asked:
            yield f"{place}: the model has no field industry; declare it or leave it out"


def listening(member: TeamMember) -> dict[str, Any]:
    """The filter of somebody's alerts: everybody hears of the leads that are theirs, who leads them
    also of what nobody looks after: leads of nobody, of who is away or left, and those nobody
    contacted.
    """
    own = {"kind": [HOT], "owner": [member.mail]}
    if member.role == "rep":
        return own
    return {
        "$or": [
            own,
            {"kind": [ESCALATION, SUMMARY, DIGEST]},
            {"kind": [HOT], "owner": [{"exists": False}]},
            {"kind": [HOT], "owner_away": ["true"]},
        ]
    }


def _compiled(member: TeamMember, zone: ZoneInfo) -> dict[str, Any]:
    told: dict[str, Any] = {"mail": member.mail, "name": member.name, "role": member.role}
    if member.owns:
        told["owns"] = {name: member.owns[name] for name in OWNING if name in member.owns}
    if member.calls_a_day is not None:
        told["calls_a_day"] = member.calls_a_day
    if member.away is not None:
        after = member.away.last + timedelta(days=1)
        told["away"] = [_begins(member.away.first, zone), _begins(after, zone)]
    return told


def _begins(day: date, zone: ZoneInfo) -> int:
    """The first instant of a day in a time zone, UTC ms."""
    return round(datetime.combine(day, time(), zone).astimezone(UTC).timestamp() * 1000)
