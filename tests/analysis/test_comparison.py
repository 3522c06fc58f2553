"""Two models on the same past leads."""

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.comparison import THRESHOLDS, Comparison, alerts_of, compare
from analysis.past_leads import PastLead, past_leads
from analysis.scored_leads import ScoredLead, score_past
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant
from functions.scoring.rule_book import RuleBook
from tests.builders import activity_rule, answer_rule, compiled_model
from tests.soak import times

MAY = parse_instant("2026-05-01T09:00:00Z")
RULES = (answer_rule(), activity_rule())
MODEL = compiled_model(*RULES)


def fact(lead: str, kind: str, day: int, **changes: object) -> Fact:
    return Fact(
        lead=lead,
        at=MAY + day * DAY_MS,
        id=f"{kind}-{day}",
        kind=kind,
        **changes,  # type: ignore[arg-type]
    )


def four() -> list[Fact]:
    """A CEO who was lost, and three who looked at prices: two won, one lost."""
    facts = [fact("a", "form_submitted", 0, answers={"job_title": "CEO"})]
    facts += [fact(lead, "page_viewed", 1, properties={"path": "/pricing"}) for lead in "bcd"]
    results = zip("abcd", ("lost", "won", "won", "lost"), strict=True)
    return facts + [
        fact(lead, "sales_concluded", 9, properties={"result": result}) for lead, result in results
    ]


def compared(new: dict[str, object], *, calls: int | None = None) -> Comparison:
    books = (RuleBook(MODEL), RuleBook(new))
    past = past_leads(four())
    before, after = (score_past(past.leads, book) for book in books)
    return compare(before, after, books, calls=calls)


def test_wins_reached_by_the_same_calls_by_hand() -> None:
    new = compiled_model(answer_rule(points=5), activity_rule())
    told = compared(new, calls=2)
    # old: the CEO, and one of three equals: 2 wins at a third each; new: two of the three equals
    assert told.old.wins_reached == pytest.approx(2 / 3)
    assert told.new.wins_reached == pytest.approx(4 / 3)
    assert told.wins_apart == pytest.approx(2 / 3)
    # won are above 1 of 2 by a half: old (0 + 0.5) / 2, new (1 + 0.5) / 2
    assert (told.old.area, told.new.area) == pytest.approx((0.25, 0.75))
    assert told.verdict == "no_difference"


def scored(
    points: Sequence[dict[str, int]], won: Sequence[bool], book: RuleBook
) -> list[ScoredLead]:
    """Leads with these points by rule, without the facts they would come from."""
    return [
        ScoredLead(
            past=PastLead(
                lead=f"lead{number}", outcome="won" if is_won else "lost", concluded_at=MAY + 1,
                amount=None, at=MAY, begun=MAY, touch=None, facts=(),
            ),
            total=sum(own.values()), fit=0, engagement=0, band=book.band(sum(own.values())),
            points=own, hot_at=(), channel="", known={},
        )
        for number, (own, is_won) in enumerate(zip(points, won, strict=True))
    ]  # fmt: skip


def judged(
    old: Sequence[dict[str, int]], new: Sequence[dict[str, int]], won: Sequence[bool]
) -> Comparison:
    """Compare points under one and the same book: hot above 20, cold below 10."""
    book = RuleBook(MODEL)
    return compare(scored(old, won, book), scored(new, won, book), (book, book))


@pytest.mark.parametrize(
    ("hot_before", "hot_after", "calls"),
    [(3, 40, 40), (40, 3, 40), (3, 4, 20), (0, 0, 20), (3, 190, 100)],
)
def test_calls_are_those_of_the_model_with_more_hot_leads_within_a_tenth_and_a_half(
    hot_before: int, hot_after: int, calls: int
) -> None:
    old, new = (
        [{"all": 30 if number < hot else 0} for number in range(200)]
        for hot in (hot_before, hot_after)
    )
    told = judged(old, new, [number % 4 == 0 for number in range(200)])
    assert told.calls == calls
    assert [one.calls for one in told.at_calls] == sorted({10, 20, 40, 60, 100, calls})


def test_a_model_that_finds_more_at_a_number_worth_calling_is_better_whatever_three_hot_say() -> (
    None
):
    # under the old one three are hot, and after them all are equal; the new one ranks won first
    won = [number % 4 == 0 for number in range(200)]
    old = [{"all": 30 if number in (0, 4, 8) else 15} for number in range(200)]
    new = [{"all": 30 if is_won else 15} for is_won in won]
    told = judged(old, new, won)
    # 50 calls: 3, and 47 of 197 equals of whom 47 are won; now all 50
    assert (told.calls, told.new.wins_reached) == (50, 50)
    assert told.old.wins_reached == pytest.approx(3 + 47 * 47 / 197)
    assert told.verdict == "better"
    assert told.wins_chance < 0.001


@pytest.mark.soak
def test_two_models_as_good_as_each_other_are_seldom_said_to_differ() -> None:
    draw = np.random.default_rng(31337)
    pairs, said = times(push=150, soak=2000), 0
    for _ in range(pairs):
        truth = draw.normal(size=300)
        won = draw.random(300) < 1 / (1 + np.exp(1.4 - truth))
        old, new = (
            [{"all": round(10 * one)} for one in truth + draw.normal(size=300)] for _ in range(2)
        )
        said += judged(old, new, list(won)).verdict != "no_difference"
    assert said <= 0.05 * pairs + 2 * (0.05 * pairs) ** 0.5


def test_a_rule_that_gives_everybody_points_is_no_reason_where_others_tell_who_moved() -> None:
    new = [{"all": 9, "ceo": 5}] * 10 + [{"all": 9}] * 10
    told = judged([{}] * 20, new, [True, False] * 10)
    # cold is below 10: who is no CEO stays cold with 9
    assert {moved.reason for moved in told.moved} == {"ceo +5"}


def test_a_rule_that_gives_everybody_points_is_the_reason_where_it_alone_moves_leads() -> None:
    old = [{"ceo": 15}] * 10 + [{"ceo": 11}] * 10
    new = [{"ceo": 15, "all": 6, "page": 1}] * 10 + [{"ceo": 11, "all": 6}] * 10
    told = judged(old, new, [True, False] * 10)
    assert {(moved.lead, moved.reason) for moved in told.moved} == {
        (f"lead{number}", "all +6") for number in range(10)
    }


def test_where_everybody_moves_the_rule_that_gives_most_is_the_reason() -> None:
    told = judged([{}] * 4, [{"all": 12, "page": 3}] * 4, [True, False] * 2)
    assert {moved.reason for moved in told.moved} == {"all +12"}


def test_who_changes_band_is_told_with_the_rule_that_moved_it() -> None:
    told = compared(compiled_model(answer_rule(points=5), activity_rule()))
    (moved,) = told.moved
    assert (moved.lead, moved.old_band, moved.new_band) == ("a", "warm", "cold")
    assert moved.reason == "ceo -15"
    (change,) = told.changes
    assert (change.leads, change.won.part, change.won.whole) == (1, 0, 1)
    assert change.because == (("ceo", 1),)


def test_new_thresholds_alone_are_named_as_such() -> None:
    told = compared(compiled_model(*RULES, bands={"hot_above": 10, "cold_below": 5}))
    assert {one.because for one in told.moved} == {THRESHOLDS}
    assert (told.wins_apart, told.area_apart, told.verdict) == (0.0, 0.0, "no_difference")


def test_a_model_beside_itself_is_no_different() -> None:
    told = compared(MODEL)
    assert (told.moved, told.changes, told.verdict) == ((), (), "no_difference")
    assert (told.wins_chance, told.area_chance) == (1.0, 1.0)


def test_within_the_cooldown_a_lead_alerts_once() -> None:
    facts = [
        fact("a", "form_submitted", 0, answers={"job_title": "CEO"}),
        *(fact("a", "page_viewed", day, properties={"path": "/pricing"}) for day in (1, 40, 100)),
    ]
    scored = score_past(past_leads(facts).leads, RuleBook(MODEL))
    assert [len(one.hot_at) for one in scored] == [3]
    assert alerts_of(scored, cooldown=7 * DAY_MS) == 3
    assert alerts_of(scored, cooldown=50 * DAY_MS) == 2
