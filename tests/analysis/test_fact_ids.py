"""The ids of imported facts: another export of a table gives the same, other facts get others."""

from typing import Any

import pytest

from analysis.column_table import read_csv_text
from analysis.fact_ids import FactIds
from analysis.table_import import Imported, import_table
from analysis.table_mapping import read_mapping
from modelling.compile import compile_document
from tests.analysis.made_up_leads import imported as made_up
from tests.analysis.made_up_leads import made_up_rows

EVENTS = """\
lead: Who
at: When
event: {column: What, kinds: {Visit: page_viewed}, properties: {path: Page}}
"""
LEADS = """\
lead: Who
at: When
answers: {size: {column: Size, type: number}}
outcome: {column: Stage, won: Won, lost: Lost, at: Closed}
"""
VISITS = ["a@x.pl,2026-01-02,Visit,/pricing", "b@x.pl,2026-01-03,Visit,/pricing"]


def facts_of(rows: list[str], mapping: str, head: str = "Who,When,What,Page") -> Imported:
    text = "\n".join([head, *rows]) + "\n"
    model = compile_document({"model": "Trial"})
    return import_table(read_csv_text(text), read_mapping(mapping).mapping, model)


def ids_of(imported: Imported) -> list[str]:
    return [line["id"] for line in imported.lines]


def test_a_table_sorted_otherwise_or_grown_gives_each_fact_the_id_it_had() -> None:
    first = ids_of(facts_of(VISITS, EVENTS))
    assert ids_of(facts_of(VISITS[::-1], EVENTS)) == first
    grown = [VISITS[1], "c@x.pl,2026-01-01,Visit,/", VISITS[0]]
    assert set(first) < set(ids_of(facts_of(grown, EVENTS)))
    assert len(set(first)) == 2


def test_an_order_that_grew_in_the_middle_gives_each_fact_the_id_it_had() -> None:
    rows = made_up_rows(20, seed=3)
    fewer = ids_of(made_up(rows[:7] + rows[8:]))
    assert set(fewer) < set(ids_of(made_up(rows)))
    assert all(one.startswith("order-") for one in fewer)


def test_two_tables_with_the_same_lead_in_the_same_row_share_no_id() -> None:
    size = facts_of(["a@x.pl,2026-01-02,30,,"], LEADS, "Who,When,Size,Stage,Closed")
    other = facts_of(
        ["a@x.pl,2026-01-02,yes"], "lead: Who\nat: When\nanswers: {x: X}\n", "Who,When,X"
    )
    assert not set(ids_of(size)) & set(ids_of(other))


def test_a_later_export_with_another_answer_or_outcome_tells_another_fact() -> None:
    head = "Who,When,Size,Stage,Closed"
    before = ids_of(facts_of(["a@x.pl,2026-01-02,30,Lost,2026-02-01"], LEADS, head))
    other_answer = ids_of(facts_of(["a@x.pl,2026-01-02,50,Lost,2026-02-01"], LEADS, head))
    other_end = ids_of(facts_of(["a@x.pl,2026-01-02,30,Won,2026-03-01"], LEADS, head))
    assert before[0] != other_answer[0]
    assert before[1] == other_answer[1]
    assert before[0] == other_end[0]
    assert before[1] != other_end[1]


def test_answers_that_were_changed_count_from_then_on_but_before_the_outcome() -> None:
    mapping = LEADS + "changed: Changed\n"
    head = "Who,When,Size,Stage,Closed,Changed"

    def told(row: str) -> list[tuple[str, Any]]:
        lines = facts_of([f"a@x.pl,2026-01-02,{row}"], mapping, head).lines
        return [(line["at"][:10], line.get("answers")) for line in lines if "answers" in line]

    assert told("30,,,2026-01-02") == [("2026-01-02", {"size": 30})]
    assert told("30,,,") == [("2026-01-02", {"size": 30})]
    assert told("50,,,2026-02-05") == [("2026-01-02", {}), ("2026-02-05", {"size": 50})]
    assert told("60,Won,2026-02-20,2026-03-01") == [
        ("2026-01-02", {}),
        ("2026-02-20", {"size": 60}),
    ]
    assert told(",,,2026-02-05") == [("2026-01-02", {})]


def test_answers_of_one_instant_that_differ_are_told() -> None:
    rows = ["a@x.pl,2026-01-02,30,,", "a@x.pl,2026-01-02,50,,", "b@x.pl,2026-01-02,50,,"]
    notes = facts_of(rows, LEADS, "Who,When,Size,Stage,Closed").notes
    assert any(note.startswith("1 leads have several rows of one instant") for note in notes)


def test_a_row_that_stands_twice_counts_twice_and_is_told() -> None:
    facts = facts_of([VISITS[0], VISITS[1], VISITS[0]], EVENTS)
    assert len(facts.lines) == 3
    assert len(set(ids_of(facts))) == 3
    assert any(note.startswith("1 rows tell what another row tells too") for note in facts.notes)


SPELLINGS = """\
lead: Who
at: When
event:
  column: What
  kinds: {Visit: page_viewed, View: page_viewed}
  properties: {path: Page, seconds: {column: Seconds, type: number}}
"""


@pytest.mark.parametrize(
    "tails",
    [
        ["Visit,/p,3", "Visit,/p,3"],
        ["Visit,/p,3", "View,/p,3"],
        ["Visit,/p,n/a", "Visit,/p,??"],
        ["Visit,/p,3", "View,/p,3", "Visit,/p,3", "View,/p,3.0"],
    ],
)
def test_rows_that_read_to_one_fact_count_each_however_they_are_spelled_and_sorted(
    tails: list[str],
) -> None:
    rows = [f"a@x.pl,2026-01-02,{tail}" for tail in tails]
    first, turned = (
        facts_of(each, SPELLINGS, "Who,When,What,Page,Seconds") for each in (rows, rows[::-1])
    )
    assert len(set(ids_of(first))) == len(rows)
    assert not first.left_out
    assert turned.lines == first.lines


def test_two_deals_of_one_day_whose_stages_mean_the_same_are_two_outcomes() -> None:
    mapping = LEADS.replace("won: Won", "won: [Won, Closed won]")
    rows = [f"a@x.pl,2026-01-02,30,{stage},2026-02-01" for stage in ("Won", "Closed won")]
    first, turned = (
        facts_of(each, mapping, "Who,When,Size,Stage,Closed") for each in (rows, rows[::-1])
    )
    ends = [line["id"] for line in first.lines if line["kind"] == "sales_concluded"]
    assert len(set(ends)) == 2
    assert first.ended == {"won": 2}
    assert turned.lines == first.lines


def test_a_row_that_tells_a_fact_twice_tells_it_once() -> None:
    properties = "properties: {path: Page}"
    mapping = (
        "lead: Who\nat: When\nactivities:\n"
        f"  - {{kind: page_viewed, {properties}}}\n  - {{kind: page_viewed, {properties}}}\n"
    )
    rows = ["a@x.pl,2026-01-02,/p", "a@x.pl,2026-01-02,/p"]
    kinds = [line["kind"] for line in facts_of(rows, mapping, "Who,When,Page").lines]
    assert kinds.count("page_viewed") == 2


def test_two_rows_that_tell_of_one_webinar_tell_of_it_once() -> None:
    mapping = (
        "lead: Who\nat: When\nanswers: {deal: Deal}\n"
        "activities: [{kind: webinar_attended, at: Day}]\n"
    )
    rows = ["a@x.pl,2026-01-02,one,2026-01-01", "a@x.pl,2026-01-04,two,2026-01-01"]
    facts = facts_of(rows, mapping, "Who,When,Deal,Day")
    assert [line["kind"] for line in facts.lines].count("webinar_attended") == 1
    assert facts.left_out == {"facts that another row tells too": 1}


def test_a_column_with_ids_names_its_rows() -> None:
    rows = [f"{VISITS[0]},e1", f"{VISITS[0]},e2", f"{VISITS[0]},e2", f"{VISITS[1]},"]
    facts = facts_of(rows, EVENTS + "id: Id\n", "Who,When,What,Page,Id")
    assert ids_of(facts)[:2] == ["e1", "e2"]
    assert ids_of(facts)[2].startswith("import-")
    assert facts.left_out == {"facts that another row tells too": 1}
    assert "Id: 1 rows have no id and are known by what they say" in facts.notes


def test_what_else_a_row_with_an_id_tells_is_known_by_both() -> None:
    mapping, head = LEADS + "id: Id\n", "Who,When,Size,Stage,Closed,Id"
    row = "a@x.pl,2026-01-02,30,Won,2026-02-01"
    one, two = (ids_of(facts_of([f"{row},{name}"], mapping, head)) for name in ("d1", "d2"))
    assert all(given.startswith("d1-") for given in one)
    assert not set(one) & set(two)
    changed = ids_of(facts_of(["a@x.pl,2026-01-02,50,Won,2026-02-01,d1"], mapping, head))
    assert changed[0] != one[0]
    assert changed[1] == one[1]


@pytest.mark.parametrize("own", ["zażółć", "x" * 200, "a\tb"])
def test_an_id_that_facts_cannot_have_is_stood_for_by_a_short_one(own: str) -> None:
    ids = FactIds("Id")
    line = {"lead": "a@x.pl", "at": "2026-01-02T00:00:00.000Z", "kind": "page_viewed"}
    given = ids.of(line, ids.teller({"Id": own}, None), is_row=True)
    assert given is not None
    assert given.isascii()
    assert len(given) == 12
