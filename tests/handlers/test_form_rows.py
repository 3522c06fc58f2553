"""Section B row by row, through the real handler: what a website may send and what it hears."""

import json
import urllib.parse
from typing import Any

import pytest

from functions.runtime import wiring
from tests.handlers.lambda_stage import Stage, request, sample

GOOD: dict[str, Any] = {"email": "anna@example.com", "name": "Anna"}
URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"


def posted(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A plain HTML form as a browser posts it."""
    body = urllib.parse.urlencode(fields).encode()
    return request(body, content_type=URLENCODED, accept="text/html", **more)


def told(answer: dict[str, Any]) -> tuple[int, str, list[tuple[str, str]]]:
    body = json.loads(answer["body"])
    mistakes = [(mistake["field"], mistake["code"]) for mistake in body.get("errors", [])]
    return answer["statusCode"], body.get("code", body.get("status")), mistakes


def refused_with(stage: Stage, event: dict[str, Any], status: int, code: str, *where: str) -> None:
    answer = stage.capture(event)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body["status"], body["code"]) == (status, status, code)
    assert body["type"].endswith(f"/errors/{code}")
    assert body["request_id"] == event["requestContext"]["requestId"]
    assert answer["headers"]["content-type"] == "application/problem+json; charset=utf-8"
    if where:
        assert [f"{mistake['field']}:{mistake['code']}" for mistake in body["errors"]] == list(
            where
        )
    assert stage.facts() == []
    assert stage.leads() == {}


def field_refused(stage: Stage, field: str, value: object, code: str) -> None:
    refused_with(stage, request(GOOD | {field: value}), 422, "validation_failed", f"{field}:{code}")


def kept(stage: Stage, event: dict[str, Any]) -> dict[str, Any]:
    assert told(stage.capture(event))[:2] == (201, "accepted")
    (fact,) = stage.facts()
    return fact


def calls_of(stage: Stage, event: dict[str, Any]) -> list[str]:
    """The calls of AWS that an answer takes."""
    made: list[str] = []

    def note(*, model: Any, **_: object) -> None:
        made.append(model.name)

    events = [wiring.client(name, hasty=True).meta.events for name in ("dynamodb", "sqs", "sns")]
    for each in events:
        each.register("before-call", note)
    try:
        stage.capture(event)
    finally:
        for each in events:
            each.unregister("before-call", note)
    return made


def email_of(stage: Stage) -> str:
    (item,) = stage.leads().values()
    return json.dumps(item)


def test_b1_a_good_form_of_a_new_person_is_accepted_and_nothing_else_is_said(stage: Stage) -> None:
    answer = stage.capture(request(GOOD))
    assert (answer["statusCode"], json.loads(answer["body"])) == (201, {"status": "accepted"})
    assert len(stage.facts()) == len(stage.leads()) == 1


def test_b2_a_person_we_know_hears_the_same(stage: Stage) -> None:
    first = stage.capture(request(GOOD | {"submission_id": "1"}))
    assert stage.capture(request(GOOD | {"submission_id": "2"})) == first
    assert len(stage.facts()) == 2
    assert len(stage.leads()) == 1


def test_b2_a_person_we_know_takes_the_same_calls_and_so_the_same_time(stage: Stage) -> None:
    new = calls_of(stage, request(GOOD | {"submission_id": "1"}))
    assert calls_of(stage, request(GOOD | {"submission_id": "2", "name": "Ewa"})) == new
    assert new == ["BatchGetItem", "PutItem", "PutItem"]


def test_b3_the_same_submission_again_changes_nothing(stage: Stage) -> None:
    first = stage.capture(request(GOOD | {"submission_id": "1"}))
    before = (stage.facts(), stage.leads())
    assert stage.capture(request(GOOD | {"submission_id": "1"})) == first
    assert (stage.facts(), stage.leads()) == before
    assert stage.counted()["duplicate"] == 1


def test_b4_a_submission_id_with_other_content_is_refused(stage: Stage) -> None:
    stage.capture(request(GOOD | {"submission_id": "1"}))
    before = (stage.facts(), stage.leads())
    answer = stage.capture(request(GOOD | {"submission_id": "1", "name": "Ewa"}))
    assert told(answer) == (
        422, "submission_id_reused", [("submission_id", "submission_id_reused")]
    )  # fmt: skip
    assert (stage.facts(), stage.leads()) == before


def test_b5_a_double_click_without_an_id_is_one_fact(stage: Stage) -> None:
    assert stage.capture(request(GOOD)) == stage.capture(request(GOOD))
    assert len(stage.facts()) == 1


def test_b6_a_browser_goes_to_the_thank_you_page(stage: Stage) -> None:
    answer = stage.capture(posted(GOOD))
    assert answer["statusCode"] == 303
    assert answer["headers"]["location"] == "https://www.example.com/thanks"
    assert len(stage.facts()) == 1


def test_b6_a_script_that_posts_a_plain_form_hears_json(stage: Stage) -> None:
    event = posted(GOOD)
    event["headers"]["accept"] = JSON
    assert told(stage.capture(event)) == (201, "accepted", [])


def test_b7_a_browser_with_mistakes_goes_to_the_error_page_with_a_code_only(stage: Stage) -> None:
    answer = stage.capture(posted({"email": "<script>"}))
    assert answer["statusCode"] == 303
    assert answer["headers"]["location"] == "https://www.example.com/demo?error=validation_failed"
    assert stage.facts() == []


def test_b7_without_an_error_page_the_answer_is_a_page(stage: Stage) -> None:
    answer = stage.capture(posted({"email": "<script>"}, form="bare"))
    assert answer["statusCode"] == 422
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in answer["body"]


@pytest.mark.parametrize(
    "wish", ["https://evil.example", "//evil", "/\\evil", "javascript:alert(1)"]
)
def test_b8_a_wish_for_a_foreign_page_is_ignored(stage: Stage, wish: str) -> None:
    answer = stage.capture(posted(GOOD | {"_next": wish}))
    assert answer["headers"]["location"] == "https://www.example.com/thanks"
    assert stage.counted()["redirect_refused"] == 1
    assert len(stage.facts()) == 1


def test_b8_a_wish_for_a_page_of_the_model_is_granted(stage: Stage) -> None:
    answer = stage.capture(posted(GOOD | {"_next": "https://www.example.com/welcome"}))
    assert answer["headers"]["location"] == "https://www.example.com/welcome"


@pytest.mark.parametrize("of", [request, posted])
def test_b9_a_filled_honeypot_sounds_like_success_and_is_kept_aside(stage: Stage, of: Any) -> None:
    success = stage.capture(of(GOOD))
    facts = stage.facts()
    assert stage.capture(of(GOOD | {"fax_extension": "watches"})) == success
    assert stage.facts() == facts
    (refused,) = stage.sent("refused")
    assert refused["reason"] == "spam"
    assert stage.counted()["spam"] == 1


def test_b9_what_the_honeypot_kept_makes_a_lead_when_sent_on(stage: Stage) -> None:
    stage.capture(request(GOOD | {"fax_extension": "watches"}))
    (refused,) = stage.sent("refused")
    event = sample("form_parked_while_the_table_was_away")
    event["Records"][0]["body"] = refused["body"]
    stage.record(event)
    assert [fact["kind"] for fact in stage.facts()] == ["form_submitted"]


@pytest.mark.parametrize("body", ["", "  "])
def test_b10_an_empty_body_is_refused(stage: Stage, body: str) -> None:
    refused_with(stage, request(body), 400, "empty_body")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"test": True},
        {"utm_source": "x", "referrer": "y"},
        {"submission_id": "1", "_next": "https://www.example.com/thanks", "fax_extension": ""},
        {"email": ""},
        {"email": None},
    ],
)
def test_b10_a_form_without_an_address_says_so(stage: Stage, fields: dict[str, Any]) -> None:
    refused_with(stage, request(fields), 422, "validation_failed", "email:missing_field")


@pytest.mark.parametrize("body", ["{", '{"email": "a@b.co",}', "\ufeff{}", "nonsense"])
def test_b11_what_is_no_json_is_refused(stage: Stage, body: str) -> None:
    refused_with(stage, request(body), 400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null"])
def test_b12_json_that_is_no_object_is_refused(stage: Stage, body: str) -> None:
    refused_with(stage, request(body), 400, "not_an_object")


def test_b13_a_key_given_twice_is_refused(stage: Stage) -> None:
    refused_with(stage, request('{"email":"a@b.co","email":"c@d.co"}'), 400, "duplicate_key")
    nested = '{"email":"a@b.co","x":[{"a":1,"a":1}]}'
    refused_with(stage, request(nested), 400, "duplicate_key")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_b14_what_is_no_number_is_refused(stage: Stage, number: str) -> None:
    body = f'{{"email":"a@b.co","x":{number}}}'
    refused_with(stage, request(body), 400, "invalid_number")


@pytest.mark.parametrize("body", ["[" * 6 + "]" * 6, "[" * 16000, '{"a":' * 3000])
def test_b15_deep_nesting_is_refused_before_it_is_parsed(stage: Stage, body: str) -> None:
    refused_with(stage, request(body), 400, "too_deep")


def test_b15_five_levels_are_not_deep(stage: Stage) -> None:
    kept(stage, request(GOOD | {"x": [[[[1]]]], "brackets": "[" * 60}))


@pytest.mark.parametrize(
    "fields",
    [
        {f"f{n}": "1" for n in range(49)},
        {"list": list(range(21))},
        {"deep": {"list": list(range(21))}},
        {"deep": [{f"f{n}": n for n in range(60)}, {f"f{n}": n for n in range(40)}]},
    ],
)
def test_b16_too_many_fields_are_refused(stage: Stage, fields: dict[str, Any]) -> None:
    refused_with(stage, request(GOOD | fields), 422, "too_many_fields")


def test_b16_a_full_form_is_no_too_full_one(stage: Stage) -> None:
    kept(stage, request(GOOD | {f"f{n}": [1] * 20 for n in range(48)}))
    pairs = b"email=ewa%40example.com" + b"&a=1" * 20 + b"&b=1" * 20
    assert stage.capture(request(pairs, content_type=URLENCODED))["statusCode"] == 303
    hundred = "&".join(f"f{n % 49}=1" for n in range(99)) + "&email=jan%40example.com"
    assert stage.capture(request(hundred, content_type=URLENCODED))["statusCode"] == 303
    assert len(stage.leads()) == 3


def test_b16_too_many_pairs_are_refused(stage: Stage) -> None:
    event = request(b"a=1&" * 101, content_type=URLENCODED, accept=JSON)
    refused_with(stage, event, 422, "too_many_fields")


@pytest.mark.parametrize("body", ["x" * (16 * 1024 + 1), b"x" * (16 * 1024 + 1), "ł" * 9000])
def test_b17_a_long_body_is_refused_unread(stage: Stage, body: object) -> None:
    refused_with(stage, request(body), 413, "body_too_large")


@pytest.mark.parametrize("as_bytes", [False, True])
def test_b17_sixteen_kibibytes_are_not_too_long(stage: Stage, as_bytes: bool) -> None:
    body = json.dumps(GOOD | {"x": ""})
    full = body.replace('"x": ""', '"x": "' + "x" * (16 * 1024 - len(body)) + '"')
    kept(stage, request(full.encode() if as_bytes else full))
    over = full.replace("xx", "xxx", 1)
    stage.clear()
    event = request(over.encode() if as_bytes else over)
    refused_with(stage, event, 413, "body_too_large")


@pytest.mark.parametrize(
    "content_type",
    [
        *(None, "", "text/plain", "multipart/form-data; boundary=x", "application/xml"),
        *("application/jsonp", "application/json, text/plain", "text/html"),
    ],
)
def test_b19_another_content_type_is_refused_and_told_what_is_taken(
    stage: Stage, content_type: str | None
) -> None:
    event = request(GOOD, content_type=content_type)
    refused_with(stage, event, 415, "unsupported_media_type")
    assert stage.capture(event)["headers"]["accept-post"] == f"{JSON}, {URLENCODED}"


@pytest.mark.parametrize("charset", ["utf-16", '"UTF-16LE"', "iso-8859-2", "utf-7"])
def test_b20_another_charset_is_refused(stage: Stage, charset: str) -> None:
    event = request(GOOD, content_type=f"application/json; charset={charset}")
    refused_with(stage, event, 400, "invalid_encoding")


def test_b20_bytes_that_are_no_utf8_are_refused(stage: Stage) -> None:
    refused_with(stage, request(b'{"email":"\xff"}'), 400, "invalid_encoding")


def test_b20_percents_that_are_no_utf8_are_refused(stage: Stage) -> None:
    event = request(b"email=%ff", content_type=URLENCODED, accept=JSON)
    refused_with(stage, event, 400, "invalid_encoding")


@pytest.mark.parametrize("rubbish", ["%%%", "eyJ", "e30=\n%", "łódź", '{"email":"a@b.co"}'])
def test_b21_rubbish_said_to_be_base64_is_refused(stage: Stage, rubbish: str) -> None:
    refused_with(stage, request(rubbish) | {"isBase64Encoded": True}, 400, "invalid_encoding")


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "identity, gzip"])
def test_b22_a_compressed_body_is_refused(stage: Stage, encoding: str) -> None:
    event = request(GOOD, content_encoding=encoding)
    refused_with(stage, event, 415, "unsupported_encoding")


def test_b23_an_unknown_field_is_dropped_and_named_only_to_a_test(stage: Stage) -> None:
    assert kept(stage, request(GOOD | {"colour": "green"}))["answers"] == {"name": "Anna"}
    answer = stage.capture(request(GOOD | {"colour": "green", "test": True}))
    assert json.loads(answer["body"]) == {"status": "accepted", "ignored": ["colour"]}


@pytest.mark.parametrize("name", ["score", "hot", "owner", "revision", "erased", "__proto__"])
def test_b24_a_form_cannot_set_what_is_ours(stage: Stage, name: str) -> None:
    assert kept(stage, request(GOOD | {name: 100}))["answers"] == {"name": "Anna"}
    assert stage.counted()["fields_dropped"] == 1
    (lead,) = stage.leads().values()
    assert (lead["score"], lead["revision"]) == ({"N": "0"}, {"N": "1"})
    assert not {"hot", "owner", "erased", "__proto__"} & set(lead)


@pytest.mark.parametrize("value", [5, True, ["a@b.co"], {"x": 1}])
def test_b25_an_address_of_another_type_is_refused(stage: Stage, value: object) -> None:
    field_refused(stage, "email", value, "invalid_type")


@pytest.mark.parametrize("field", ["name", "company_size", "country", "message", "website"])
@pytest.mark.parametrize("value", [True, {"x": 1}])
def test_b25_an_answer_of_another_type_is_refused(stage: Stage, field: str, value: object) -> None:
    field_refused(stage, field, value, "invalid_type")


@pytest.mark.parametrize(
    "address",
    [
        *("anna", "a@b", "a@localhost", "a@[1.2.3.4]", '"a b"@example.com', ".a@example.com"),
        *("a..b@example.com", "a@example..com", "a b@example.com", "a@b@example.com"),
        *("a" * 65 + "@example.com", "a@" + "b" * 250 + ".com", "a@-example.com"),
    ],
)
def test_b26_what_is_no_address_is_refused(stage: Stage, address: str) -> None:
    field_refused(stage, "email", address, "invalid_email")


@pytest.mark.parametrize("address", ["A.B@Example.COM ", "a.b@example.com"])
def test_b27_case_and_spaces_make_no_other_person(stage: Stage, address: str) -> None:
    fact = kept(stage, request({"email": address}))
    assert "a.b@example.com" in email_of(stage)
    assert fact["email"] == "a.b@example.com"
    assert fact["display_email"] == address.strip()


def test_b27_dots_and_tags_make_another_person(stage: Stage) -> None:
    for address in ("a.b@example.com", "ab@example.com", "ab+x@example.com"):
        stage.capture(request({"email": address}))
    assert len(stage.leads()) == 3


def test_b28_a_domain_is_the_same_in_unicode_and_ascii(stage: Stage) -> None:
    for address in ("a@bücher.example", "a@xn--bcher-kva.example", "a@BÜCHER.example"):
        assert stage.capture(request({"email": address}))["statusCode"] == 201
    assert len(stage.leads()) == 1
    stage.capture(request({"email": "a@ⓔxample.com"}))
    stage.capture(request({"email": "a@example.com"}))
    assert len(stage.leads()) == 2


@pytest.mark.parametrize("local", ["\uff41", "\u0430", "\u212a", "ł"])
def test_b29_a_local_part_that_is_not_ascii_is_refused(stage: Stage, local: str) -> None:
    field_refused(stage, "email", f"{local}@example.com", "email_local_not_ascii")


@pytest.mark.parametrize("letter", ["\u200b", "\u00ad", "\u202e", "\u2066", "\ufeff"])
def test_b30_invisible_letters_in_an_address_are_refused(stage: Stage, letter: str) -> None:
    field_refused(stage, "email", f"an{letter}na@example.com", "invalid_email")
    field_refused(stage, "email", f"anna@exam{letter}ple.com", "invalid_email")


SINGLE_LINES = (
    *("name", "company", "phone", "job_title", "company_size", "country", "website", "trial"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer"),
    *("marketing_consent", "test"),
)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("email", "invalid_email"),
        ("submission_id", "invalid_id"),
        *((field, "control_character") for field in SINGLE_LINES),
    ],
)
@pytest.mark.parametrize("line", ["a@x.com\r\nBcc: z@z", "a\nb", "a\rb", "a\u2028b", "a\u2029b"])
def test_b31_a_line_break_in_a_single_line_is_refused(
    stage: Stage, field: str, code: str, line: str
) -> None:
    field_refused(stage, field, line, code)


@pytest.mark.parametrize("name", ["Ola 🎉", "שלום", "Zo\u0308e", "\U0001d54c\U0001d55f\U0001d55a"])
def test_b32_names_of_all_scripts_are_taken(stage: Stage, name: str) -> None:
    fact = kept(stage, request(GOOD | {"name": name}))
    assert fact["answers"]["name"] == ("Zöe" if name.endswith("e") else name)


@pytest.mark.parametrize("name", ["a" * 201, "\U0001d54c" * 129])
def test_b32_a_name_past_its_limits_is_refused(stage: Stage, name: str) -> None:
    field_refused(stage, "name", name, "too_long")


@pytest.mark.parametrize(
    "letter",
    ["\\ud800", "\\udc00", "\\u0000", "\\ufffe", "\\ufdd0", "\\u0007", "\\u0085", "\\u007f"],
)
@pytest.mark.parametrize("field", [*SINGLE_LINES, "message"])
def test_b33_text_that_is_none_is_refused(stage: Stage, letter: str, field: str) -> None:
    body = f'{{"email":"anna@example.com","{field}":"a{letter}b"}}'
    refused_with(stage, request(body), 422, "validation_failed", f"{field}:invalid_text")


def test_b33_a_message_may_have_lines_and_tabs(stage: Stage) -> None:
    fact = kept(stage, request(GOOD | {"message": "one\r\n\ttwo"}))
    assert fact["answers"]["message"] == "one\n\ttwo"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}"])
def test_b34_code_in_a_text_is_kept_as_it_is(stage: Stage, text: str) -> None:
    assert kept(stage, request(GOOD | {"company": text}))["answers"]["company"] == text


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-x", "@x", "\t=1"])
def test_b35_a_formula_in_a_name_is_kept_as_it_is(stage: Stage, text: str) -> None:
    assert kept(stage, request(GOOD | {"name": text}))["answers"]["name"] == text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://169.254.169.254/", "http://[::1]/", "http://a"]
)
def test_b36_an_address_of_no_website_is_refused(stage: Stage, address: str) -> None:
    field_refused(stage, "website", address, "invalid_url")


@pytest.mark.parametrize(
    "form", ["unknown", "closed", "../", "../demo", "demo/", "DEMO", "x" * 4096, "", "\ud800"]
)
def test_b37_an_unknown_or_closed_form_is_not_found(stage: Stage, form: str) -> None:
    refused_with(stage, request(GOOD, form=form), 404, "form_not_found")


@pytest.mark.parametrize("path", [None, {}, {"form": None}, {"form": ["demo"]}, {"proxy": "demo"}])
def test_b37_a_path_without_a_form_is_not_found(stage: Stage, path: object) -> None:
    refused_with(stage, request(GOOD) | {"pathParameters": path}, 404, "form_not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS", "DELETE"])
def test_b37_another_method_is_not_found_should_the_gateway_let_it_pass(
    stage: Stage, method: str
) -> None:
    event = request(GOOD)
    event["requestContext"]["http"]["method"] = method
    refused_with(stage, event, 404, "form_not_found")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://www.example.com"])
def test_b38_a_foreign_page_may_not_send_this_form(stage: Stage, origin: str) -> None:
    refused_with(stage, request(GOOD, origin=origin), 403, "origin_refused")


def test_b38_cors_is_the_gateways_alone(stage: Stage) -> None:
    for origin in ("https://www.example.com", "https://evil.example"):
        headers = stage.capture(request(GOOD, origin=origin))["headers"]
        assert not [name for name in headers if name.startswith("access-control-")]


def test_b38_a_listed_page_a_server_and_a_form_without_a_list_may(stage: Stage) -> None:
    assert stage.capture(request(GOOD, origin="https://www.example.com"))["statusCode"] == 201
    assert stage.capture(request(GOOD))["statusCode"] == 201
    event = request(GOOD | {"terms": "on"}, form="bare", origin="https://any.example")
    assert stage.capture(event)["statusCode"] == 201


SPOOFED = "198.51.100.66"


def test_b41_nobody_believes_a_forwarded_for_and_no_address_of_a_machine_is_kept(
    stage: Stage,
) -> None:
    event = request(GOOD, x_forwarded_for=f"{SPOOFED}, 127.0.0.1", forwarded=f"for={SPOOFED}")
    true = event["requestContext"]["http"]["sourceIp"] = "203.0.113.77"
    answers = [stage.capture(request(GOOD)), stage.capture(event)]
    assert answers[0] == answers[1]
    spam = stage.capture(event | {"body": json.dumps(GOOD | {"fax_extension": "x"})})
    assert spam == answers[0]
    refused_with_page = stage.capture(event | {"body": "{"})
    held = json.dumps([stage.held(), answers, refused_with_page])
    for address in (SPOOFED, true):
        assert address not in held
        assert address not in stage.out()
    assert len(stage.facts()) == 1


def test_b42_an_empty_consent_box_is_recorded_and_not_demanded(stage: Stage) -> None:
    assert kept(stage, request(GOOD))["consent"] is False
    (lead,) = stage.leads().values()
    assert lead["no_marketing"] == {"N": "1"}
    assert "do_not_contact" not in lead


def test_b42_a_ticked_box_is_a_consent(stage: Stage) -> None:
    stage.capture(posted(GOOD | {"marketing_consent": "on"}))
    (fact,) = stage.facts()
    assert fact["consent"] is True
    (lead,) = stage.leads().values()
    assert "no_marketing" not in lead
    (stored,) = stage.dynamodb.scan(TableName="facts")["Items"]
    assert stored["at"]["N"] in lead["contact"]["S"]  # the instant of the consent


@pytest.mark.parametrize(
    "value",
    [
        "accepted",
        "I agree to be written to",
        "zgadzam się",
        "2",
        2,
        True,
        ["0", "accepted"],
        "x" * 900,
    ],
)
def test_b42_whatever_a_ticked_box_is_worth_it_is_a_consent(stage: Stage, value: object) -> None:
    assert kept(stage, request(GOOD | {"marketing_consent": value}))["consent"] is True


@pytest.mark.parametrize(
    "value", ["", " ", "no", "NIE", "nein", "off", "0", 0, False, None, ["0"], []]
)
def test_b42_a_no_is_no_consent_however_it_is_said(stage: Stage, value: object) -> None:
    assert kept(stage, request(GOOD | {"marketing_consent": value}))["consent"] is False


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"x": 1}, "invalid_type"),
        ("yes\r\nBcc: z@z", "control_character"),
        ("a\x00", "invalid_text"),
    ],
)
def test_b25_b31_b33_a_box_holds_a_text_or_a_tick(stage: Stage, value: object, code: str) -> None:
    field_refused(stage, "marketing_consent", value, code)


def test_b42_a_form_that_needs_the_box_says_so(stage: Stage) -> None:
    event = request(GOOD, form="bare")
    refused_with(stage, event, 422, "validation_failed", "terms:consent_required")


@pytest.fixture
def table_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The functions' table does not answer as a table does."""
    monkeypatch.setenv("LEADS_TABLE", "away")
    stage.restart()
    return stage


def test_b44_while_the_table_is_away_a_form_waits_on_the_parking_queue(table_away: Stage) -> None:
    event = request(GOOD | {"submission_id": "1"})
    assert told(table_away.capture(event)) == (202, "queued", [])
    thanked = table_away.capture(posted(GOOD | {"submission_id": "2"}))
    assert (thanked["statusCode"], thanked["headers"]["location"]) == (
        303, "https://www.example.com/thanks"
    )  # fmt: skip
    assert [parked["form"]["id"] for parked in table_away.sent("parked")] == ["1", "2"]
    assert table_away.leads() == {}
    counts = table_away.counted()
    assert counts["received"] == counts["parked"] == 2
    assert "accepted" not in counts


@pytest.mark.parametrize("of", [request, posted])
def test_b45_while_table_and_queue_are_away_a_visitor_is_asked_to_try_again(
    table_away: Stage, monkeypatch: pytest.MonkeyPatch, of: Any
) -> None:
    gone = table_away.queues["parked"].replace("parked", "gone")
    monkeypatch.setenv("PARKING_QUEUE_URL", gone)
    table_away.restart()
    answer = table_away.capture(of(GOOD | {"submission_id": "1"}))
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    if of is request:
        assert told(answer) == (503, "temporarily_unavailable", [])
    else:
        assert "send the form again" in answer["body"]
    counts = table_away.counted()
    assert counts["unavailable"] == counts["unavailable_temporarily_unavailable"] == 1
    assert not {"accepted", "parked", "refused"} & set(counts)
    monkeypatch.undo()
    table_away.restart()
    assert table_away.capture(of(GOOD | {"submission_id": "1"}))["statusCode"] in {201, 303}
    assert len(table_away.facts()) == 1


def test_every_mistake_of_a_form_is_told_at_once(stage: Stage) -> None:
    fields = {"email": "x", "company_size": True, "country": "a\nb", "website": "javascript:x"}
    refused_with(
        stage,
        request(fields),
        422,
        "validation_failed",
        *("email:invalid_email", "company_size:invalid_type"),
        *("country:control_character", "website:invalid_url"),
    )


ODD = {"company_size": "many", "country": "Atlantis", "phone": "none", "website": "none yet"}


@pytest.mark.parametrize("field", ODD)
def test_an_odd_answer_does_not_lose_the_lead(stage: Stage, field: str) -> None:
    fact = kept(stage, request(GOOD | {field: ODD[field]}))
    assert fact["answers"] == {"name": "Anna"}
    assert stage.counted()["answer_unread"] == 1


def test_an_odd_answer_is_named_only_to_a_test(stage: Stage) -> None:
    answer = stage.capture(request(GOOD | ODD | {"colour": "green", "test": True}))
    assert json.loads(answer["body"])["ignored"] == ["colour", *ODD]


def test_an_odd_answer_leaves_another_name_of_its_field_its_say(stage: Stage) -> None:
    fact = kept(stage, request(GOOD | {"employees": "many", "company_size": "11-50"}))
    assert fact["answers"]["company_size"] == 30.5
    assert "answer_unread" not in stage.counted()


def test_several_choices_are_one_text(stage: Stage) -> None:
    event = posted(GOOD, accept_language="pl")
    event["body"] = urllib.parse.urlencode([*GOOD.items(), ("company", "A"), ("company", "B")])
    event["isBase64Encoded"] = False
    assert stage.capture(event)["statusCode"] == 303
    assert stage.facts()[0]["answers"]["company"] == "A, B"


def test_aliases_and_free_labels_find_their_field(stage: Stage) -> None:
    fields = {"Stanowisko": "CEO", "LICZBA PRACOWNIKOW": "11\u201350", "Full name": "Anna N."}
    fact = kept(stage, request({"email": "anna@example.com"} | fields))
    assert fact["answers"] == {"job_title": "CEO", "company_size": 30.5, "name": "Anna N."}


def test_an_address_under_a_name_nobody_declared_is_found_by_its_value(stage: Stage) -> None:
    event = posted({"fields[email][value]": "anna@example.com", "fields[x][title]": "Your mail"})
    assert stage.capture(event)["statusCode"] == 303
    assert len(stage.leads()) == 1


def test_two_addresses_under_unknown_names_are_nobodys(stage: Stage) -> None:
    event = request({"one": "a@example.com", "two": "b@example.com"})
    refused_with(stage, event, 422, "validation_failed", "email:missing_field")


@pytest.mark.parametrize(
    "event", [request(GOOD), request("{"), posted(GOOD), posted({}), request(GOOD, form="no")]
)
def test_every_answer_carries_the_headers_that_keep_browsers_safe(
    stage: Stage, event: dict[str, Any]
) -> None:
    headers = stage.capture(event)["headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["referrer-policy"] == "no-referrer"


def test_no_log_line_or_answer_says_what_a_person_typed(stage: Stage) -> None:
    canary = "canary7Q"
    for fields in (
        GOOD | {"name": canary, "company_size": canary, canary: canary, "submission_id": canary},
        GOOD | {"name": canary, "fax_extension": canary},
        GOOD | {"name": canary, "utm_source": canary, "submission_id": canary},
        {"email": f"{canary}@example"},
    ):
        assert canary not in stage.capture(request(fields))["body"]
    lines = stage.out().splitlines()
    assert all(json.loads(line) for line in lines)
    assert canary not in "".join(lines)
