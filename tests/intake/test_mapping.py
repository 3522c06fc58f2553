import pytest

from functions.intake.mapping import (
    map_event,
    map_mail_event,
    mapped_kinds,
    mapped_sources,
    network_of,
)


def test_the_kinds_of_the_mapping_files_are_those_a_rule_may_name() -> None:
    assert {"form_submitted", "page_viewed", "sales_answered", "email_clicked"} <= mapped_kinds()
    assert {"email_unsubscribed", "email_not_rendered"} <= mapped_kinds()
    assert None not in mapped_kinds()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("nonsense", None),
        ("203.0.113.77/8", None),
        ("", None),
        (None, None),
    ],
)
def test_of_an_address_only_its_network_is_kept(address: object, network: str | None) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    "detail", [{}, {"mail": None}, {"mail": {}}, {"data": {"type": "REPUTATION"}}]
)
def test_an_event_without_a_mail_is_passed_over(detail: dict[str, object]) -> None:
    assert map_mail_event("Email Clicked", detail, time=None) == []


def test_a_type_no_mapping_knows_is_none() -> None:
    mail = {"mail": {"messageId": "1", "destination": ["a@example.com"]}}
    assert map_mail_event("Email Dreamt Of", mail, time=None) is None


def test_a_complaint_that_says_not_spam_is_passed_over() -> None:
    detail = {
        "eventType": "Complaint",
        "mail": {"messageId": "1"},
        "complaint": {
            "complaintFeedbackType": "not-spam",
            "complainedRecipients": [{"emailAddress": "a@example.com"}],
        },
    }
    assert map_mail_event("Email Complaint Received", detail, time=None) == []


@pytest.mark.parametrize(
    ("statuses", "from_all", "kind"),
    [
        (["OptIn"], True, "email_unsubscribed"),
        ([], True, "email_unsubscribed"),
        (["OptOut"], False, "email_unsubscribed"),
        (["OptOut", "OptOut"], False, "email_unsubscribed"),
        (["OptOut", "OptIn"], False, "email_preferences_changed"),
        (["OptIn", "OptOut"], False, "email_preferences_changed"),
        (["OptIn"], False, "email_subscribed"),
        ([], False, "email_preferences_changed"),
    ],
)
def test_only_who_opts_in_and_out_of_nothing_subscribes(
    statuses: list[str], from_all: bool, kind: str
) -> None:
    topics = [{"topicName": "t", "subscriptionStatus": status} for status in statuses]
    preferences = {"unsubscribeAll": from_all, "topicSubscriptionStatus": topics}
    detail = {
        "eventType": "Subscription",
        "mail": {"messageId": "1", "destination": ["a@example.com"]},
        "subscription": {"newTopicPreferences": preferences},
    }
    lines = map_mail_event("Email Subscribed", detail, time="2026-11-23T10:00:00Z")
    assert lines is not None
    assert [line["kind"] for line in lines] == [kind]


@pytest.mark.parametrize("odd", [None, 5, "text", [5], {"topicSubscriptionStatus": [5]}])
def test_odd_preferences_subscribe_nobody(odd: object) -> None:
    detail = {
        "eventType": "Subscription",
        "mail": {"messageId": "1", "destination": ["a@example.com"]},
        "subscription": {"newTopicPreferences": odd},
    }
    lines = map_mail_event("Email Subscribed", detail, time="2026-11-23T10:00:00Z")
    assert lines is not None
    assert [line["kind"] for line in lines] == ["email_preferences_changed"]


def test_clicks_on_two_links_of_one_mail_are_two_facts() -> None:
    def click(link: str) -> str:
        detail = {
            "mail": {"messageId": "1", "destination": ["a@example.com"]},
            "click": {"timestamp": "2026-11-23T10:00:00Z", "link": link},
        }
        lines = map_mail_event("Email Clicked", detail, time=None)
        assert lines is not None
        return str(lines[0]["id"])

    assert click("https://example.com/a") == click("https://example.com/a")
    assert click("https://example.com/a") != click("https://example.com/b")


@pytest.mark.parametrize("odd", [5, "text", [], [5], [{}], {"emailAddress": "a@example.com"}])
@pytest.mark.parametrize("key", ["destination", "timestamp", "messageId", "tags"])
def test_odd_shapes_break_nothing(key: str, odd: object) -> None:
    mail = {"messageId": "1", "destination": ["a@example.com"]} | {key: odd}
    for kind, part in (("Send", "send"), ("Click", "click"), ("Bounce", "bounce")):
        lines = map_mail_event("", {"eventType": kind, "mail": mail, part: odd}, time=odd)
        assert isinstance(lines, list)


SEGMENT = {
    "type": "page",
    "messageId": "m-1",
    "timestamp": "2026-11-23T09:59:57.120Z",
    "context": {"traits": {"email": "ewa@example.net"}, "campaign": {"medium": "cpc"}},
    "properties": {"path": "/pricing", "title": "Prices"},
}


def test_another_systems_events_are_read_by_a_file_that_names_its_source() -> None:
    file = mapped_sources()["segment"]
    assert map_event(file, "page", SEGMENT, time=None) == [
        {
            "id": map_event(file, "", SEGMENT, time=None)[0]["id"],  # type: ignore[index]
            "lead": "ewa@example.net",
            "at": "2026-11-23T09:59:57.120Z",
            "kind": "page_viewed",
            "path": "/pricing",
            "title": "Prices",
            "utm_medium": "cpc",
        }
    ]


def test_a_visitor_whose_address_nobody_knows_is_passed_over() -> None:
    assert map_event("segment.json", "page", SEGMENT | {"context": {}}, time=None) == []


def test_a_call_that_is_no_page_is_passed_over_and_an_unknown_one_is_told() -> None:
    assert map_event("segment.json", "x", SEGMENT | {"type": "identify"}, time=None) == []
    assert map_event("segment.json", "x", SEGMENT | {"type": "dance"}, time=None) is None


def test_every_mapping_file_says_what_it_is_about_and_names_known_kinds_only() -> None:
    assert set(mapped_sources().values()) == {"segment.json"}
    assert "page_viewed" in mapped_kinds()
