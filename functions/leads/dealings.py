"""What sales did with a lead: contacted it, took it, ticked its criteria, said how it ended.

Each part is the newest of its facts (the first contact, and what the team's list said, the
oldest), so the merge is the same in any
order and however often a fact comes. Nobody is told of a lead that has an outcome, and it leaves
the call lists until sales takes the outcome back (G15).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.scoring.facts import (
    SALES_ASSIGNED,
    SALES_CONCLUDED,
    SALES_CONTACTED,
    SALES_POSTPONED,
    SALES_REJECTED,
    SALES_TICKED,
    TEAM_ASSIGNED,
    Fact,
    Scalar,
    canonical_json,
    short_hash,
)
from functions.scoring.ideals import tick_name
from functions.scoring.instants import parse_instant

NOT_INTERESTED = "not_interested"
_NOTHING: Mapping[str, "Said"] = MappingProxyType({})


class Said(NamedTuple):
    """One thing sales said: when (UTC ms), a short hash of its fact's id, and what it says."""

    at: int
    id: str
    what: Mapping[str, Scalar]

    def get(self, name: str) -> Any:
        """Give one part of what was said, None where it was left out."""
        return self.what.get(name)


@dataclass(frozen=True, slots=True)
class Dealings:
    """The newest of each kind; None where it never happened. `handed` is the first that the team's
    list said of an owner; `ticks` are by definition and criterion, as "b2b-ceo/is-ceo".
    """

    contacted: Said | None = None
    first_contacted_at: int | None = None
    concluded: Said | None = None
    assigned: Said | None = None
    handed: Said | None = None
    postponed: Said | None = None
    rejected: Said | None = None
    ticks: Mapping[str, Said] = field(default_factory=lambda: _NOTHING)

    @property
    def ticked(self) -> Mapping[str, object]:
        """Yes, no or unknown by definition and criterion, empty where it was taken back."""
        return {name: said.get("answer") for name, said in self.ticks.items()}

    @property
    def owner(self) -> str | None:
        """Whose lead it is: a mail address, None for nobody's. Sales outranks the team's list."""
        said = self.assigned or self.handed
        return (said and said.get("owner")) or None

    @property
    def later(self) -> int | None:
        """When to call again (UTC ms), None where nobody put it off."""
        until = self.postponed and self.postponed.get("until")
        return parse_instant(until) if until else None

    def outcome(self, *, wrote_at: int | None) -> Said | None:
        """How it ended, None where it did not. Who was not interested and then writes again
        (`wrote_at`) is open once more.
        """
        said = self.concluded
        if said is None or not said.get("result"):
            return None
        again = said.get("result") == NOT_INTERESTED and wrote_at is not None
        return None if again and (wrote_at or 0) > said.at else said


def merge_dealings(dealings: Dealings, facts: Iterable[Fact]) -> Dealings:
    """Take what these facts say of sales into account; equal dealings come back equal."""
    parts: dict[str, Any] = {}
    ticks: dict[str, Said] = {}
    for fact in facts:
        part = _PARTS.get(fact.kind)
        if part is None or fact.machine:
            continue
        said = Said(fact.at, short_hash(fact.id), _what(fact))
        if part == "ticks":
            name = tick_name(fact.properties.get("definition"), fact.properties.get("criterion"))
            ticks[name] = _newer(ticks.get(name, dealings.ticks.get(name)), said)
            continue
        prevailing = _older if part == "handed" else _newer
        parts[part] = prevailing(parts.get(part, getattr(dealings, part)), said)
        if part == "contacted":
            first = parts.get("first_contacted_at", dealings.first_contacted_at)
            parts["first_contacted_at"] = fact.at if first is None else min(first, fact.at)
    if not parts and not ticks:
        return dealings
    kept = {name: getattr(dealings, name) for name in _NAMES}
    return Dealings(**(kept | parts), ticks={**dealings.ticks, **ticks})


def dealings_text(dealings: Dealings) -> str | None:
    """Write dealings as JSON, None where there are none: most leads have none."""
    said = {name: _listed(value) for name in _NAMES if (value := getattr(dealings, name))}
    if dealings.ticks:
        said["ticks"] = {name: _listed(tick) for name, tick in dealings.ticks.items()}
    return canonical_json(said) if said else None


def read_dealings(parts: Mapping[str, Any]) -> Dealings:
    """Read what `dealings_text` wrote; parts of a newer version are passed over."""
    kept: dict[str, Any] = {name: parts[name] for name in _NAMES if name in parts}
    said: dict[str, Any] = {
        name: value if name == "first_contacted_at" else Said(*value)
        for name, value in kept.items()
    }
    ticks = {name: Said(*tick) for name, tick in parts.get("ticks", {}).items()}
    return Dealings(**said, ticks=ticks)


_PARTS = {
    SALES_CONTACTED: "contacted",
    SALES_CONCLUDED: "concluded",
    SALES_ASSIGNED: "assigned",
    TEAM_ASSIGNED: "handed",
    SALES_POSTPONED: "postponed",
    SALES_REJECTED: "rejected",
    SALES_TICKED: "ticks",
}
_KEPT = {
    SALES_CONTACTED: frozenset({"result", "by"}),
    SALES_CONCLUDED: frozenset({"result", "amount", "reason", "by"}),
    SALES_ASSIGNED: frozenset({"owner"}),  # by whom, the history tells
    TEAM_ASSIGNED: frozenset({"owner"}),
    SALES_POSTPONED: frozenset({"until"}),
    SALES_REJECTED: frozenset({"reason"}),
    SALES_TICKED: frozenset({"answer"}),
}
_NAMES = (
    "contacted", "first_contacted_at", "concluded", "assigned", "handed", "postponed", "rejected",
)  # fmt: skip


def _what(fact: Fact) -> dict[str, Scalar]:
    """Keep what is asked for later, and nothing else a sender may have put beside (G9)."""
    kept = _KEPT[fact.kind]
    return {name: value for name, value in fact.properties.items() if name in kept}


def _newer(one: Said | None, other: Said) -> Said:
    return other if one is None or _order(other) > _order(one) else one


def _older(one: Said | None, other: Said) -> Said:
    return other if one is None or _order(other) < _order(one) else one


def _order(said: Said) -> tuple[int, str, str]:
    return (said.at, said.id, canonical_json(dict(said.what)))


def _listed(value: Any) -> Any:
    return [value.at, value.id, dict(value.what)] if isinstance(value, Said) else value
