"""Every command of `docs/crm.md` does what the page says, against the deployed stack (R14, R95)."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.local.local_stack import LocalStack
from infra.local.running import crm_exports
from infra.local.visitors import ask_sales, post_form

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PAGE = Path(__file__).parents[2] / "docs" / "crm.md"
COMMANDS = re.findall(
    r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)
EMAIL = "crm.page@example.com"


def test_the_commands_of_the_page_read_a_lead_and_send_back_what_reps_did(
    stack: LocalStack, tmp_path: Path
) -> None:
    answers = {"email": EMAIL, "job_title": "CEO", "company_size": 50, "country": "PL"}
    assert post_form(stack, "demo", answers)[0] == 201
    printed = re.findall(r"^export (\w+)=(.*)$", crm_exports(stack), re.MULTILINE)
    known = {**dict(printed), "EMAIL": EMAIL}
    told = [run(command, known, tmp_path) for command in with_the_lead(COMMANDS)]
    signed_in, found, whole, named, by_its_number, *_ = told
    assert signed_in["token_type"] == "Bearer"
    assert found["leads"][0]["email"] == EMAIL
    assert sum(line["points"] for line in whole["lines"]) == whole["score"]
    assert by_its_number["id"] == named["id"] == whole["id"]
    whole_table = (tmp_path / "do-not-mail.csv").read_text(encoding="utf-8-sig")
    assert whole_table.startswith('"id","email"')
    assert (tmp_path / "do-not-mail-1.csv").read_text(encoding="utf-8-sig") == whole_table
    lead = told[-1]
    assert lead["outcome"]["result"] == "won"
    assert (lead["contacted"]["result"], lead["owner"]) == ("no_answer", "manager@example.com")
    ticked = {one["criterion"]: one["answer"] for one in lead["quality"]["criteria"]}
    assert (ticked["b2b"], ticked["team"]) == ("yes", "no")
    assert {one["field"] for one in lead["answers"] if one["origin"] == "sales"} == {
        "company_size",
        "country",
        "external_id",
    }
    again = ask_sales(stack, "GET", f"/leads/{lead['id']}", token=known["TOKEN"])
    assert json.loads(again.body)["revision"] == lead["revision"]


def with_the_lead(commands: list[str]) -> list[str]:
    """Each command as it is typed in one shell: what the page sets stays set."""
    setting = next(line for line in "".join(commands).splitlines() if line.startswith("LEAD="))
    return [f"{setting}\n{command}" if "$LEAD" in command else command for command in commands]


def run(command: str, known: dict[str, str], folder: Path) -> Any:
    done = subprocess.run(
        ["bash", "-ec", command],
        env={"PATH": os.environ["PATH"], **known},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=folder,
    )
    return json.loads(done.stdout or "null")
