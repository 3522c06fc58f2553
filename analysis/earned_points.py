"""Does each rule earn its points?

Where the points are right, the chance of being won depends on the score and on nothing else: two
leads of one score win equally often, whichever rules gave it. So for each rule it is asked whether
its points tell anything beside the sum of all rules (Rao's score test in a logistic regression,
with the square of the sum and what caps took beside it, so that neither a curve nor a cap passes
for a rule's fault). The rule that fits worst is set free, with a coefficient of its own, and the
rest are looked at again without it, until no rule is further off than chance explains. Each step is
corrected for all rules looked at (Bonferroni), so that a step errs at the rate named in `finding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.charts import whole
from analysis.finding import ERROR_RATE, RULES_PART, Finding, Kind
from analysis.lift import Lift
from analysis.logistic import Fitted, fit, standardised
from analysis.score_columns import ScoreColumns
from analysis.statistics import Z_95, Floats, chance_of_z

LEADS_MIN = 30  # with the rule, and without: fewer say nothing of a rule
WINS_MIN = (
    5  # expected among those with it and those without, won and not: a normal test needs them
)
Verdict = Literal["earns", "wrong", "unsure", "too_few"]
_KINDS: dict[Kind, str] = {
    "worth_nothing": "earns nothing",
    "worth_less": "earns less",
    "worth_more": "earns more",
    "works_the_other_way": "works the other way",
}


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What became of leads under one rule. `points` are what it gave on average where it counted;
    `worth` is what its points are worth on the scale of the other rules, with its 95 % interval,
    None where the others tell no scale. "unsure" is an interval that holds both its points and 0.
    """

    rule: str
    points: float
    lift: Lift
    worth: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def rule_records(columns: ScoreColumns) -> tuple[list[RuleRecord], list[Finding]]:
    """Look at every rule of leads whose end is known; findings come surest first."""
    enough = _with_enough(columns)
    freed = _freed(columns, enough)
    records = [
        _record(columns, number, set(freed), enough=number in enough)
        for number in range(len(columns.rules))
    ]
    findings = [_finding(records[number], chance) for number, chance in freed.items()]
    return records, sorted(findings, key=lambda finding: finding.chance)


def _with_enough(columns: ScoreColumns) -> list[int]:
    """Rules of which there are leads with and without, won and not."""
    rate = float(columns.won.mean()) if len(columns.won) else 0.0
    least = min(rate, 1 - rate)
    counts = (columns.points != 0).sum(axis=0)
    fewer = np.minimum(counts, len(columns.won) - counts)
    return [
        number
        for number, leads in enumerate(fewer)
        if leads >= LEADS_MIN and leads * least >= WINS_MIN
    ]


def _freed(columns: ScoreColumns, enough: Sequence[int]) -> dict[int, float]:
    """Rules whose points are wrong, each with its corrected chance."""
    freed: dict[int, float] = {}
    while len(freed) < len(enough):
        fitted = _fit(columns, freed)
        left = [number for number in enough if number not in freed]
        far = {number: abs(fitted.added(columns.points[:, number])) for number in left}
        worst = max(left, key=lambda number: far[number])
        chance = min(1.0, chance_of_z(far[worst]) * len(enough))
        if chance >= ERROR_RATE * RULES_PART:
            break
        freed[worst] = chance
    return _still_wrong(columns, freed, len(enough))


def _still_wrong(
    columns: ScoreColumns, freed: dict[int, float], looked_at: int
) -> dict[int, float]:
    """Those that are wrong beside the others that are: one may only have stood beside another."""
    kept = dict(freed)
    for number in reversed(list(freed)):
        others = [other for other in kept if other != number]
        far = _fit(columns, others).added(columns.points[:, number])
        chance = min(1.0, chance_of_z(far) * looked_at)
        if chance >= ERROR_RATE * RULES_PART:
            del kept[number]
        else:
            kept[number] = chance
    return kept


def _fit(columns: ScoreColumns, freed: Sequence[int] | dict[int, float]) -> Fitted:
    own = list(freed)
    together = columns.uncapped - columns.points[:, own].sum(axis=1)
    score = standardised(together)
    ground = [np.ones(len(score)), score, standardised(score * score)]
    if columns.bounded.any():
        ground.append(standardised(columns.bounded))
    return fit(np.column_stack([*ground, columns.points[:, own]]), columns.won)


def _record(columns: ScoreColumns, number: int, freed: set[int], *, enough: bool) -> RuleRecord:
    points = columns.points[:, number]
    has = points != 0
    lift = Lift(
        won=int((has & columns.won).sum()),
        won_leads=int(columns.won.sum()),
        rest=int((has & ~columns.won).sum()),
        rest_leads=int((~columns.won).sum()),
    )
    given = float(points[has].mean()) if has.any() else 0.0
    worth = _worth(columns, number, freed) if enough else None
    if worth is None:
        return RuleRecord(columns.rules[number], given, lift, None, None, None, "too_few")
    middle, spread = worth[0] * given, abs(worth[1] * given) * Z_95
    low, high = middle - spread, middle + spread
    verdict: Verdict = "wrong" if number in freed else "earns"
    if verdict == "earns" and not (low > 0 or high < 0):
        verdict = "unsure"
    return RuleRecord(columns.rules[number], given, lift, middle, low, high, verdict)


def _worth(columns: ScoreColumns, number: int, freed: set[int]) -> tuple[float, float] | None:
    """What a point of this rule is worth, in points of the rules that are not wrong, and the
    standard error of that; None where they tell no scale.
    """
    own = [number, *sorted(freed - {number})]
    together: Floats = columns.uncapped - columns.points[:, own].sum(axis=1)
    ground = [np.ones(len(together)), together, columns.points[:, own]]
    if columns.bounded.any():
        ground.append(columns.bounded)
    fitted = fit(np.column_stack(ground), columns.won)
    scale, slope = fitted.coefficients[1], fitted.coefficients[2]
    if scale <= 2 * fitted.error(1):
        return None
    factor = float(slope / scale)
    spread = (
        fitted.covariance[2, 2]
        + factor * factor * fitted.covariance[1, 1]
        - 2 * factor * fitted.covariance[1, 2]
    )
    return factor, float(np.sqrt(max(0.0, spread)) / scale)


def _finding(record: RuleRecord, chance: float) -> Finding:
    kind = _kind(record)
    lift = record.lift
    has = lift.conversion
    rest = lift.won_leads + lift.rest_leads - lift.leads
    without = (lift.won_leads - lift.won) / rest if rest else 0.0
    worth = (
        f"beside the other rules it is worth about {whole(record.worth)} "
        f"({whole(record.low)} to {whole(record.high)})"
        if record.worth is not None and record.low is not None and record.high is not None
        else "the other rules tell no scale for it"
    )
    sentence = (
        f"{record.rule} {_KINDS[kind]}: it gives {record.points:.0f} points, {worth}; "
        f"of {lift.leads:,} leads with it {has:.0%} were won, without it {without:.0%}."
    )
    return Finding(kind, record.rule, sentence, chance)


def _kind(record: RuleRecord) -> Kind:
    if record.worth is None or record.low is None or record.high is None or not record.points:
        return "worth_less"
    if record.low <= 0 <= record.high:
        return "worth_nothing"
    factor = record.worth / record.points
    if factor < 0:
        return "works_the_other_way"
    return "worth_more" if factor > 1 else "worth_less"
