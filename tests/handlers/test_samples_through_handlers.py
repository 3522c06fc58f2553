"""Each sample of `events/` through the real handler, against what its name says."""

import pytest

from functions.intake.activity_event import Doors, MessageReader
from functions.intake.form_request import read_request
from functions.intake.form_submission import read_submission
from modelling.compile import compile_model_file
from tests.handlers.lambda_stage import EVENTS, Stage, sample

TAKEN = {
    "activities_replayed": ["page_viewed"],
    "email_bounced": ["email_bounced"],
    "email_clicked": ["email_clicked"],
    "email_clicked_by_a_scanner": ["email_clicked"],
    "email_complained": ["email_complained"],
    "email_delayed": ["email_delayed"],
    "email_delivered": ["email_delivered"],
    "email_not_rendered": ["email_not_rendered"],
    "email_opened": ["email_opened"],
    "email_opted_out_of_every_topic": ["email_unsubscribed"],
    "email_opted_out_of_one_topic": ["email_preferences_changed"],
    "email_rejected": ["email_rejected"],
    "email_sent": ["email_sent"],
    "email_subscribed": ["email_subscribed"],
    "email_unsubscribed": ["email_unsubscribed"],
    "facts_imported": ["form_submitted", "page_viewed"],
    "form_parked_while_the_table_was_away": ["form_submitted"],
    "page_viewed": ["page_viewed"],
    "page_viewed_from_a_newsletter": ["page_viewed"],
    "page_viewed_told_by_the_envelope": ["page_viewed"],
    "page_viewed_told_by_segment": ["page_viewed"],
    "pages_viewed_in_one_message": ["page_viewed"] * 3,
    "sales_answered": ["sales_answered"],
    "email_advice_without_a_mail": [],
    "email_opened_by_one_of_several": [],
}
REFUSED = {
    "refused_activity_from_the_future": "future",
    "refused_activity_of_nobody": "invalid_lead",
    "refused_activity_of_unknown_kind": "unknown_kind",
    "refused_activity_without_a_zone": "invalid_time",
    "refused_activity_beside_a_good_one": "invalid_time",
    "refused_message_that_is_no_json": "malformed",
}
ANSWERED = {
    "form_posted_as_a_test": 201,
    "form_posted_by_a_browser": 303,
    "form_posted_by_a_script": 201,
    "form_posted_from_an_ad": 201,
    "refused_form_filled_by_a_robot": 201,
    "refused_form_from_a_foreign_page": 403,
    "refused_form_of_no_such_name": 404,
    "refused_form_that_is_no_json": 400,
    "refused_form_without_an_address": 422,
}
TIME_PASSED = {"minute_passed", "hour_passed"}
ASKED = {"sales_asks_for_the_call_list"}  # the envelope of every test in tests/sales


def test_every_sample_is_one_that_a_test_knows() -> None:
    known = set(TAKEN) | set(REFUSED) | set(ANSWERED) | TIME_PASSED | ASKED
    assert {file.stem for file in EVENTS.glob("*.json")} == known


@pytest.mark.parametrize("name", TAKEN)
def test_a_sample_activity_becomes_the_facts_its_name_says(stage: Stage, name: str) -> None:
    assert stage.record(sample(name)) == {"batchItemFailures": []}

    assert sorted(fact["kind"] for fact in stage.facts()) == TAKEN[name]
    assert stage.sent("refused") == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_that_is_refused_is_kept_with_its_reason(stage: Stage, name: str) -> None:
    assert stage.record(sample(name)) == {"batchItemFailures": []}

    assert [refused["reason"] for refused in stage.sent("refused")] == [REFUSED[name]]


@pytest.mark.parametrize("name", ANSWERED)
def test_a_sample_form_is_answered_as_its_name_says(stage: Stage, name: str) -> None:
    assert stage.capture(sample(name))["statusCode"] == ANSWERED[name]

    expected = 0 if name.startswith("refused_") else 1
    assert len(stage.facts()) == expected


def test_every_sample_means_the_same_under_the_model_of_the_project() -> None:
    model = compile_model_file(EVENTS.parent / "scoring-model.yaml")
    reader = MessageReader(model, Doors(), str)
    for name, kinds in TAKEN.items():
        read = [reader.read(record["body"]) for record in sample(name)["Records"]]
        assert sorted(fact.kind for each in read for fact in each.facts) == kinds
        assert [each.refusals for each in read] == [[]] * len(read)
    for name, status in ANSWERED.items():
        if status in {201, 303}:
            request = read_request(sample(name), model)
            answers = read_submission(request, model, at=0).answers
            assert {"job_title", "company_size", "country"} <= set(answers)
