"""A comparison as JSON says it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.comparison import Comparison, Side
from analysis.verification_object import share_object


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """Say everything as JSON does; what is apart is new less old."""
    return {
        "verdict": comparison.verdict,
        "leads": comparison.leads,
        "ended": comparison.ended,
        "won": comparison.won,
        "uncounted": asdict(comparison.uncounted),
        "calls": comparison.calls,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "wins_apart": _apart(
            comparison.wins_apart, comparison.wins_interval, comparison.wins_chance
        ),
        "auc_apart": _apart(
            comparison.area_apart, comparison.area_interval, comparison.area_chance
        ),
        "at_calls": [
            {
                "calls": one.calls,
                "old": round(one.old, 2),
                "new": round(one.new, 2),
                "apart": round(one.apart, 2),
                "interval": [round(end, 2) for end in one.interval],
            }
            for one in comparison.at_calls
        ],
        "changes": [
            {
                "from": change.old_band,
                "to": change.new_band,
                "leads": change.leads,
                "won": share_object(change.won),
                "because": dict(change.because),
            }
            for change in comparison.changes
        ],
        "moved": [
            {
                "lead": one.lead,
                "outcome": one.outcome,
                "from": {"band": one.old_band, "score": one.old_score},
                "to": {"band": one.new_band, "score": one.new_score},
                "because": one.reason,
            }
            for one in comparison.moved
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "version": side.version,
        "bands": {name: share_object(share) for name, share in side.bands},
        "auc": None if side.area is None else round(side.area, 4),
        "auc_interval": None
        if side.area_interval is None
        else [round(end, 4) for end in side.area_interval],
        "alerts_a_week": None if side.alerts_a_week is None else round(side.alerts_a_week, 2),
        "wins_reached": round(side.wins_reached, 2),
    }


def _apart(apart: float, interval: tuple[float, float], chance: float) -> dict[str, Any]:
    return {
        "value": round(apart, 4),
        "interval": [round(end, 4) for end in interval],
        "chance": float(f"{chance:.3g}"),
    }
