"""What the answering API reports of the quality of leads: three channels of one month, and what is
known of their leads.
"""

from collections.abc import Mapping
from typing import Any

_NONE: dict[str, Any] = {
    "leads": 0,
    "by_distance": {},
    "distance_known": 0,
    "distance_unknown": 0,
    "ideal_percent": None,
    "missing_most": None,
    "missing_most_asks": None,
    "missing_most_leads": 0,
    "missing_most_of": None,
    "distance_mean": None,
    "distance_variance": None,
    "hot": 0,
    "won": 0,
    "won_value": 0,
    "rejected": 0,
    "rejected_for": [],
    "minutes_to_contact": None,
}
_ASKS = {
    "en": {"revenue": "Revenue above a million?", "b2b": "Do they sell to companies?"},
    "pl": {"revenue": "Przychód powyżej miliona?", "b2b": "Czy sprzedają firmom?"},
}
_CHANNELS: dict[str, dict[str, Any]] = {
    "ads": {
        "leads": 64, "by_distance": {"0": 8, "1": 30, "2": 9, "3": 4, "4": 1},
        "missing_most": "revenue", "hot": 12,
    },
    "newsletter": {
        "leads": 31, "by_distance": {"0": 14, "1": 6}, "missing_most": "b2b", "hot": 15,
    },
    "search": {"leads": 22, "by_distance": {"0": 9, "2": 3}, "missing_most": None, "hot": 9},
    "events": {"leads": 14, "by_distance": {}, "missing_most": None, "hot": 2},
}  # fmt: skip
_BEFORE = {
    "leads": 40, "by_distance": {"0": 6, "1": 8, "3": 6}, "hot": 5, "won": 2, "won_value": 5200,
    "missing_most": "b2b", "minutes_to_contact": 180,
}  # fmt: skip


def quality_report(query: Mapping[str, str]) -> dict[str, Any]:
    """Report a month; 2020 had no leads."""
    channels = {} if query.get("from", "").startswith("2020") else _CHANNELS
    return {
        "from": query.get("from"),
        "to": query.get("to"),
        "before_from": "2026-10",
        "before_to": "2026-10",
        "by": query.get("by", "channel"),
        "groups": [
            _group(name, figures, query.get("language", "en")) for name, figures in channels.items()
        ],
    }


def goals_report(query: Mapping[str, str]) -> dict[str, Any]:
    """Report the goals of a month: reached ones, missed ones, one of whose leads
    nothing is known, and one that is judged by few.
    """
    channels = [
        _goal("ads", leads=(64, 50), ideal=(8, 20)),
        _goal("events", leads=(14, None), ideal=(0, 10)),
        _goal("newsletter", leads=(31, 40), ideal=(14, None)),
        _goal("search", leads=(22, None), ideal=(9, 40)),
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
    told = _measured(_CHANNELS[channel])
    percent, known = told["ideal_percent"], told["distance_known"]
    is_judged = percent_goal is not None and percent is not None
    return {
        "channel": channel,
        "leads": number,
        "leads_goal": number_goal,
        "leads_reached": None if number_goal is None else number >= number_goal,
        "ideal": fitting,
        "distance_known": known,
        "distance_unknown": told["distance_unknown"],
        "ideal_percent": percent,
        "ideal_goal": percent_goal,
        "ideal_reached": percent >= percent_goal if is_judged else None,
        "ideal_by_few": known * percent_goal < 500 if is_judged else None,
    }


def _measured(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Count whose distance is known."""
    away = {int(one): leads for one, leads in figures["by_distance"].items()}
    known = sum(away.values())
    mean = sum(one * leads for one, leads in away.items()) / known if known else None
    percent = round(100 * away.get(0, 0) / known, 4) if known else None
    return {
        **_NONE,
        **figures,
        "distance_known": known,
        "distance_unknown": figures["leads"] - known,
        "ideal_percent": percent,
        "distance_mean": mean if mean is None else round(mean, 4),
        "distance_variance": None if mean is None else 0.75,
    }


def _worded(figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    criterion = figures["missing_most"]
    if criterion is None:
        return {}
    asks = _ASKS[language][criterion]
    return {"missing_most_asks": asks, "missing_most_leads": 14, "missing_most_of": "b2b-ceo"}


def _group(name: str, figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    reasons = [{"reason": "student", "leads": 2}, {"reason": "no budget", "leads": 1}]
    sold = {"won": 5, "won_value": 24000, "rejected": 3, "minutes_to_contact": 42}
    return {
        "group": name,
        **_measured(figures),
        **_worded(figures, language),
        **sold,
        "rejected_for": reasons,
        "before": _measured(_BEFORE) | _worded(_BEFORE, language),
        "differs": {
            "hot": True, "won": None, "rejected": None, "ideal": False, "missing_most": True,
            "distance_mean": False, "distance_variance": None, "won_value": False,
            "minutes_to_contact": True,
        },
    }  # fmt: skip
