"""What the compiler makes of a model: one JSON document in which nothing is left to interpret."""

# ruff: noqa: E501 - a case is one line

import json
from typing import Any

import pytest

from functions.scoring.facts import Fact
from functions.scoring.rule_book import RuleBook
from modelling.award_steps import decaying, halving
from modelling.compile import compile_document, compile_model_text
from modelling.durations import parse_duration, say_duration
from modelling.reading import read_model_text
from tests.modelling.model_texts import SOUND, changed

DAY = 86_400_000
HOUR = 3_600_000
PATH = {"path": "/pricing/x"}


def compiled(**sections: Any) -> dict[str, Any]:
    return compile_document({"fields": FIELDS, **sections})


FIELDS = {
    "country": {"type": "country"},
    "consent": {"type": "yes_no"},
    "since": {"type": "date"},
    "job_title": {"type": "text"},
    "size": {"type": "number"},
}


def when(condition: dict[str, Any]) -> Any:
    return compiled(fit=[{"rule": "r", "when": condition, "points": 1}])["rules"][0]["when"]


def activity(**keys: Any) -> dict[str, Any]:
    rule = {"rule": "r", "activity": "page_viewed", "points": 12, "lasts": "30 days", **keys}
    return dict(compiled(engagement=[rule])["rules"][0])


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30 days", 30 * DAY),
        ("1 day", DAY),
        ("12 hours", 12 * HOUR),
        ("90 minutes", 90 * 60_000),
        ("a week", 7 * DAY),
        ("2 weeks", 14 * DAY),
        ("a month", 30 * DAY),
        ("1 month", 30 * DAY),
        ("a year", 365 * DAY),
        ("an hour", HOUR),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, length: int) -> None:
    assert parse_duration(text) == length
    assert parse_duration(say_duration(length)) == length


@pytest.mark.parametrize(
    "text", ["30", 30, None, "days", "-1 days", "1.5 days", "30 dni", "1000000 years", ""]
)
def test_what_is_no_length_of_time_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"length of time|hundred years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ({"country": "Polska"}, ["is", "country", ["PL"]]),
        ({"country": ["Niemcy", "POL", "cz", "Großbritannien"]}, ["is", "country", ["DE", "PL", "CZ", "GB"]]),
        ({"country": {"none_of": ["Польща"]}}, ["none_of", "country", ["PL"]]),
        ({"consent": "yes"}, ["is", "consent", [True]]),
        ({"since": {"from": "2026-01-01"}}, ["range", "since", "2026-01-01", None]),
        ({"size": {"from": 10, "below": 250}}, ["range", "size", 10, 250]),
        ({"size": {"below": 2.5}}, ["range", "size", None, 2.5]),
        ({"size": 7}, ["is", "size", [7]]),
        ({"email": {"ends_with": ".pl"}}, ["ends_with", "email", [".pl"]]),
        ({"job_title": {"like": ["*ceo*", "?x"]}}, ["like", "job_title", ["*ceo*", "?x"]]),
        ({"job_title": {"missing": False}}, ["missing", "job_title", False]),
        ({"not": {"country": "PL"}}, ["not", ["is", "country", ["PL"]]]),
        ({"size": 7, "country": "PL"}, ["all", [["is", "size", [7]], ["is", "country", ["PL"]]]]),
        ({"any": [{"size": 7}, {"country": "PL"}]}, ["any", [["is", "size", [7]], ["is", "country", ["PL"]]]]),
        ({"all": [{"size": 7}]}, ["all", [["is", "size", [7]]]]),
        ({"size": {"from": 1, "none_of": [3]}}, ["all", [["range", "size", 1, None], ["none_of", "size", [3]]]]),
    ],
)  # fmt: skip
def test_a_condition_becomes_a_nested_list(written: dict[str, Any], term: list[Any]) -> None:
    assert when(written) == term


def test_points_that_stay_the_same_end_in_one_step() -> None:
    assert activity()["steps"] == [[0, 12], [30 * DAY, 0]]


def test_points_decay_at_their_ages_and_end() -> None:
    steps = activity(decays={"2 weeks": 4, "7 days": 8})["steps"]

    assert steps == [[0, 12], [7 * DAY, 8], [14 * DAY, 4], [30 * DAY, 0]]


def test_a_decay_that_changes_nothing_is_no_step() -> None:
    assert decaying(5, {DAY: 5, 2 * DAY: 0}, 3 * DAY) == [[0, 5], [2 * DAY, 0]]


def test_half_of_the_points_are_gone_after_a_half_life_on_whole_days() -> None:
    assert halving(4, 2 * DAY, 0, 30 * DAY) == [
        [0, 4], [DAY, 3], [2 * DAY, 2], [3 * DAY, 1], [7 * DAY, 0],
    ]  # fmt: skip


def test_a_half_is_rounded_away_from_zero() -> None:
    assert halving(5, DAY, 0, 2 * DAY) == [[0, 5], [DAY, 3], [2 * DAY, 0]]
    assert halving(-5, DAY, 0, 2 * DAY) == [[0, -5], [DAY, -3], [2 * DAY, 0]]


def test_points_hold_before_they_halve_and_end_hard() -> None:
    steps = activity(points=16, half_life="1 day", holds="36 hours", lasts="3 days")["steps"]

    assert steps == [[0, 16], [60 * HOUR, 8], [3 * DAY, 0]]


def test_forever_is_as_long_as_facts_are_kept_without_the_bucket() -> None:
    assert activity(lasts="forever")["steps"][-1] == [400 * DAY, 0]
    assert activity(lasts="forever", once_per="7 days")["steps"][-1] == [393 * DAY, 0]


@pytest.mark.parametrize(
    ("written", "length"),
    [("hour", HOUR), ("day", DAY), ("1 day", DAY), ("7 days", 7 * DAY), ("a week", 7 * DAY)],
)
def test_once_per_is_a_length(written: str, length: int) -> None:
    assert activity(once_per=written)["once_per"] == length


def test_a_reason_is_said_in_every_language_of_the_alerts() -> None:
    def says(written: Any) -> Any:
        rule = {"rule": "looked-at_prices", "when": {"size": 1}, "points": 1}
        return compiled(fit=[rule if written is None else {**rule, "says": written}])["rules"][0][
            "says"
        ]

    assert says(None) == {"en": "looked at prices", "pl": "looked at prices"}
    assert says("Prices") == {"en": "Prices", "pl": "Prices"}
    assert says({"pl": "Cennik"}) == {"en": "Cennik", "pl": "Cennik"}
    assert says({"en": "Prices", "de": "Preise"}) == {
        "en": "Prices",
        "pl": "Prices",
        "de": "Preise",
    }


def test_bands_and_halves_that_are_not_written_have_the_default_bands_and_no_caps() -> None:
    model = compiled()

    assert model["bands"] == {"hot_above": 70, "cold_below": 30}  # R76-R78
    assert model["halves"]["fit"] == {"cap": None, "floor": None}
    assert compiled(bands={"hot": "above 12.5", "cold": "below 0"})["bands"]["hot_above"] == 12.5


def test_a_group_lies_in_the_half_of_its_rules() -> None:
    model = compile_model_text(SOUND)

    assert model["groups"] == {"web": {"half": "engagement", "cap": 30, "floor": None}}


def test_tables_are_there_only_for_fields_that_need_them() -> None:
    assert {"countries", "mail_domains"} <= set(compile_model_text(SOUND))
    assert not {"countries", "mail_domains"} & set(
        compile_document({"fields": {"a": {"type": "text"}}})
    )


MATCHED = [
    ("at_most: 2", "at_most: 3"),
    ("    at_most: 2", "    at_most: 2\n    once_per: day"),
    ("starts_with: /pricing", "starts_with: /prices"),
    ("rule: careers", "rule: jobs"),
    ("activity: form_submitted\n    where: {form: demo}", "activity: page_viewed"),
    ("by: [email_clicked]", "by: [email_replied]"),
    ("sent: email_sent", "sent: email_delivered"),
    ("  - rule: quiet\n    quiet_for: 60 days\n    points: -5\n", ""),
]
NOT_MATCHED = [
    ("points: 15", "points: 14"),
    ("points: 15\n", "points: 15\n    half_life: 7 days\n"),
    ("lasts: 30 days", "lasts: 31 days"),
    ("at_least: 5", "at_least: 4"),
    ("after: 3 days", "after: 4 days"),
    ("within: 90 days", "within: 89 days"),
    ("quiet_for: 60 days", "quiet_for: 61 days"),
    ("rule: quiet", "rule: gone-quiet"),
    ("rule: ceo", "rule: boss"),
    ("by: [email_clicked]", "by: [email_clicked, email_clicked]"),
]


@pytest.mark.parametrize("change", MATCHED)
def test_a_change_of_what_rules_match_changes_the_matching(change: tuple[str, str]) -> None:
    assert compile_model_text(SOUND)["matching"] != compile_model_text(changed(change))["matching"]


@pytest.mark.parametrize("change", NOT_MATCHED)
def test_what_ledgers_do_not_depend_on_changes_the_version_and_not_the_matching(
    change: tuple[str, str],
) -> None:
    before, after = compile_model_text(SOUND), compile_model_text(changed(change))

    assert before["matching"] == after["matching"]
    assert before["version"] != after["version"]


def test_the_order_of_rules_changes_no_matching() -> None:
    document = read_model_text(SOUND).content
    turned = {**document, "engagement": document["engagement"][::-1], "fit": document["fit"][::-1]}

    assert compile_document(turned)["matching"] == compile_model_text(SOUND)["matching"]


def test_the_points_of_a_half_life_decide_when_it_ends_and_change_no_matching() -> None:
    def matching(points: int) -> Any:
        rule = {"rule": "r", "activity": "page_viewed", "points": points, "lasts": "a year"}
        model = compiled(engagement=[{**rule, "half_life": "1 day"}])
        return model["rules"][0]["steps"][-1][0], model["matching"]

    assert matching(4)[0] != matching(40)[0]
    assert matching(4)[1] == matching(40)[1]


@pytest.mark.parametrize("change", [*MATCHED, *NOT_MATCHED])
def test_where_the_matching_is_the_same_a_lead_keeps_the_same(change: tuple[str, str]) -> None:
    kinds = ("page_viewed", "form_submitted", "email_sent", "email_delivered")
    facts = [
        Fact("a", number * HOUR, f"{kind}{number}", kind, properties={**PATH, "form": "demo"})
        for kind in (*kinds, "email_clicked", "email_replied")
        for number in range(4)
    ]
    before, after = (RuleBook(compile_model_text(text)) for text in (SOUND, changed(change)))

    same = before.state(facts).ledger == after.state(facts).ledger
    assert same or before.matching != after.matching


def test_another_retention_is_another_matching() -> None:
    assert (
        compile_model_text(SOUND)["matching"]
        != compile_model_text(SOUND, retention_days=399)["matching"]
    )


def test_comments_and_spaces_do_not_change_the_version() -> None:
    spaced = SOUND.replace("points: 30", "points:   30   # the boss")

    assert compile_model_text(SOUND)["version"] == compile_model_text(spaced)["version"]


def test_the_compiled_model_is_json_and_a_rule_book_reads_it_back() -> None:
    model = compile_model_text(SOUND)
    again = json.loads(json.dumps(model))

    assert again == model
    assert [rule.name for rule in RuleBook(again).rules] == [
        rule["rule"] for rule in model["rules"]
    ]


def test_the_kinds_are_those_of_the_mappings_and_of_the_model() -> None:
    kinds = compile_model_text(SOUND)["kinds"]

    assert {"form_submitted", "sales_answered", "email_opened", "webinar_attended"} <= set(kinds)
    assert kinds == sorted(kinds)


def test_numbers_and_words_are_read_as_people_mean_them() -> None:
    text = "a: 1_000\nb: 1.5\nc: on\nd: no\ne: 12:30\nf: 2026-12-31\ng: 007\nh: '5'\ni: true\n"

    assert read_model_text(text).content == {
        "a": 1000, "b": 1.5, "c": "on", "d": "no", "e": "12:30", "f": "2026-12-31", "g": 7, "h": "5", "i": True,
    }  # fmt: skip
