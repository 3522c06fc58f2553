"""Settings are refused as a whole, with a sentence that names each one."""

from typing import Any

import pytest

from infra.deploy_settings import DeploySettings, InvalidSettings, read_settings

MAIL = {"protocol": "email", "endpoint": "anna@example.com"}
PARTNER = {"source": "partner", "account": "222233334444", "kinds": ["a"]}


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
        ("mail_sources", [], "mail_sources"),
        ("forms_burst", 5, "forms_burst is at least forms_per_second"),
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
        "owner: nothing sets an owner yet, so no alert would arrive; leave it out"
    )
