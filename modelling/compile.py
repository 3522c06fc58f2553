"""A scoring model, checked as a whole and compiled to the JSON that the Lambdas score with.

What people write is checked here once, so that the code which scores need not check anything: in
the compiled model every duration is a number of milliseconds, every country a code, every fading
a list of steps. All mistakes come together, as one ModelInvalid.
"""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from functions.intake.answer_reading import name_key
from functions.intake.mapping import mapped_kinds
from functions.scoring.facts import SALES
from functions.scoring.touches import DIRECT, OTHER
from modelling.condition_terms import ConditionReader, Subject, Subjects
from modelling.country_names import country_codes
from modelling.document import (
    UTM,
    WEEKDAYS,
    FormEntry,
    IdealLead,
    Limits,
    ModelDocument,
)
from modelling.document_mistakes import note_document_mistakes, note_nothing, without_mistakes
from modelling.durations import DAY_MS, HOUR_MS
from modelling.field_entries import CONTROL_FIELDS, EMAIL, FieldCompiler, subjects_of
from modelling.lead_room import check_room
from modelling.mail_domains import mail_domains
from modelling.mistakes import Margin, Mistake, ModelInvalid, did_you_mean
from modelling.mistakes import Path as Place
from modelling.reading import Reading, read_model_text
from modelling.rule_entries import HALVES, RuleCompiler
from modelling.verdict_entries import VerdictCompiler

LAYOUT = 1
DAY_MINUTES = 24 * 60
RETENTION_DAYS = 400
FINGERPRINT_LETTERS = 12
LEDGER_KEYS = ("rule", "type", "activity", "where", "at_most", "once_per", "sent", "by")
CACHED_KEYS = ("countries", "mail_domains")

Compiled = dict[str, Any]


def compile_model_file(path: Path, *, retention_days: int = RETENTION_DAYS) -> Compiled:
    """Compile the model in a YAML file; ModelInvalid carries all of its mistakes."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "There is no such file" if missing else f"The file cannot be read: {error}"
        mistake = Mistake("", None, reason, "Name a scoring model, saved as UTF-8")
        raise ModelInvalid([mistake], str(path)) from error
    return compile_model_text(text, retention_days=retention_days, source=path.name)


def compile_model_text(
    text: str, *, retention_days: int = RETENTION_DAYS, source: str = "the scoring model"
) -> Compiled:
    """Compile the YAML text of a model; ModelInvalid carries all of its mistakes."""
    return compile_reading(read_model_text(text), retention_days=retention_days, source=source)


def compile_document(mapping: object, *, retention_days: int = RETENTION_DAYS) -> Compiled:
    """Compile a model given as plain dicts and lists, as YAML would give it.

    ModelInvalid carries all of its mistakes, without lines.
    """
    return compile_reading(Reading(content=mapping), retention_days=retention_days)


def compile_reading(
    reading: Reading, *, retention_days: int = RETENTION_DAYS, source: str = "the scoring model"
) -> Compiled:
    """Compile a model that was read; ModelInvalid carries all of its mistakes."""
    margin = reading.margin
    compiled: Compiled = {}
    if reading.content is not None:
        document = _validated(reading.content, margin)
        if document is not None:
            compiled = _Compiler(document, margin, retention_days * DAY_MS).compile()
    elif not margin.notes:
        margin.note((), "The file is empty", "Begin with the default model")
    if margin.notes:
        mistakes = margin.mistakes(_rule_names(reading.content), reading.lines)
        raise ModelInvalid(mistakes, source)
    return compiled


def _validated(content: object, margin: Margin) -> ModelDocument | None:
    note_nothing(content, margin)
    try:
        return ModelDocument.model_validate(content)
    except ValidationError as error:
        note_document_mistakes(error, margin)
        return without_mistakes(content, error)


def _rule_names(content: object) -> dict[Place, str]:
    if not isinstance(content, dict):
        return {}
    halves = {half: content.get(half) for half in HALVES}
    return {
        (half, index): entry["rule"]
        for half, entries in halves.items()
        if isinstance(entries, list)
        for index, entry in enumerate(entries)
        if isinstance(entry, dict) and isinstance(entry.get("rule"), str)
    }


@dataclass(slots=True)
class _Compiler:
    document: ModelDocument
    margin: Margin
    retention: int  # ms

    def compile(self) -> Compiled:
        """Give the compiled model; it means nothing where the margin has notes."""
        document = self.document
        kinds = sorted({*mapped_kinds(), *document.activities})
        answers = ConditionReader(subjects_of(document), self.margin)
        fields, derived = FieldCompiler(document, self.margin).compile()
        rules = RuleCompiler(document, self.margin, self.retention, answers, kinds)
        compiled = {
            "layout": LAYOUT,
            "model": document.model,
            "retention": self.retention,
            "bands": self._bands(),
            "halves": {half: _bounds(getattr(document.halves, half)) for half in HALVES},
            "kinds": kinds,
            "fields": fields,
            "derived": derived,
            "rules": rules.compile(),
            "groups": rules.groups(),
            "channels": self._channels(),
            "campaigns": {"read_from": document.campaigns.read_from},
            "experiments": {"read_from": document.experiments.read_from},
            "forms": {name: self._form(name, form) for name, form in document.forms.items()},
            "alerts": self._alerts(),
            "ideal_leads": self._ideal_leads(answers),
            "goals": self._goals(),
            **self._ignore(kinds),
            **self._review(),
            **_tables(fields, derived),
        }
        check_room(compiled, self.margin)
        compiled["matching"] = _matching(
            compiled["rules"], self.retention, compiled.get("ignore", ())
        )
        return {**compiled, "version": _version(compiled)}

    def _bands(self) -> Compiled:
        bands = self.document.bands
        if bands.cold > bands.hot and not self.margin.has_note_under(("bands",)):
            reason = f"Cold (below {bands.cold}) reaches into hot (above {bands.hot})"
            self.margin.note(("bands",), reason, "Make the cold number the smaller one")
        return {"hot_above": bands.hot, "cold_below": bands.cold}

    def _channels(self) -> list[list[Any]]:
        names = {name: Subject("text") for name in (*UTM, "referrer")}
        reader = ConditionReader(Subjects(names, "part of a link"), self.margin)
        written = self.document.channels.items()
        return [[name, reader.read(condition, ("channels", name))] for name, condition in written]

    def _form(self, name: str, form: FormEntry) -> Compiled:
        self._check_form(("forms", name), form)
        consent = form.consent
        return {
            "open": form.open,
            "thanks": form.thanks,
            "errors": form.errors,
            "origins": list(form.origins),
            "honeypot": form.honeypot,
            "consent": {"field": consent.field, "needed": consent.needed} if consent else None,
        }

    def _check_form(self, path: Place, form: FormEntry) -> None:
        if not form.thanks and not self.margin.has_note_on_key(path, "thanks"):
            reason = "Nothing says which page to show after a submission"
            self.margin.note(path, reason, "Add `thanks: https://www.example.com/thanks`")
        box = form.consent.field if form.consent else None
        advice = "Choose a name that no field has"
        if form.honeypot and self._is_taken(form.honeypot):
            reason = f"`{form.honeypot}` is a field people fill in"
            self.margin.note((*path, "honeypot"), reason, advice)
        if box and self._is_taken(box):
            reason = f"`{box}` is another field already"
            self.margin.note((*path, "consent", "field"), reason, advice)
        if box and box == form.honeypot:
            reason = "The trap and the box for mailings have the same name"
            self.margin.note((*path, "honeypot"), reason, "Choose another name")

    def _is_taken(self, name: str) -> bool:
        fields = self.document.fields.items()
        taken = {name_key(alias) for field, entry in fields for alias in (field, *entry.also)}
        return name in CONTROL_FIELDS or name_key(name) in {EMAIL, *taken}

    def _alerts(self) -> Compiled:
        alerts = self.document.alerts
        if alerts.cooldown < HOUR_MS:
            advice = "Write an hour or more, such as 7 days"
            reason = "A lead would be announced again and again"
            self.margin.note(("alerts", "cooldown"), reason, advice)
        if not _is_time_zone(alerts.time_zone):
            near = did_you_mean(alerts.time_zone, sorted(zoneinfo.available_timezones()))
            advice = near if near.endswith("?") else "Write it as Europe/Warsaw"
            reason = f"There is no time zone `{alerts.time_zone}`"
            self.margin.note(("alerts", "time_zone"), reason, advice)
        return {
            "cooldown": alerts.cooldown,
            "language": alerts.language,
            "time_zone": alerts.time_zone,
            "subject_names_company": alerts.subject_names_company,
            **({} if alerts.hours is None else {"hours": self._hours(alerts.hours)}),
            **({} if alerts.contact_within is None else {"contact_within": alerts.contact_within}),
        }

    def _hours(self, written: Mapping[str, str]) -> list[list[int] | None]:
        """Read hours as a span of minutes for each weekday, Monday first."""
        spans: list[list[int] | None] = [None] * len(WEEKDAYS)
        for days, hours in written.items():
            first, _, last = days.partition("-")
            start, end = (_minutes(part) for part in hours.split("-"))
            places = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
            path = ("alerts", "hours", days)
            if not places:
                self.margin.note(path, f"`{days}` ends before it begins", "Write it as mon-fri")
            if not start < end <= DAY_MINUTES:
                reason = f"`{hours}` ends before it begins, or after midnight"
                self.margin.note(path, reason, "Write it as 8:00-17:00")
            for place in places:
                if spans[place] is not None:
                    reason = f"{WEEKDAYS[place]} has hours twice"
                    self.margin.note(path, reason, "Write each day once")
                spans[place] = [start, end]
        return spans

    def _goals(self) -> Compiled:
        """Goals by channel; `direct`, `other` and `sales` are channels of every model."""
        known = [*self.document.channels, DIRECT, OTHER, SALES]
        goals: Compiled = {}
        for name, goal in self.document.goals.items():
            if name not in known:
                reason = f"There is no channel `{name}`"
                self.margin.note(("goals", name), reason, did_you_mean(name, known))
            goals[name] = goal.model_dump(exclude_none=True)
        return goals

    def _review(self) -> Compiled:
        """Without one nothing stands in the model: all models of before keep their versions."""
        review = self.document.review
        if review is None:
            return {}
        if review.after < DAY_MS:
            reason = "A model cannot be looked at anew that often"
            self.margin.note(("review", "after"), reason, "Write days, such as 180 days")
        return {"review": review.model_dump(exclude_none=True)}

    def _ignore(self, kinds: Sequence[str]) -> Compiled:
        """Give the verdicts, and nothing where there are none: such a model stays as it was."""
        written = self.document.ignore
        if not written:
            return {}
        self._check_unique([one.verdict for one in written], ("ignore",), "verdicts")
        verdicts = VerdictCompiler(self.margin, kinds)
        return {"ignore": [verdicts.compile(("ignore", at), one) for at, one in enumerate(written)]}

    def _ideal_leads(self, answers: ConditionReader) -> list[Any]:
        ideals = self.document.ideal_leads
        self._check_unique([ideal.ideal for ideal in ideals], ("ideal_leads",), "ideal leads")
        return [
            ideal.model_dump(exclude_unset=True)
            | {"criteria": self._criteria(("ideal_leads", index, "criteria"), ideal, answers)}
            for index, ideal in enumerate(ideals)
        ]

    def _criteria(self, path: Place, ideal: IdealLead, answers: ConditionReader) -> list[Any]:
        self._check_unique([one.criterion for one in ideal.criteria], path, "criteria")
        criteria = []
        for index, criterion in enumerate(ideal.criteria):
            compiled = criterion.model_dump(exclude_unset=True)
            if criterion.guess is not None:
                compiled["guess"] = answers.read(criterion.guess, (*path, index, "guess"))
            criteria.append(compiled)
        return criteria

    def _check_unique(self, names: list[str], path: Place, what: str) -> None:
        for index, name in enumerate(names):
            if name in names[:index]:
                reason = f"Two {what} are called `{name}`"
                self.margin.note((*path, index), reason, "Give one of them another name")


def _bounds(limits: Limits) -> Compiled:
    return {"cap": limits.cap, "floor": limits.floor}


def _tables(fields: Compiled, derived: Compiled) -> Compiled:
    """Give the tables that some field needs: names of countries, mail domains."""
    tables: Compiled = {}
    if any(entry["type"] == "country" for entry in fields.values()):
        tables["countries"] = _countries()
    if any("words" not in entry for entry in derived.values()):
        tables["mail_domains"] = mail_domains()
    return tables


@cache
def _countries() -> dict[str, str]:
    return dict(country_codes())


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _matching(rules: Sequence[Compiled], retention: int, ignore: Sequence[Compiled]) -> str:
    """Fingerprint of what a stored ledger depends on: another one means reading every history anew.

    How long points count, how many they are and which rule stands first are asked of a ledger, not
    kept in it. It notes a lead's last activity where some rule is about quiet.
    """
    kept = [
        {key: rule[key] for key in LEDGER_KEYS if key in rule}
        for rule in sorted(rules, key=lambda rule: str(rule["rule"]))
        if rule["type"] in ("activity", "unanswered")
    ]
    for rule in kept:
        if "by" in rule:
            rule["by"] = sorted(set(rule["by"]))
    quiet = any(rule["type"] == "quiet" for rule in rules)
    counted = {"retention": retention, "rules": kept, "quiet": quiet}
    passed_over = [
        {key: value for key, value in one.items() if key not in ("verdict", "says")}
        for one in ignore
    ]
    return _fingerprint(_canonical(counted | ({"ignore": passed_over} if ignore else {})))


def _version(compiled: Compiled) -> str:
    """Fingerprint of everything else; long tables, always the same, are brought into form once."""
    parts = [
        f"{_canonical(key)}:{_table(key) if key in CACHED_KEYS else _declared(compiled[key])}"
        for key in sorted(compiled)
    ]
    return _fingerprint("{" + ",".join(parts) + "}")


@cache
def _table(key: str) -> str:
    tables: Mapping[str, Any] = {
        "countries": _countries(),
        "mail_domains": mail_domains(),
    }
    return _canonical(tables[key])


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _declared(value: object) -> str:
    """JSON in the document's own order: of categories that match, the first declared counts."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LETTERS]
