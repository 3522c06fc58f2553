"""Settings are refused as a whole, with a sentence that names each one."""

from typing import Any

import pytest

from infra.deploy_settings import DeploySettings, InvalidSettings, check_kinds, read_settings

MAIL = {"protocol": "email", "endpoint": "anna@example.com"}
PARTNER = {"source": "partner", "account": "222233334444", "kinds": ["a"]}
ISSUER = {"issuer": "https://id.example.com", "audience": ["leads"]}
HOSTED = {"pages": "https://sign-in.example.com", "console_client": "leads"}


def test_nothing_must_be_set() -> None:
    assert read_settings({}) == DeploySettings()


def test_keys_of_cdk_itself_are_no_settings() -> None:
    assert read_settings({"aws:cdk:version-reporting": True, "@aws-cdk/core:x": 1}).stage == "prod"


def test_a_list_may_come_from_the_command_line_as_text() -> None:
    settings = read_settings({"subscribers": '[{"protocol": "sms", "endpoint": "+48123456789"}]'})
    assert settings.subscribers[0].protocol == "sms"


def test_a_flag_may_come_from_the_command_line_as_text() -> None:
    assert read_settings({"keep_data": "false"}).keep_data is False


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("stage", "Prod", "stage"),
        ("archive_days", 31, "archive_days"),
        ("retention_days", 5000, "retention_days"),
        ("colour", "red", "there is no such setting"),
        ("domain", "forms.example.com", "domain and certificate go together"),
        ("subscribers", [{"protocol": "email", "endpoint": "nobody"}], "an email endpoint"),
        ("subscribers", [{"protocol": "fax", "endpoint": "+48"}], "subscribers.1.protocol"),
        ("subscribers", [{"protocol": "https", "endpoint": "http://x"}], "begins with https://"),
        (
            "subscribers",
            [{"protocol": "email", "endpoint": "a@example.com", "filter": {"colour": ["red"]}}],
            "subscribers.1.filter: colour is no attribute of an alert",
        ),
        ("senders", [{"source": "aws.ses"}], "Amazon's own"),
        ("senders", [{"source": "x", "account": "222233334444"}], "names its kinds"),
        ("subscribers", [MAIL, MAIL], "email anna@example.com is listed twice"),
        ("subscribers", [MAIL, MAIL | {"filter": {"country": ["PL"]}}], "listed twice; one filter"),
        ("senders", [{"source": "shop"}, {"source": "shop"}], "shop of this account is listed"),
        ("senders", [PARTNER, PARTNER | {"kinds": ["b"]}], "partner of 222233334444 is listed"),
        ("operators", ["ops@example.com", "ops@example.com"], "ops@example.com is listed twice"),
        ("operators", ["ops@example.com", "ops"], "operators.2"),
        ("console_domain", "sales.example.com", "console_domain and console_certificate go"),
        ("console_certificate", "arn:aws:acm:us-east-1:1:c/1", "go together: write both or neith"),
        ("sign_in", ISSUER | {"console_client": "leads"}, "pages and console_client go together"),
        ("sign_in", ISSUER | HOSTED | {"audience": ["crm"]}, "console_client is one of the aud"),
        ("forms_burst", 5, "forms_burst is at least forms_per_second"),
        ("sales_burst", 5, "sales_burst is at least sales_per_second"),
        ("console_addresses", ["https://x.example/"] * 2, "https://x.example/ is listed twice"),
        ("alert_url", "http://example.com", "alert_url"),
        ("activity_concurrency", 1, "activity_concurrency"),
        ("tags", "[", "tags"),
    ],
)
def test_a_mistake_names_the_setting(setting: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidSettings, match=said.replace(".", r"\.")):
        read_settings({setting: value})


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({"stage": "", "archive_days": -1, "colour": "red"})
    assert len(str(refused.value).splitlines()) == 3


def test_every_mistake_of_a_filter_is_said_in_one_line() -> None:
    asked = {"country": ["pl"], "owner": ["anna"]}
    with pytest.raises(InvalidSettings) as refused:
        read_settings(
            {"subscribers": [{"protocol": "sms", "endpoint": "+48600100200", "filter": asked}]}
        )
    assert str(refused.value) == (
        "cdk.json, subscribers.1.filter: country: write PL, not pl; "
        'owner: write an address in small letters, as in ["kasia@example.com"], '
        "or an object of exists"
    )


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("stage", "Prod", "stage: write at most 16 small letters"),
        ("stage", 5, "stage: write at most 16 small letters"),
        ("keep_data", "perhaps", "keep_data: write true or false"),
        ("archive_days", 31, "archive_days: write a whole number from 0 to 30"),
        ("archive_days", "many", "archive_days: write a whole number from 0 to 30"),
        ("alerts_per_hour", 0, "alerts_per_hour: write a whole number from 1 on"),
        ("reserved_concurrency", 0, "reserved_concurrency: write a whole number from 1 on"),
        ("log_days", 8, "log_days: write one of 1, 3, 5, 7, 14, 30, 60, 90, 180, 365"),
        ("operators", "ops@example.com", 'operators: write a list of mail addresses, as in ["ops'),
        ("operators", ["ops"], "operators.1: write a mail address"),
        ("subscribers", ["anna@example.com"], "subscribers.1: write an object, as in {"),
        ("subscribers", "[{", "subscribers: it looks like JSON and is none"),
        ("subscribers", [{"protocol": "fax", "endpoint": "+48"}], "1.protocol: write email, sms,"),
        ("subscribers", [{"protocol": "sms"}], "1.endpoint: it is missing; write a mail address"),
        ("subscribers", [MAIL | {"mail": "x"}], "known are protocol, endpoint, filter"),
        ("senders", ["shop"], "senders.1: write an object, as in {"),
        ("senders", [{"source": "a shop"}], "senders.1.source: write a name of letters"),
        ("senders", [PARTNER | {"account": 12}], "1.account: write its twelve digits in quotes"),
        ("senders", [PARTNER | {"kinds": "a"}], "senders.1.kinds: write a list of kinds"),
        ("senders", [PARTNER | {"kinds": [1]}], "senders.1.kinds.1: write a list of kinds"),
        ("senders", [PARTNER | {"import": "perhaps"}], "senders.1.import: write true or false"),
        ("senders", [PARTNER | {"imports": True}], "known are source, account, kinds, import"),
        ("form_origins", ["example.com"], "form_origins.1: write an origin without a path"),
        ("mail_sources", "aws.ses", "mail_sources: write a list of sources"),
        ("domain", "https://x", "domain: write a host name"),
        ("certificate", "x", "certificate: write the ARN"),
        ("console_addresses", "https://x", "console_addresses: write a list of pages, as in ["),
        ("console_addresses", ["https://x"], "console_addresses.1: write the console's page, as"),
        ("console_addresses", ["http://x/"], "console_addresses.1: write the console's page, as"),
        ("sign_in", "cognito", "sign_in: write an object, as in {"),
        ("sign_in", {"issuer": "x", "audience": ["a"]}, "sign_in.issuer: write the issuer of the"),
        ("sign_in", {"issuer": "https://x"}, "sign_in.audience: it is missing; write a list"),
        ("sign_in", {"issuer": "https://x", "audience": []}, "sign_in.audience: write a list"),
        ("sign_in", ISSUER | {"audience": [""]}, "sign_in.audience.1: write a list"),
        ("sign_in", ISSUER | {"scopes": []}, "known are issuer, audience"),
        ("sign_in", ISSUER | HOSTED | {"pages": "https://x/y"}, "sign_in.pages: write the host of"),
        (
            "sign_in",
            ISSUER | HOSTED | {"console_client": ""},
            "console_client: write the console's",
        ),
        ("console", "perhaps", "console: write true or false"),
        ("console_domain", "https://x", "console_domain: write a host name"),
        ("console_certificate", "arn:aws:acm:eu-central-1:1:c/1", "of a certificate of ACM in us-"),
        ("tags", {"team": 5}, "tags.team: write an object of texts"),
        ("alert_url", "http://example.com", "alert_url: write a link that begins with https://"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write(setting: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({setting: value})
    (sentence,) = str(refused.value).splitlines()
    assert said in sentence


def test_the_console_is_left_out_by_its_setting_or_for_want_of_a_place_to_sign_in() -> None:
    assert read_settings({}).serves_console
    assert not read_settings({"console": False}).serves_console
    assert not read_settings({"sign_in": ISSUER}).serves_console
    assert read_settings({"sign_in": ISSUER | HOSTED}).serves_console


def test_an_account_may_be_written_as_a_number() -> None:
    (sender,) = read_settings({"senders": [PARTNER | {"account": 222233334444}]}).senders
    assert sender.account == "222233334444"


@pytest.mark.parametrize("setting", DeploySettings.model_fields)
def test_every_setting_can_say_what_to_write(setting: str) -> None:
    with pytest.raises(InvalidSettings, match=rf"cdk\.json, {setting}: write [^{{]"):
        read_settings({setting: object()})


def test_a_kind_that_nobody_knows_is_refused_before_its_sender_is() -> None:
    settings = read_settings({"senders": [{"source": "shop"}, PARTNER | {"kinds": ["a", "b"]}]})
    check_kinds(settings, ["a", "b", "c"])
    with pytest.raises(InvalidSettings) as refused:
        check_kinds(settings, ["a", "c"])
    assert str(refused.value) == (
        "cdk.json, senders.2.kinds: b is no kind of the model or of a mapping file; known are a, c"
    )
