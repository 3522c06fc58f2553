"""Who sells, and in whose territory a lead lies: the list `team` of `cdk.json`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from functions.scoring.conditions import fold
from functions.scoring.facts import short_hash

OWNING = ("country", "industry", "channel")  # what a territory may be made of
_EVERYTHING: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Member:
    """One who sells. `owns` holds folded texts by country, industry and channel, empty for
    everything; `away` are UTC ms, from and until; `takes` says whether leads are handed to them.
    """

    mail: str
    name: str = ""
    role: str = "rep"
    owns: Mapping[str, frozenset[str]] = field(default_factory=lambda: _EVERYTHING)
    calls_a_day: int | None = None
    away: tuple[int, int] | None = None

    @property
    def takes(self) -> bool:
        """Whether leads are handed to this member: reps, and who else has a territory."""
        return self.role == "rep" or bool(self.owns)

    def is_away(self, at: int) -> bool:
        """Whether nothing new is handed out to them at an instant (UTC ms)."""
        return self.away is not None and self.away[0] <= at < self.away[1]

    def fits(self, told: Mapping[str, str]) -> bool:
        """Whether a lead lies in this territory; what is not known of it lies in none."""
        return all(told.get(name) in values for name, values in self.owns.items())


@dataclass(frozen=True, slots=True)
class Team:
    """All who sell; the order of the list means nothing."""

    members: tuple[Member, ...] = ()

    def member(self, mail: str | None) -> Member | None:
        """Find the one with this address."""
        return next((one for one in self.members if one.mail == mail), None)

    def unattended(self, owner: str | None, *, at: int) -> str:
        """Say why an owner sees nothing of a lead at an instant (UTC ms): `away`, or `left` where
        the list does not have them; empty where they do, and where there is no list.
        """
        if owner is None or not self.members:
            return ""
        member = self.member(owner)
        if member is None:
            return "left"
        return "away" if member.is_away(at) else ""

    def owner_of(self, lead_id: str, told: Mapping[str, str], *, at: int) -> str | None:
        """Give the address of whose territory a lead lies in, None where it is nobody's.

        Who is away at that instant (UTC ms) is passed over while somebody else could take it; a
        territory of more conditions comes before a wider one. Among several the lead's hash
        decides, so that each gets as many.
        """
        fitting = [one for one in self.members if one.takes and one.fits(told)]
        here = [one for one in fitting if not one.is_away(at)] or fitting
        narrowest = max((len(one.owns) for one in here), default=0)
        several = (one.mail for one in here if len(one.owns) == narrowest)
        return min(several, key=lambda mail: (short_hash(lead_id, mail), mail), default=None)


def read_team(compiled: Iterable[Mapping[str, Any]]) -> Team:
    """Read what the deployment compiled of the list."""
    return Team(tuple(map(_member, compiled)))


def _member(told: Mapping[str, Any]) -> Member:
    away: Sequence[int] | None = told.get("away")
    return Member(
        mail=told["mail"],
        name=told["name"],
        role=told["role"],
        owns={name: frozenset(map(fold, values)) for name, values in told.get("owns", {}).items()},
        calls_a_day=told.get("calls_a_day"),
        away=(away[0], away[1]) if away else None,
    )
