from typing import Any

import pytest

from functions.intake.answer_reading import AnswerError, cut, read_answers, read_yes_no

COUNTRIES = {"polska": "PL", "poland": "PL", "pl": "PL", "niemcy": "DE"}


def read(kind: str, value: object) -> Any:
    """One answer as a field of this type reads it; a mistake as its code."""
    model = {"fields": {"field": {"type": kind}}, "countries": COUNTRIES}
    result = read_answers({"field": value}, model)
    mistakes = [*result.mistakes, *result.unread]
    return mistakes[0].code if mistakes else result.answers.get("field")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("11-50", 30.5),
        ("11 \u2013 50", 30.5),
        ("11 do 50", 30.5),
        ("51 to 200", 125.5),
        ("10-20", 15),
        ("1 000", 1000),
        ("1\u00a0000", 1000),
        ("1.000", 1000),
        ("1,000", 1000),
        ("1'000", 1000),
        ("1 000-5 000", 3000),
        ("1.000.000", 1_000_000),
        ("1,234.56", 1234.56),
        ("1.234,56", 1234.56),
        ("1,5", 1.5),
        ("0.500", 0.5),
        ("200+", 200),
        ("10000+ employees", 10000),
        ("> 200", 200),
        ("powyżej 200", 200),
        ("<10", 5),
        ("do 10", 5),
        ("11-50 employees", 30.5),
        ("50 osób", 50),
        ("10k", 10_000),
        ("10 tys.", 10_000),
        ("2 mln", 2_000_000),
        ("-5", -5),
        ("od 10 do 49", 29.5),
        ("10 to 49", 29.5),
        ("between 10 and 49 people", 29.5),
        ("zwischen 10 und 49", 29.5),
        ("między 10 a 49", 29.5),
        ("10-49 (small)", 29.5),
        ("5-10k", 7500),
        ("5 do 10 tys.", 7500),
        ("500 - 1k", 750),
        ("około 50", 50),
        ("ca. 30", 30),
        ("ca 30", 30),
        ("circa 30", 30),
        ("approx. 50 people", 50),
        ("+/- 50", 50),
        ("etwa 50", 50),
        ("co najmniej 10", 10),
        ("min. 10", 10),
        ("nie więcej niż 20", 10),
        ("max 50", 25),
        (7, 7),
        (7.0, 7),
        (0, 0),
    ],
)
def test_a_number_is_read_as_people_mean_it(written: object, meant: float) -> None:
    found = read("number", written)
    assert found == meant
    assert isinstance(found, int) is (meant == int(meant))


@pytest.mark.parametrize(
    "written",
    ["many", "1-2-3", "5 3 7", "10^40", "1e5", "9" * 23, "100-50", "1.2.3", "10 m2", "10 and 49"],
)
def test_what_means_no_number_is_a_mistake(written: str) -> None:
    assert read("number", written) == "invalid_number"


@pytest.mark.parametrize("value", ["true", "Yes", "TAK", "1", "on", True, 1, ["0", "on"]])
def test_many_words_mean_yes(value: object) -> None:
    assert read_yes_no(value) is True


@pytest.mark.parametrize("value", ["false", "No", "NIE", "0", "off", False, 0])
def test_many_words_mean_no(value: object) -> None:
    assert read_yes_no(value) is False


@pytest.mark.parametrize("value", ["perhaps", "2", 2])
def test_another_word_is_neither_yes_nor_no(value: object) -> None:
    with pytest.raises(AnswerError, match="invalid_yes_no"):
        read_yes_no(value)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Polska", "PL"),
        ("POLAND", "PL"),
        ("pl", "PL"),
        ("Niemcy", "DE"),
        ("Nigdzie", "invalid_country"),
    ],
)
def test_a_country_is_known_by_its_names(written: str, found: str) -> None:
    assert read("country", written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-02-28", "2026-02-28"),
        ("2026-11-01T10:00:00Z", "2026-11-01"),
        ("1.2.2026", "2026-02-01"),
        ("2026-02-30", "invalid_date"),
        ("01/02/2026", "invalid_date"),
        ("soon", "invalid_date"),
    ],
)
def test_a_date_is_read_where_it_can_mean_one_day_only(written: str, found: str) -> None:
    assert read("date", written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://example.com/a?b=1", "https://example.com/a?b=1"),
        ("www.example.pl", "https://www.example.pl"),
        ("bücher.example", "https://bücher.example"),
        ("ftp://example.com", "invalid_url"),
        ("http://user@example.com", "invalid_url"),
        ("http://2130706433/", "invalid_url"),
        ("http://printer.local/", "invalid_url"),
    ],
)
def test_a_website_is_one_that_the_world_can_reach(written: str, found: str) -> None:
    assert read("url", written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+48 600 700 800", "+48 600 700 800"),
        ("(22) 555-12-34 ext. 5", "(22) 555-12-34 ext. 5"),
        ("tel: 600100200", "600100200"),
        ("tel. +48 (22) 555-12-34 wew. 5", "+48 (22) 555-12-34 wew. 5"),
        ("600 100 200 (po 16)", "600 100 200"),
        ("mobile 600-100-200, please", "600-100-200"),
        ("600100200 lub 225551234", "600100200"),
        ("123", "invalid_phone"),
        ("call me", "invalid_phone"),
    ],
)
def test_a_phone_number_has_digits_and_is_kept_as_written(written: str, found: str) -> None:
    assert read("phone", written) == found


@pytest.mark.parametrize("kind", ["text", "message", "number", "country", "url", "phone", "date"])
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_empty_is_no_answer(kind: str, empty: object) -> None:
    assert read(kind, empty) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"),
        ("number", 10**16),
        ("number", "we are a team of forty " * 10),
        ("country", "Atlantis"),
        ("phone", "call me"),
        ("date", "soon"),
        ("yes_no", "perhaps"),
        ("url", "none yet"),
    ],
)
def test_an_odd_answer_is_told_apart_from_a_wrong_one(kind: str, value: object) -> None:
    model = {"fields": {"field": {"type": kind}}, "countries": COUNTRIES}
    result = read_answers({"Field": value}, model)
    assert (result.answers, result.mistakes, result.ignored) == ({}, [], [])
    assert [mistake.field for mistake in result.unread] == ["field"]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("number", {"x": 1}, "invalid_type"),
        ("country", "a\r\nb", "control_character"),
        ("phone", "600\x00100", "invalid_text"),
        ("url", "javascript:alert(1)", "invalid_url"),
        ("url", "http://169.254.169.254/", "invalid_url"),
        ("url", "169.254.169.254", "invalid_url"),
        ("url", "printer.local", "invalid_url"),
        ("text", "x" * 201, "too_long"),
        ("text", ["a", 5], "invalid_type"),
        ("number", ["10"], "invalid_type"),
    ],
)
def test_a_wrong_answer_stays_a_mistake(kind: str, value: object, code: str) -> None:
    model = {"fields": {"field": {"type": kind}}, "countries": COUNTRIES}
    result = read_answers({"field": value}, model)
    assert ([mistake.code for mistake in result.mistakes], result.unread) == ([code], [])


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (["SEO", "Ads"], "SEO, Ads"),
        (["SEO", "", " Ads "], "SEO, Ads"),
        (["SEO"], "SEO"),
        ([], None),
        ([""], None),
        (["x" * 150, "y" * 150], "x" * 150),
    ],
)
def test_several_choices_of_a_text_are_one_text(chosen: list[str], found: str | None) -> None:
    assert read("text", chosen) == found


def test_a_null_is_kept_only_where_it_means_something() -> None:
    model = {"fields": {"name": {"type": "text"}}}
    assert read_answers({"name": None}, model).answers == {}
    assert read_answers({"name": None}, model, keep_nulls=True).answers == {"name": None}


def test_a_declared_name_is_stronger_than_anothers_alias() -> None:
    fields = {"title": {"type": "text", "also": ["position"]}, "position": {"type": "text"}}
    assert read_answers({"Position": "x"}, {"fields": fields}).answers == {"position": "x"}


def test_a_text_is_cut_between_letters() -> None:
    assert cut("ąą", 3) == "ą"
