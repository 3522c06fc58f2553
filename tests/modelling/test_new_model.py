"""A first model says what a team said, and passes the linter whatever they said."""

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cli.main import main
from cli.new_questions import QUESTIONS, ask_all
from modelling.compile import compile_model_text
from modelling.lint import lint_model_text
from modelling.new_model import Wishes, model_text

LAW = settings(max_examples=15, deadline=None, derandomize=True)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)


def answered(*answers: str, language: str = "en") -> tuple[Wishes, list[str]]:
    """Answer the questions in their order, then nobody is there; gives what was told too."""
    left = list(answers)
    told: list[str] = []

    def ask(_: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return ask_all(language, ask, told.append), told


def test_at_most_ten_questions_are_asked_each_in_both_languages() -> None:
    assert len(QUESTIONS) <= 10
    for question in QUESTIONS:
        assert question.en
        assert question.pl
        assert question.en != question.pl


@pytest.mark.parametrize("language", ["en", "pl"])
def test_defaults_alone_make_a_model_with_nothing_to_say_against_it(language: str) -> None:
    wishes, told = answered(language=language)
    text = model_text(wishes)
    assert told == []
    assert lint_model_text(text) == []
    assert compile_model_text(text)["alerts"]["language"] == language


def test_both_halves_take_points_away_r28_r61() -> None:
    document = YAML(typ="safe").load(model_text(Wishes()))
    for half in ("fit", "engagement"):
        worth = [rule["points"] for rule in document[half]]
        assert min(worth) < 0 < max(worth)


def test_what_was_said_stands_in_the_rules_r28() -> None:
    wishes, told = answered(
        "example.org", "CEO, prezes*", "student*", "50+", "Polska, DE", "software",
        "Russia, tobacco", "/pricing, webinar, Asked for an offer",
        "/careers, asked for a refund", "7",
    )  # fmt: skip
    assert told == []
    text = model_text(wishes)
    assert lint_model_text(text) == []
    document = YAML(typ="safe").load(text)
    rules = {rule["rule"]: rule for half in ("fit", "engagement") for rule in document[half]}
    assert document["fields"]["position"]["words"]["buyer"] == {"any": ["CEO", "prezes*"]}
    assert rules["size-we-are-made-for"]["when"] == {"company_size": {"from": 50}}
    assert rules["where-we-sell"]["when"] == {"country": ["Polska", "DE"]}
    assert rules["where-we-do-not-sell"]["when"] == {"country": ["Russia"]}
    assert rules["industry-we-do-not-suit"]["when"] == {"industry": {"contains": ["tobacco"]}}
    assert rules["page-pricing"]["where"] == {"path": {"starts_with": "/pricing"}}
    assert rules["webinar-attendance"]["lasts"] == "a month"
    assert rules["asked-for-an-offer"]["points"] > 0
    assert rules["page-careers"]["points"] < 0
    assert rules["asked-for-a-refund"]["points"] < 0
    assert "about 7 calls a day" in text
    assert document["forms"]["demo"]["origins"] == ["https://example.org"]


def test_an_answer_that_cannot_be_read_is_asked_for_again_with_the_reason() -> None:
    wishes, told = answered(
        "nowhere at all", "https://example.org", "", "", "ten", "250-10", "10-20"
    )
    assert wishes.website == "https://example.org"
    assert wishes.size == (10, 21)
    assert len(told) == 3
    assert "https://www.example.com" in told[0]


def test_a_country_that_is_mistyped_is_named_with_the_one_that_is_like_it() -> None:
    wishes, told = answered("", "", "", "", "Polnd", "Poland")
    assert wishes.countries == ["Poland"]
    assert "poland" in told[0]


@LAW
@given(st.lists(LINES, max_size=12))
def test_whatever_is_answered_the_model_passes_the_linter(lines: list[str]) -> None:
    wishes, _ = answered(*lines)
    assert [str(one) for one in lint_model_text(model_text(wishes)) if one.level == "error"] == []


WORDS = st.lists(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=12), max_size=6
)


@LAW
@given(buyers=WORDS, industries=WORDS, actions=WORDS, against=WORDS)
def test_whatever_was_wished_for_the_model_passes_the_linter(
    buyers: list[str], industries: list[str], actions: list[str], against: list[str]
) -> None:
    said = ["", *(", ".join(words) for words in (buyers, buyers)), "any", "", ", ".join(industries)]
    wishes, _ = answered(*said, ", ".join(industries), ", ".join(actions), ", ".join(against))
    assert [str(one) for one in lint_model_text(model_text(wishes)) if one.level == "error"] == []


def test_the_command_writes_a_model_and_never_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.yaml"
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n" * len(QUESTIONS)))
    assert main(["new", "--out", str(path), "--language", "pl"]) == 0
    told = capsys.readouterr().out
    assert "Adres waszej strony?" in told
    assert f"lead-scoring lint --model {path}" in told
    assert lint_model_text(path.read_text(encoding="utf-8")) == []
    assert main(["new", "--out", str(path)]) == 1
    assert "--force" in capsys.readouterr().err
