"""How good leads were, by channel or campaign or whatever else, beside the period before.

It reads the one string per lead that the index by month projects, of the months asked for and no
others. Every share says whether its difference is more than chance (R100-R104).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median, pvariance
from typing import Any

REASONS_SHOWN = 3
NOBODY = "-"  # of leads that have no such thing: no campaign, no owner
CHANCE_Z = 1.96  # beyond it fewer than one difference in twenty is chance
_EXPECTED_MIN = 5  # fewer expected cases than that say nothing (Cochran's rule)

Told = dict[str, Any]  # of one lead, as `quality` in leads/listing.py writes it


@dataclass(frozen=True, slots=True)
class Counted:
    """What one group of leads amounts to."""

    leads: tuple[Told, ...]

    def figures(self) -> dict[str, Any]:
        """Give every figure of a report for this group."""
        measured = [lead for lead in self.leads if "distance" in lead or "unknown" in lead]
        known = [lead["distance"] for lead in measured if lead.get("distance") is not None]
        rejected = Counter(lead["rejected"] for lead in self.leads if "rejected" in lead)
        minutes = [lead["minutes"] for lead in self.leads if "minutes" in lead]
        won = [lead["outcome"][1] or 0 for lead in self.leads if is_won(lead)]
        return {
            "leads": len(self.leads),
            "by_distance": {str(away): number for away, number in sorted(Counter(known).items())},
            "distance_unknown": len(measured) - len(known),
            "missing_most": _commonest(
                name for lead in measured for name in lead.get("missing", ())
            ),
            "distance_mean": _rounded(fmean(known)) if known else None,
            "distance_variance": _rounded(pvariance(known)) if known else None,
            "hot": sum(map(is_hot, self.leads)),
            "won": len(won),
            "won_value": _rounded(sum(won)),
            "rejected": rejected.total(),
            "rejected_for": [
                {"reason": reason, "leads": number}
                for reason, number in sorted(rejected.items(), key=lambda one: (-one[1], one[0]))
            ][:REASONS_SHOWN],
            "minutes_to_contact": median(minutes) if minutes else None,
        }


def quality_report(now: Iterable[Told], before: Iterable[Told], *, by: str) -> list[dict[str, Any]]:
    """Group leads of a period, each group beside the same of the period before; most leads first.

    Groups that only the period before had are listed too, with no leads.
    """
    present, past = _grouped(now, by), _grouped(before, by)
    report = []
    for name in sorted({*present, *past}, key=lambda one: (-len(present.get(one, ())), one)):
        ours, theirs = present.get(name, ()), past.get(name, ())
        report.append(
            {
                "group": name,
                **Counted(ours).figures(),
                "before": Counted(theirs).figures(),
                "differs": {what: differs(ours, theirs, fits) for what, fits in _SHARES.items()},
            }
        )
    return report


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
    """Hold what each channel brought against its goals; `percent` is of leads, ideal ones alone.

    A channel without a goal is listed too: what nobody asked for may be the best.
    """
    brought = _grouped(leads, "channel")
    report = []
    for name in sorted({*brought, *goals}):
        group, goal = brought.get(name, ()), goals.get(name, {})
        number, ideal = len(group), sum(map(is_ideal, group))
        percent = _rounded(100 * ideal / number) if number else None
        report.append(
            {
                "channel": name,
                "leads": number,
                "leads_goal": goal.get("leads"),
                "leads_reached": None if "leads" not in goal else number >= goal["leads"],
                "ideal": ideal,
                "ideal_percent": percent,
                "ideal_goal": goal.get("ideal"),
                "ideal_reached": None if "ideal" not in goal else (percent or 0) >= goal["ideal"],
            }
        )
    return report


def differs(
    ours: Sequence[Told], theirs: Sequence[Told], fits: Callable[[Told], bool]
) -> bool | None:
    """Whether two shares differ by more than chance; None where there are too few leads to tell.

    The test of two proportions with their common share.
    """
    first, second = len(ours), len(theirs)
    if not first or not second:
        return None
    hits, others = sum(map(fits, ours)), sum(map(fits, theirs))
    share = (hits + others) / (first + second)
    if min(share, 1 - share) * min(first, second) < _EXPECTED_MIN:
        return None
    error = sqrt(share * (1 - share) * (1 / first + 1 / second))
    return abs(hits / first - others / second) / error > CHANCE_Z


def is_hot(lead: Told) -> bool:
    """Whether a lead was ever hot."""
    return bool(lead.get("hot"))


def is_won(lead: Told) -> bool:
    """Whether it became a customer."""
    return "outcome" in lead and lead["outcome"][0] == "won"


def is_ideal(lead: Told) -> bool:
    """Whether no criterion is missing, and none unknown."""
    return lead.get("distance") == 0


def read_told(texts: Iterable[str]) -> Iterator[Told]:
    """Read what the index projects."""
    return (json.loads(text) for text in texts)


_SHARES: Mapping[str, Callable[[Told], bool]] = {
    "hot": is_hot,
    "won": is_won,
    "ideal": is_ideal,
    "rejected": lambda lead: "rejected" in lead,
}


def _grouped(leads: Iterable[Told], by: str) -> dict[str, tuple[Told, ...]]:
    groups: dict[str, list[Told]] = {}
    for lead in leads:
        groups.setdefault(str(lead.get(by) or NOBODY), []).append(lead)
    return {name: tuple(group) for name, group in groups.items()}


def _commonest(names: Iterable[str]) -> str | None:
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def _rounded(number: float) -> float:
    return round(number, 4)
