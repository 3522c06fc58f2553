"""`lead-scoring form`: the HTML of a form, to paste into a website.

It works without JavaScript: the page posts, and is sent on to the thank-you page. A few lines of
script fill the hidden fields: which campaign brought the visitor, and an id by which the same
submission sent twice counts once. Whoever is sent back to the page with `?error=CODE` reads what
went wrong, and finds again what was typed; this browser tab alone keeps it, and neither the consent
nor the field that no person sees, which is there for robots (B9).
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from cli.form_words import MISTAKES, WORDS, autocomplete, label
from cli.model_file import load_model
from cli.problem import ProblemError
from functions.intake.answer_reading import MESSAGE_BYTES_MAX, TEXT_LETTERS_MAX
from functions.intake.fact_line import REFERRER, UTM_NAMES
from functions.intake.form_submission import SUBMISSION_ID, TEST

EMAIL_LETTERS_MAX = 254  # RFC 5321
QUESTIONS_MAX = 6  # each further one costs visitors; some fields are for sales to fill in
_EXPECTED = ("name", "company", "job_title", "company_size", "country", "phone", "message")
_ALL = "all"
_HIDDEN = (*UTM_NAMES, REFERRER, SUBMISSION_ID)
_OUT_OF_SIGHT = "position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden"
_KINDS = {"phone": 'type="tel"', "url": 'type="text" inputmode="url"', "date": 'type="date"'}
_SCRIPT = """\
<script>
(function (form, words, names) {
  var kept = "lead-scoring " + form.getAttribute("action");
  function put(name, value) { if (form.elements[name]) form.elements[name].value = value || ""; }
  addEventListener("pageshow", function () {
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (name.indexOf("utm_") === 0) put(name, value.slice(0, 200));
    });
    if (document.referrer.indexOf(location.origin) !== 0) {
      put("referrer", document.referrer.slice(0, 200));
    }
    put("submission_id", window.crypto && crypto.randomUUID ? crypto.randomUUID()
      : Date.now() + "-" + Math.random().toString(36).slice(2));
    var error = new URLSearchParams(location.search).get("error");
    if (error) { tell(error); fill(); }
  });
  form.addEventListener("submit", function () {
    var typed = {};
    names.forEach(function (name) {
      var field = form.elements[name];
      if (field) typed[name] = field.type === "checkbox" ? field.checked : field.value;
    });
    try { sessionStorage.setItem(kept, JSON.stringify(typed)); } catch (blocked) {}
  });
  function tell(error) {
    var alert = form.querySelector("[role=alert]");
    if (!alert) return;
    alert.textContent = words.hasOwnProperty(error) ? words[error] : words.other;
    alert.hidden = false;
  }
  function fill() {
    var typed = {};
    try { typed = JSON.parse(sessionStorage.getItem(kept)) || {}; } catch (blocked) {}
    names.forEach(function (name) {
      var field = form.elements[name];
      if (field && typed[name] === true) field.checked = true;
      else if (field && typed[name] && !field.value) field.value = typed[name];
    });
  }
})(document.currentScript.previousElementSibling, %s, %s);
</script>"""


def run(options: Namespace) -> int:
    """Print one form. Raises ProblemError."""
    model = load_model(options.model)
    form = _form(model, options.name)
    fields = _fields(model, options.fields)
    page = website_form(
        model,
        options.name,
        fields,
        action=_action(options),
        language=options.language or model["alerts"]["language"],
        test=options.test,
    )
    if not form["open"]:
        print(f"The form {options.name} is closed: it takes nothing.", file=sys.stderr)
    if options.fields is None and len(fields) < len(model["fields"]):
        print(
            f"It asks for {', '.join(fields)}; --fields NAMES asks others, ",
            end="",
            file=sys.stderr,
        )
        print(f"--fields {_ALL} asks for all {len(model['fields'])}.", file=sys.stderr)
    if form["origins"]:
        print(f"Paste it into pages of {', '.join(form['origins'])}: ", end="", file=sys.stderr)
        print("the form takes nothing from others.", file=sys.stderr)
    print(page)
    return 0


def website_form(
    model: Mapping[str, Any],
    name: str,
    fields: Sequence[str],
    *,
    action: str,
    language: str,
    test: bool = False,
) -> str:
    """Write a form of the model as HTML, asking for the address and these declared fields."""
    form = model["forms"][name]
    words = WORDS.get(language, WORDS["en"])
    body = [
        '  <p role="alert" hidden></p>',
        _asked("email", "email", language),
        *(_asked(field, model["fields"][field]["type"], language) for field in fields),
        *_consent(form, words),
        *_honeypot(form, words),
        *_hidden(test=test),
        f'  <p><button type="submit">{escape(words["send"])}</button></p>',
    ]
    head = f'<form action="{escape(action)}" method="post" accept-charset="utf-8">'
    return "\n".join([head, *body, "</form>", _script(fields, language)])


def questions(model: Mapping[str, Any]) -> list[str]:
    """Choose what a form asks where nobody says: up to six fields that visitors expect."""
    expected = [name for name in _EXPECTED if name in model["fields"]]
    return (expected or list(model["fields"]))[:QUESTIONS_MAX]


def _script(fields: Sequence[str], language: str) -> str:
    kept = ("email", *fields, *UTM_NAMES, REFERRER)
    return _SCRIPT % (_literal(MISTAKES.get(language, MISTAKES["en"])), _literal(kept))


def _literal(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c")  # `</script>` would end the script


def _form(model: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    form: Mapping[str, Any] | None = model["forms"].get(name)
    if form is None:
        known = ", ".join(model["forms"]) or "none yet"
        raise ProblemError(f"the model has no form {name}; its forms are: {known}")
    return form


def _fields(model: Mapping[str, Any], asked: str | None) -> list[str]:
    if asked is None:
        return questions(model)
    if asked.strip() == _ALL:
        return list(model["fields"])
    names = [name.strip() for name in asked.split(",") if name.strip()]
    names = [name for name in dict.fromkeys(names) if name != "email"]
    unknown = [name for name in names if name not in model["fields"]]
    if unknown:
        raise ProblemError(
            f"the model has no field {', '.join(unknown)}; its fields are: "
            + ", ".join(model["fields"])
        )
    return names


def _action(options: Namespace) -> str:
    tail = f"/forms/{options.name}"
    if options.url is None:
        return f"{_running_address(options)}{options.name}"
    url = str(options.url).rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise ProblemError(f"--url {options.url}: write it with https://")
    if url.endswith(tail):
        return url
    return url.removesuffix("/forms") + tail


def _running_address(options: Namespace) -> str:
    # the AWS SDK takes half a second, and --url does without
    from cli.running_stack import STACK_FILE, aws_faults, find_stack  # noqa: PLC0415

    if not options.stack and not STACK_FILE.exists():
        raise ProblemError(
            "no system runs on this machine to send the form to; start one with make up, "
            "or say --stack NAME or --url ADDRESS"
        )
    with aws_faults(options):
        return find_stack(options).form_address


def _asked(name: str, kind: str, language: str) -> str:
    text = escape(label(name, language))
    known = autocomplete(name)
    hint = f' autocomplete="{known}"' if known else ""
    named = f'name="{escape(name)}"'
    if kind == "email":
        limits = f'type="email" maxlength="{EMAIL_LETTERS_MAX}" required'
        return f"  <p><label>{text} *<br><input {named} {limits}{hint}></label></p>"
    if kind == "yes_no":
        return f'  <p><label><input type="checkbox" {named} value="yes"> {text}</label></p>'
    if kind == "message":
        limits = f'rows="5" maxlength="{MESSAGE_BYTES_MAX // 4}"'  # four bytes a letter at most
        return f"  <p><label>{text}<br><textarea {named} {limits}></textarea></label></p>"
    kinds = _KINDS.get(kind, 'type="text"')
    limits = "" if kind == "date" else f' maxlength="{TEXT_LETTERS_MAX}"'
    return f"  <p><label>{text}<br><input {named} {kinds}{limits}{hint}></label></p>"


def _consent(form: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    box = form["consent"]
    if box:
        needed = " required" if box["needed"] else ""
        yield (
            f'  <p><label><input type="checkbox" name="{escape(box["field"])}" value="yes"{needed}>'
            f" {escape(words['consent'])}</label></p>"
        )


def _honeypot(form: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    if form["honeypot"]:
        yield (
            f'  <div style="{_OUT_OF_SIGHT}" aria-hidden="true"><label>{escape(words["honeypot"])}'
            f' <input type="text" name="{escape(form["honeypot"])}" tabindex="-1"'
            ' autocomplete="off"></label></div>'
        )


def _hidden(*, test: bool) -> Iterator[str]:
    for name in _HIDDEN:
        yield f'  <input type="hidden" name="{name}" value="">'
    if test:
        yield f'  <input type="hidden" name="{TEST}" value="true">'
