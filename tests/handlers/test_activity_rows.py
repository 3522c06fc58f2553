"""Section C by rows, through the real handler: what goes on the bus and what becomes of it."""

import json
from hashlib import sha256
from typing import Any

import pytest

from functions.scoring.facts import canonical_json
from functions.scoring.instants import DAY_MS, format_instant, parse_instant
from tests.handlers.lambda_stage import MODEL, NOW, Stage, batch, message, request, sample
from tests.handlers.told_lines import our_words

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
    """Refused at first sight, acknowledged, kept aside with where and why; nothing else changes."""
    event = batch(body)
    before = stage.held()
    assert stage.record(event) == {"batchItemFailures": []}
    after = stage.held()
    assert after.pop("refused") != before.pop("refused")
    assert after == before
    (refused,) = stage.sent("refused")
    (record,) = event["Records"]
    assert refused["reason"] == reason
    assert refused["message_id"] == record["messageId"]
    assert refused["body_sha256"] == sha256(record["body"].encode()).hexdigest()
    assert refused.get("body", record["body"]) == record["body"]
    assert refused["mistakes"]
    for mistake in refused["mistakes"]:
        assert set(mistake) == {"field", "code"}
        assert mistake["code"] in our_words()
        assert mistake["field"] in our_words() | set(MODEL["fields"])
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


def test_c2_a_form_fills_in_the_rest(stage: Stage) -> None:
    recorded(stage, message(PAGE))
    form = {"email": "ANNA@example.com", "name": "Anna", "submission_id": "1"}
    assert stage.capture(request(form))["statusCode"] == 201
    (lead,) = stage.leads().values()
    assert "Anna" in lead["answers"]["S"]
    assert lead["first_seen"] == {"N": str(parse_instant(PAGE["at"]))}


@pytest.mark.parametrize(("receives", "replayed"), [(1, False), (7, False), (1, True)])
def test_c3_the_same_redelivered_redriven_or_replayed_changes_nothing_at_all(
    stage: Stage, receives: int, replayed: bool
) -> None:
    recorded(stage, message(PAGE))
    before = stage.held()
    again = message(PAGE) | ({"replayed": True} if replayed else {})
    assert stage.record(batch(again, receives=receives)) == {"batchItemFailures": []}
    after = stage.held()
    assert (after["leads"], after["refused"]) == (before["leads"], before["refused"])
    assert len(after["facts"]) == 1


def test_c3_the_same_again_writes_nothing(stage: Stage) -> None:
    recorded(stage, message(PAGE), message(PAGE))
    before = (stage.facts(), stage.leads())
    recorded(stage, message(PAGE, ingested_at="2026-12-24T10:00:00Z"))
    assert (stage.facts(), stage.leads()) == before
    assert len(before[0]) == 1
    counts = stage.counted()
    assert (counts["applied"], counts["unchanged"], counts["accepted"]) == (2, 1, 3)


@pytest.mark.parametrize("other", [{"path": "/docs"}, {"at": "2026-11-23T09:59:01Z"}])
def test_c4_the_same_id_with_other_content_or_instant_is_another_fact(
    stage: Stage, other: dict[str, str]
) -> None:
    recorded(stage, message(PAGE), message(PAGE | other))
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


@pytest.mark.parametrize(
    ("ahead", "skewed"),
    [("10:00:02Z", 0), ("10:00:03Z", 0), ("10:00:03.001Z", 1), ("10:05:01Z", 1)],
)
def test_c8_a_little_ahead_is_kept_as_stated(stage: Stage, ahead: str, skewed: int) -> None:
    at = f"2026-11-23T{ahead}"
    recorded(stage, message(PAGE | {"at": at}))
    assert stored_at(stage) == parse_instant(at)
    assert stage.counted().get("clock_skew", 0) == skewed


@pytest.mark.parametrize(
    "at",
    [
        *("2026-11-23T10:05:01.001Z", "2026-11-23T10:05:02Z", "2031-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59Z", "2026-11-23T09:59:00-00:10"),
    ],
)
def test_c9_far_ahead_is_refused(stage: Stage, at: str) -> None:
    refused_as(stage, message(PAGE | {"at": at}), "future")


def test_c10_older_than_the_retention_is_refused(stage: Stage) -> None:
    edge = parse_instant(NOW) - 400 * DAY_MS
    recorded(stage, message(PAGE | {"at": format_instant(edge)}))
    stage.clear()
    for at in (format_instant(edge - 1), "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        refused_as(stage, message(PAGE | {"at": at}), "too_old")


def test_c11_what_has_expired_at_arrival_is_kept_and_counts_nothing(stage: Stage) -> None:
    recorded(stage, message(PAGE | {"at": "2026-01-01T00:00:00Z"}))
    (lead,) = stage.leads().values()
    assert lead["score"] == {"N": "0"}


@pytest.mark.parametrize(
    "at",
    [
        *(
            None,
            "",
            "2026-11-23T09:59:00",
            "2026-02-30T00:00:00Z",
            1795428000,
            "1795428000",
            "soon",
        ),
        *(
            "2026-11-23",
            "2026-11-23T24:00:00Z",
            "2026-11-23T09:58:61Z",
            "2026-11-23T09:59:00+99:99",
        ),
        *(1795428000000, True, ["2026-11-23T09:59:00Z"], "٢٠٢٦-11-23T09:59:00Z", "x" * 5000),
        *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"),
    ],
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


@pytest.mark.parametrize(
    "kind", ["coffee_drunk", "PAGE_VIEWED", "", 5, None, ["page_viewed"], {"a": 1}, "x" * 5000]
)
def test_c14_an_unknown_kind_is_refused(stage: Stage, kind: object) -> None:
    refused_as(stage, message(PAGE | {"kind": kind}), "unknown_kind")


@pytest.mark.parametrize("version", [7, "7", "7.1", 0, "", True, [1], "one"])
def test_c15_a_version_of_another_time_is_refused(stage: Stage, version: object) -> None:
    refused_as(stage, message(PAGE | {"v": version}), "unsupported_version")


@pytest.mark.parametrize("version", [1, 1.4, "1", "1.4", "1.4.9", None])
def test_c15_minor_versions_make_no_difference(stage: Stage, version: object) -> None:
    recorded(stage, message(PAGE), message(PAGE | {"v": version}))
    assert len(stage.facts()) == 1


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
    line = PAGE | {"at": NOW, "points": 1000, "score": 99}
    (fact,) = recorded(stage, message(line, ingested_at=NOW))
    assert fact["properties"] == {"path": "/pricing"}
    (lead,) = stage.leads().values()
    (rule,) = MODEL["rules"]
    assert lead["score"] == {"N": str(rule["steps"][0][1])}


@pytest.mark.parametrize("number", ["NaN", "1e999", "1" + "0" * 40, "-0", "-0.0"])
def test_c18_what_is_no_number_is_refused(stage: Stage, number: str) -> None:
    body = json.dumps(message(PAGE | {"seconds": "?"})).replace('"?"', number)
    refused_as(stage, body, "invalid_number")


FORM = PAGE | {"id": "1", "kind": "form_submitted", "form": "demo", "answers": {"name": "Anna"}}
OTHER = FORM | {"answers": {"name": "Ewa"}}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        *((number, "invalid_number") for number in ("NaN", "-0", "1" + "0" * 40, '"many"')),
        *((odd, "invalid_type") for odd in ("true", "[1]", '{"a": 1}')),
    ],
)
def test_c18_an_answer_of_another_type_than_its_field_is_refused(
    stage: Stage, answer: str, reason: str
) -> None:
    form = message(FORM | {"answers": {"company_size": "?"}})
    refused = refused_as(stage, json.dumps(form).replace('"?"', answer), reason)
    assert refused["mistakes"] == [{"field": "company_size", "code": reason}]


@pytest.mark.parametrize("address", ["ANNA@Example.com ", "anna@EXAMPLE.COM"])
def test_c19_a_lead_is_known_however_its_address_is_written(stage: Stage, address: str) -> None:
    recorded(stage, message(PAGE), message(PAGE | {"id": "2", "lead": address}))
    assert len(stage.leads()) == 1


def test_c19_an_international_domain_is_one_lead(stage: Stage) -> None:
    addresses = ("a@bücher.example", "a@xn--bcher-kva.example")
    recorded(stage, *(message(PAGE | {"lead": address}) for address in addresses))
    assert len(stage.leads()) == 1


@pytest.mark.parametrize(
    "lead",
    [
        *("garbage", "", None, 5, "a" * 5000, ["a@example.com"], {"email": "a@example.com"}),
        *(
            "a@b",
            "\u0430@example.com",
            "a\u200b@example.com",
            "a@" + "b" * 5000 + ".com",
            "\ud800@a.co",
        ),
    ],
)
def test_c20_a_lead_that_is_nobody_is_refused(stage: Stage, lead: object) -> None:
    refused_as(stage, message(PAGE | {"lead": lead}), "invalid_lead")


NO_TEXT = ("\ud800", "\x00", "\ufffe", "\x07", "\x85")


@pytest.mark.parametrize(
    ("where", "letter"),
    [
        *(({"title": "a?b"}, letter) for letter in (*NO_TEXT, "\u202e", "\u2066")),
        *(({"a?b": "title"}, letter) for letter in (*NO_TEXT, "\u202e", "\u2066")),
        # an answer may turn the reading direction, as people's names do (B32)
        *(({"kind": "form_submitted", "answers": {"name": "a?b"}}, letter) for letter in NO_TEXT),
    ],
)
def test_c21_text_that_is_none_is_refused(stage: Stage, where: dict[str, Any], letter: str) -> None:
    line = json.loads(json.dumps(PAGE | where).replace("a?b", json.dumps(f"a{letter}b")[1:-1]))
    refused_as(stage, message(line), "invalid_text")


def test_c22_a_detail_over_64_kib_is_refused(stage: Stage) -> None:
    room = 64 * 1024 - len(canonical_json(PAGE | {"note": ""}))
    refused_as(stage, message(PAGE | {"note": "x" * (room + 1)}), "too_large")
    refused = refused_as(stage, message(PAGE | {"note": "x" * 1_000_000}), "too_large")
    assert "body" not in refused
    assert refused["body_length"] > 1_000_000
    recorded(stage, message(PAGE | {"note": "x" * room}))


@pytest.mark.parametrize("levels", [33, 1000, 60_000])
@pytest.mark.parametrize("as_text", [False, True])
def test_c23_deep_json_is_refused(stage: Stage, levels: int, as_text: bool) -> None:
    deep = '{"deep": ' + "[" * levels + "]" * levels + "}"
    detail = json.dumps(deep) if as_text else deep
    body = json.dumps(message("?")).replace('"?"', detail)
    refused_as(stage, body, "too_deep")


@pytest.mark.parametrize(
    "body",
    [
        *("not json", "[]", "null", '{"event": {}}', '{"ingested_at": "2026-11-23T10:00:00Z"}'),
        *('{"ingested_at": "today", "event": {}}', '{"ingested_at": 5, "event": {}}'),
        '{"ingested_at": "2026-11-23T10:00:00Z", "event": []}',
        '{"ingested_at": "2026-11-23T10:00:00Z", "form": {"form": "demo"}}',
        *("[", '{"ingested_at": "0001-01-01T00:00:00+23:59", "event": []}'),
        *('{"event": {}, "ingested_at": null}', '{"ingested_at": "9999-12-31T23:59:59-23:59"}'),
    ],
)
def test_c24_a_message_without_our_envelope_is_refused(stage: Stage, body: str) -> None:
    assert refused_as(stage, body, "malformed")["body"] == body


TEXTS_OF_A_PARKED_FORM = ("form", "id", "received_hash", "email", "display_email")
NO_ANSWERS: tuple[Any, ...] = ({"a": 1}, ["a"], "\x00", "x" * 5000, None)
NO_MAPPINGS: tuple[Any, ...] = (None, [], "x", 5)


@pytest.mark.parametrize(
    "odd",
    [
        *({name: 5} for name in (*TEXTS_OF_A_PARKED_FORM, "touch")),
        *({name: "\ud800"} for name in TEXTS_OF_A_PARKED_FORM),
        *({name: "x" * 5000} for name in TEXTS_OF_A_PARKED_FORM),
        *({"answers": {"job_title": value}} for value in NO_ANSWERS),
        *({"answers": value} for value in NO_MAPPINGS),
        {"id": None},
    ],
)
def test_c24_a_parked_form_that_nobody_could_have_parked_is_refused(
    stage: Stage, odd: dict[str, Any]
) -> None:
    parked = json.loads(sample("form_parked_while_the_table_was_away")["Records"][0]["body"])
    refused_as(stage, parked | {"form": parked["form"] | odd}, "malformed")


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


@pytest.mark.parametrize("named", [{"source": None}, {"account": None}, {"account": 111122223333}])
def test_c26_a_sender_without_a_name_is_refused(guarded: Stage, named: dict[str, Any]) -> None:
    refused_as(guarded, message(PAGE, **named), "source_not_allowed")


def test_c26_where_nobody_is_named_everybody_on_the_bus_is_let_in(stage: Stage) -> None:
    recorded(stage, message(PAGE, source="else", account="999999999999"))


def test_c27_a_kind_outside_a_senders_list_is_refused(guarded: Stage) -> None:
    refused_as(guarded, message(PAGE | {"kind": "link_clicked"}), "type_not_allowed")
    recorded(
        guarded, message(PAGE), message(PAGE | {"kind": "link_clicked"}, source="lead-scoring")
    )


def test_c28_many_activities_of_a_lead_are_one_write(stage: Stage) -> None:
    recorded(stage, *(message(PAGE | {"id": f"visit-{n}"}) for n in range(50)))
    (lead,) = stage.leads().values()
    assert lead["revision"] == {"N": "1"}


def test_c29_a_click_sooner_than_anybody_reads_is_a_machines(stage: Stage) -> None:
    event = sample("email_clicked")
    record = event["Records"][0]
    record["body"] = record["body"].replace("09:59:59.500Z", "09:00:01.999Z")
    stage.record(event)
    record["body"] = record["body"].replace("09:00:01.999Z", "09:00:02.000Z")
    stage.record(event)
    assert sorted(fact.get("machine", False) for fact in stage.facts()) == [False, True]


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
    for other in ({"kind": "link_clicked"}, {"at": "2026-11-23T09:58:00Z"}, {"path": "/docs"}):
        recorded(stage, message(bare | other))
    assert len(stage.facts()) == 5
    recorded(stage, message(bare | {"lead": "ewa@example.com"}))
    assert len({fact["id"] for fact in stage.facts()}) == 5


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


@pytest.mark.parametrize("given", ["x" * 129, "a\nb", "\ud800", "ł", "\x7f", 5, ["x"], True, {}])
def test_c39_an_id_that_cannot_be_printed_is_refused(stage: Stage, given: object) -> None:
    refused_as(stage, message(PAGE | {"id": given}), "invalid_id")


def test_c39_a_long_id_that_can_be_printed_is_taken(stage: Stage) -> None:
    (fact,) = recorded(stage, message(PAGE | {"id": "x" * 128}))
    assert fact["id"] == "x" * 128


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
