"""Two models on the same past leads."""

import pytest

from analysis.comparison import THRESHOLDS, Comparison, alerts_of, compare
from analysis.past_leads import past_leads
from analysis.scored_leads import score_past
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant
from functions.scoring.rule_book import RuleBook
from tests.builders import activity_rule, answer_rule, compiled_model

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
