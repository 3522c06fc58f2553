"""Every text of the console has words in each language, none is left over, and none is markup."""

import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from functions.entrances.sales_api import By
from functions.entrances.sales_shapes import (
    AnswerOfLead,
    Band,
    ContactedBody,
    CriterionOfLead,
    Half,
    Me,
    OutcomeBody,
    Row,
)
from functions.intake.email_address import INVALID, LOCAL_NOT_ASCII
from functions.intake.mapping import mapped_kinds
from functions.sales.attention import QUESTIONS
from functions.sales.call_list import SILENCED
from functions.sales.repeats import REUSED

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
DICTIONARIES = ("english.js", "polish.js")
_ENTRY = re.compile(r'^  "([\w.]+)": "(.*)",$', re.MULTILINE)


@cache
def words(dictionary: str) -> dict[str, str]:
    return dict(_ENTRY.findall((WEB / dictionary).read_text("utf-8")))


@cache
def code() -> str:
    modules = [file for file in sorted(WEB.glob("*.js")) if file.name not in DICTIONARIES]
    return "\n".join(file.read_text("utf-8") for file in modules)


def choices(annotation: Any) -> set[str]:
    """The names in a Literal, however it is wrapped."""
    if isinstance(annotation, str):
        return {annotation}
    return {name for part in get_args(annotation) for name in choices(part)}


def test_english_and_polish_have_the_same_keys_in_the_same_order() -> None:
    english, polish = map(words, DICTIONARIES)
    assert len(english) > 150
    assert list(english) == list(polish)
    lines = (WEB / "english.js").read_text("utf-8").count('": "')
    assert lines == len(english), "a key stands twice, or an entry has another shape"


def test_a_text_has_the_same_places_in_both_languages() -> None:
    english, polish = map(words, DICTIONARIES)
    for key, text in english.items():
        assert sorted(re.findall(r"{(\w+)}", text)) == sorted(re.findall(r"{(\w+)}", polish[key]))


def test_no_key_is_left_over() -> None:
    literal = set(re.findall(r'"([a-z_.]+)"', code()))
    families = [
        re.compile("[a-z_]+".join(map(re.escape, re.split(r"\$\{[^}]*\}", template))))
        for template in re.findall(r"`([^`]*\$\{[^`]*)`", code())
        if re.fullmatch(r"[a-z_.]+", re.sub(r"\$\{[^}]*\}", "", template))
    ] + [re.compile(rf"{family}\.\w+") for family in re.findall(r'named\("(\w+)"', code())]
    unused = [
        key
        for key in words("english.js")
        if key not in literal and not any(family.fullmatch(key) for family in families)
    ]
    assert unused == []


def test_no_key_is_missing() -> None:
    said = set(re.findall(r'say\(\s*"([^"]+)"', code()))
    assert len(said) > 60
    assert said - set(words("english.js")) == set()


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("band", choices(Band)),
        ("label", choices(Row.model_fields["label"].annotation)),
        ("result", choices(ContactedBody.model_fields["result"].annotation)),
        ("outcome", choices(OutcomeBody.model_fields["result"].annotation)),
        ("role", choices(Me.model_fields["role"].annotation)),
        ("tick", choices(CriterionOfLead.model_fields["answer"].annotation)),
        ("from", choices(CriterionOfLead.model_fields["from_"].annotation)),
        ("origin", choices(AnswerOfLead.model_fields["origin"].annotation)),
        ("by", choices(By)),
        ("attention", set(QUESTIONS)),
        ("silenced", set(SILENCED)),
        ("kind", set(mapped_kinds())),
    ],
)
def test_whatever_the_api_may_say_has_words(family: str, names: set[str]) -> None:
    assert names
    assert {f"{family}.{name}" for name in names} - set(words("english.js")) == set()


def test_every_mistake_of_an_entered_lead_has_words() -> None:
    """What the API may say of an address or an answer is said at its field, and not as a code."""
    intake = ROOT / "functions" / "intake"
    raised = re.compile(r'(?:AnswerError|UnreadError)\("(\w+)"\)')
    codes = {INVALID, LOCAL_NOT_ASCII, "missing", "invalid_value", "unknown_field"}
    codes |= set(raised.findall((intake / "answer_reading.py").read_text("utf-8")))
    assert len(codes) > 12
    assert {f"mistake.{code}" for code in codes} - set(words("english.js")) == set()


def test_every_mistake_of_a_write_of_sales_has_words() -> None:
    desk = (ROOT / "functions" / "sales" / "sales_desk.py").read_text("utf-8")
    codes = {REUSED, *re.findall(r'(?:Mistake|Hint)\("\w+", "(\w+)"', desk)}
    assert {"unknown_criterion", "unknown_owner"} < codes
    assert {f"mistake.{code}" for code in codes} - set(words("english.js")) == set()


def test_halves_have_words() -> None:
    assert choices(Half) | {f"{half}_is" for half in choices(Half)} <= set(words("english.js"))


def test_fields_of_the_default_model_have_words() -> None:
    model = YAML(typ="safe").load(ROOT / "scoring-model.yaml")
    asked = {name for name, field in model["fields"].items() if "read_from" not in field}
    assert {f"field.{name}" for name in asked} - set(words("english.js")) == set()


def test_activities_of_the_default_model_have_words() -> None:
    model = YAML(typ="safe").load(ROOT / "scoring-model.yaml")
    assert {f"kind.{name}" for name in model["activities"]} - set(words("english.js")) == set()


def test_nothing_is_ever_read_as_markup() -> None:
    for written in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert written not in code(), written


def test_no_page_has_script_or_style_within_it() -> None:
    pages = list(WEB.glob("*.html"))
    assert pages
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)
    assert '"style"' not in code()


def test_every_module_is_fetched_at_once() -> None:
    """Else a module is asked for when another that imports it has come: five trips one by one."""
    page = (WEB / "index.html").read_text("utf-8")
    named = re.findall(r'<link rel="modulepreload" href="([\w.]+)">', page)
    assert [*named, "main.js"] == [*sorted(named), "main.js"]
    assert {*named, "main.js"} == {file.name for file in WEB.glob("*.js")}


def test_files_of_the_console_are_small_and_from_nowhere_else() -> None:
    files = [file for file in WEB.iterdir() if file.suffix in {".js", ".css", ".html"}]
    assert sum(file.stat().st_size for file in files) < 200_000
    for file in files:
        assert not re.search(
            r"(import|from|src=|href=|url\().{0,4}https?:", file.read_text("utf-8")
        )
