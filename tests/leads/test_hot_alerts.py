"""What a rep reads: who, why now, for how long, in words that no stranger can bend."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.leads.hot_alert import SMS_MAX, SUBJECT_MAX, Alert, ascii_only, hot_alert, plain
from functions.leads.lead import read_lead
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.builders import (
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
)

NAUGHTY = [
    "Robert'); DROP TABLE leads;--",
    "<script>alert(1)</script>",
    "{{7*7}} ${jndi:ldap://x} %s %n {score}",
    "Zażółć gęślą jaźń Sp. z o.o.",
    "株式会社サンプル",
    "\u202eevil\u202c \u2066x\u2069 \u200b\ufeff",
    "a\r\nBcc: everyone@example.com\r\n\r\nhello",
    "tab\there \x00 null \x1b[31m red",
    "👩‍👩‍👧 \U0001d54c\U0001d55f\U0001d55a ﷽",
    "[click](https://evil.example) *bold* <@U123> @channel",
    "x" * 5000,
    "=HYPERLINK(1)",
    "\ud800",
    "\\",
    " ",
]


def naughty_strings() -> list[str]:
    """Our own, and the big list where REAL_DATA names its folder."""
    folder = os.environ.get("REAL_DATA")
    if not folder:
        return NAUGHTY
    listed: list[str] = json.loads((Path(folder) / "attack" / "blns.json").read_text("utf-8"))
    return [*NAUGHTY, *listed]


def alert_of(world: World, **answers: str) -> Alert:
    known = {"job_title": "CEO", "company": "Example Ltd"} | answers
    world.happen(form_submitted(answers=known), page_viewed())
    return world.topic.alerts[-1]


def polish(**changes: Any) -> dict[str, Any]:
    alerts = compiled_model()["alerts"] | {"language": "pl"}
    return compiled_model(alerts=alerts, **changes)


def test_the_subject_names_the_company_and_both_halves_and_no_person() -> None:
    alert = alert_of(World(), name="Anna Nowak")
    assert alert.subject == "Hot: Example Ltd - 32 (fit 20, engagement 12)"


def test_without_a_company_the_subject_names_the_business_domain() -> None:
    world = World()
    world.happen(form_submitted(answers={"job_title": "CEO"}), page_viewed())
    assert world.topic.alerts[0].subject.startswith("Hot: example.com - 32")


def test_a_setting_keeps_the_company_out_of_the_subject() -> None:
    alerts = compiled_model()["alerts"] | {"subject_names_company": False}
    assert alert_of(World(model=compiled_model(alerts=alerts))).subject == (
        "Hot: 32 (fit 20, engagement 12)"
    )


def test_the_mail_says_who_why_now_and_until_when_in_the_models_language() -> None:
    text = alert_of(World(), name="Anna Nowak", phone="+48 600 100 200").bodies["email"]
    assert text.splitlines() == [
        "Anna Nowak, CEO - Example Ltd",
        "Phone: +48 600 100 200",
        "Mail: anna@example.com",
        "",
        "Score 32: fit 20 (who they are), engagement 12 (what they do)",
        "",
        "Why now: Looked at prices (Mon 23.11.2026 10:00)",
        "",
        "Strongest reasons:",
        "  +20  Runs the company",
        "  +12  Looked at prices",
        "",
        "Cools down to warm on Wed 23.12.2026 10:00 if nothing happens",
        "Came from: direct",
    ]


def test_a_polish_model_speaks_polish_in_warsaw_time() -> None:
    text = alert_of(World(model=polish())).bodies["email"]
    assert "Dlaczego teraz: Ogląda cennik (pon. 23.11.2026 10:00)" in text
    assert "Ostygnie (ciepły) śr. 23.12.2026 10:00, jeśli nic się nie wydarzy" in text


def test_only_what_adds_points_is_a_reason_and_three_of_them_at_most() -> None:
    def worth(points: int) -> dict[str, Any]:
        return activity_rule(f"rule-{points}", steps=[[0, points], [DAY_MS, 0]])

    model = compiled_model(*(worth(points) for points in (6, 9, -3, 7, 8)))
    facts = json.loads(alert_of(World(model=model)).bodies["sqs"])
    assert [reason["points"] for reason in facts["reasons"]] == [9, 8, 7]


def test_the_reason_now_is_the_fact_that_tipped_the_score() -> None:
    world = World(
        model=compiled_model(answer_rule(), activity_rule(), activity_rule("other", where=None))
    )
    world.now = MONDAY + MINUTE_MS
    world.happen(form_submitted(), page_viewed(), page_viewed("/about", at=MONDAY + 1))
    assert json.loads(world.topic.alerts[0].bodies["sqs"])["why_now"].startswith("Looked at prices")


def test_queues_and_functions_get_json_that_adds_up() -> None:
    facts = json.loads(alert_of(World()).bodies["lambda"])
    assert sum(line["points"] for line in facts["lines"]) == facts["score"] == 32
    assert facts["cools_at"] == "2026-12-23T09:00:00.000Z"


def test_filter_policies_see_band_score_country_and_channel() -> None:
    attributes = dict(alert_of(World(), country="PL").attributes)
    assert attributes.pop("alert_id")
    assert attributes == {
        "kind": "hot", "band": "hot", "score": 32, "channel": "direct", "country": "PL",
    }  # fmt: skip


def test_an_unknown_country_is_no_attribute() -> None:
    assert "country" not in alert_of(World()).attributes


def test_a_telephone_gets_one_short_line_of_ascii() -> None:
    short = alert_of(World(), name="Łucja Żak", phone="+48 600 100 200").bodies["sms"]
    assert short == "Hot: Example Ltd - 32 (fit 20, engagement 12) Lucja Zak +48 600 100 200"


def test_a_telephone_gets_the_address_of_who_gave_no_number() -> None:
    assert alert_of(World()).bodies["sms"].endswith("engagement 12) anna@example.com")


def test_the_mail_says_what_the_lead_wrote_and_from_where() -> None:
    model = compiled_model(fields={"message": {"type": "message"}, **compiled_model()["fields"]})
    alert = alert_of(World(model=model), message="Please call\non Monday", country="PL")
    assert "Country: PL\nMessage: Please call on Monday\n" in alert.bodies["email"]


def test_chat_shows_words_as_they_stand() -> None:
    alert = alert_of(World(), name="*Anna* <!channel> a_b _x_ & (co)")
    text = json.loads(alert.bodies["https"])["content"]["description"]
    assert "*\u200bAnna*\u200b &lt;!channel&gt; a_b _\u200bx_\u200b &amp; (co)" in text
    assert "anna@example.com" in text


def test_chat_gets_the_custom_notification_with_our_fields_in_its_context() -> None:
    chat = json.loads(alert_of(World()).bodies["https"])
    assert (chat["version"], chat["source"]) == ("1.0", "custom")
    assert chat["metadata"]["additionalContext"]["score"] == "32"
    assert all(isinstance(value, str) for value in chat["metadata"]["additionalContext"].values())


@pytest.mark.parametrize("field", ["name", "company", "job_title", "phone"])
def test_no_naughty_string_bends_subject_or_bodies(field: str) -> None:
    known = answer_rule(when=["missing", "job_title", False])
    world = World(model=compiled_model(known, activity_rule()))
    harmless = alert_of(World(model=world.model), **{field: "x"}).bodies["email"].count("\n")
    world.happen(form_submitted(), page_viewed())
    lead = read_lead(world.item() | {"alert": None})
    book, naming = RuleBook(world.model), Naming(world.model)
    for text in naughty_strings():
        answers = {"job_title": "CEO", "company": "Example Ltd", field: text}
        merged = lead.merged.merge(
            [form_submitted(id="later", at=MONDAY + 1, answers=answers)], book
        )
        alert = hot_alert(replace(lead, merged=merged), book, naming, at=MONDAY + 2)
        assert alert.subject.isascii()
        assert alert.subject.isprintable()
        assert len(alert.subject) <= SUBJECT_MAX
        assert alert.subject.endswith("(fit 20, engagement 12)")
        assert alert.bodies["sms"].isascii()
        assert len(alert.bodies["sms"]) <= SMS_MAX
        assert alert.bodies["email"].count("\n") <= harmless
        for body in ("sqs", "lambda", "https"):
            json.loads(alert.bodies[body])
        json.dumps(dict(alert.bodies)).encode("utf-8")


def test_plain_text_keeps_letters_and_drops_what_turns_direction() -> None:
    assert plain("a\u202eb\r\nc\x00") == "a b c"
    assert plain("Zażółć") == "Zażółć"


def test_ascii_keeps_the_letters_that_have_a_plain_form() -> None:
    assert ascii_only("Zażółć Łódź GmbH & Co. 株") == "Zazolc Lodz GmbH & Co."
