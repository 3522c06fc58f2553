"""What the answering API reports of the quality of leads: three channels of one month, and what is
known of their leads.
"""

from collections.abc import Mapping
from typing import Any

_NONE: dict[str, Any] = {
    "leads": 0,
    "by_distance": {},
    "distance_unknown": 0,
    "missing_most": None,
    "distance_mean": None,
    "distance_variance": None,
    "hot": 0,
    "won": 0,
    "won_value": 0,
    "rejected": 0,
    "rejected_for": [],
    "minutes_to_contact": None,
}
_CHANNELS = {
    "ads": {"leads": 64, "by_distance": {"0": 8, "1": 30}, "missing_most": "revenue", "hot": 12},
    "newsletter": {"leads": 31, "by_distance": {"0": 14}, "missing_most": "b2b", "hot": 15},
    "search": {"leads": 22, "by_distance": {"0": 9, "2": 3}, "missing_most": None, "hot": 9},
}


def quality_report(query: Mapping[str, str]) -> dict[str, Any]:
    """Report a month; 2020 had no leads."""
    channels = {} if query.get("from", "").startswith("2020") else _CHANNELS
    return {
        "from": query.get("from"),
        "to": query.get("to"),
        "before_from": "2026-10",
        "before_to": "2026-10",
        "by": query.get("by", "channel"),
        "groups": [_group(name, figures) for name, figures in channels.items()],
    }


def goals_report(query: Mapping[str, str]) -> dict[str, Any]:
    """Report the goals of a month: one of each kind reached, one missed, one channel without."""
    channels = [
        _goal("ads", leads=(64, 50), ideal=(8, 20)),
        _goal("newsletter", leads=(31, 40), ideal=(14, None)),
        _goal("search", leads=(22, None), ideal=(9, None)),
    ]
    return {"month": query.get("month"), "channels": channels}


def completeness_report(query: Mapping[str, str]) -> dict[str, Any]:
    """Report a month; 2020 had no leads."""
    is_empty = query.get("from", "").startswith("2020")
    known = {"company": 98, "job_title": 60, "message": 0, "name": 117, "phone": 41, "revenue": 7}
    fields = [{"field": name, "known": 0 if is_empty else of} for name, of in known.items()]
    told = {"from": query.get("from"), "to": query.get("to"), "fields": fields}
    return told | {"leads": 0 if is_empty else 117, "distance_unknown": 0 if is_empty else 52}


def _goal(
    channel: str, *, leads: tuple[int, int | None], ideal: tuple[int, int | None]
) -> dict[str, Any]:
    number, number_goal = leads
    fitting, percent_goal = ideal
    percent = round(100 * fitting / number, 4)
    return {
        "channel": channel,
        "leads": number,
        "leads_goal": number_goal,
        "leads_reached": None if number_goal is None else number >= number_goal,
        "ideal": fitting,
        "ideal_percent": percent,
        "ideal_goal": percent_goal,
        "ideal_reached": None if percent_goal is None else percent >= percent_goal,
    }


def _group(name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    sold = {"won": 5, "won_value": 24000, "rejected": 3, "minutes_to_contact": 42}
    reasons = {"rejected_for": [{"reason": "a student", "leads": 3}], "distance_mean": 0.8}
    return {
        "group": name,
        **_NONE,
        **figures,
        **sold,
        **reasons,
        "before": _NONE | {"leads": 40, "by_distance": {"0": 6}, "hot": 5, "won": 2},
        "differs": {"hot": True, "won": None, "ideal": False, "rejected": None},
    }
