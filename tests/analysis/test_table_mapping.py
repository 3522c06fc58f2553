"""What a person may write in a mapping, and how all of its mistakes are told at once."""

import re
import textwrap
from pathlib import Path

import pytest

from analysis.table_mapping import check_columns, read_mapping
from modelling.mistakes import ModelInvalid

ROOT = Path(__file__).parents[2]
MAPPINGS = sorted((Path(__file__).parent / "mappings").glob("*.yaml"))
WRONG = """\
lead: Customer
at: {column: Day, zone: Mars/Olympus}
ansers: {}
answers:
  size: {column: Employees, typ: number}
outcome: {column: Stage}
"""


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(ModelInvalid) as invalid:
        read_mapping(text, "map.yaml")
    return [str(mistake) for mistake in invalid.value.mistakes]


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    told = mistakes_of(WRONG)
    assert [re.findall(r"line (\d+)", one)[0] for one in told] == ["2", "3", "5", "6"]
    assert "Mars/Olympus" in told[0]
    assert "`ansers`" in told[1]
    assert "Did you mean `answers`?" in told[1]
    assert "Did you mean `type`?" in told[2]
    assert "`won` is missing" in told[3]


def test_a_row_needs_its_instant_or_its_place_in_an_order() -> None:
    assert "rises with time" in mistakes_of("lead: Customer\n")[0]
    both = "lead: Customer\nat: Day\norder: Number\n"
    assert "one of the two" in mistakes_of(both)[0]


def test_an_outcome_needs_its_day_where_rows_have_one() -> None:
    text = "lead: Customer\nat: Day\noutcome: {column: Stage, won: Won}\n"
    assert "when a lead was won or lost" in mistakes_of(text)[0]


def test_changes_need_times() -> None:
    text = "lead: Customer\norder: Number\nchanged: Modified\n"
    assert "no times to tell changes by" in mistakes_of(text)[0]


@pytest.mark.parametrize("word", ["cp12500", "hex", "1"])
def test_an_encoding_is_one_that_there_is(word: str) -> None:
    text = f"lead: Customer\nat: Day\nencoding: {word}\n"
    assert f"`{word}` is no encoding" in mistakes_of(text)[0]
    assert read_mapping("lead: Customer\nat: Day\nencoding: cp1250\n").mapping.encoding == "cp1250"


def test_decimals_have_a_comma_or_a_point() -> None:
    assert "'comma' or 'point'" in mistakes_of("lead: C\nat: Day\ndecimal: dot\n")[0]


def test_no_property_takes_the_name_of_a_part_that_each_fact_has() -> None:
    text = (
        "lead: C\nat: Day\nactivities: [{kind: noted, properties: {id: Ticket}}]\n"
        "event: {column: What, kinds: {Visit: page_viewed}, properties: {lead: Who, path: Page}}\n"
    )
    told = mistakes_of(text)
    assert len(told) == 2
    assert "`id` is no property" in told[0]
    assert "`lead` is no property" in told[1]


def test_columns_that_the_table_does_not_have_are_named_with_the_nearest() -> None:
    text = "lead: Custmer\nat: Day\nanswers:\n  size: Employes\n"
    other = "lead: Customer\nid: Deel\nat: Day\nchanged: Modifid\n"
    with pytest.raises(ModelInvalid) as invalid:
        check_columns(read_mapping(text), ["Customer", "Day", "Employees"])
    told = [str(mistake) for mistake in invalid.value.mistakes]
    with pytest.raises(ModelInvalid) as invalid:
        check_columns(read_mapping(other), ["Customer", "Day", "Deal", "Modified"])
    assert [mistake.line for mistake in invalid.value.mistakes] == [2, 4]
    assert len(told) == 2
    assert "line 1" in told[0]
    assert "Did you mean `Customer`?" in told[0]
    assert "line 4" in told[1]
    assert "Did you mean `Employees`?" in told[1]


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_every_sample_is_a_mapping(path: Path) -> None:
    assert read_mapping(path.read_text("utf-8")).mapping.outcome is not None


@pytest.mark.parametrize("place", ["docs/modelling.md", "cli/usage/of_models.py"])
def test_what_the_pages_show_is_a_mapping(place: str) -> None:
    text = (ROOT / place).read_text("utf-8")
    (shown,) = re.findall(
        r"^ *lead: (?:E-mail|Customer).*?there: Name\}", text, re.DOTALL | re.MULTILINE
    )
    mapping = read_mapping(textwrap.dedent(shown)).mapping
    assert mapping.outcome is not None
    assert mapping.join[0].there == "Name"


def test_an_empty_file_says_how_to_begin() -> None:
    assert "Begin with" in mistakes_of("")[0]
