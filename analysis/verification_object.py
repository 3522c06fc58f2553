"""A verification as JSON says it: every figure of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from analysis.earned_points import RuleRecord
from analysis.finding import Finding
from analysis.scored_leads import ScoredLead
from analysis.statistics import Share
from analysis.verification import GroupRecord, ScoreGroup, Verification


def verification_object(verification: Verification) -> dict[str, Any]:
    """Say everything as JSON does: shares 0 to 1 with their 95 % intervals, null where there is
    none.
    """
    area_interval = verification.area_interval
    return {
        "leads": verification.leads,
        "open": verification.open,
        "won": share_object(verification.won),
        "uncounted": asdict(verification.uncounted),
        "bands": [_scores(band) for band in verification.bands],
        "deciles": [_scores(decile) for decile in verification.deciles],
        "hot": {
            "precision": share_object(verification.precision),
            "recall": share_object(verification.recall),
            "days_to_won": _rounded(verification.days_to_won),
        },
        "auc": _rounded(verification.area),
        "auc_interval": None if area_interval is None else [round(end, 4) for end in area_interval],
        "top_decile_lift": _rounded(verification.top_tenth_lift),
        "calibration_error": _rounded(verification.calibration_error),
        "calibration": [
            {"chance": round(one.chance, 4), "won": share_object(Share(one.won, one.leads))}
            for one in verification.calibration
        ],
        "false_hot": _leads(verification.false_hot),
        "missed": _leads(verification.missed),
        "rules": [_rule(record) for record in verification.rules],
        "periods": [
            {
                "period": one.period,
                "leads": one.leads,
                "won": share_object(one.won),
                "hot_won": share_object(one.hot_won),
            }
            for one in verification.periods
        ],
        "groups": [_group(record) for record in verification.groups],
        "findings": [finding_object(finding) for finding in verification.findings],
    }


def share_object(share: Share) -> dict[str, Any]:
    """Say a share with what it was counted from."""
    low, high = share.interval
    return {
        "number": share.part,
        "of": share.whole,
        "share": _rounded(share.value),
        "interval": [round(low, 4), round(high, 4)],
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """Say a finding."""
    return {
        "kind": finding.kind,
        "subject": finding.subject,
        "sentence": finding.sentence,
        "chance": float(f"{finding.chance:.2g}"),
    }


def _scores(group: ScoreGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "lowest": group.lowest,
        "highest": group.highest,
        "won": share_object(group.won),
    }


def _leads(leads: Iterable[ScoredLead]) -> list[dict[str, Any]]:
    return [
        {"lead": lead.past.lead, "score": lead.total, "outcome": lead.past.outcome}
        for lead in leads
    ]


def _rule(record: RuleRecord) -> dict[str, Any]:
    low, high = record.lift.interval()
    return {
        "rule": record.rule,
        "points": round(record.points, 1),
        "leads": record.lift.leads,
        "won": record.lift.won,
        "lift": round(record.lift.ratio, 3),
        "lift_interval": [round(low, 3), round(high, 3)],
        "worth": _rounded(record.worth),
        "worth_interval": None
        if record.low is None or record.high is None
        else [round(record.low, 2), round(record.high, 2)],
        "verdict": record.verdict,
    }


def _group(record: GroupRecord) -> dict[str, Any]:
    return {
        "field": record.field,
        "value": record.value,
        "leads": record.leads,
        "won": share_object(record.won),
        "hot_won": share_object(record.hot_won),
        "by_period": {name: share.part for name, share in record.by_period},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
