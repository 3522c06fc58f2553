"""`erase` and `export`: a person is told of, forgotten after a question, and forgotten again."""

import builtins
import io
import json
import random
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from cli.erase_command import run as erase
from cli.problem import ProblemError
from functions import erase_lead
from functions.leads.erased_table import ErasedTable, KeptFact
from functions.leads.erasure import STOPS_AFTER_MS, Erasure
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import TryLater
from tests.builders import form_submitted, page_viewed
from tests.cli.conftest import Run
from tests.cli.moto_stack import KEY, NAME, MotoStack
from tests.erasure.test_erased_stores import make_tables

IN_AWS = ("--stack", NAME)
ANNA, JAN = "anna@example.com", "jan@example.com"
LEAD = keyed_id(KEY.encode(), ANNA)


@pytest.fixture
def system(stack: MotoStack, monkeypatch: pytest.MonkeyPatch) -> MotoStack:
    """The stack with the function that erases, Anna known by three facts, and Jan by one."""
    make_tables(stack.client("dynamodb"), "erased")
    leads = stack.table()
    erasure = Erasure(
        leads=leads,
        register=ErasedTable(leads.client, "erased", leads),
        clock=lambda: stack.now,
        pause=lambda _: None,
        chance=random.randint,
        count=lambda *_: None,
    )
    monkeypatch.setattr(erase_lead, "_erasure", lambda: erasure)
    stack.erasing = erase_lead._told
    at = stack.now - 1000
    stack.happen(
        form_submitted(lead=LEAD, at=at, display_email="Anna@Example.com", consent=True),
        *(page_viewed(lead=LEAD, at=at - n) for n in (1, 2)),
        page_viewed(lead=keyed_id(KEY.encode(), JAN), email=JAN, at=at),
    )
    return stack


def answered(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[str]:
    """Let a person sit at the terminal and give this answer; gives what was asked."""
    asked: list[str] = []
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)

    def ask(text: str) -> str:
        asked.append(text)
        return answer

    monkeypatch.setattr(builtins, "input", ask)
    return asked


def stored(stack: MotoStack) -> str:
    client = stack.client("dynamodb")
    tables = (stack.outputs["LeadsTable"], stack.outputs["FactsTable"], "erased")
    return json.dumps([client.scan(TableName=name)["Items"] for name in tables])


def test_g23_a_person_is_erased_after_a_question_and_the_command_says_what_went(
    system: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answered(monkeypatch, "y")
    code, out, err = run("erase", "Anna@Example.com", *IN_AWS)
    assert code == 0
    assert out.startswith(f"{ANNA} in {NAME} in AWS, Region eu-central-1: a lead with 3 facts.\n")
    assert "Erased: the lead and 3 facts." in out
    assert "14" in err
    assert len(asked) == 1
    assert "anna" not in stored(system).casefold()
    assert JAN in stored(system)
    assert system.invoked == [{"lead": LEAD}]


def test_g23_nothing_is_erased_unless_it_is_said(
    system: MotoStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for answer in ("", "n", "yes please"):
        answered(monkeypatch, answer)
        assert erase(options(yes=False)) == 1
        assert capsys.readouterr().out.splitlines()[-1] == "Nothing was erased."
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody at the terminal
    with pytest.raises(ProblemError, match="--yes"):
        erase(options(yes=False))
    assert system.invoked == []


def test_g23_repeating_it_says_that_it_was_done(system: MotoStack, run: Run) -> None:
    assert erase(options()) == 0
    code, out, _ = run("erase", ANNA, "--yes", *IN_AWS)
    assert code == 0
    assert "erased on 20" in out.splitlines()[0]
    assert "It was erased before; 0 facts more deleted now." in out
    for command in ("show", "export"):
        code, out, err = run(command, ANNA, *IN_AWS)
        assert (code, out) == (1, "")
        assert "was erased on" in err
    assert system.invoked == [{"lead": LEAD}] * 2


def test_g23_whoever_is_not_known_is_kept_out(system: MotoStack, run: Run) -> None:
    code, out, _ = run("erase", "nobody@example.com", "--yes", *IN_AWS)
    assert code == 0
    assert "no lead, 0 facts." in out
    assert keyed_id(KEY.encode(), "nobody@example.com") in stored(system)


def test_g23_a_long_history_takes_several_calls(
    system: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(ErasedTable):
        """One fact a page, and each takes as long as a call may."""

        def kept(self, lead: str) -> Iterator[Sequence[KeptFact]]:
            for page in ErasedTable.kept(self, lead):
                for fact in page:
                    yield [fact]
                    system.now += STOPS_AFTER_MS

    erasure = erase_lead._erasure()
    leads = system.table()
    slow = replace(erasure, register=Slow(leads.client, "erased", leads))
    monkeypatch.setattr(erase_lead, "_erasure", lambda: slow)
    code, out, _ = run("erase", ANNA, "--yes", *IN_AWS)
    assert code == 0
    assert "Erased: the lead and 3 facts." in out
    assert len(system.invoked) == 3


def test_d17_after_a_restore_everybody_is_erased_again(system: MotoStack, run: Run) -> None:
    client = system.client("dynamodb")
    items = {name: client.scan(TableName=name)["Items"] for name in ("leads", "facts")}
    run("erase", ANNA, "--yes", *IN_AWS)
    for name, kept in items.items():
        for item in kept:
            client.put_item(TableName=name, Item=item)
    code, out, _ = run("erase", "--after-restore", "--yes", *IN_AWS)
    assert code == 0
    assert "1 erasure looked at; gone again: 1 lead, 3 facts." in out
    assert "anna" not in stored(system).casefold()
    again = run("erase", "--after-restore", "--yes", *IN_AWS)[1]
    assert "1 erasure looked at; gone again: 0 leads, 0 facts." in again


def test_who_is_meant_has_to_be_said_once() -> None:
    for changes in ({"email": None}, {"after_restore": True}):
        with pytest.raises(ProblemError, match="name one person by address, or say --after-res"):
            erase(options(**changes))


def options(**changes: object) -> Namespace:
    told = {"email": ANNA, "after_restore": False, "yes": True, "stack": NAME}
    return Namespace(**(told | {"region": None, "profile": None} | changes))


def test_g23_what_the_table_puts_off_is_asked_again(system: MotoStack) -> None:
    waits: list[float] = []
    failures = iter([TryLater(), TryLater()])

    def busy(event: dict[str, object]) -> dict[str, object]:
        for failure in failures:
            raise failure
        return erase_lead._told(event)

    system.erasing = busy
    assert erase(options(), waits.append) == 0
    assert waits == [0, 2, 4]


def test_g23_what_cannot_be_done_is_said(system: MotoStack) -> None:
    for failure, calls in ((TryLater(), 5), (KeyError("x"), 1)):

        def fail(_: dict[str, object], failure: Exception = failure) -> dict[str, object]:
            raise failure

        system.erasing, system.invoked = fail, []
        said = (
            f"the erasure is not finished: the function EraseLead failed .{type(failure).__name__}."
        )
        with pytest.raises(ProblemError, match=said):
            erase(options(), lambda _: None)
        assert len(system.invoked) == calls


def test_everything_that_is_stored_of_a_person_is_exported(system: MotoStack, run: Run) -> None:
    code, out, _ = run("export", ANNA, *IN_AWS)
    told = json.loads(out)
    assert code == 0
    assert told["lead"]["answers"]["company"]["value"] == "Example Ltd"
    assert told["stored"]["email"] == ANNA
    assert [fact["kind"] for fact in told["facts"]] == [
        "page_viewed",
        "page_viewed",
        "form_submitted",
    ]
    assert all(fact["lead"].casefold() == ANNA and fact["received_at"] for fact in told["facts"])
    assert JAN not in out
