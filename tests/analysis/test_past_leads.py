"""Leads as they stood before their end."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.column_table import Table
from analysis.past_leads import PastLead, Uncounted, past_leads
from analysis.table_import import import_table
from analysis.table_mapping import read_mapping
from functions.intake.fact_line import read_fact
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant
from modelling.compile import compile_document

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


def test_a_lead_of_which_nothing_was_known_before_its_outcome_is_left_out_and_counted() -> None:
    past = past_leads([concluded(5, "won"), fact("page_viewed", 6)])
    assert (past.leads, past.uncounted) == ((), Uncounted(left_out=1))
    assert past.uncounted.sentences == (
        "1 lead left out: nothing is known of it before the outcome.",
    )
    assert past_leads([concluded(5, "won"), concluded(6, "")]).uncounted == Uncounted()


def test_who_ended_at_the_instant_it_began_is_scored_with_what_it_did_then() -> None:
    form, viewed = fact("form_submitted", 5), fact("page_viewed", 5)
    for ended_id in ("a", "z"):
        ended = Fact("anna@example.com", form.at, ended_id, "sales_concluded",
                     properties={"result": "won"})  # fmt: skip
        contact = Fact("anna@example.com", form.at, "b", "sales_contacted")
        lead = only(form, ended, contact, viewed)
        assert (lead.outcome, lead.at, lead.concluded_at) == ("won", form.at, form.at)
        assert lead.facts == (form, viewed)


def test_where_something_was_known_earlier_what_came_with_the_outcome_counts_for_nothing() -> None:
    form = fact("form_submitted", 0)
    assert only(form, fact("page_viewed", 5), concluded(5, "won")).facts == (form,)


def test_of_several_outcomes_the_first_counts_and_a_win_is_not_erased() -> None:
    viewed, again = fact("page_viewed", 0), fact("page_viewed", 120)
    facts = [viewed, concluded(31, "won", amount=50_000), again, concluded(151, "lost")]
    lead = only(*facts)
    assert (lead.outcome, lead.amount, lead.concluded_at) == ("won", 50_000, MAY + 31 * DAY_MS)
    assert (lead.facts, lead.later) == ((viewed,), ("lost",))
    assert past_leads(facts).uncounted.sentences == (
        "1 lead had more than one outcome: the first counts, 1 later (0 won) not.",
    )


@pytest.mark.parametrize(
    ("said", "outcome", "day", "later"),
    [
        ([(10, "won"), (11, "lost")], "won", 10, ("lost",)),
        ([(10, "won"), (11, ""), (12, "lost")], "lost", 12, ()),
        ([(10, "lost"), (41, "won")], "lost", 10, ("won",)),
        ([(10, "lost"), (39, "won"), (60, "won")], "won", 10, ()),
        ([(10, "won"), (200, ""), (220, "lost")], "won", 10, ("lost",)),
        ([(10, "lost"), (200, ""), (220, "won")], "won", 220, ()),
        ([(10, "won"), (100, "lost"), (101, "")], "won", 10, ()),
    ],
)
def test_a_mended_result_is_one_outcome_and_another_deal_a_later_one(
    said: list[tuple[int, str]], outcome: str, day: int, later: tuple[str, ...]
) -> None:
    lead = only(fact("page_viewed", 0), *(concluded(*one) for one in said))
    assert (lead.outcome, lead.concluded_at, lead.later) == (outcome, MAY + day * DAY_MS, later)


def test_of_two_outcomes_at_one_instant_the_win_counts() -> None:
    ends = [
        Fact("anna@example.com", MAY + DAY_MS, f"row-{number}-end", "sales_concluded",
             properties={"result": result})
        for number, result in enumerate(("lost", "won", "disqualified"), start=1)
    ]  # fmt: skip
    lead = only(fact("page_viewed", 0), *ends)
    assert (lead.outcome, lead.later) == ("won", ("lost", "disqualified"))


def test_what_the_lead_did_in_between_parts_two_outcomes() -> None:
    facts = [fact("page_viewed", 0), concluded(10, "lost"), concluded(12, "won")]
    assert only(*facts, fact("sales_contacted", 11)).outcome == "won"
    parted = only(*facts, fact("page_viewed", 11))
    assert (parted.outcome, parted.later) == ("lost", ("won",))


def test_each_row_of_a_table_is_an_outcome_of_its_own() -> None:
    mapping = read_mapping(
        "lead: account\nat: opened\noutcome: {column: stage, won: Won, lost: Lost, at: closed}\n"
    ).mapping
    rows = (
        ("acme@example.com", "2026-05-01", "2026-05-20", "Lost"),
        ("acme@example.com", "2026-05-02", "2026-05-25", "Won"),
        ("acme@example.com", "2026-05-03", "2026-05-25", "Won"),
    )
    model = compile_document({"model": "Nothing yet"})
    imported = import_table(Table(("account", "opened", "closed", "stage"), rows), mapping, model)
    facts = [
        read_fact(json.loads(json.dumps(line)), received_at=None, model=model, lead_id=str)
        for line in imported.lines
    ]
    past = past_leads(one for one in facts if isinstance(one, Fact))
    assert [(lead.outcome, lead.later) for lead in past.leads] == [("lost", ("won", "won"))]
    assert past.uncounted == Uncounted(several=1, later=2, later_won=2)


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
