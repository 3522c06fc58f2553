"""`show`, `send` and `pull` against a stack: what they read, what they change, what they say."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.clock import now
from cli.fact_files import read_fact_files
from cli.fact_writing import FactWriter
from cli.problem import ProblemError
from cli.pull_facts import cursor_of
from cli.running_stack import LeadIds
from cli.send_facts import _put
from cli.send_facts import run as send
from cli.usage import command_parser
from functions.runtime import wiring
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, format_instant
from tests.cli.conftest import Run
from tests.cli.moto_stack import KEY, NAME, REGION, MotoStack

ANNA, JAN = "anna@example.com", "jan@gmail.com"


def facts(stack: MotoStack, folder: Path, *lines: dict[str, Any]) -> list[Fact]:
    """Read lines as the functions would."""
    names = write(folder / "happened.jsonl", *lines)
    ids = LeadIds(KEY.encode())
    return [
        Fact(**{name: getattr(fact, name) for name in fact.__slots__} | {"lead": ids(fact.lead)})
        for fact in (line.fact for line in read_fact_files([names], stack.model))
    ]


def write(path: Path, *lines: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def ago(days: float) -> str:
    return format_instant(now() - int(days * DAY_MS))


def demo(lead: str = ANNA, days: float = 3, **more: Any) -> dict[str, Any]:
    return {
        "id": f"demo-{lead}", "lead": lead, "at": ago(days), "kind": "form_submitted",
        "form": "demo", "utm_medium": "cpc", "utm_campaign": "autumn", "consent": True,
        "answers": {
            "name": "Anna Nowak", "job_title": "CEO", "company_size": "11-50", "country": "PL",
            "phone": "+48 22 555 01 23",
        },
    } | more  # fmt: skip


def pricing(lead: str = ANNA, days: float = 2) -> dict[str, Any]:
    at = ago(days)
    return {"id": f"page-{at}", "lead": lead, "at": at, "kind": "page_viewed", "path": "/pricing"}


def test_a_lead_has_the_same_id_here_as_in_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LEADS_TABLE", "FACTS_TABLE", "ALERT_TOPIC_ARN"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("LEAD_ID_KEY", KEY)
    wiring.settings.cache_clear()
    try:
        assert LeadIds(KEY.encode())(ANNA) == wiring.lead_id(ANNA)
    finally:
        wiring.settings.cache_clear()


def test_show_tells_score_reasons_answers_and_where_a_lead_came_from(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    stack.happen(*facts(stack, folder, demo(), pricing()))
    code, out, _ = run("show", "Anna@Example.com", "--stack", NAME)
    assert code == 0
    for told in (
        "+20 CEO of a small company",
        "+15 Looked at the prices (until ",
        "job_title: CEO (form, ",
        "seniority: c_level",
        "ads, campaign autumn",
        "none so far",
        "In the table",
    ):
        assert told in out


def test_what_is_shown_is_computed_when_it_is_read(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    """G10: the stored score may be a month old, the schedule off."""
    stack.now = now() - 40 * DAY_MS
    stack.happen(*facts(stack, folder, demo(days=41), pricing(days=40)))
    told = json.loads(run("show", ANNA, "--json", "--stack", NAME)[1])
    assert told["stored"]["score"] > told["score"]
    assert "pricing-page" not in {line["rule"] for line in told["lines"]}
    assert sum(line["points"] for line in told["lines"]) == told["score"]


def test_show_and_score_agree_now_and_at_any_instant_before(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    lines = [demo(days=9), pricing(days=8), pricing(days=2)]
    stack.happen(*facts(stack, folder, *lines))
    file = write(folder / "facts.jsonl", *lines)
    for at in (ago(0), ago(5), ago(8.5), ago(20)):
        shown = json.loads(run("show", ANNA, "--json", "--at", at, "--stack", NAME)[1])
        (scored,) = run("score", file, "--json", "--at", at)[1].splitlines()
        assert {name: shown[name] for name in json.loads(scored)} == json.loads(scored)


def test_under_other_matching_rules_the_ledger_is_built_from_the_history(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    stack.happen(*facts(stack, folder, pricing(days=1), pricing(days=3), pricing(days=5)))
    model = folder / "scoring-model.yaml"
    text = model.read_text("utf-8")
    start = text.index("- rule: pricing-page")
    changed = text[start:].replace("at_most: 2", "at_most: 3", 1)
    model.write_text(text[:start] + changed, "utf-8")
    told = json.loads(run("show", ANNA, "--json", "--stack", NAME)[1])
    assert [line["rule"] for line in told["lines"]].count("pricing-page") == 3
    assert told["stored"]["model"] != told["model"]


def test_who_unsubscribed_is_shown_so(stack: MotoStack, folder: Path, run: Run) -> None:
    gone = {"lead": ANNA, "at": ago(1), "kind": "email_unsubscribed"}
    stack.happen(*facts(stack, folder, demo(), gone))
    assert "held back: unsubscribed on " in run("show", ANNA, "--stack", NAME)[1]
    told = json.loads(run("show", ANNA, "--json", "--stack", NAME)[1])
    assert told["do_not_contact"] == "unsubscribed"
    assert told["alert"]["held_back"] is True


def test_the_newest_consent_box_is_shown(stack: MotoStack, folder: Path, run: Run) -> None:
    """B42."""
    later = demo(days=1) | {"id": "later", "consent": False}
    for happened, words, told in (
        (pricing(days=5), "not asked", {"given": None, "at": None}),
        (demo(days=3), f"yes, on {ago(3)[:10]}", {"given": True, "at": ago(3)[:10]}),
        (later, f"no, on {ago(1)[:10]}", {"given": False, "at": ago(1)[:10]}),
    ):
        stack.happen(*facts(stack, folder, happened))
        lines = run("show", ANNA, "--stack", NAME)[1].splitlines()
        assert f"Consent to marketing: {words}" in lines
        consent = json.loads(run("show", ANNA, "--json", "--stack", NAME)[1])["consent"]
        assert consent | {"at": consent["at"] and consent["at"][:10]} == told


def test_show_says_whose_lead_it_is(stack: MotoStack, folder: Path, run: Run) -> None:
    stack.happen(*facts(stack, folder, demo()))
    assert "Owner: nobody" in run("show", ANNA, "--stack", NAME)[1].splitlines()
    given = {"lead": ANNA, "at": ago(1), "kind": "team_assigned", "owner": "kasia@example.com"}
    stack.happen(*facts(stack, folder, given))
    assert "Owner: kasia@example.com" in run("show", ANNA, "--stack", NAME)[1].splitlines()
    told = json.loads(run("show", ANNA, "--json", "--stack", NAME)[1])
    assert told["owner"] == "kasia@example.com"


def test_whom_nobody_knows_and_what_is_no_address_is_said(stack: MotoStack, run: Run) -> None:
    code, _, err = run("show", "nobody@example.com", "--stack", NAME)
    assert (code, err.count("\n")) == (1, 1)
    assert "there is no lead nobody@example.com in LeadScoring in AWS" in err
    assert "this is no e-mail address" in run("show", "anna", "--stack", NAME)[2]


def test_a_stack_that_is_not_there_is_one_line(stack: MotoStack, run: Run) -> None:
    code, _, err = run("show", ANNA, "--stack", "Other")
    assert (code, err.count("\n")) == (1, 1)
    assert "say --stack NAME, --region and --profile of the one you mean" in err


def test_without_a_region_one_is_asked_for(
    stack: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert "set AWS_REGION or say --region" in run("show", ANNA, "--stack", NAME)[2]


def test_the_form_of_a_stack_goes_to_its_address(stack: MotoStack, run: Run) -> None:
    code, out, _ = run("form", "demo", "--stack", NAME)
    assert code == 0
    assert 'action="https://forms.example.com/forms/demo"' in out


def test_sent_facts_keep_their_instants_and_get_ids(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    without_id = {name: value for name, value in pricing().items() if name != "id"}
    file = write(folder / "facts.jsonl", demo(), without_id, *[pricing(JAN)] * 20)
    code, out, err = run("send", file, "--stack", NAME)
    assert (code, out) == (0, "")
    assert "Sending 22 facts to LeadScoring in AWS" in err
    envelopes = stack.messages()
    assert {envelope["source"] for envelope in envelopes} == {"lead-scoring.cli"}
    assert [len(envelope["detail"]["activities"]) for envelope in envelopes] == [10, 10, 2]
    assert not any("import" in envelope["detail"] for envelope in envelopes)
    sent = [line for envelope in envelopes for line in envelope["detail"]["activities"]]
    assert sent[0]["at"] == demo()["at"][:10] + sent[0]["at"][10:]
    assert all(line["id"] for line in sent)


def test_an_import_alerts_nobody_and_ends_with_who_is_hot_and_warm(
    stack: MotoStack, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """C34."""
    lines = [demo(), pricing(), pricing(days=1), pricing(JAN)]
    reply = {"id": "r", "lead": ANNA, "at": ago(1), "kind": "email_replied"}
    file = write(folder / "facts.jsonl", *lines, reply)
    options = command_parser().parse_args(["send", file, "--import", "--stack", NAME])
    refused = []

    def wait(_: float) -> None:
        refused.append(stack.deliver())

    assert send(options, wait) == 0
    told = capsys.readouterr().out
    assert refused == [0]
    assert stack.topic.alerts == []
    assert "2 leads: 1 hot, 0 warm, 1 cold. Nobody was alerted." in told
    assert ANNA in told
    assert JAN not in told


def test_the_same_facts_sent_live_do_alert(stack: MotoStack, folder: Path, run: Run) -> None:
    reply = {"id": "r", "lead": ANNA, "at": ago(1), "kind": "email_replied"}
    file = write(folder / "facts.jsonl", demo(), pricing(), pricing(days=1), reply)
    assert run("send", file, "--stack", NAME)[0] == 0
    stack.deliver()
    assert len(stack.topic.alerts) == 1


def test_nothing_is_sent_of_a_file_with_a_bad_line(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    ahead = pricing() | {"at": format_instant(now() + DAY_MS)}
    for bad, told in (
        (pricing() | {"kind": "nonsense"}, "line 2: `nonsense` is no kind"),
        (ahead, "line 2: `at` is more than five minutes ahead"),
        (pricing("Ma91bOAfAFSVMIFOx2wL_w"), "line 2: a lead id is no address"),
    ):
        code, _, err = run("send", write(folder / "f.jsonl", demo(), bad), "--stack", NAME)
        assert code == 1
        assert told in err
    assert stack.messages() == []


def test_what_is_older_than_facts_are_kept_is_left_out_aloud(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    file = write(folder / "facts.jsonl", pricing(days=401), pricing())
    code, _, err = run("send", file, "--stack", NAME)
    assert code == 0
    assert "1 facts are older than facts are kept" in err
    assert len(stack.messages()[0]["detail"]["activities"]) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("send", "facts.jsonl"),
        ("show", ANNA),
        ("pull", "--from", "2020-01-01"),
        ("status",),
        ("refused",),
        ("refused", "--resend", "all"),
        ("redrive", "parking"),
    ],
)
def test_a_stack_in_aws_is_read_and_changed_only_when_it_is_named(
    command: tuple[str, ...], stack: MotoStack, folder: Path, run: Run
) -> None:
    stack.happen(*facts(stack, folder, demo()))
    write(folder / "facts.jsonl", pricing())
    code, out, err = run(*command)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "no system runs on this machine; start one with make up, or say --stack " in err
    assert "LeadScoring" in err


def test_where_senders_are_named_this_command_has_to_be_among_them(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    settings = {"context": {"senders": [{"source": "shop"}]}}
    (folder / "cdk.json").write_text(json.dumps(settings), "utf-8")
    code, _, err = run("send", write(folder / "facts.jsonl", pricing()), "--stack", NAME)
    assert code == 1
    assert 'add {"source": "lead-scoring.cli", "import": true} to its senders' in err


class Events:
    """A bus that fails for some entries; `failing` says with which code at which call."""

    def __init__(self, *failing: dict[int, str]) -> None:
        self.calls: list[list[Any]] = []
        self._failing = iter(failing)

    def put_events(self, *, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803  (AWS's name)
        self.calls.append(Entries)
        codes = next(self._failing, {})
        return {
            "Entries": [
                {"ErrorCode": codes[place]} if place in codes else {"EventId": "1"}
                for place in range(len(Entries))
            ]
        }


def test_only_entries_that_failed_are_put_again() -> None:
    events = Events({1: "ThrottlingException", 2: "InternalFailure"}, {0: "ThrottlingException"})
    waited: list[float] = []
    _put(events, [{"n": 0}, {"n": 1}, {"n": 2}], waited.append)
    assert events.calls == [[{"n": 0}, {"n": 1}, {"n": 2}], [{"n": 1}, {"n": 2}], [{"n": 1}]]
    assert waited == [0.5, 1]


def test_what_will_never_be_taken_is_not_repeated() -> None:
    events = Events({0: "NotAuthorizedForSourceException"})
    with pytest.raises(ProblemError, match="the bus refused an event: NotAuthorized"):
        _put(events, [{}], lambda _: None)
    assert len(events.calls) == 1


def test_a_bus_that_stays_busy_is_given_up_in_the_end() -> None:
    events = Events(*[{0: "ThrottlingException"}] * 9)
    with pytest.raises(ProblemError, match="what has arrived counts once"):
        _put(events, [{}], lambda _: None)


def test_pulled_facts_give_the_same_scores_as_those_that_were_sent(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    sales = {
        "id": "s", "lead": ANNA, "at": ago(1), "kind": "sales_answered",
        "answers": {"persona": "builder", "phone": None},
    }  # fmt: skip
    seen = pricing(JAN) | {"utm_medium": "email", "machine": True}
    lines = [demo(), pricing(), sales, seen]
    stack.happen(*facts(stack, folder, *lines))
    code, _, err = run("pull", "--from", "2020-01-01", "--out", "pulled.jsonl", "--stack", NAME)
    assert code == 0
    assert err.startswith("4 facts from 2020-01-01T00:00:00.000Z to ")
    given = write(folder / "facts.jsonl", *lines)
    at = ("--json", "--at", ago(0))
    assert run("score", "pulled.jsonl", *at) == run("score", given, *at)
    ids = LeadIds(KEY.encode())
    pulled = [line.fact for line in read_fact_files(["pulled.jsonl"], stack.model)]
    first = {(ids(fact.lead), fact.identity, fact.content_hash) for fact in pulled}
    sent = facts(stack, folder, *lines)
    assert first == {(fact.lead, fact.identity, fact.content_hash) for fact in sent}


def test_a_period_includes_its_beginning_and_not_its_end(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    first, second = pricing(days=3), pricing(days=2)
    stack.happen(*facts(stack, folder, first, second))
    _, out, _ = run("pull", "--from", first["at"], "--to", second["at"], "--stack", NAME)
    assert [json.loads(line)["at"] for line in out.splitlines()] == [first["at"]]
    code, _, err = run("pull", "--from", first["at"], "--to", first["at"], "--stack", NAME)
    assert (code, "--from is not before --to" in err) == (1, True)


def test_without_persons_nothing_tells_who_it_was(stack: MotoStack, folder: Path, run: Run) -> None:
    click = {
        "id": "anna@example.com-1", "lead": ANNA, "at": ago(1), "kind": "email_clicked",
        "link": "https://x.example/?u=anna%40example.com", "user_agent": "Firefox", "mail": "m1",
    }  # fmt: skip
    stack.happen(*facts(stack, folder, demo(), click))
    _, out, _ = run("pull", "--from", "2020-01-01", "--no-persons", "--stack", NAME)
    for personal in ("anna", "Anna", "Nowak", "CEO", "555", "Firefox"):
        assert personal not in out
    told = {one["kind"]: one for one in map(json.loads, out.splitlines())}
    assert told["form_submitted"]["answers"] == {"company_size": 30.5, "country": "PL"}
    assert told["form_submitted"]["lead"] == LeadIds(KEY.encode())(ANNA)
    assert told["email_clicked"]["mail"] == "m1"


def test_an_interrupted_pull_goes_on_without_a_gap_or_a_repeat(
    stack: MotoStack, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.pull_facts.PAGE", 3)
    stack.happen(*facts(stack, folder, *[pricing(days=day) for day in range(1, 11)]))
    arguments = ("pull", "--from", "2020-01-01", "--out", "pulled.jsonl", "--stack", NAME)
    pages = []

    def write_three(self: Any, fact: Fact) -> bytes:
        pages.append(fact)
        if len(pages) == 8:
            raise KeyboardInterrupt
        return original(self, fact)

    original = FactWriter.line
    monkeypatch.setattr(FactWriter, "line", write_three)
    assert run(*arguments)[0] == 130
    assert cursor_of(folder / "pulled.jsonl").exists()
    other = ("pull", "--from", "2021-01-01", "--out", "pulled.jsonl", "--stack", NAME)
    assert "belongs to a pull with other options" in run(*other)[2]
    code, _, err = run(*arguments)
    assert code == 0
    assert "Going on after 6 facts." in err
    lines = (folder / "pulled.jsonl").read_text("utf-8").splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 10
    assert not cursor_of(folder / "pulled.jsonl").exists()


def test_a_file_that_is_there_is_not_written_over(stack: MotoStack, folder: Path, run: Run) -> None:
    (folder / "mine.jsonl").write_text("mine", "utf-8")
    code, _, err = run("pull", "--from", "2020-01-01", "--out", "mine.jsonl", "--stack", NAME)
    assert (code, "mine.jsonl is there already" in err) == (1, True)
    assert (folder / "mine.jsonl").read_text("utf-8") == "mine"


def test_the_system_on_this_machine_is_found_by_what_it_wrote(
    stack: MotoStack, folder: Path, run: Run
) -> None:
    """The file is that of `make up`; a test of the local cloud holds the two together."""
    told = {
        "endpoint": None, "region": REGION, "access_key": "testing", "secret_key": "testing",
        "stack": NAME, "form_address": "http://127.0.0.1:1/forms/", "bus": "activities",
        "activity_queue": stack.outputs["ActivityQueue"], "leads_table": "leads",
        "facts_table": "facts", "model": str(folder / "scoring-model.yaml"),
        "outputs": stack.outputs,
    }  # fmt: skip
    (folder / ".local").mkdir()
    (folder / ".local" / "stack.json").write_text(json.dumps(told), "utf-8")
    stack.happen(*facts(stack, folder, demo()))
    assert json.loads(run("show", ANNA, "--json")[1])["lead"] == ANNA
    assert "Last sweep       none yet" in run("status")[1]
    os.utime(folder / ".local" / "stack.json", (0, 0))
    assert "or never; is the schedule on?" in run("status")[1]
    assert 'action="http://127.0.0.1:1/forms/demo"' in run("form", "demo")[1]
    (folder / ".local" / "stack.json").write_text("{}", "utf-8")
    assert "make down and make up write it anew" in run("show", ANNA)[2]
