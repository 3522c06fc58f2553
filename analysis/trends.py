"""What moves over time: a group's part of all leads, its wins, its engagement, and the score's own
worth (R82-R84).

A group is one value of a field, or one channel. Three questions are asked of each: whether its part
of the leads rises (over when leads began), whether its wins rise more than those of the other leads
of the same score (over when leads were concluded: leads that began lately have only quick ends so
far), and whether its engagement rises more than the others'. The surest is named, taken out, and
the rest is asked again: where one group's part rises, those of the others must fall. Each step is
corrected for all that was asked. Leads come in campaigns, so where groups vary from month to month
by more than chance, a trend must stand out against that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.finding import ERROR_RATE, TRENDS_PART, Finding, Kind
from analysis.logistic import fit, standardised
from analysis.periods import period_names
from analysis.score_columns import ScoreColumns
from analysis.scored_leads import ScoredLead
from analysis.statistics import Bools, Floats, chance_of_square, chance_of_z

CHANNEL = "channel"
INDUSTRY = "industry"
GROUP_LEADS_MIN = 40  # fewer have no line over months
GROUP_WINS_MIN = 10  # won, and not won
GROUPS_MAX = 12  # of one field: each group more makes all others harder to name
LINES_SHOWN = 5  # of one chart; more cannot be told apart
VALUES_MAX = 30  # a field with more is free text
PERIODS_MIN = 4
UNREST_CHANCE = 0.05  # below it months differ by more than chance


@dataclass(frozen=True, slots=True)
class Group:
    """Leads that share a value: a field's name or "channel", the value as people wrote it, and the
    rows of the leads.
    """

    field: str
    value: str
    rows: Bools

    @property
    def name(self) -> str:
        """How it is told: "industry: Logistics"."""
        return f"{self.field}: {self.value}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: how far from chance (standard errors, positive where it rises)."""

    far: float
    about: str  # share, wins, engagement, score
    group: Group | None


def group_fields(model: Mapping[str, Any], leads: Sequence[ScoredLead]) -> list[str]:
    """Name what leads are told apart by unless asked otherwise: the channel, and the industry; in a
    model without one, texts of few values.
    """
    fields = model["fields"]
    if INDUSTRY in fields:
        return [CHANNEL, INDUSTRY]
    few = [
        name
        for name, field in fields.items()
        if field["type"] in {"text", "country", "yes_no"}
        and 2 <= len({_value(lead, name) for lead in leads} - {None}) <= VALUES_MAX
    ]
    return [CHANNEL, *few]


def groups_of(leads: Sequence[ScoredLead], fields: Iterable[str]) -> list[Group]:
    """Part leads by channel and by answers; the largest groups of each field."""
    groups: list[Group] = []
    for field in fields:
        values = [_value(lead, field) for lead in leads]
        counts = Counter(value for value in values if value is not None)
        spelled = _spellings(leads, field)
        groups += [
            Group(field, spelled[value], np.array([one == value for one in values], dtype=bool))
            for value, number in counts.most_common(GROUPS_MAX)
            if number >= GROUP_LEADS_MIN and number < len(leads)
        ]
    return groups


def trend_findings(
    everybody: ScoreColumns, ended: ScoreColumns, of_all: Sequence[Group], of_ended: Sequence[Group]
) -> list[Finding]:
    """Name what moves. `everybody` are all leads, `ended` those whose end is known; each with its
    groups.
    """
    found: list[tuple[_Asked, float]] = []
    while True:
        asked = [
            *_shares(everybody, of_all, found),
            *_wins(ended, of_ended, found),
            *_engagements(ended, of_ended, found),
            *_score(ended, of_ended, found),
        ]
        if not asked:
            break
        surest = max(asked, key=lambda one: abs(one.far))
        chance = min(1.0, chance_of_z(surest.far) * (len(asked) + len(found)))
        if chance >= ERROR_RATE * TRENDS_PART:
            break
        found.append((surest, chance))
    return [_finding(asked, chance, everybody, ended, of_ended) for asked, chance in found]


def _shares(
    columns: ScoreColumns, groups: Sequence[Group], found: Sequence[tuple[_Asked, float]]
) -> list[_Asked]:
    """Whether a group's part of all leads rises, among leads of its field that no finding explains
    already.
    """
    gone = [one.group for one, _ in found if one.about == "share" and one.group]
    asked: list[_Asked] = []
    for group in groups:
        if any(group.name == one.name for one in gone):
            continue
        rows = np.ones(len(group.rows), dtype=bool)
        for one in gone:
            if one.field == group.field:
                rows &= ~one.rows
        asked.append(_Asked(_share_rises(columns.begun[rows], group.rows[rows]), "share", group))
    return asked


def _share_rises(begun: Floats, inside: Bools) -> float:
    """Cochran and Armitage's trend over the instants themselves, against what months vary by."""
    if min(inside.sum(), (~inside).sum()) < GROUP_LEADS_MIN:
        return 0.0
    at = standardised(begun)
    fitted = fit(np.ones((len(at), 1)), inside)
    line = fit(np.column_stack([np.ones(len(at)), at]), inside)
    return fitted.added(at) / _unrest(begun, line.won, line.chances)


def _wins(
    columns: ScoreColumns, groups: Sequence[Group], found: Sequence[tuple[_Asked, float]]
) -> list[_Asked]:
    """Whether a group's wins rise more than those of other leads of the same score."""
    named = {one.group.name for one, _ in found if one.about == "wins" and one.group}
    at = standardised(columns.concluded)
    ground = _ground(columns, groups, found)
    asked: list[_Asked] = []
    for group in groups:
        if group.name in named or not _tells(columns, group):
            continue
        level = np.column_stack([*ground, at, group.rows])
        line = fit(np.column_stack([level, at * group.rows]), columns.won)
        unrest = _unrest(
            columns.concluded[group.rows], line.won[group.rows], line.chances[group.rows]
        )
        far = fit(level, columns.won).added(at * group.rows)
        asked.append(_Asked(far / unrest, "wins", group))
    return asked


def _engagements(
    columns: ScoreColumns, groups: Sequence[Group], found: Sequence[tuple[_Asked, float]]
) -> list[_Asked]:
    """Whether a group's engagement rises more than the others': least squares, with errors that
    allow unequal spreads (White, Econometrica 48, 1980).
    """
    named = {one.group.name for one, _ in found if one.about == "engagement" and one.group}
    if not columns.engagement.any():
        return []
    at = standardised(columns.begun)
    known = [group for group in groups if group.name in named]
    ground = [np.ones(len(at)), at, *(part for one in known for part in (one.rows, at * one.rows))]
    asked: list[_Asked] = []
    for group in groups:
        if group.name in named or group.rows.sum() < GROUP_LEADS_MIN:
            continue
        far = _slope(np.column_stack([*ground, group.rows, at * group.rows]), columns.engagement)
        asked.append(_Asked(far, "engagement", group))
    return asked


def _score(
    columns: ScoreColumns, groups: Sequence[Group], found: Sequence[tuple[_Asked, float]]
) -> list[_Asked]:
    """Whether leads of the same score win more, or less, often as time goes on."""
    if any(one.about == "score" for one, _ in found):
        return []
    if min(columns.won.sum(), (~columns.won).sum()) < GROUP_WINS_MIN:
        return []
    at = standardised(columns.concluded)
    level = np.column_stack(_ground(columns, groups, found))
    line = fit(np.column_stack([level, at]), columns.won)
    unrest = _unrest(columns.concluded, line.won, line.chances)
    return [_Asked(fit(level, columns.won).added(at) / unrest, "score", None)]


def _ground(
    columns: ScoreColumns, groups: Sequence[Group], found: Sequence[tuple[_Asked, float]]
) -> list[Any]:
    """The score, its square, and what is known to move already."""
    score = standardised(columns.total)
    ground: list[Any] = [np.ones(len(score)), score, standardised(score * score)]
    at = standardised(columns.concluded)
    named = {one.group.name for one, _ in found if one.about == "wins" and one.group}
    for group in groups:
        if group.name in named:
            ground += [group.rows, at * group.rows]
    return ground


def _tells(columns: ScoreColumns, group: Group) -> bool:
    won = int(columns.won[group.rows].sum())
    leads = int(group.rows.sum())
    return leads >= GROUP_LEADS_MIN and min(won, leads - won) >= GROUP_WINS_MIN


def _slope(columns: Floats, measured: Floats) -> float:
    """How far the last column's coefficient is from 0, in robust standard errors."""
    inverse = np.linalg.pinv(columns.T @ columns)
    coefficients = inverse @ columns.T @ measured
    apart = measured - columns @ coefficients
    middle = (columns * (apart**2)[:, None]).T @ columns
    variance = (inverse @ middle @ inverse)[-1, -1]
    return float(coefficients[-1] / np.sqrt(variance)) if variance > 1e-12 else 0.0


def _unrest(instants: Floats, hits: Floats, chances: Floats) -> float:
    """How much more months vary around their line than chance makes them: the square root of
    Pearson's chi-squared over its degrees of freedom (McCullagh and Nelder 4.5), 1 where that much
    is chance.
    """
    names = np.array(period_names(list(instants)))
    squares = []
    for name in np.unique(names):
        rows = names == name
        variance = float((chances[rows] * (1 - chances[rows])).sum())
        if variance > 1:
            squares.append(float((hits[rows] - chances[rows]).sum()) ** 2 / variance)
    if len(squares) < PERIODS_MIN:
        return 1.0
    freedom = len(squares) - 2
    if chance_of_square(sum(squares), freedom) >= UNREST_CHANCE:
        return 1.0
    return float(np.sqrt(sum(squares) / freedom))


_SAYS = {
    "share": ("share_rises", "share_falls"),
    "wins": ("wins_rise", "wins_fall"),
    "engagement": ("engagement_rises", "engagement_falls"),
    "score": ("score_wins_rise", "score_wins_fall"),
}


def _finding(
    asked: _Asked,
    chance: float,
    everybody: ScoreColumns,
    ended: ScoreColumns,
    of_ended: Sequence[Group],
) -> Finding:
    kind: Kind = _SAYS[asked.about][asked.far < 0]  # type: ignore[assignment]
    moves = "rises" if asked.far > 0 else "falls"
    if asked.group is None:
        early, late = _thirds(ended.concluded, ended.won.astype(np.float64))
        more = "more" if asked.far > 0 else "less"
        return Finding(
            kind,
            "the score",
            f"Leads of the same score win {more} often than before: in the earliest third "
            f"{early:.0%} were won, in the latest {late:.0%}.",
            chance,
        )
    name = asked.group.name
    if asked.about == "share":
        early, late = _thirds(everybody.begun, asked.group.rows.astype(np.float64))
        told = (
            f"{name} {moves}: {early:.0%} of the earliest third of leads, {late:.0%} of the latest."
        )
        return Finding(kind, name, told, chance)
    rows = next(one.rows for one in of_ended if one.name == name)
    if asked.about == "wins":
        early, late = _thirds(ended.concluded[rows], ended.won[rows].astype(np.float64))
        told = (
            f"{name} {moves}: {early:.0%} of its leads were won in the earliest third, {late:.0%} "
            "in the latest, otherwise than leads of the same score elsewhere."
        )
        return Finding(kind, name, told, chance)
    early, late = _thirds(ended.begun[rows], ended.engagement[rows])
    told = (
        f"{name} {moves}: its engagement was {early:.0f} points on average in the earliest third, "
        f"{late:.0f} in the latest, otherwise than elsewhere."
    )
    return Finding(kind, name, told, chance)


def _thirds(instants: Floats, measured: Floats) -> tuple[float, float]:
    """The mean over the earliest third and over the latest."""
    order = np.argsort(instants, kind="stable")
    third = max(1, len(order) // 3)
    return float(measured[order[:third]].mean()), float(measured[order[-third:]].mean())


def _value(lead: ScoredLead, field: str) -> str | None:
    """A lead's value, as it is compared: without case; None where nobody said."""
    value = lead.channel if field == CHANNEL else lead.known.get(field)
    return None if value is None or value == "" else str(value).casefold()


def _spellings(leads: Sequence[ScoredLead], field: str) -> dict[str, str]:
    """The first spelling of each value."""
    spelled: dict[str, str] = {}
    for lead in leads:
        value = lead.channel if field == CHANNEL else lead.known.get(field)
        if value is not None and value != "":
            spelled.setdefault(str(value).casefold(), str(value))
    return spelled
