"""Leads as they stood before their end."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from analysis.past_leads import PastLead, past_leads
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant

MAY = parse_instant("2026-05-01T09:00:00Z")


def fact(kind: str, day: int, **changes: Any) -> Fact:
    return Fact(
        lead="anna@example.com", at=MAY + day * DAY_MS, id=f"{kind}-{day}", kind=kind, **changes
    )


def concluded(day: int, result: str, **properties: Any) -> Fact:
    return fact("sales_concluded", day, properties={"result": result, **properties})


def only(*facts: Fact, at: int | None = None) -> PastLead:
    (lead,) = past_leads(facts, at=at).leads
    return lead


def test_a_won_lead_is_scored_just_before_it_was_won() -> None:
    viewed, later = fact("page_viewed", 0), fact("page_viewed", 30)
    lead = only(later, concluded(20, "won", amount=5000), viewed)
    assert (lead.outcome, lead.amount, lead.facts) == ("won", 5000.0, (viewed,))
    assert lead.at == MAY + 20 * DAY_MS - 1
    assert (lead.begun, lead.concluded_at) == (MAY, MAY + 20 * DAY_MS)


def test_an_open_lead_is_scored_at_the_end_of_the_file_or_at_the_instant_asked_for() -> None:
    viewed, later = fact("page_viewed", 0), fact("page_viewed", 30)
    assert only(viewed, later).at == later.at
    asked = only(viewed, later, at=MAY + DAY_MS)
    assert (asked.outcome, asked.at, asked.facts) == (None, MAY + DAY_MS, (viewed,))


def test_a_result_that_was_mended_counts_from_its_first_instant() -> None:
    lead = only(fact("page_viewed", 0), concluded(10, "lost"), concluded(12, "won"))
    assert (lead.outcome, lead.concluded_at) == ("won", MAY + 10 * DAY_MS)


def test_an_outcome_taken_back_leaves_the_lead_open() -> None:
    assert only(fact("page_viewed", 0), concluded(10, "lost"), concluded(12, "")).outcome is None
    again = only(
        fact("page_viewed", 0), concluded(10, "lost"), concluded(12, ""), concluded(40, "won")
    )
    assert (again.outcome, again.concluded_at) == ("won", MAY + 40 * DAY_MS)


def test_who_was_not_interested_and_writes_again_is_open_once_more() -> None:
    lead = only(fact("page_viewed", 0), concluded(5, "not_interested"), fact("form_submitted", 9))
    assert lead.outcome is None


def test_what_sales_did_is_told_apart() -> None:
    viewed, answered = fact("page_viewed", 0), fact("sales_answered", 1)
    contact = fact("sales_contacted", 2, properties={"result": "reached"})
    lead = only(viewed, answered, contact, concluded(5, "lost"))
    assert lead.facts == (viewed, answered, contact)
    assert lead.own_facts == (viewed, answered)
    assert lead.contacted_at == contact.at


def test_a_lead_of_which_nothing_was_known_before_its_outcome_tells_nothing() -> None:
    assert past_leads([concluded(5, "won"), fact("page_viewed", 6)]).leads == ()


def test_tests_are_left_out_and_an_order_is_known_for_one() -> None:
    assert past_leads([fact("form_submitted", 0, test=True)]).leads == ()
    ordered = Fact(lead="jan@example.com", at=MAY, id="order-1", kind="page_viewed")
    assert past_leads([fact("page_viewed", 0)]).know_times
    assert not past_leads([ordered]).know_times


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_neither_order_nor_repeats_change_a_past_lead(random: Any, repeats: int) -> None:
    facts = [
        fact("page_viewed", 0), concluded(3, "lost"), concluded(4, ""), fact("page_viewed", 6),
        concluded(8, "won", amount=3), fact("page_viewed", 9),
    ]  # fmt: skip
    shuffled = facts + facts[:repeats]
    random.shuffle(shuffled)
    assert past_leads(shuffled) == past_leads(facts)
