import csv
import os
from pathlib import Path

import pytest

from functions.intake.machine_made import is_made_by_machine

BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246"
)
MACHINES = {
    *("gmail_prefetch", "security_scanner", "bot", "link_preview", "http_library"),
}


@pytest.mark.parametrize(
    "agent",
    [
        f"{BROWSER} Mozilla/5.0",
        "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
        "curl/8.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; BingPreview/1.0b)",
        "WhatsApp/2.23.20.0 A",
    ],
)
def test_an_agent_no_person_uses_is_a_machine(agent: str) -> None:
    assert is_made_by_machine(user_agent=agent)


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
        "",
        None,
        5,
    ],
)
def test_an_agent_a_person_may_use_is_none(agent: object) -> None:
    assert not is_made_by_machine(user_agent=agent)


def test_a_head_request_is_a_machines() -> None:
    assert is_made_by_machine(method="head")
    assert not is_made_by_machine(method="GET")


@pytest.mark.parametrize(
    ("at", "machine"),
    [
        ("2026-11-23T10:00:00Z", True),
        ("2026-11-23T10:00:01.999Z", True),
        ("2026-11-23T10:00:02.000Z", False),
        ("2026-11-23T09:59:59.999Z", False),
        ("soon", False),
        (None, False),
    ],
)
def test_nobody_clicks_within_two_seconds_of_the_send(at: object, machine: bool) -> None:
    assert is_made_by_machine(sent="2026-11-23T10:00:00Z", at=at) is machine


def test_a_link_scanner_that_comes_as_a_browser_is_told_by_its_network() -> None:
    assert is_made_by_machine(user_agent=BROWSER, network="40.94.16.0/24")
    assert not is_made_by_machine(user_agent=BROWSER, network="40.95.16.0/24")


@pytest.mark.skipif(
    "REAL_DATA" not in os.environ, reason="set REAL_DATA to the folder of labelled user agents"
)
def test_labelled_agents_of_mail_programs_are_told_apart() -> None:
    file = Path(os.environ["REAL_DATA"]) / "attack" / "mail_user_agents_labelled.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    told = {
        row["user_agent"]: is_made_by_machine(user_agent=row["user_agent"])
        for row in rows
        if row["what_it_means"] != "disputed (calendar/mail daemon)"
    }
    expected = {row["user_agent"]: row["class"] in MACHINES for row in rows}
    assert told == {agent: expected[agent] for agent in told}
