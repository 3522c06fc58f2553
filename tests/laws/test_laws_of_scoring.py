"""What holds for every model, every history and every instant, whatever the numbers are."""

import json
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from functions.scoring.facts import distinct
from functions.scoring.forecast import next_changes
from functions.scoring.instants import parse_instant
from functions.scoring.score import score_facts, score_state
from functions.scoring.state import State
from tests.laws.asked_product import answer, ask, by_lead, rule_book
from tests.laws.drawn_histories import Case, FactLine, cases
from tests.laws.law_profile import law

TRIES = 200  # of each law; the comparison with brute force carries the numbers


def written(answers: object) -> bytes:
    return json.dumps(answers, sort_keys=True, ensure_ascii=False).encode()


@law(TRIES)
@given(cases(), st.data())
def test_order_and_repetition_of_facts_change_no_byte_of_the_answer(
    case: Case, data: st.DataObject
) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    repeats = data.draw(st.lists(st.sampled_from(lines), max_size=6))
    shuffled = data.draw(st.permutations(lines + repeats))
    assert written(ask(book, shuffled, at=now)) == written(ask(book, lines, at=now))


@law(TRIES)
@given(cases())
def test_the_lines_of_an_explanation_sum_to_the_total(case: Case) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for instant in instants_of(lines, now):
        for told in ask(book, lines, at=instant).values():
            assert (
                sum(line["points"] for line in told["lines"])
                == told["score"]
                == told["fit"] + told["engagement"]
            )
            assert all(line["points"] for line in told["lines"])


@law(TRIES)
@given(cases())
def test_a_forecast_is_what_scoring_says_at_each_of_its_instants_and_just_before(
    case: Case,
) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for facts in by_lead(lines).values():
        known = [fact for fact in facts if fact.at <= now]
        told = score_facts(book, facts, at=now)
        before = told.total
        for step in told.forecast:
            assert score_facts(book, known, at=step.at - 1).total == before != step.score
            then = score_facts(book, known, at=step.at)
            assert (then.total, then.band) == (step.score, step.band)
            before = step.score
        far = max([now, *(step.at for step in told.forecast)]) + 2 * book.retention
        assert score_facts(book, known, at=far).total == before


@law(TRIES)
@given(cases())
def test_the_next_change_of_band_is_the_first_of_the_forecast(case: Case) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for facts in by_lead(lines).values():
        told = score_facts(book, facts, at=now)
        others = [step.at for step in told.forecast if step.band != told.band]
        first = min(others, default=None)
        assert next_changes(book, told.state, at=now)[1] == first
        if first is not None:
            assert next_changes(book, told.state, at=now, until=first)[1] is None
            assert next_changes(book, told.state, at=now, until=first + 1)[1] == first


@law(TRIES)
@given(cases(), st.data())
def test_facts_merged_in_any_order_batches_and_repetition_give_the_state_of_all_at_once(
    case: Case, data: st.DataObject
) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for facts in by_lead(lines).values():
        accepted = distinct(fact for fact in facts if fact.at <= now)
        repeats = data.draw(st.lists(st.sampled_from(accepted), max_size=5)) if accepted else []
        waiting = data.draw(st.permutations(accepted + repeats))
        state = State()
        while waiting:
            size = data.draw(st.integers(1, 4))
            state, waiting = book.merge(state, waiting[:size]), waiting[size:]
        assert state == book.state(facts, at=now)
        assert book.merge(state, accepted) is state
        for instant in instants_of(lines, now):
            if instant >= now:
                assert answer(score_state(book, state, at=instant)) == answer(
                    score_facts(book, accepted, at=instant)
                )


@law(TRIES)
@given(cases())
def test_what_is_yet_to_happen_changes_nothing_before_it_happens(case: Case) -> None:
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for instant in instants_of(lines, now):
        happened = [line for line in lines if parse_instant(line["at"]) <= instant]
        later = {line["lead"] for line in lines} - {line["lead"] for line in happened}
        told = ask(book, lines, at=instant)
        assert {lead: one for lead, one in told.items() if lead not in later} == ask(
            book, happened, at=instant
        )
        assert all(
            not told[lead]["lines"] or told[lead]["score"] == sum_of(told[lead]["lines"])
            for lead in later
        )


def sum_of(lines: Iterable[FactLine]) -> int:
    return sum(line["points"] for line in lines)


def instants_of(lines: list[FactLine], now: int) -> list[int]:
    """The instant asked for, some of the facts' own, and later ones."""
    return [now, *(parse_instant(line["at"]) for line in lines[:3]), now + 1, now + 40 * 86_400_000]


@law(TRIES // 4)
@given(cases())
def test_a_state_is_that_of_every_instant_from_its_latest_on(case: Case) -> None:
    """Where nothing newer left a trace, a past instant is answered without the history."""
    document, retention, lines, now = case
    book = rule_book(document, retention_days=retention)
    for facts in by_lead(lines).values():
        state = book.state(facts)
        for instant in [state.latest, *(at for at in instants_of(lines, now) if at > state.latest)]:
            assert answer(score_state(book, state, at=instant)) == answer(
                score_facts(book, facts, at=instant)
            )
