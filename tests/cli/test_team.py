"""Who of the team may sign in: told, let in and out, on a user pool as AWS has it."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.clock import now
from functions.scoring.facts import TEAM_ASSIGNED, Fact
from tests.cli.conftest import Run
from tests.cli.moto_stack import NAME, MotoStack

IN_AWS = ("--stack", NAME)

KASIA = {"name": "Kasia Nowak", "mail": "kasia@example.com", "owns": {"country": ["PL"]}}
JAN = {"name": "Jan", "mail": "jan@example.com", "role": "manager"}


@pytest.fixture(autouse=True)
def pool(stack: MotoStack, folder: Path) -> str:
    (folder / "cdk.json").write_text(json.dumps({"context": {"team": [KASIA, JAN]}}), "utf-8")
    cognito = stack.client("cognito-idp")
    made = str(cognito.create_user_pool(PoolName="people")["UserPool"]["Id"])
    for group in ("reps", "managers", "admins"):
        cognito.create_group(UserPoolId=made, GroupName=group)
    stack.outputs["UserPool"] = made
    return made


def people(stack: MotoStack, pool: str) -> dict[str, list[str]]:
    cognito = stack.client("cognito-idp")
    return {
        user["Username"]: [
            group["GroupName"]
            for group in cognito.admin_list_groups_for_user(
                UserPoolId=pool, Username=user["Username"]
            )["Groups"]
        ]
        for user in cognito.list_users(UserPoolId=pool)["Users"]
    }


def test_everybody_of_the_list_is_let_in_with_the_group_of_the_role(
    stack: MotoStack, pool: str, run: Run
) -> None:
    code, out, _ = run("team", "add", *IN_AWS)
    assert (code, out.count("is invited by mail")) == (0, 2)
    assert people(stack, pool) == {"kasia@example.com": ["reps"], "jan@example.com": ["managers"]}
    code, out, _ = run("team", "add", *IN_AWS)
    assert (code, out) == (0, "Everybody named has a sign-in of the right role already.\n")


def test_one_alone_may_be_let_in_and_the_list_says_who_is_missing(
    stack: MotoStack, pool: str, run: Run
) -> None:
    assert run("team", "add", "Jan@example.com", *IN_AWS)[0] == 0
    assert people(stack, pool) == {"jan@example.com": ["managers"]}
    code, out, _ = run("team", "list", *IN_AWS)
    rows = {line.split()[-4]: line for line in out.splitlines() if "@" in line}
    assert code == 0
    assert "none" in next(line for line in out.splitlines() if "kasia@" in line), rows
    assert "invited" in next(line for line in out.splitlines() if "jan@" in line)
    assert "country PL" in out
    assert "lead-scoring team add lets everybody of the list in" in out


def test_a_changed_role_is_put_right_and_seen_before(
    stack: MotoStack, pool: str, run: Run, folder: Path
) -> None:
    run("team", "add", *IN_AWS)
    promoted: list[dict[str, Any]] = [KASIA | {"role": "manager"}, JAN]
    (folder / "cdk.json").write_text(json.dumps({"context": {"team": promoted}}), "utf-8")
    assert "not in managers" in run("team", *IN_AWS)[1]
    assert "kasia@example.com is manager now" in run("team", "add", *IN_AWS)[1]
    assert people(stack, pool)["kasia@example.com"] == ["managers"]


def test_who_is_not_in_the_list_is_let_in_by_nobody_and_shown(
    stack: MotoStack, pool: str, run: Run
) -> None:
    code, _, err = run("team", "add", "ola@example.com", *IN_AWS)
    assert (code, "write it there first" in err) == (1, True)
    cognito = stack.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=pool, Username="ola@example.com")
    assert "not in the list" in run("team", *IN_AWS)[1]


def test_a_sign_in_is_ended_and_says_what_is_left_to_do(
    stack: MotoStack, pool: str, run: Run
) -> None:
    run("team", "add", *IN_AWS)
    code, out, err = run("team", "remove", "kasia@example.com", *IN_AWS)
    assert (code, "say --yes" in err) == (1, True)
    assert "kasia@example.com" in people(stack, pool)
    code, out, _ = run("team", "remove", "kasia@example.com", "--yes", *IN_AWS)
    assert (code, list(people(stack, pool))) == (0, ["jan@example.com"])
    assert "Take them out of `team` in cdk.json" in out
    assert run("team", "remove", "kasia@example.com", "--yes", *IN_AWS)[0] == 1


def test_leads_of_who_leaves_are_counted(stack: MotoStack, run: Run) -> None:
    run("team", "add", *IN_AWS)
    facts = [
        Fact(f"lead {number}", now(), "1", "form_submitted", f"lead{number}@example.com",
             answers={"job_title": "CEO", "company_size": 20, "country": "PL"}, touch={})
        for number in range(3)
    ]  # fmt: skip
    handed = [
        Fact(fact.lead, now(), "team", TEAM_ASSIGNED, fact.email, {"owner": "kasia@example.com"})
        for fact in facts[:2]
    ]
    stack.happen(*facts, *handed)
    out = run("team", "remove", "kasia@example.com", "--yes", *IN_AWS)[1]
    assert "kasia@example.com has 2 leads on the call list." in out
    assert "Leads stay theirs until a manager gives them to somebody else" in out


def test_people_of_another_issuer_are_let_in_there(stack: MotoStack, run: Run) -> None:
    del stack.outputs["UserPool"]
    stack.outputs["Issuer"] = "https://id.example.com"
    code, _, err = run("team", "add", *IN_AWS)
    assert (code, "signed in by https://id.example.com" in err) == (1, True)
