"""`ignore`: what a verdict covers is said, published, and taken back."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.ignore_command import entry_of
from cli.problem import ProblemError
from cli.usage import command_parser
from functions.leads.lead_identity import keyed_id
from functions.scoring.ignoring import read_verdict
from functions.scoring.instants import HOUR_MS
from modelling.compile import compile_model_text
from modelling.model_edits import with_verdict
from tests.builders import page_viewed
from tests.cli.conftest import Run
from tests.cli.moto_stack import KEY, NAME, MotoStack
from tests.cli.test_publish import ANNA, HERE, LEAD, deployed, live, make_that_notes, source

__all__ = ["live", "source"]

OTHER = "jan@other.com"
GATEWAY = ("--domain", "example.com", "--because", "Their gateway opens every link")


def test_what_is_covered_is_said_then_the_verdict_goes_live_and_is_taken_back(
    run: Run, live: MotoStack, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = keyed_id(KEY.encode(), OTHER)
    live.happen(page_viewed("/pricing", lead=other, email=OTHER, at=live.now - HOUR_MS))
    made = make_that_notes(folder, monkeypatch)
    model = folder / "scoring-model.yaml"
    code, out, err = run("ignore", *GATEWAY, "--yes", *HERE)
    assert code == 0, err
    assert "1 facts of 1 leads are covered" in out
    assert "page_viewed: 1" in out
    assert "1 leads, as they are now" in out
    assert "lead-scoring ignore --undo their-gateway-opens-every-link --stack" in out
    written = model.read_text("utf-8")
    assert made.read_text("utf-8").partition("\n")[2] == written
    assert "ignored: Their gateway opens every link" in written
    compiled = compile_model_text(written)
    assert [one["domains"] for one in compiled["ignore"]] == [["example.com"]]
    assert compiled["matching"] != compile_model_text(source)["matching"]

    code, out, _ = run("ignore")
    assert code == 0
    assert "their-gateway-opens-every-link: Their gateway opens every link" in out
    code, _, err = run("ignore", "--undo", "their-gateway-opens-every-link", "--yes", *HERE)
    assert code == 1  # the deployment above was not a real one
    assert "is not the model that is live" in err


def test_a_verdict_taken_out_leaves_the_model_as_it_was(
    run: Run, live: MotoStack, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch)
    model = folder / "scoring-model.yaml"
    ignoring = with_verdict(source, {"verdict": "bot", "domain": ["example.com"]})
    model.write_text(ignoring, "utf-8")
    deployed(live, ignoring, number=2, at=live.now)
    code, out, err = run("ignore", "--undo", "bot", "--yes", *HERE)
    assert code == 0, err
    assert "1 facts of 1 leads are covered" in out
    compiled = compile_model_text(model.read_text("utf-8"))
    assert compiled["version"] == compile_model_text(source)["version"]


@pytest.mark.usefixtures("live")
def test_what_covers_nothing_yet_says_so(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch)
    code, out, err = run("ignore", "--where", "user_agent=*Bot*", "--because", "x", "--yes", *HERE)
    assert code == 0, err
    assert "No fact is covered by it so far." in out


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--domain", "example.com"), "say why with --because"),
        (("--activity", "page_viewed", "--because", "x"), "say whose activities with --domain"),
        (("--where", "path", "--because", "x"), "NAME=VALUE"),
        (("--where", "a=b", "--where", "a=c", "--because", "x"), "asked twice"),
        (("--where", "network=10.0.0", "--because", "x"), "no network such as"),
        (("--where", "network=10.0.0.7", "--because", "x"), "say network=10.0.0.0/24"),
        (("--where", "network=2001:db8::/32", "--because", "x"), "/48 each"),
        (("--undo", "nobody"), "there is no verdict nobody; there are: none"),
        (("--undo", "nobody", "--domain", "example.com"), "nothing beside it"),
        ((*GATEWAY, "--activity", "form_submitted"), "what people wrote themselves"),
        ((*GATEWAY, "--since", "2026-13-01"), "is no day"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_changed(
    asked: tuple[str, ...], said: str, run: Run, folder: Path, source: str
) -> None:
    code, _, err = run("ignore", *asked, "--yes", *HERE)
    assert code == 1
    assert said in err
    assert (folder / "scoring-model.yaml").read_text("utf-8") == source


@pytest.mark.usefixtures("live")
def test_without_a_yes_nothing_is_changed(run: Run, folder: Path, source: str) -> None:
    code, _, err = run("ignore", *GATEWAY, *HERE)
    assert code == 1
    assert "say --yes" in err
    assert (folder / "scoring-model.yaml").read_text("utf-8") == source


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("203.0.113.0/24", "203.0.113.0/24", "203.0.112.0/24"),
        ("203.0.112.0/23", "203.0.113.0/24", "203.0.114.0/24"),
        ("203.0.0.0/16", "203.0.255.0/24", "203.1.0.0/24"),
        ("203.0.0.0/15", "203.1.2.0/24", "203.2.0.0/24"),
        ("40.0.0.0/8", "40.94.1.0/24", "140.94.1.0/24"),
        ("2001:db8:1::/48", "2001:db8:1::/48", "2001:db8:2::/48"),
    ],
)
def test_a_network_is_every_network_in_it(network: str, inside: str, outside: str) -> None:
    asked = ["ignore", "--where", f"network={network}", "--because", "a scanner's network"]
    entry = entry_of(command_parser().parse_args(asked))
    compiled = compile_model_text(json.dumps({"ignore": [entry]}))
    verdict = read_verdict(compiled["ignore"][0])
    seen: dict[str, Any] = {"lead": LEAD, "email": ANNA}
    assert verdict.covers(page_viewed(**seen, properties={"network": inside}))
    assert not verdict.covers(page_viewed(**seen, properties={"network": outside}))


def test_a_reason_in_any_script_gives_a_name() -> None:
    for because, name in (("Łącza skanera!", "lacza-skanera"), ("スキャナー", "ignored")):
        asked = ["ignore", "--domain", "example.com", "--because", because]
        assert entry_of(command_parser().parse_args(asked))["verdict"] == name
    with pytest.raises(ProblemError):
        entry_of(command_parser().parse_args(["ignore", "--domain", "example.com"]))


@pytest.mark.parametrize(
    ("asked", "inside", "outside"),
    [
        ("seconds=0", 0, 1),
        ("seconds=1.5", 1.5, 1),
        ("signed_in=true", True, False),
        ("n=7", "7", "8"),
    ],
)
def test_a_number_or_a_yes_is_asked_for_as_such(
    asked: str, inside: object, outside: object
) -> None:
    options = command_parser().parse_args(["ignore", "--where", asked, "--because", "x"])
    compiled = compile_model_text(json.dumps({"ignore": [entry_of(options)]}))
    verdict, name = read_verdict(compiled["ignore"][0]), asked.partition("=")[0]
    seen: dict[str, Any] = {"lead": LEAD, "email": ANNA}
    assert verdict.covers(page_viewed(**seen, properties={name: inside}))
    assert not verdict.covers(page_viewed(**seen, properties={name: outside}))


@pytest.mark.usefixtures("live")
def test_the_stack_that_this_folder_deploys_is_the_one_that_is_meant(
    run: Run, folder: Path
) -> None:
    settings = json.loads((folder / "cdk.json").read_text("utf-8"))
    settings.setdefault("context", {})["stage"] = "trial"
    (folder / "cdk.json").write_text(json.dumps(settings), "utf-8")
    for command in (["ignore", *GATEWAY], ["publish"]):
        code, _, err = run(*command, "--yes", *HERE)
        assert code == 1
        assert f"cdk.json here deploys LeadScoring-trial, not {NAME}" in err


@pytest.mark.usefixtures("live")
def test_a_file_keeps_how_its_lines_end(
    run: Run, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch)
    model = folder / "scoring-model.yaml"
    model.write_bytes(source.replace("\n", "\r\n").encode())
    assert run("ignore", *GATEWAY, "--yes", *HERE)[0] == 0
    written = model.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") > source.count("\n")


def test_a_model_with_a_mistake_is_said_to_have_one(run: Run, folder: Path) -> None:
    (folder / "scoring-model.yaml").write_text("ignore: [foo]\n", "utf-8")
    for asked in ((), ("--undo", "foo"), GATEWAY):
        code, _, err = run("ignore", *asked, *HERE)
        assert code == 1
        assert "Traceback" not in err
