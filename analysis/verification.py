"""What a model's scores were worth: leads scored just before their outcome, beside the outcome.

Chances for the calibration come from the earlier half of leads and are held against the later half:
a score is right when what it meant yesterday is true today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from analysis.earned_points import RuleRecord, rule_records
from analysis.finding import Finding
from analysis.past_leads import ALL_COUNTED, Uncounted
from analysis.periods import period_names
from analysis.ranking import auc, auc_interval, chances_from, top_lift
from analysis.score_columns import ScoreColumns, columns_of
from analysis.scored_leads import HOT, ScoredLead
from analysis.statistics import (
    CalibrationBin,
    Share,
    calibration_bins,
    calibration_error,
    homogeneity,
)
from analysis.trends import Group, group_fields, groups_of, trend_findings
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook

BANDS = ("hot", "warm", "cold")
DECILES = 10
CALIBRATED_MIN = 100  # leads; fewer in two halves and bins say nothing


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Leads of one part of the scores: its name, the scores it reaches over, and wins."""

    name: str
    lowest: int
    highest: int
    won: Share


@dataclass(frozen=True, slots=True)
class Captured:
    """Calling the first `called` share of leads by score reaches the `won` share of all wins."""

    called: float
    won: float


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """Leads that began in one month (or week): how many, those whose end is known and won, and the
    precision of hot among them.
    """

    period: str
    leads: int
    won: Share
    hot_won: Share


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """One group: its leads and wins, hot and its wins, and per period its leads."""

    field: str
    value: str
    leads: int
    won: Share
    hot_won: Share
    by_period: tuple[tuple[str, Share], ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Everything `verify` tells. `area` is the area under the curve with its interval, None where
    not both won and other leads are known. Days are None where the file knows no times.
    """

    leads: int
    open: int
    won: Share
    bands: tuple[ScoreGroup, ...]
    deciles: tuple[ScoreGroup, ...]
    precision: Share
    recall: Share
    area: float | None
    area_interval: tuple[float, float] | None
    top_tenth_lift: float | None
    captured: tuple[Captured, ...]
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float | None
    days_hot_to_won: tuple[float, ...] | None
    false_hot: tuple[ScoredLead, ...]
    missed: tuple[ScoredLead, ...]
    rules: tuple[RuleRecord, ...]
    periods: tuple[PeriodRecord, ...]
    groups: tuple[GroupRecord, ...]
    findings: tuple[Finding, ...]
    uncounted: Uncounted = ALL_COUNTED

    @property
    def days_to_won(self) -> float | None:
        """The median of days from first hot to won."""
        return median(self.days_hot_to_won) if self.days_hot_to_won else None


def verify(
    leads: Sequence[ScoredLead],
    book: RuleBook,
    *,
    know_times: bool = True,
    fields: Sequence[str] | None = None,
    uncounted: Uncounted = ALL_COUNTED,
) -> Verification:
    """Hold scores against outcomes. `fields` are those that groups are made by ("channel" for
    where leads came from); without it those of `group_fields`. `uncounted` is what the file has
    beside these leads.
    """
    ended = [lead for lead in leads if lead.past.outcome is not None]
    names = [rule.name for rule in book.rules]
    columns = columns_of(ended, names)
    everybody = columns_of(leads, names)
    parted_by = group_fields(book.model, leads) if fields is None else list(fields)
    of_all, of_ended = groups_of(leads, parted_by), groups_of(ended, parted_by)
    records, rule_findings = rule_records(columns) if ended else ([], [])
    moving = know_times and bool(ended)
    trends = trend_findings(everybody, columns, of_all, of_ended) if moving else []
    hot = np.array([lead.band == HOT for lead in ended], dtype=bool)
    both = bool(columns.won.any() and not columns.won.all())
    area = auc(columns.total, columns.won) if both else None
    bins = _calibration(columns) if both else []
    return Verification(
        leads=len(ended),
        open=len(leads) - len(ended),
        won=Share(int(columns.won.sum()), len(ended)),
        bands=tuple(_band(ended, band) for band in BANDS),
        deciles=tuple(_deciles(columns)),
        precision=Share(int((hot & columns.won).sum()), int(hot.sum())),
        recall=Share(int((hot & columns.won).sum()), int(columns.won.sum())),
        area=area,
        area_interval=None
        if area is None
        else auc_interval(area, int(columns.won.sum()), int((~columns.won).sum())),
        top_tenth_lift=top_lift(columns.total, columns.won) if both else None,
        captured=tuple(captured(columns.total, columns.won)) if both else (),
        calibration=tuple(bins),
        calibration_error=calibration_error(bins) if bins else None,
        days_hot_to_won=_days_hot_to_won(ended) if know_times else None,
        false_hot=_strongest(lead for lead in ended if lead.band == HOT and not lead.won),
        missed=_strongest(lead for lead in ended if lead.won and not lead.was_hot),
        rules=tuple(records),
        periods=tuple(_periods(leads)) if know_times else (),
        groups=tuple(_group(group, leads, know_times=know_times) for group in of_all),
        findings=tuple(sorted((*rule_findings, *trends), key=lambda finding: finding.chance)),
        uncounted=uncounted,
    )


def captured(scores: np.ndarray, won: np.ndarray, *, steps: int = 50) -> list[Captured]:
    """The curve of wins reached by calling leads from the highest score down; equal scores are
    called in no order, so each counts by its part.
    """
    unique, inverse, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    wins = np.bincount(inverse, weights=won, minlength=len(unique))
    called = np.concatenate([[0.0], np.cumsum(counts) / len(scores)])
    reached = np.concatenate([[0.0], np.cumsum(wins) / max(1.0, float(won.sum()))])
    at = np.linspace(0, 1, steps + 1)
    return [
        Captured(float(share), float(part))
        for share, part in zip(at, np.interp(at, called, reached), strict=True)
    ]


def differing_groups(record: Sequence[GroupRecord], field: str) -> float:
    """How often chance alone makes the groups of a field win as differently as these."""
    own = [one for one in record if one.field == field]
    return homogeneity([one.won.part for one in own], [one.won.whole for one in own])[1]


def _band(ended: Sequence[ScoredLead], band: str) -> ScoreGroup:
    own = [lead for lead in ended if lead.band == band]
    totals = [lead.total for lead in own]
    return ScoreGroup(
        band, min(totals, default=0), max(totals, default=0), Share(_wins(own), len(own))
    )


def _deciles(columns: ScoreColumns) -> list[ScoreGroup]:
    """Ten parts of equally many leads, the highest scores first; equal scores stay together, so
    there may be fewer.
    """
    bins = calibration_bins(-columns.total, columns.won, bins=DECILES)
    order = np.sort(-columns.total)
    groups: list[ScoreGroup] = []
    begin = 0
    for number, one in enumerate(bins, start=1):
        part = order[begin : begin + one.leads]
        begin += one.leads
        groups.append(
            ScoreGroup(f"{number}", int(-part[-1]), int(-part[0]), Share(one.won, one.leads))
        )
    return groups


def _calibration(columns: ScoreColumns) -> list[CalibrationBin]:
    if len(columns.won) < CALIBRATED_MIN:
        return []
    half = len(columns.won) // 2
    chances = chances_from(columns.total[:half], columns.won[:half], columns.total[half:])
    return calibration_bins(chances, columns.won[half:])


def _days_hot_to_won(ended: Sequence[ScoredLead]) -> tuple[float, ...]:
    return tuple(
        (lead.past.concluded_at - lead.hot_at[0]) / DAY_MS
        for lead in ended
        if lead.won and lead.hot_at and lead.past.concluded_at is not None
    )


def _strongest(leads: Iterable[ScoredLead]) -> tuple[ScoredLead, ...]:
    return tuple(sorted(leads, key=lambda lead: (-lead.total, lead.past.lead)))


def _periods(leads: Sequence[ScoredLead]) -> list[PeriodRecord]:
    by_period: dict[str, list[ScoredLead]] = {}
    names = period_names([lead.past.begun for lead in leads])
    for name, lead in zip(names, leads, strict=True):
        by_period.setdefault(name, []).append(lead)
    return [
        PeriodRecord(name, len(own), _won(own), _hot_won(own))
        for name, own in sorted(by_period.items())
    ]


def _group(group: Group, leads: Sequence[ScoredLead], *, know_times: bool) -> GroupRecord:
    own = [lead for lead, inside in zip(leads, group.rows, strict=True) if inside]
    names = period_names([lead.past.begun for lead in leads]) if know_times else []
    by_period: dict[str, list[bool]] = {}
    for name, inside in zip(names, group.rows, strict=bool(names)):
        by_period.setdefault(name, []).append(bool(inside))
    return GroupRecord(
        group.field,
        group.value,
        len(own),
        _won(own),
        _hot_won(own),
        tuple((name, Share(sum(part), len(part))) for name, part in sorted(by_period.items())),
    )


def _won(leads: Sequence[ScoredLead]) -> Share:
    ended = [lead for lead in leads if lead.past.outcome is not None]
    return Share(_wins(ended), len(ended))


def _hot_won(leads: Sequence[ScoredLead]) -> Share:
    return _won([lead for lead in leads if lead.band == HOT])


def _wins(leads: Sequence[ScoredLead]) -> int:
    return sum(lead.won for lead in leads)
