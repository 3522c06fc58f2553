"""How large a lead can grow under a model, whatever is sent (G9).

A lead is one item of a table, which takes 400 KB; long before, each of its writes gets slow and
dear. So the fullest lead is added up when a model is compiled: every field answered by a form and
by sales with the longest answer there is, every rule with all the activities it keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from functions.leads.lead import LEAD_BYTES_MAX
from modelling.mistakes import Margin

MESSAGES_MAX = 2  # one such field is as large as nine of type text
KB = 1024

Compiled = dict[str, Any]

_INSTANT = 13  # digits of a millisecond until the year 2286
_ID = 258  # 128 characters in quotes; a quotation mark is two characters of JSON
_TEXT = 610  # 200 letters in 512 bytes: 104 of four bytes each, and 96 quotation marks
_ANSWER = {
    "text": _TEXT,
    "message": 2 * 4_096 + 2,
    "url": 200 * 4 + len("https://") + 2,
    "phone": 202,
    "number": 24,
    "date": 12,
    "yes_no": 5,
    "country": 4,
}
_OCCURRENCE = _INSTANT + len('[,"123456789012"],')
_SENDS = 50  # an `unanswered` rule keeps so many; see functions/scoring/model.py
_REST = (
    12 * KB
)  # address, form, two touches of six texts each, what lists and reports read of a lead
_DEALINGS = 4 * KB  # what sales did: two reasons, an owner, who called; and reports of it
_TICK = _INSTANT + len('"/":[,"123456789012",{"answer":"unknown"}],')


def lead_bytes_max(compiled: Compiled) -> int:
    """Give the bytes that no lead's item exceeds under a compiled model."""
    rest = _REST + _DEALINGS + _ticks(compiled["ideal_leads"])
    return rest + _answers(compiled["fields"]) + _activities(compiled["rules"])


def check_room(compiled: Compiled, margin: Margin) -> None:
    """Note a model under which a lead could grow too large, and too many messages."""
    fields = compiled["fields"]
    messages = [name for name, entry in fields.items() if entry["type"] == "message"]
    for name in messages[MESSAGES_MAX:]:
        reason = f"More than {MESSAGES_MAX} fields are of type message"
        advice = "Make it a `text` (up to 200 letters), or leave it out"
        margin.note(("fields", name, "type"), reason, advice)
    if margin.notes or (most := lead_bytes_max(compiled)) <= LEAD_BYTES_MAX:
        return
    asked, done = _answers(fields), _activities(compiled["rules"])
    reason = (
        f"A lead could grow to {_in_kb(most)} KB, and {LEAD_BYTES_MAX // KB} KB is the limit "
        f"({_in_kb(asked)} KB are answers, {_in_kb(done)} KB what the rules keep)"
    )
    advice = (
        "Leave out fields of type text, url or message"
        if asked > done
        else "Lower an `at_most`, leave out rules, or shorten their names"
    )
    margin.note(("fields",) if asked > done else ("engagement",), reason, advice)


def _answers(fields: Compiled) -> int:
    """Add up `"name":{"form":[instant,"id",answer],"sales":[...]},`, and the name for reports."""
    one = _INSTANT + _ID + len('"sales":[,,],')
    return sum(
        2 * len(name) + len('"":{},"",') + 2 * (one + _ANSWER[entry["type"]])
        for name, entry in fields.items()
    )


def _ticks(ideals: Iterable[Compiled]) -> int:
    """Add up a tick of each criterion, and the names of those missing, for reports."""
    ticked, missing = 0, 0
    for ideal in ideals:
        names = [len(one["criterion"]) for one in ideal["criteria"]]
        ticked += sum(len(ideal["ideal"]) + name + _TICK for name in names)
        missing = max(missing, sum(names) + len('"",') * len(names))
    return ticked + missing


def _activities(rules: Iterable[Compiled]) -> int:
    """Add up the ledger, and the names of the rules that one fact met, in its alert."""
    kept, met = 0, dict[str, int]()
    for rule in rules:
        name = len(rule["rule"]) + len('"":[],')
        if rule["type"] == "activity":
            kept += name + rule["at_most"] * _OCCURRENCE
            met[rule["activity"]] = met.get(rule["activity"], 0) + name
        elif rule["type"] == "unanswered":
            kept += name + _SENDS * _OCCURRENCE + name + _INSTANT
    return kept + max(met.values(), default=0)


def _in_kb(size: int) -> int:
    return -(-size // KB)
