"""A table as facts: one row a lead, one row an event, and what of it could not be used."""

from typing import Any

from analysis.column_table import joined, read_csv_text
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
        "rows without a lead": 1, "rows without a readable instant": 1,
        "outcomes before the lead's first contact": 1,
    }  # fmt: skip
    assert facts.ended == {"won": 1, "lost": 1}
    assert "Country: 1 cells could not be used: 1 `Atlantis`" in facts.notes
    assert "Stage: 1 cells are no outcome, and their leads open: 1 `Open`" in facts.notes


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
    assert ended == {"2026-02-01T23:59:59.999Z": "won", "2026-04-02T00:00:00.000Z": "lost"}
    assert facts.left_out == {"outcomes that `lost_after` leaves open": 1}


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
    assert imported(rows).lines == imported(rows[::-1]).lines


def test_an_address_in_angle_brackets_is_that_address() -> None:
    text = 'Id,Number\n"Nowak, Anna <Anna@x.pl>",1\n<mailto:jan@x.pl>,2\nnot an@address,3\n'
    facts = facts_of(text, "lead: Id\norder: Number\n")
    assert [line["lead"] for line in facts.lines] == ["anna@x.pl", "jan@x.pl"]
    assert facts.left_out == {"rows whose lead is no address": 1}
    assert "Id: 1 cells could not be used: 1 `not an@address`" in facts.notes


def test_words_among_addresses_are_told_since_they_become_leads() -> None:
    facts = facts_of("Id,Number\nanna@x.pl,1\nbrak,2\nbrak,3\n", "lead: Id\norder: Number\n")
    (note,) = facts.notes
    assert "2 cells are no address" in note
    assert "`brak`" in note
    assert facts_of("Id,Number\n7,1\n8,2\n", "lead: Id\norder: Number\n").notes == []


def test_an_outcome_column_in_other_words_asks_whether_they_are_meant() -> None:
    facts = facts_of(LEADS, MAP.replace("won: Won", "won: Gewonnen").replace("Lost", "Losst"))
    assert facts.ended == {}
    assert "Stage: no cell says `won: Gewonnen`. Did you mean `Won`?" in facts.notes
    assert "Stage: no cell says `lost: Losst`. Did you mean `Lost`?" in facts.notes
    told = "Stage: 6 cells are no outcome, and their leads open: 3 `Lost`, 2 `Won`, 1 `Open`"
    assert told in facts.notes


def test_a_word_that_no_cell_says_is_named_though_none_is_like_it() -> None:
    facts = facts_of(LEADS, MAP.replace("won: Won", "won: xyz"))
    assert "Stage: no cell says `won: xyz`. Did you mean `Won`?" in facts.notes
    every = MAP.replace("lost: Lost", "lost: others\n  not_interested: Never")
    (note,) = (note for note in facts_of(LEADS, every).notes if "Never" in note)
    assert note == "Stage: no cell says `not_interested: Never`. Is that so?"


def test_a_lead_won_on_the_day_it_came_was_won_at_the_end_of_that_day() -> None:
    text = "Mail,Day,Stage,Closed\na@x.pl,2026-03-02 14:00,Won,2026-03-02\n"
    mapping = (
        "lead: Mail\nat: {column: Day, zone: Europe/Warsaw}\n"
        "outcome: {column: Stage, won: Won, at: {column: Closed, zone: Europe/Warsaw}}\n"
    )
    facts = facts_of(text, mapping)
    assert facts.ended == {"won": 1}
    assert facts.lines[-1]["at"] == "2026-03-02T22:59:59.999Z"
    (lead,) = past_of_lines(facts).examples
    assert lead.won


def test_a_column_without_a_zone_is_in_that_of_the_first_instant() -> None:
    text = "Mail,Day,Stage,Closed\na@x.pl,2026-03-02 20:00,Won,2026-03-02\n"
    mapping = (
        "lead: Mail\nat: {column: Day, zone: America/Los_Angeles}\n"
        "outcome: {column: Stage, won: Won, at: %s}\n"
    )
    assert facts_of(text, mapping % "Closed").lines[-1]["at"] == "2026-03-03T07:59:59.999Z"
    other = facts_of(text, mapping % "{column: Closed, zone: UTC}")
    assert other.left_out == {"outcomes before the lead's first contact": 1}


def test_an_activity_without_its_instant_is_counted() -> None:
    text = "Id,Day,Webinar,Held\na,2026-01-01,intro,\nb,2026-01-01,intro,soon\nc,2026-01-01,,\n"
    mapping = (
        "lead: Id\nat: Day\n"
        "activities: [{kind: webinar_attended, at: Held, properties: {webinar: Webinar}}]\n"
    )
    facts = facts_of(text, mapping)
    assert facts.left_out == {"webinar_attended without a readable instant": 2}
    assert "Held: 1 cells could not be used: 1 `soon`" in facts.notes


def test_a_format_that_reads_what_could_not_be_read_is_proposed() -> None:
    text = "Id,Day\na,31.12.2025\nb,01.01.2026\n"
    facts = facts_of(text, "lead: Id\nat: Day\n")
    assert facts.lines == []
    assert any('those above by `format: "%d.%m.%Y"`' in note for note in facts.notes)
    mixed = facts_of(text, 'lead: Id\nat: {column: Day, format: "%Y"}\n').notes
    assert any("read by the format `%Y`" in note for note in mixed)
    neither = facts_of("Id,Day\na,soon\n", "lead: Id\nat: Day\n").notes
    assert any("a `format` says how else" in note for note in neither)


def test_a_day_that_may_be_a_month_is_proposed_both_ways() -> None:
    notes = facts_of("Id,Day\na,01/02/2026\n", "lead: Id\nat: Day\n").notes
    assert any('`format: "%d/%m/%Y"` or `format: "%m/%d/%Y"`' in note for note in notes)


def test_a_text_that_is_cut_is_told() -> None:
    text = f"Id,Number,Note\na,1,{'x' * 1025}\n"
    mapping = "lead: Id\norder: Number\nactivities: [{kind: noted, properties: {note: Note}}]\n"
    assert facts_of(text, mapping).notes == ["Note: 1 cells were cut at 1,024 bytes"]


def test_an_order_that_is_no_number_leaves_its_row_out() -> None:
    facts = facts_of("Id,Number\na,first\nb,\nc,3\n", "lead: Id\norder: Number\n")
    assert facts.left_out == {"rows without a readable number of their order": 2}
    assert "Number: 1 cells could not be used: 1 `first`" in facts.notes


def test_what_a_join_passes_over_is_told() -> None:
    table = joined(
        read_csv_text("Key,City\na,x\nb,y\n,z\n"),
        read_csv_text("Name,City,Size\na,x,1\na,x,2\nc,q,3\n"),
        on="Key",
        there="Name",
    )
    assert table.columns == ("Key", "City", "Size")
    assert table.notes == (
        "joined on `Key`: 1 rows have a key that the other table does not, such as `b`",
        "joined on `Key`: 1 keys of the other table have no row here",
        "joined on `Key`: 1 rows repeat a key of the other table; its first counts",
        "joined on `Key`: left out, for the first table has them too: City",
    )
