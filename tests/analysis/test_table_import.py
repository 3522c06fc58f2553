"""A table as facts: one row a lead, one row an event, and what of it could not be used."""

from collections import Counter
from typing import Any

import pytest

from analysis.column_table import Table, UnreadableTableError, joined, read_csv_text
from analysis.made_up_instants import tell_an_order_only
from analysis.table_import import Imported, import_table
from analysis.table_mapping import read_mapping
from modelling.compile import compile_document
from tests.analysis.made_up_leads import imported, made_up_rows
from tests.analysis.measure import past_of_lines

LEADS = """\
Mail,Day,Country,Employees,Stage,Closed,Value
anna@example.com,01.03.2026,Poland,11-50,Won,20.03.2026,"1 200"
jan@example.com,02.03.2026,Atlantis,many,Lost,03.04.2026,
ewa@example.com,03.03.2026,-,5000000,Open,,
,04.03.2026,Poland,10,Lost,05.04.2026,
ola@example.com,soon,Poland,10,Lost,05.04.2026,
iza@example.com,06.03.2026,Germany,10,Won,01.03.2026,50
"""
MAP = """\
lead: Mail
at: {column: Day, format: "%d.%m.%Y", zone: Europe/Warsaw}
empty: ["-"]
answers:
  country: {column: Country, type: country}
  company_size: {column: Employees, type: number, from: 1, below: 1000000}
outcome:
  column: Stage
  won: Won
  lost: Lost
  at: {column: Closed, format: "%d.%m.%Y", zone: Europe/Warsaw}
  amount: Value
"""
EVENTS = """\
Who,When,What,Page
7,2026-03-01T10:00:00+01:00,Visit,/pricing
7,2026-03-02T10:00:00+01:00,Shrug,/
8,2026-03-03T10:00:00+01:00,Visit,/careers
"""


def facts_of(text: str, mapping: str, **base: Any) -> Imported:
    model = compile_document({"model": "Trial"} | base)
    return import_table(read_csv_text(text), read_mapping(mapping).mapping, model)


def test_a_row_becomes_answers_and_an_outcome() -> None:
    facts = facts_of(LEADS, MAP)
    anna = [line for line in facts.lines if line["lead"] == "anna@example.com"]
    assert [line["kind"] for line in anna] == ["form_submitted", "sales_concluded"]
    assert anna[0]["at"] == "2026-02-28T23:00:00.000Z"  # midnight in Warsaw
    assert anna[0]["answers"] == {"country": "PL", "company_size": 30.5}
    assert (anna[1]["result"], anna[1]["amount"]) == ("won", 1200)


def test_what_cannot_be_used_is_counted_by_column_and_reason() -> None:
    facts = facts_of(LEADS, MAP)
    columns = facts.columns
    assert (columns["Country"].empty, columns["Country"].unknown) == (1, 1)
    assert (columns["Employees"].unknown, columns["Employees"].out_of_range) == (1, 1)
    assert columns["Day"].unknown == 1
    assert facts.left_out == {
        "without a lead": 1, "without an instant": 1,
        "outcome before the lead's first contact": 1,
    }  # fmt: skip
    assert facts.ended == {"won": 1, "lost": 1}


def test_fields_the_model_does_not_declare_are_named() -> None:
    assert "company_size" in facts_of(LEADS, MAP).undeclared
    declared = {"company_size": {"type": "number"}, "country": {"type": "country"}}
    assert facts_of(LEADS, MAP, fields=declared).undeclared == {}


def test_another_name_of_a_declared_field_is_that_field() -> None:
    model = {"fields": {"country": {"type": "country", "also": ["location"]}}}
    facts = facts_of(LEADS, MAP.replace("  country:", "  location:"), **model)
    assert "location" not in facts.undeclared
    assert facts.lines[0]["answers"]["country"] == "PL"
    assert facts.columns["Country"].unknown == 1


def test_one_row_an_event_becomes_one_activity() -> None:
    mapping = (
        "lead: Who\nat: When\n"
        "event: {column: What, kinds: {visit: page_viewed}, properties: {path: Page}}\n"
    )
    facts = facts_of(EVENTS, mapping)
    assert [(line["kind"], line["path"]) for line in facts.lines] == [
        ("page_viewed", "/pricing"), ("page_viewed", "/careers"),
    ]  # fmt: skip
    assert facts.columns["What"].unknown == 1
    assert len({line["lead"] for line in facts.lines}) == 2


def test_an_id_becomes_a_lead_id_of_22_letters_always_the_same() -> None:
    mapping = "lead: Who\nat: When\nanswers: {page: Page}\n"
    leads = [line["lead"] for line in facts_of(EVENTS, mapping).lines]
    assert leads[0] == leads[1] != leads[2]
    assert [len(lead) for lead in leads] == [22, 22, 22]


def test_rows_without_times_keep_their_order_and_say_that_it_is_one() -> None:
    past = past_of_lines(imported(made_up_rows(40, seed=1)[::-1]))
    assert len(past.examples) == 40
    begun = [example.begun for example in past.examples]
    assert begun == sorted(begun)
    assert len(set(begun)) == 40
    assert tell_an_order_only(past.examples[0].facts)


def test_a_machine_writes_a_point_for_decimals() -> None:
    text = "Id,Number,Pages\na,1,2.125\nb,2,\n"
    mapping = (
        "lead: Id\norder: Number\n"
        "activities: [{kind: site_used, properties: {pages: {column: Pages, type: number}}}]\n"
    )
    used = [line for line in facts_of(text, mapping).lines if line["kind"] == "site_used"]
    assert [line["pages"] for line in used] == [2.125]


def test_who_did_not_buy_in_time_counts_as_lost_and_who_still_may_is_open() -> None:
    leads = read_csv_text("Key,Day\na,2026-01-01\nb,2026-01-02\nc,2026-05-30\n")
    deals = read_csv_text("Key,Won\na,2026-02-01\nx,2026-06-01\n")
    mapping = (
        "lead: Key\nat: Day\njoin: [{table: deals.csv, on: Key}]\n"
        "outcome: {column: Won, won: filled, lost: empty, at: Won, lost_after: 90 days}\n"
    )
    table = joined(leads, deals, on="Key", there="Key")
    facts = import_table(table, read_mapping(mapping).mapping, compile_document({"model": "T"}))
    ended = {line["at"]: line["result"] for line in facts.lines if "result" in line}
    assert ended == {"2026-02-01T00:00:00.000Z": "won", "2026-04-02T00:00:00.000Z": "lost"}


def test_values_may_be_mended_and_made_empty() -> None:
    text = "Id,Number,Branch\na,1,technolgy\nb,2,Unknown\nc,3,retail\n"
    mapping = (
        "lead: Id\norder: Number\n"
        "answers: {branch: {column: Branch, values: {technolgy: technology, unknown: ''}}}\n"
    )
    answers = [line["answers"] for line in facts_of(text, mapping).lines]
    assert answers == [{"branch": "technology"}, {}, {"branch": "retail"}]


def test_the_same_table_gives_the_same_facts_in_whatever_order_its_rows_stand() -> None:
    rows = made_up_rows(30, seed=2)

    def told(lines: list[dict[str, Any]]) -> Counter[str]:
        return Counter(str({k: v for k, v in line.items() if k != "id"}) for line in lines)

    assert told(imported(rows).lines) == told(imported(rows[::-1]).lines)


def test_a_table_with_semicolons_and_a_short_row_is_read() -> None:
    assert read_csv_text("a;b\n1;2\n3\n") == Table(("a", "b"), (("1", "2"), ("3", "")))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n", "no rows"),
        ("a,a\n1,2\n", "twice"),
        ("a,b\n1,2,3\n", "3 cells"),
    ],
)
def test_what_is_no_table_says_why(text: str, says: str) -> None:
    with pytest.raises(UnreadableTableError, match=says):
        read_csv_text(text)
