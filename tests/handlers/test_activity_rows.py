"""Section C by rows, through the real handler: what goes on the bus and what becomes of it."""

import json
from typing import Any

import pytest

from functions.scoring.instants import DAY_MS, format_instant, parse_instant
from tests.handlers.lambda_stage import NOW, Stage, batch, message, sample

PAGE: dict[str, Any] = {
    "id": "visit-1",
    "lead": "anna@example.com",
    "at": "2026-11-23T09:59:00Z",
    "kind": "page_viewed",
    "path": "/pricing",
}


def recorded(stage: Stage, *bodies: object) -> list[dict[str, Any]]:
    assert stage.record(batch(*bodies)) == {"batchItemFailures": []}
    assert stage.sent("refused") == []
    return stage.facts()


def refused_as(stage: Stage, body: object, reason: str) -> dict[str, Any]:
    assert stage.record(batch(body)) == {"batchItemFailures": []}
    (refused,) = stage.sent("refused")
    assert refused["reason"] == reason
    assert len(refused["body_sha256"]) == 64
    assert stage.leads() == {}
    assert stage.counted()[f"refused_{reason}"] == 1
    return refused


def stored_at(stage: Stage) -> int:
    items = stage.dynamodb.scan(TableName="facts")["Items"]
    return int(items[0]["at"]["N"])


def test_c1_a_good_activity_of_a_known_lead_is_kept(stage: Stage) -> None:
    recorded(stage, message(PAGE))
    (fact, _) = recorded(stage, message(PAGE | {"id": "visit-2"}))
    assert fact["properties"] == {"path": "/pricing"}
    assert len(stage.leads()) == 1


def test_c2_a_lead_may_be_known_by_its_address_alone(stage: Stage) -> None:
    recorded(stage, message(PAGE))
    (lead,) = stage.leads().values()
    assert "anna@example.com" in json.dumps(lead)


def test_c3_the_same_again_writes_nothing(stage: Stage) -> None:
    recorded(stage, message(PAGE), message(PAGE))
    before = (stage.facts(), stage.leads())
    recorded(stage, message(PAGE, ingested_at="2026-12-24T10:00:00Z"))
    assert (stage.facts(), stage.leads()) == before
    assert len(before[0]) == 1
    counts = stage.counted()
    assert (counts["applied"], counts["unchanged"], counts["accepted"]) == (2, 1, 3)


def test_c4_the_same_id_with_other_content_is_another_fact(stage: Stage) -> None:
    recorded(stage, message(PAGE), message(PAGE | {"path": "/docs"}))
    assert len(stage.facts()) == 2
    assert stage.counted()["id_conflict"] == 1


def test_c6_a_bad_activity_leaves_its_neighbours_alone(stage: Stage) -> None:
    bad = PAGE | {"id": "visit-2", "at": "yesterday"}
    stage.record(batch(message({"activities": [PAGE, bad]}), message(PAGE | {"id": "visit-3"})))
    assert len(stage.facts()) == 2
    (refused,) = stage.sent("refused")
    only = json.loads(refused["body"])["event"]["detail"]["activities"]
    assert [activity["id"] for activity in only] == ["visit-2"]


def test_c6_what_was_refused_of_a_message_can_be_sent_again_by_itself(stage: Stage) -> None:
    bad = PAGE | {"id": "visit-2", "kind": "coffee_drunk"}
    stage.record(batch(message({"activities": [PAGE, bad]})))
    (refused,) = stage.sent("refused")
    fixed = refused["body"].replace("coffee_drunk", "page_viewed")
    assert len(recorded(stage, fixed)) == 2


@pytest.mark.parametrize(("ahead", "skewed"), [("10:00:02Z", 0), ("10:04:59Z", 1)])
def test_c8_a_little_ahead_is_kept_as_stated(stage: Stage, ahead: str, skewed: int) -> None:
    at = f"2026-11-23T{ahead}"
    recorded(stage, message(PAGE | {"at": at}))
    assert stored_at(stage) == parse_instant(at)
    assert stage.counted().get("clock_skew", 0) == skewed


@pytest.mark.parametrize("at", ["2026-11-23T10:05:02Z", "2031-01-01T00:00:00Z"])
def test_c9_far_ahead_is_refused(stage: Stage, at: str) -> None:
    refused_as(stage, message(PAGE | {"at": at}), "future")


def test_c10_older_than_the_retention_is_refused(stage: Stage) -> None:
    edge = parse_instant(NOW) - 400 * DAY_MS
    recorded(stage, message(PAGE | {"at": format_instant(edge)}))
    stage.clear()
    refused_as(stage, message(PAGE | {"at": format_instant(edge - 1)}), "too_old")


def test_c11_what_has_expired_at_arrival_is_kept_and_counts_nothing(stage: Stage) -> None:
    recorded(stage, message(PAGE | {"at": "2026-01-01T00:00:00Z"}))
    (lead,) = stage.leads().values()
    assert lead["score"] == {"N": "0"}


@pytest.mark.parametrize(
    "at",
    [None, "", "2026-11-23T09:59:00", "2026-02-30T00:00:00Z", 1795428000, "1795428000", "soon"],
)
def test_c12_a_time_without_zone_or_sense_is_refused(stage: Stage, at: object) -> None:
    refused_as(stage, message(PAGE | {"at": at}), "invalid_time")


def test_c12_a_leap_second_is_the_last_of_its_minute(stage: Stage) -> None:
    recorded(stage, message(PAGE | {"at": "2026-11-23T09:58:60Z"}))
    assert stored_at(stage) == parse_instant("2026-11-23T09:58:59.999Z")


@pytest.mark.parametrize("at", ["2026-11-23T10:59:00.1239+01:00", "2026-11-23T09:59:00.123456789Z"])
def test_c13_offsets_and_nanoseconds_come_down_to_milliseconds(stage: Stage, at: str) -> None:
    recorded(stage, message(PAGE | {"at": at}))
    assert stored_at(stage) == parse_instant("2026-11-23T09:59:00.123Z")


@pytest.mark.parametrize("kind", ["coffee_drunk", "", 5, None, ["page_viewed"]])
def test_c14_an_unknown_kind_is_refused(stage: Stage, kind: object) -> None:
    refused_as(stage, message(PAGE | {"kind": kind}), "unknown_kind")


def test_c15_a_later_version_is_refused_and_a_minor_one_is_not(stage: Stage) -> None:
    refused_as(stage, message(PAGE | {"v": 7}), "unsupported_version")
    recorded(stage, message(PAGE | {"v": "1.4"}))


def test_c16_what_cannot_be_a_property_is_dropped(stage: Stage) -> None:
    (fact,) = recorded(stage, message(PAGE | {"nested": {"a": 1}, "list": [1], "none": None}))
    assert fact["properties"] == {"path": "/pricing"}


def test_c16_a_click_keeps_its_agent_and_network(stage: Stage) -> None:
    stage.record(sample("email_clicked"))
    (fact,) = stage.facts()
    assert fact["properties"]["network"] == "203.0.113.0/24"
    assert fact["properties"]["user_agent"].startswith("Mozilla/5.0 (iPhone")
    assert "203.0.113.9" not in json.dumps(fact)


def test_c17_points_come_from_the_model_alone(stage: Stage) -> None:
    (fact,) = recorded(stage, message(PAGE | {"points": 1000, "score": 99}))
    assert fact["properties"] == {"path": "/pricing"}


@pytest.mark.parametrize("number", ["NaN", "1e999", "1" + "0" * 40, "-0", "-0.0"])
def test_c18_what_is_no_number_is_refused(stage: Stage, number: str) -> None:
    body = json.dumps(message(PAGE | {"seconds": "?"})).replace('"?"', number)
    refused_as(stage, body, "invalid_number")


@pytest.mark.parametrize("address", ["ANNA@Example.com ", "anna@EXAMPLE.COM"])
def test_c19_a_lead_is_known_however_its_address_is_written(stage: Stage, address: str) -> None:
    recorded(stage, message(PAGE), message(PAGE | {"id": "2", "lead": address}))
    assert len(stage.leads()) == 1


def test_c19_an_international_domain_is_one_lead(stage: Stage) -> None:
    addresses = ("a@bücher.example", "a@xn--bcher-kva.example")
    recorded(stage, *(message(PAGE | {"lead": address}) for address in addresses))
    assert len(stage.leads()) == 1


@pytest.mark.parametrize("lead", ["garbage", "", None, 5, "a" * 5000, ["a@example.com"]])
def test_c20_a_lead_that_is_nobody_is_refused(stage: Stage, lead: object) -> None:
    refused_as(stage, message(PAGE | {"lead": lead}), "invalid_lead")


@pytest.mark.parametrize("letter", ["\ud800", "\x00", "\u202e", "\ufffe"])
def test_c21_text_that_is_none_is_refused(stage: Stage, letter: str) -> None:
    refused_as(stage, message(PAGE | {"title": f"a{letter}b"}), "invalid_text")


def test_c22_a_detail_over_64_kib_is_refused(stage: Stage) -> None:
    refused_as(stage, message(PAGE | {"note": "x" * 65536}), "too_large")


def test_c23_deep_json_is_refused(stage: Stage) -> None:
    body = json.dumps(message(PAGE | {"deep": "?"})).replace('"?"', "[" * 1000 + "]" * 1000)
    refused_as(stage, body, "too_deep")


@pytest.mark.parametrize(
    "body",
    [
        *("not json", "[]", "null", '{"event": {}}', '{"ingested_at": "2026-11-23T10:00:00Z"}'),
        *('{"ingested_at": "today", "event": {}}', '{"ingested_at": 5, "event": {}}'),
        '{"ingested_at": "2026-11-23T10:00:00Z", "event": []}',
        '{"ingested_at": "2026-11-23T10:00:00Z", "form": {"form": "demo"}}',
    ],
)
def test_c24_a_message_without_our_envelope_is_refused(stage: Stage, body: str) -> None:
    assert refused_as(stage, body, "malformed")["body"] == body


def test_c25_a_record_without_its_id_breaks_the_batch(stage: Stage) -> None:
    records = batch(message(PAGE))
    del records["Records"][0]["messageId"]
    with pytest.raises(KeyError, match="messageId"):
        stage.record(records)


SENDERS = [
    {"source": "example.website", "account": "111122223333", "kinds": ["page_viewed"]},
    {"source": "lead-scoring", "account": "111122223333", "import": True},
]


@pytest.fixture
def guarded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setenv("SENDERS", json.dumps(SENDERS))
    stage.restart()
    return stage


@pytest.mark.parametrize("named", [{"source": "else"}, {"account": "999999999999"}])
def test_c26_a_sender_that_is_not_named_is_refused(guarded: Stage, named: dict[str, str]) -> None:
    refused = refused_as(guarded, message(PAGE, **named), "source_not_allowed")
    assert {"source": refused["source"], "account": refused["account"]}.items() >= named.items()


def test_c26_mail_events_need_no_named_sender(guarded: Stage) -> None:
    guarded.record(sample("email_clicked"))
    assert len(guarded.facts()) == 1


def test_c27_a_kind_outside_a_senders_list_is_refused(guarded: Stage) -> None:
    refused_as(guarded, message(PAGE | {"kind": "link_clicked"}), "type_not_allowed")


def test_c28_many_activities_of_a_lead_are_one_write(stage: Stage) -> None:
    recorded(stage, *(message(PAGE | {"id": f"visit-{n}"}) for n in range(50)))
    (lead,) = stage.leads().values()
    assert lead["revision"] == {"N": "1"}


@pytest.mark.parametrize(
    "told", [{"method": "HEAD"}, {"user_agent": "curl/8.0"}, {"machine": True}]
)
def test_c29_what_a_machine_did_is_kept_and_earns_nothing(
    stage: Stage, told: dict[str, Any]
) -> None:
    (fact,) = recorded(stage, message(PAGE | told))
    assert fact["machine"] is True
    assert [lead["score"]["N"] for lead in stage.leads().values()] == ["0"]


def test_c29_a_scanners_click_is_a_machines(stage: Stage) -> None:
    stage.record(sample("email_clicked_by_a_scanner"))
    (fact,) = stage.facts()
    assert fact["machine"] is True


def test_c30_an_open_is_kept_and_earns_nothing(stage: Stage) -> None:
    stage.record(sample("email_opened"))
    assert [fact["kind"] for fact in stage.facts()] == ["email_opened"]


@pytest.mark.parametrize(
    "name",
    [
        *("email_unsubscribed", "email_opted_out_of_every_topic"),
        *("email_bounced", "email_complained"),
    ],
)
def test_c31_who_cannot_or_will_not_be_written_to_is_marked(stage: Stage, name: str) -> None:
    stage.record(sample(name))
    (lead,) = stage.leads().values()
    assert "do_not_contact" in lead


def test_c31_leaving_one_topic_of_several_neither_silences_nor_agrees(stage: Stage) -> None:
    stage.record(sample("email_opted_out_of_one_topic"))
    assert all("do_not_contact" not in lead for lead in stage.leads().values())
    stage.record(sample("email_unsubscribed"))
    later = sample("email_opted_out_of_one_topic")
    record = later["Records"][0]
    record["body"] = record["body"].replace("09:59:59.500Z", "09:59:59.900Z")
    stage.record(later)
    (lead,) = stage.leads().values()
    assert lead["do_not_contact"] == {"S": "unsubscribed"}


def test_c31_a_full_mailbox_marks_nobody(stage: Stage) -> None:
    event = sample("email_bounced")
    record = event["Records"][0]
    record["body"] = record["body"].replace("Permanent", "Transient")
    stage.record(event)
    assert all("do_not_contact" not in lead for lead in stage.leads().values())


def test_c38_an_activity_without_id_is_the_same_when_it_comes_again(stage: Stage) -> None:
    bare = {name: value for name, value in PAGE.items() if name != "id"}
    recorded(stage, message(bare), message(bare))
    assert len(stage.facts()) == 1
    recorded(stage, message(bare, source="another.website"))
    assert len(stage.facts()) == 2


FORM = PAGE | {"id": "1", "kind": "form_submitted", "form": "demo", "answers": {"name": "Anna"}}
OTHER = FORM | {"answers": {"name": "Ewa"}}


def test_b4_forms_of_two_leads_may_share_an_id_in_one_message(stage: Stage) -> None:
    both = {"activities": [FORM, OTHER | {"lead": "ewa@example.com"}]}
    recorded(stage, message(both))
    recorded(stage, message(both))
    assert sorted(fact["answers"]["name"] for fact in stage.facts()) == ["Anna", "Ewa"]
    stored = stage.dynamodb.scan(TableName="facts")["Items"]
    assert len({item["received_hash"]["S"] for item in stored}) == 2


def test_b4_one_lead_may_not_share_an_id_between_two_forms_of_one_message(stage: Stage) -> None:
    assert stage.record(batch(message({"activities": [FORM, OTHER]})))
    (refused,) = stage.sent("refused")
    assert refused["reason"] == "submission_id_reused"
    (fact,) = stage.facts()
    assert fact["answers"] == {"name": "Anna"}
    (stored,) = stage.dynamodb.scan(TableName="facts")["Items"]
    stage.clear()
    recorded(stage, message(FORM))
    (alone,) = stage.dynamodb.scan(TableName="facts")["Items"]
    assert stored["received_hash"] == alone["received_hash"]


@pytest.mark.parametrize("given", ["x" * 129, "a\nb", "\ud800", 5, ["x"]])
def test_c39_an_id_that_cannot_be_printed_is_refused(stage: Stage, given: object) -> None:
    refused_as(stage, message(PAGE | {"id": given}), "invalid_id")


def test_g20_a_form_that_comes_again_is_a_duplicate_and_accepted(stage: Stage) -> None:
    for _ in range(2):
        stage.record(sample("form_parked_while_the_table_was_away"))
    counts = stage.counted()
    assert (counts["applied"], counts["duplicate"]) == (1, 1)
    assert counts["accepted"] == counts["received"] == 2


def test_a_first_fact_that_no_rule_knows_is_no_duplicate(stage: Stage) -> None:
    recorded(stage, message(PAGE))
    stage.counted()
    recorded(stage, message(PAGE | {"kind": "link_clicked", "at": "2026-11-23T09:58:00Z"}))
    counts = stage.counted()
    assert counts["accepted"] == 1
    assert "duplicate" not in counts


def test_the_envelope_tells_what_the_detail_leaves_out(stage: Stage) -> None:
    recorded(stage, message({"email": "anna@example.com", "path": "/"}))
    assert stored_at(stage) == parse_instant("2026-11-23T10:00:00Z")


def test_an_advice_of_the_mail_service_is_passed_over(stage: Stage) -> None:
    assert (
        recorded(stage, json.loads(sample("email_advice_without_a_mail")["Records"][0]["body"]))
        == []
    )
    assert stage.counted()["passed_over"] == 1


def test_an_open_of_a_mail_to_several_belongs_to_nobody(stage: Stage) -> None:
    stage.record(sample("email_opened_by_one_of_several"))
    assert stage.leads() == {}


def test_sales_may_take_an_answer_back(stage: Stage) -> None:
    stage.record(sample("sales_answered"))
    (fact,) = stage.facts()
    assert fact["answers"] == {"company_size": 120, "country": None}


def test_an_odd_answer_in_a_fact_file_is_a_mistake_with_its_field(stage: Stage) -> None:
    answers = {"company_size": "many", "country": "Atlantis"}
    form = PAGE | {"kind": "form_submitted", "form": "demo", "answers": answers}
    refused = refused_as(stage, message(form), "invalid_number")
    assert [mistake["field"] for mistake in refused["mistakes"]] == list(answers)


def test_a_click_becomes_the_same_fact_however_often_it_is_told(stage: Stage) -> None:
    stage.record(sample("email_clicked"))
    stage.record(sample("email_clicked"))
    assert len(stage.facts()) == 1


def test_a_delivery_to_several_is_a_fact_of_each(stage: Stage) -> None:
    event = sample("email_sent")
    record = event["Records"][0]
    body = json.loads(record["body"])
    body["event"]["detail"]["mail"]["destination"].append("ewa@example.com")
    record["body"] = json.dumps(body)
    stage.record(event)
    assert len(stage.leads()) == 2
