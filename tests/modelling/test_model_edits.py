"""Changes of a model's text: what was meant stands in it, and all else as people wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.synthesis import MODEL
from modelling.compile import compile_model_text
from modelling.lint import lint_model_text
from modelling.model_edits import EditError, with_note, with_verdict, without_verdict
from modelling.reading import read_model_text
from tests.laws.law_profile import law

SOURCE = MODEL.read_text("utf-8")
GATEWAY = {
    "verdict": "gateway", "says": 'They "click": all of it', "domain": ["example.com"],
    "activity": ["email_clicked"], "where": {"user_agent": {"like": "*Barracuda*"}},
    "since": "2026-10-01",
}  # fmt: skip
BOT = {"verdict": "bot", "says": "A robot", "where": {"user_agent": "Bot"}}


@pytest.mark.parametrize("begin", ['changelog:\n  - "2026-01-01: first"\n', ""])
def test_a_note_is_added_above_the_others_and_changes_no_version(begin: str) -> None:
    noted = with_note(SOURCE + begin, 'why "so"', day="2026-11-28")
    assert lint_model_text(noted) == []
    assert compile_model_text(noted)["version"] == compile_model_text(SOURCE)["version"]
    assert noted.replace('  - "2026-11-28: why \\"so\\""\n', "", 1).startswith(SOURCE)


def test_a_verdict_is_added_above_the_others_and_taken_out_without_a_trace() -> None:
    one = with_verdict(SOURCE, GATEWAY)
    assert one.startswith(SOURCE)
    assert lint_model_text(one) == []
    two = with_verdict(one, BOT)
    assert [entry["verdict"] for entry in read_model_text(two).content["ignore"]] == [
        "bot", "gateway",
    ]  # fmt: skip
    assert without_verdict(two, "bot") == one
    assert without_verdict(one, "gateway") == SOURCE


def test_the_last_of_several_is_taken_out_with_its_own_lines_only() -> None:
    text = SOURCE + (
        "ignore:\n"
        "    # seen in autumn\n"
        "    - verdict: one\n"
        "      domain:\n"
        "        - example.com\n"
        "    - verdict: two\n"
        "      domain: [example.com]\n"
        "\n"
        "# the end\n"
    )
    assert without_verdict(text, "two") == text.replace(
        "    - verdict: two\n      domain: [example.com]\n", ""
    )
    assert "    - verdict: bot\n      says:" in with_verdict(text, BOT)


def test_what_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(KeyError):
        without_verdict(SOURCE, "gateway")


def test_a_comment_about_the_next_verdict_stays_with_it() -> None:
    text = (
        "ignore:\n"
        "  - verdict: one\n"
        "    domain: [example.com]\n"
        "    # the second one\n"
        "  - verdict: two\n"
        "    domain: [example.org]\n"
    )
    assert "    # the second one\n  - verdict: two" in without_verdict(text, "one")


def test_an_empty_list_takes_an_entry_like_any_other() -> None:
    written = with_verdict("ignore: []\nmodel: small\n", BOT)
    assert read_model_text(written).content == {"ignore": [BOT], "model": "small"}


@pytest.mark.parametrize("begin", ["ignore: [{verdict: one, domain: [example.com]}]\n"])
def test_what_only_people_can_change_is_left_to_them(begin: str) -> None:
    with pytest.raises(EditError, match="by hand"):
        with_verdict(SOURCE + begin, BOT)
    with pytest.raises(EditError, match="by hand"):
        without_verdict(SOURCE + begin, "one")


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
@law(50)
def test_any_reason_survives_being_written(says: str) -> None:
    small = "bands: {hot: above 70, cold: below 30}\n"
    written = with_verdict(small, BOT | {"says": says})
    assert read_model_text(written).content["ignore"] == [BOT | {"says": says}]
