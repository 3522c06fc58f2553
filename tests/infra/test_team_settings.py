"""The team's list: what may stand in it, what functions read of it, who hears of what."""

import json
from datetime import date
from typing import Any

import pytest

from functions.leads.team import Team, read_team
from functions.scoring.instants import format_instant
from infra.deploy_settings import InvalidSettings, check_team, read_settings
from infra.team import Away, TeamMember, compiled_team
from tests.builders import compiled_model

KASIA = {"name": "Kasia Nowak", "mail": "kasia@example.com"}
JAN = TeamMember(name="Jan", mail="jan@example.com", role="manager")


def member(**changes: Any) -> TeamMember:
    return TeamMember.model_validate({**KASIA, **changes})


@pytest.mark.parametrize(
    ("team", "said"),
    [
        ([KASIA, KASIA], "kasia@example.com is listed twice; write what they own in one entry"),
        ([{"mail": "kasia@example.com"}], "team.1.name: it is missing; write a name"),
        ([KASIA | {"mail": "Kasia@example.com"}], "team.1.mail: write a mail address in small"),
        ([KASIA | {"role": "boss"}], "team.1.role: write rep, manager or admin"),
        ([KASIA | {"owns": {"city": ["Kraków"]}}], "team.1.owns.city"),
        ([KASIA | {"owns": {"country": ["pl"]}}], "team.1.owns: write PL, not pl"),
        ([KASIA | {"owns": {"country": ["Atlantis"]}}], "Atlantis is no country"),
        ([KASIA | {"owns": {"industry": []}}], "team.1.owns: industry: write a list of values"),
        ([KASIA | {"calls_a_day": 0}], "team.1.calls_a_day: write a whole number from 1 to 500"),
        ([KASIA | {"away": {"from": "soon", "to": "2026-12-24"}}], "team.1.away.from: write a day"),
        (
            [KASIA | {"away": {"from": "2026-12-25", "to": "2026-12-24"}}],
            "team.1.away: `to` is the last day away",
        ),
        ([KASIA | {"colour": "red"}], "known are name, mail, role, owns, calls_a_day, away"),
        ("kasia", "team: write a list of at most 100"),
        (
            [KASIA | {"mail": f"{number}@example.com"} for number in range(101)],
            "team: write a list of at most 100",
        ),
    ],
)
def test_what_is_wrong_with_a_team_is_said_in_a_sentence(team: Any, said: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({"team": team})
    assert said in str(refused.value)


def test_a_territory_the_model_knows_nothing_of_is_refused_before_anything_is_deployed() -> None:
    owns = {"channel": ["ads", "fax"], "industry": ["software"]}
    settings = read_settings({"team": [KASIA, KASIA | {"mail": "a@b.pl", "owns": owns}]})
    with pytest.raises(InvalidSettings) as refused:
        check_team(settings, compiled_model())
    assert str(refused.value).splitlines() == [
        "cdk.json, team.2.owns: fax is no channel of the model; known are ads, direct, other",
        "cdk.json, team.2.owns: the model has no field industry; declare it or leave it out",
    ]


def test_functions_read_what_was_written_and_days_away_as_days_of_the_alerts_time_zone() -> None:
    away = Away.model_validate({"from": date(2026, 3, 28), "to": date(2026, 3, 29)})
    owns = {"country": ["PL"], "channel": ["ads"]}
    told = compiled_team([member(owns=owns, calls_a_day=20, away=away), JAN], compiled_model())
    kasia, jan = read_team(json.loads(json.dumps(told))).members
    assert (kasia.name, kasia.role, kasia.calls_a_day) == ("Kasia Nowak", "rep", 20)
    assert kasia.owns == {"country": frozenset({"pl"}), "channel": frozenset({"ads"})}
    assert kasia.away is not None
    assert [format_instant(at) for at in kasia.away] == [
        "2026-03-27T23:00:00.000Z",
        "2026-03-29T22:00:00.000Z",  # the clock was put on
    ]
    assert (jan.role, jan.takes) == ("manager", False)
    assert read_team([]) == Team()
