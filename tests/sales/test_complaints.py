"""R101: the same complaint is one reason, whichever language and spelling it came in."""

import re
from pathlib import Path

import pytest

from functions.sales.complaints import REASON_WORDS, counted_reasons, reason_in

WEB = Path(__file__).parents[2] / "web"


def test_a_reason_is_one_whatever_its_case_accents_and_spaces() -> None:
    typed = ["Brak budżetu", "brak  budzetu", "brak budżetu", "brak budżetu ", "no budget"]
    assert counted_reasons(typed) == [("Brak budżetu", 4), ("no budget", 1)]


def test_the_words_of_either_language_are_their_code() -> None:
    """Before there were codes the console sent the words of the rep's language."""
    typed = ["student", "a student or a job seeker", "A student  or a job seeker", "Konkurencja"]
    typed += ["student albo szuka pracy"]
    assert counted_reasons(typed) == [("student", 4), ("competitor", 1)]


def test_a_code_is_worded_in_the_readers_language_and_free_words_stay() -> None:
    assert reason_in("pl", "student") == "student albo szuka pracy"
    assert reason_in("en", "student") == "a student or a job seeker"
    assert reason_in("de", "student") == "a student or a job seeker"
    assert reason_in("pl", "no budget") == "no budget"


@pytest.mark.parametrize(("language", "file"), [("en", "english.js"), ("pl", "polish.js")])
def test_the_words_are_those_of_the_console(language: str, file: str) -> None:
    text = (WEB / file).read_text("utf-8")
    said = dict(re.findall(r'^  "reject\.(\w+)": "(.*)",$', text, re.MULTILINE))
    assert said == {code: words[language] for code, words in REASON_WORDS.items()}
