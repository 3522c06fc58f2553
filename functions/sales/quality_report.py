"""How good leads were, by channel or campaign or whatever else, beside the period before.

It reads the one string per lead that the index by month projects, of the months asked for and no
others. What nobody knows is never no: shares of the ideal are of the leads whose distance is known.
Every figure says whether its difference is more than chance (R100-R104).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median, pvariance
from typing import Any

from functions.sales.chance import (
    EXPECTED_MIN,
    means_differ,
    medians_differ,
    shares_differ,
    variances_differ,
)
from functions.sales.complaints import counted_reasons

REASONS_SHOWN = 3
NOBODY = "-"  # of leads that have no such thing: no campaign, no owner

Told = dict[str, Any]  # of one lead, as `quality` in leads/listing.py writes it


@dataclass(frozen=True)
class Counted:
    """What one group of leads amounts to."""

    leads: tuple[Told, ...]

    def figures(self) -> dict[str, Any]:
        """Give every figure of a report for this group."""
        distances = self.distances
        rejected = [lead["rejected"] for lead in self.leads if "rejected" in lead]
        missing = self.missing_most
        return {
            "leads": len(self.leads),
            "by_distance": {
                str(away): number for away, number in sorted(Counter(distances).items())
            },
            "distance_known": len(distances),
            "distance_unknown": len(self._measured) - len(distances),
            "ideal_percent": _percent(distances.count(0), len(distances)),
            "missing_most": missing,
            "missing_most_leads": sum(missing in lead.get("missing", ()) for lead in self.leads),
            "missing_most_of": self._definition_that_asks(missing),
            "distance_mean": _rounded(fmean(distances)) if distances else None,
            "distance_variance": _rounded(pvariance(distances)) if distances else None,
            "hot": sum(map(is_hot, self.leads)),
            "won": sum(map(is_won, self.leads)),
            "won_value": _rounded(sum(self.amounts)),
            "rejected": len(rejected),
            "rejected_for": [
                {"reason": reason, "leads": number} for reason, number in counted_reasons(rejected)
            ][:REASONS_SHOWN],
            "minutes_to_contact": median(self.minutes) if self.minutes else None,
        }

    @cached_property
    def known(self) -> tuple[Told, ...]:
        """Leads whose distance from the ideal is known."""
        return tuple(lead for lead in self.leads if lead.get("distance") is not None)

    @cached_property
    def distances(self) -> list[int]:
        """The distances that are known."""
        return [lead["distance"] for lead in self.known]

    @cached_property
    def minutes(self) -> list[int]:
        """Minutes to the first contact, of leads that were contacted."""
        return [lead["minutes"] for lead in self.leads if "minutes" in lead]

    @cached_property
    def amounts(self) -> list[float]:
        """What each lead that was won brought, of those of which it is known."""
        won = (lead["outcome"][1] for lead in self.leads if is_won(lead))
        return [amount for amount in won if amount is not None]

    @cached_property
    def missing_most(self) -> str | None:
        """The criterion that is missing from most leads (R102)."""
        return _commonest(name for lead in self._measured for name in lead.get("missing", ()))

    @cached_property
    def _measured(self) -> tuple[Told, ...]:
        return tuple(lead for lead in self.leads if "distance" in lead or "unknown" in lead)

    def _definition_that_asks(self, criterion: str | None) -> str | None:
        """The definition by which a criterion is missing from most leads: its words are meant."""
        lacking = (lead for lead in self._measured if criterion in lead.get("missing", ()))
        return _commonest(lead["ideal"] for lead in lacking if "ideal" in lead)


def quality_report(now: Iterable[Told], before: Iterable[Told], *, by: str) -> list[dict[str, Any]]:
    """Group leads of a period, each group beside the same of the period before; most leads first.

    Groups that only the period before had are listed too, with no leads.
    """
    present, past = _grouped(now, by), _grouped(before, by)
    names = sorted({*present, *past}, key=lambda one: (-len(present.get(one, ())), one))
    return [_beside(name, present.get(name, ()), past.get(name, ())) for name in names]


def monthly_report(leads: Iterable[Told], months: Iterable[str]) -> list[dict[str, Any]]:
    """Put each month but the first beside the one before it (R103)."""
    by_month = _grouped(leads, "month")
    return [
        _beside(month, by_month.get(month, ()), by_month.get(before, ()))
        for before, month in pairwise(months)
    ]


def _beside(name: str, ours: tuple[Told, ...], theirs: tuple[Told, ...]) -> dict[str, Any]:
    now, before = Counted(ours), Counted(theirs)
    return {
        "group": name,
        **now.figures(),
        "before": before.figures(),
        "differs": {what: verdict(now, before) for what, verdict in _VERDICTS.items()},
    }


def completeness(leads: Iterable[Told], fields: Iterable[str]) -> dict[str, Any]:
    """Say of how many leads each field is known (R13)."""
    told = tuple(leads)
    known = Counter(name for lead in told for name in lead.get("answers", ()))
    return {
        "leads": len(told),
        "fields": [{"field": name, "known": known[name]} for name in fields],
        "distance_unknown": Counted(told).figures()["distance_unknown"],
    }


def goals_reached(
    leads: Iterable[Told], goals: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    """Hold what each channel brought against its goals; `percent` is of the leads whose distance
    from the ideal is known, ideal ones alone.

    A channel without a goal is listed too: what nobody asked for may be the best.
    """
    brought = _grouped(leads, "channel")
    report = []
    for name in sorted({*brought, *goals}):
        told, goal = Counted(brought.get(name, ())).figures(), goals.get(name, {})
        report.append(
            {
                "channel": name,
                "leads": told["leads"],
                "leads_goal": goal.get("leads"),
                "leads_reached": None if "leads" not in goal else told["leads"] >= goal["leads"],
                "ideal": told["by_distance"].get("0", 0),
                "distance_known": told["distance_known"],
                "distance_unknown": told["distance_unknown"],
                "ideal_percent": told["ideal_percent"],
                **_ideal_judged(told, goal.get("ideal")),
            }
        )
    return report


def _ideal_judged(told: Mapping[str, Any], goal: int | None) -> dict[str, Any]:
    """Hold the share of ideal leads against its goal; where nothing is known it is not judged."""
    percent = told["ideal_percent"]
    if goal is None or percent is None:
        return {"ideal_goal": goal, "ideal_reached": None, "ideal_by_few": None}
    by_few = _are_few(told["distance_known"], goal)
    return {"ideal_goal": goal, "ideal_reached": percent >= goal, "ideal_by_few": by_few}


def _are_few(leads: int, percent: int) -> bool:
    """Whether so few leads say little of a share, by Cochran's rule; where all are to be ideal, or
    none, it has no rare side.
    """
    rarer = min(percent, 100 - percent) or 100
    return leads * rarer < 100 * EXPECTED_MIN


def is_hot(lead: Told) -> bool:
    """Whether a lead was ever hot."""
    return bool(lead.get("hot"))


def is_won(lead: Told) -> bool:
    """Whether it became a customer."""
    return "outcome" in lead and lead["outcome"][0] == "won"


def is_ideal(lead: Told) -> bool:
    """Whether no criterion is missing, and none unknown."""
    return lead.get("distance") == 0


def is_rejected(lead: Told) -> bool:
    """Whether sales complained of it."""
    return "rejected" in lead


def read_told(texts: Iterable[str]) -> Iterator[Told]:
    """Read what the index projects."""
    return (json.loads(text) for text in texts)


def _differing(
    ours: Sequence[Told], theirs: Sequence[Told], fits: Callable[[Told], bool]
) -> bool | None:
    hits, others = sum(map(fits, ours)), sum(map(fits, theirs))
    return shares_differ(hits, len(ours), others, len(theirs))


def _missing_differs(now: Counted, before: Counted) -> bool | None:
    """Whether what is missing most now is missing from another share than before."""
    criterion = now.missing_most
    if criterion is None:
        return None
    return _differing(now.known, before.known, lambda lead: criterion in lead.get("missing", ()))


_VERDICTS: Mapping[str, Callable[[Counted, Counted], bool | None]] = {
    "hot": lambda now, before: _differing(now.leads, before.leads, is_hot),
    "won": lambda now, before: _differing(now.leads, before.leads, is_won),
    "rejected": lambda now, before: _differing(now.leads, before.leads, is_rejected),
    "ideal": lambda now, before: _differing(now.known, before.known, is_ideal),
    "missing_most": _missing_differs,
    "distance_mean": lambda now, before: means_differ(now.distances, before.distances),
    "distance_variance": lambda now, before: variances_differ(now.distances, before.distances),
    "won_value": lambda now, before: means_differ(now.amounts, before.amounts),
    "minutes_to_contact": lambda now, before: medians_differ(now.minutes, before.minutes),
}


def _grouped(leads: Iterable[Told], by: str) -> dict[str, tuple[Told, ...]]:
    groups: dict[str, list[Told]] = {}
    for lead in leads:
        groups.setdefault(str(lead.get(by) or NOBODY), []).append(lead)
    return {name: tuple(group) for name, group in groups.items()}


def _commonest(names: Iterable[str]) -> str | None:
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def _percent(part: int, whole: int) -> float | None:
    return _rounded(100 * part / whole) if whole else None


def _rounded(number: float) -> float:
    return round(number, 4)
