"""Row 1: a lead scored from its facts, against zen-engine's compiled expressions.

Ours is `score_facts`, the code that scores fact files, with nothing kept between two leads but what
texts meet and what an answer gives. Its facts are parsed already and stand as the history gives
them; the peers' dicts are parsed and sorted, newest first. Explanation and forecast are computed
when they are asked for, and no peer has them.

The goal is held against zen-engine as an engine of rules is used: an expression tells which of all
rules an activity meets, another what the answers give. The whole model as one expression is told
beside it: nobody keeps rules so, and it is faster.
"""

from bench.figure import Figure
from bench.naive_loop import Naive, Points
from bench.racing import Entrant, seconds_each
from bench.scoring_work import NOW, WorkLead, document, leads, rule_book
from bench.zen_peer import ZenModel, ZenRules, zen_input
from functions.scoring.score import score_facts

LEADS = 1_000
GOAL = 10
ZEN_OF_NAIVE = 3_800 / 6_200  # of the measurement that set the goal
_ZEN, _WHOLE, _NAIVE, _OURS = "zen-engine", "zen-engine, one expression", "naive loop", "ours"


def measure() -> list[Figure]:
    """Measure ours, both ways of zen-engine, and the naive loop, which is the oracle."""
    work = leads(LEADS)
    differing = disagreeing(work)
    each = seconds_each(entrants(work))
    rates = [
        Figure("1", f"{name}: leads scored from facts", 1 / each[name], "leads/s a core")
        for name in each
    ]
    ratio = each[_ZEN] / each[_OURS]
    of_naive = each[_NAIVE] / each[_ZEN]
    return [
        Figure("1", "ours against zen-engine", ratio, "x", f">= {GOAL}x", ratio >= GOAL),
        Figure("1", "ours against zen-engine, the model as one expression",
               each[_WHOLE] / each[_OURS], "x"),
        Figure("1", "ours against the naive loop", each[_NAIVE] / each[_OURS], "x"),
        Figure("1", "zen-engine's rate as a part of the naive loop's", of_naive, "x",
               f"{ZEN_OF_NAIVE:.2f} +- 30 %", abs(of_naive / ZEN_OF_NAIVE - 1) <= 0.3),
        *rates,
        Figure("1", f"of {LEADS} leads scored otherwise by any engine", differing, "leads", "0",
               differing == 0),
    ]  # fmt: skip


def entrants(work: list[WorkLead]) -> dict[str, Entrant]:
    """All engines, each with its inputs."""
    book, naive = rule_book(), Naive(document())
    rules, whole = ZenRules(document()), ZenModel(document())
    plain = [lead.plain for lead in work]
    return {
        _OURS: Entrant(lambda facts: score_facts(book, facts, at=NOW), [own.facts for own in work]),
        _NAIVE: Entrant(lambda lead: naive.score(lead, at=NOW), plain),
        _ZEN: Entrant(lambda lead: rules.score(lead, at=NOW), plain),
        _WHOLE: Entrant(whole.score, [zen_input(lead, at=NOW) for lead in plain]),
    }


def disagreeing(work: list[WorkLead]) -> int:
    """How many leads not all engines score alike."""
    every = [[_points(run(one)) for one in inputs] for run, inputs in entrants(work).values()]
    return sum(len(set(answers)) > 1 for answers in zip(*every, strict=True))


def _points(score: object) -> tuple[object, ...]:
    if isinstance(score, Points):
        return score
    return (score.fit, score.engagement, score.band)  # type: ignore[attr-defined]
