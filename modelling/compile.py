"""A scoring model, checked as a whole and compiled to the JSON that the Lambdas score with.

What people write is checked here once, so that the code which scores need not check anything: in the compiled model
every duration is a number of milliseconds, every country a code, every fading a list of steps. All mistakes come
together, as one ModelInvalid.
"""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from functions.intake.mapping import mapped_kinds
from functions.scoring.conditions import fold
from modelling.award_steps import Steps, decaying, halving
from modelling.condition_terms import ANYTHING, COMBINING, EMAIL_KINDS, ConditionReader, Subject, Subjects
from modelling.country_names import country_codes
from modelling.document import AT_MOST_MAX, FOREVER, NAME_MAX, UTM, FieldEntry, ModelDocument, RuleEntry
from modelling.document_mistakes import note_document_mistakes, note_nothing, without_mistakes
from modelling.durations import DAY_MS, HOUR_MS, parse_duration, say_duration
from modelling.mail_domains import mail_domains
from modelling.mistakes import Margin, Mistake, ModelInvalid, did_you_mean
from modelling.mistakes import Path as Place
from modelling.reading import Reading, read_model_text

LAYOUT = 1
RETENTION_DAYS = 400
LEDGER_MAX = 1_000  # occurrences of all rules together: what fits a lead's item with room to spare
UNANSWERED_COST = 50  # sends that one `unanswered` rule keeps in the ledger
LANGUAGES = ("en", "pl")
CONTROL_FIELDS = ("email", "submission_id", "test", "_next", "referrer", *UTM)
FINGERPRINT_LETTERS = 12
MATCHING_KEYS = ("rule", "type", "activity", "where", "at_most", "once_per", "sent", "by", "within")
CACHED_KEYS = ("countries", "mail_domains")

Compiled = dict[str, Any]


def compile_model_file(path: Path, *, retention_days: int = RETENTION_DAYS) -> Compiled:
    """Compile the model in a YAML file; ModelInvalid carries all of its mistakes."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "There is no such file" if isinstance(error, FileNotFoundError) else f"The file cannot be read: {error}"
        mistake = Mistake("", None, reason, "Name a scoring model, saved as UTF-8")
        raise ModelInvalid([mistake], str(path)) from error
    return compile_model_text(text, retention_days=retention_days, source=path.name)


def compile_model_text(text: str, *, retention_days: int = RETENTION_DAYS, source: str = "the scoring model") -> Compiled:
    """Compile the YAML text of a model; ModelInvalid carries all of its mistakes."""
    reading = read_model_text(text)
    return _compile_reading(reading, retention_days, source)


def compile_document(mapping: object, *, retention_days: int = RETENTION_DAYS) -> Compiled:
    """Compile a model given as plain dicts and lists, as YAML would give it; its mistakes have no lines."""
    return _compile_reading(Reading(content=mapping), retention_days, "the scoring model")


def _compile_reading(reading: Reading, retention_days: int, source: str) -> Compiled:
    margin = reading.margin
    compiled: Compiled = {}
    if reading.content is None and not margin.notes:
        margin.note((), "The file is empty", "Begin with the default model")
    elif reading.content is not None:
        document = _validated(reading.content, margin)
        if document is not None:
            compiled = _Compiler(document, margin, retention_days * DAY_MS).compile()
    if margin.notes:
        raise ModelInvalid(margin.mistakes(_rule_names(reading.content), reading.lines), source)
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
    return {
        (half, index): entry["rule"]
        for half in ("fit", "engagement")
        for index, entry in enumerate(content.get(half) if isinstance(content.get(half), list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("rule"), str)
    }


@dataclass(slots=True)
class _Compiler:
    document: ModelDocument
    margin: Margin
    retention: int
    answers: ConditionReader = field(init=False)
    activities: ConditionReader = field(init=False)
    kinds: tuple[str, ...] = field(init=False)
    group_halves: dict[str, str] = field(default_factory=dict)

    def compile(self) -> Compiled:
        document = self.document
        self.answers = ConditionReader(Subjects(self._fields_by_name(), "field"), self.margin)
        self.activities = ConditionReader(Subjects({}, "property", closed=False), self.margin)
        self.kinds = tuple(sorted({*mapped_kinds(), *document.activities}))
        self._check_bands()
        stored, derived = self._fields()
        rules = self._rules()
        compiled = {
            "layout": LAYOUT,
            "model": document.model,
            "retention": self.retention,
            "bands": {"hot_above": document.bands.hot, "cold_below": document.bands.cold},
            "halves": {name: {"cap": half.cap, "floor": half.floor} for name, half in (("fit", document.halves.fit), ("engagement", document.halves.engagement))},
            "groups": {name: {"half": self.group_halves[name], "cap": group.cap, "floor": group.floor} for name, group in document.groups.items() if name in self.group_halves},
            "kinds": list(self.kinds),
            "fields": stored,
            "derived": derived,
            "rules": rules,
            "channels": self._channels(),
            "campaigns": {"read_from": document.campaigns.read_from},
            "experiments": {"read_from": document.experiments.read_from},
            "forms": self._forms(),
            "alerts": self._alerts(),
            "ideal_leads": self._ideal_leads(),
        }
        if any(entry["type"] == "country" for entry in stored.values()):
            compiled["countries"] = dict(country_codes())
        if any("words" not in entry for entry in derived.values()):
            compiled["mail_domains"] = mail_domains()
        if self.margin.notes:
            return {}
        compiled["matching"] = _matching(rules, self.retention)
        return {**compiled, "version": _version(compiled)}

    def _check_bands(self) -> None:
        bands = self.document.bands
        if bands.cold > bands.hot and not self.margin.has_note_under(("bands",)):
            self.margin.note(("bands",), f"Cold (below {bands.cold}) reaches into hot (above {bands.hot})", "Make the cold number the smaller one")

    def _fields_by_name(self) -> dict[str, Subject]:
        known = {"email": Subject("text")}
        for name, entry in self.document.fields.items():
            if entry.words is not None:
                known[name] = Subject("text", tuple(entry.words))
            elif entry.read_from is not None:
                known[name] = Subject("text", EMAIL_KINDS)
            else:
                known[name] = Subject(entry.type or ANYTHING)
        return known

    def _fields(self) -> tuple[Compiled, Compiled]:
        stored: Compiled = {}
        derived: Compiled = {}
        names: dict[str, str] = {}
        for name, entry in self.document.fields.items():
            self._check_field_name(name)
            if entry.read_from is None and entry.words is None:
                stored[name] = self._stored(name, entry, names)
            else:
                derived[name] = self._derived(name, entry)
        return stored, derived

    def _check_field_name(self, name: str) -> None:
        if name in CONTROL_FIELDS or name.startswith("utm_"):
            self.margin.note(("fields", name), f"`{name}` is always there", "Leave it out; conditions may speak of `email`")
        if name in COMBINING:
            self.margin.note(("fields", name), f"`{name}` is a word of conditions", "Give the field another name")

    def _stored(self, name: str, entry: FieldEntry, names: dict[str, str]) -> Compiled:
        path = ("fields", name)
        if entry.type is None and not self.margin.has_note_under(path):
            self.margin.note(path, "The field has no type", "Write `type: text`, number, country, phone, url, yes_no, date or message; or `read_from`")
        for index, alias in enumerate((name, *entry.also)):
            other = names.setdefault(fold(alias), name)
            if other != name:
                place = ("fields", name, "also", index - 1) if index else path
                self.margin.note(place, f"`{alias}` is a name of the field {other} already", "Keep it in one of the two")
        return {"type": entry.type, "also": list(entry.also)}

    def _derived(self, name: str, entry: FieldEntry) -> Compiled:
        path = ("fields", name)
        if entry.type is not None or entry.also:
            self.margin.note(path, "What is read from another field has no type or other names", "Leave out `type` and `also`")
        self._check_source(path, entry)
        if entry.words is None:
            return {"read_from": entry.read_from}
        return {"read_from": entry.read_from, "words": {category: self._words((*path, "words", category), words.any, words.unless) for category, words in entry.words.items()}}

    def _check_source(self, path: Place, entry: FieldEntry) -> None:
        source = entry.read_from
        if source is None:
            self.margin.note(path, "`words` without `read_from`", "Name the field whose text is read: `read_from: job_title`")
            return
        if source == "email":
            if entry.words is not None:
                self.margin.note((*path, "words"), "Words are not read from an e-mail address", "Read them from a text field, or leave out `words`")
            return
        read = self.document.fields.get(source)
        if read is None:
            if not self.margin.has_note_under(("fields", source)):
                self.margin.note((*path, "read_from"), f"There is no field `{source}`", did_you_mean(source, ["email", *self.document.fields]))
        elif read.type not in ("text", "message"):
            self.margin.note((*path, "read_from"), f"{source} is no text to find words in", "Read from a field of type text")
        elif entry.words is None and not self.margin.has_note_under((*path, "words")):
            self.margin.note(path, f"Nothing says what to read from {source}", "Add `words` with the categories")

    def _words(self, path: Place, wanted: list[str], vetoes: list[str]) -> Compiled:
        if not wanted and not self.margin.has_note_under(path):
            self.margin.note(path, "The category has no words", "Write `any: [...]`")
        for key, patterns in (("any", wanted), ("unless", vetoes)):
            for index, pattern in enumerate(patterns):
                if not any(letter.isalnum() for letter in pattern):
                    self.margin.note((*path, key, index), f"`{pattern}` holds no letter", "Write a word; `*` completes one")
        return {"any": list(wanted), "unless": list(vetoes)}

    def _rules(self) -> list[Compiled]:
        written = [((half, index), entry) for half in ("fit", "engagement") for index, entry in enumerate(getattr(self.document, half))]
        written = [(path, entry) for path, entry in written if not self.margin.has_note_at(path)]
        rules = [self._rule(path, entry) for path, entry in written]
        self._check_names([(path, entry.rule) for path, entry in written])
        self._check_ledger(rules)
        return rules

    def _rule(self, path: tuple[str, int], entry: RuleEntry) -> Compiled:
        self._check_common(path, entry)
        rule: Compiled = {
            "type": _type_of(entry), "rule": entry.rule, "half": path[0], "group": entry.group, "stage": entry.stage,
            "says": self._says(entry), "when": self._condition(self.answers, entry, "when", path),
        }
        if rule["type"] == "activity":
            return rule | self._activity(path, entry)
        self._check_no_activity_keys(path, entry, rule["type"])
        if rule["type"] == "unanswered":
            rule |= self._unanswered(path, entry)
        elif rule["type"] == "quiet":
            rule |= self._quiet(path, entry)
        elif entry.when is None and not self._is_wrong(path, "when", "activity", "unanswered", "quiet_for"):
            self._note(path, "The rule looks at nothing", "Add `when`, `activity`, `unanswered` or `quiet_for`")
        return rule | {"points": entry.points or 0}

    def _check_common(self, path: tuple[str, int], entry: RuleEntry) -> None:
        if not entry.rule and not self._is_wrong(path, "rule"):
            self._note(path, "The rule has no name", "Add `rule: some-name`")
        if entry.points is None and not self._is_wrong(path, "points"):
            self._note(path, "The rule gives no points", "Add `points: 10`, or a number below zero")
        kinds = [key for key in ("activity", "unanswered", "quiet_for") if getattr(entry, key) is not None]
        if len(kinds) > 1:
            self._note((*path, kinds[1]), f"The rule has both `{kinds[0]}` and `{kinds[1]}`", "Make two rules of it")
        self._check_group(path, entry)

    def _check_group(self, path: tuple[str, int], entry: RuleEntry) -> None:
        if entry.group is None:
            return
        if entry.group not in self.document.groups:
            if not self.margin.has_note_under(("groups",)):
                self._note((*path, "group"), f"There is no group `{entry.group}`", did_you_mean(entry.group, self.document.groups))
        elif self.group_halves.setdefault(entry.group, path[0]) != path[0]:
            self._note((*path, "group"), f"The group `{entry.group}` lies in {self.group_halves[entry.group]} already", "Make a group for each half")

    def _says(self, entry: RuleEntry) -> dict[str, str]:
        if isinstance(entry.says, str):
            return dict.fromkeys(LANGUAGES, entry.says)
        says = dict(entry.says or {})
        fallback = says.get(self.document.alerts.language) or says.get("en") or next(iter(says.values()), entry.rule.replace("-", " ").replace("_", " "))
        return {**dict.fromkeys(LANGUAGES, fallback), **says}

    def _condition(self, reader: ConditionReader, entry: RuleEntry, key: str, path: Place) -> list[Any] | None:
        written = getattr(entry, key)
        return None if written is None else reader.read(written, (*path, key))

    def _check_no_activity_keys(self, path: tuple[str, int], entry: RuleEntry, kind: str) -> None:
        for key in ("where", "lasts", "decays", "half_life", "holds", "once_per", "at_most"):
            if key in entry.model_fields_set and not self._is_wrong(path, "activity"):
                what = "a rule on answers" if kind == "answer" else f"a rule on `{'quiet_for' if kind == 'quiet' else kind}`"
                self._note((*path, key), f"`{key}` means nothing on {what}", f"Leave out `{key}`, or add `activity`")

    def _activity(self, path: tuple[str, int], entry: RuleEntry) -> Compiled:
        self._check_kind((*path, "activity"), entry.activity or "")
        where = self._condition(self.activities, entry, "where", path)
        if entry.activity == "form_submitted":
            self._check_form_properties(path, entry)
        bucket = self._bucket(entry)
        return {
            "activity": entry.activity, "where": where, "steps": self._steps(path, entry, bucket or 0),
            "at_most": entry.at_most, "once_per": bucket,
        }

    def _check_form_properties(self, path: tuple[str, int], entry: RuleEntry) -> None:
        for name in entry.where or {}:
            if name not in ("form", *COMBINING):
                self._note((*path, "where", name), f"A submitted form has no `{name}` here, only `form`", "Ask for answers under `when`")

    def _check_kind(self, path: Place, kind: str) -> None:
        if kind not in self.kinds:
            near = did_you_mean(kind, self.kinds)
            self._note(path, f"There is no activity `{kind}`", near if near.endswith("?") else f"Name it under `activities:`, or use one of {', '.join(self.kinds)}")

    def _bucket(self, entry: RuleEntry) -> int | None:
        return entry.once_per[0] if entry.once_per else None

    def _steps(self, path: tuple[str, int], entry: RuleEntry, bucket: int) -> Steps:
        points = entry.points or 0
        lasts = self._lasts(path, entry, bucket)
        self._check_fading(path, entry)
        if entry.half_life is not None:
            holds = entry.holds or 0
            if lasts and holds >= lasts:
                self._note((*path, "holds"), "The points end before `holds` is over", "Make `lasts` longer, or leave out `half_life`")
            return halving(points, max(1, entry.half_life), holds, lasts)
        return decaying(points, self._ages(path, entry, lasts), lasts)

    def _lasts(self, path: tuple[str, int], entry: RuleEntry, bucket: int) -> int:
        if entry.lasts is None:
            if not self._is_wrong(path, "lasts"):
                self._note(path, "The rule does not say how long its points count (R70)", "Add `lasts: 30 days`")
            return self.retention
        if entry.lasts == FOREVER:
            return self.retention - bucket
        if entry.lasts == 0:
            self._note((*path, "lasts"), "The points would end at once", "Write a time above zero, such as 30 days")
        if entry.lasts + bucket > self.retention:
            known = f"Facts are kept for {say_duration(self.retention)}"
            self._note((*path, "lasts"), f"{known}, and {say_duration(entry.lasts)}{f' plus `once_per` {say_duration(bucket)}' if bucket else ''} is longer", f"Write at most {say_duration(self.retention - bucket)}, or `forever`")
        return entry.lasts

    def _check_fading(self, path: tuple[str, int], entry: RuleEntry) -> None:
        if entry.decays is not None and entry.half_life is not None:
            self._note((*path, "half_life"), "The rule has both `decays` and `half_life`", "Keep one of them")
        if entry.holds is not None and entry.half_life is None and not self._is_wrong(path, "half_life"):
            advice = "Write the ages under `decays`" if entry.decays is not None else "Add `half_life`, or leave out `holds`"
            self._note((*path, "holds"), "`holds` belongs to `half_life`", advice)
        if entry.half_life == 0:
            self._note((*path, "half_life"), "Half of no time is no time", "Write a time above zero, such as 14 days")

    def _ages(self, path: tuple[str, int], entry: RuleEntry, lasts: int) -> dict[int, int]:
        ages: dict[int, int] = {}
        for text, points in (entry.decays or {}).items():
            place = (*path, "decays", text)
            try:
                age = parse_duration(text)
            except ValueError as error:
                self._note(place, str(error), "Write an age such as 7 days")
                continue
            if age == 0 or age in ages:
                self._note(place, "An age stands here twice" if age else "Age zero has the rule's `points`", "Keep one of them")
            if age >= lasts:
                self._note(place, "The points have ended by then", f"Write an age below {say_duration(lasts)}, or make `lasts` longer")
            ages[age] = points
        return ages

    def _unanswered(self, path: tuple[str, int], entry: RuleEntry) -> Compiled:
        asked = entry.unanswered
        assert asked is not None  # noqa: S101 - the type says so
        place = (*path, "unanswered")
        self._check_kind((*place, "sent"), asked.sent)
        for index, kind in enumerate(asked.by):
            self._check_kind((*place, "by", index), kind)
        if asked.sent in asked.by:
            self._note((*place, "by"), "A message cannot be the reaction to itself", "Name what the lead does")
        if asked.after >= asked.within:
            self._note((*place, "within"), "Nothing is older than `after` and younger than `within`", "Make `within` longer")
        if asked.within > self.retention:
            self._note((*place, "within"), f"Facts are kept for {say_duration(self.retention)} only", f"Write at most {say_duration(self.retention)}")
        return {"sent": asked.sent, "by": list(asked.by), "at_least": asked.at_least, "after": asked.after, "within": asked.within}

    def _quiet(self, path: tuple[str, int], entry: RuleEntry) -> Compiled:
        length = entry.quiet_for or 0
        if not 0 < length < self.retention:
            self._note((*path, "quiet_for"), f"Facts are kept for {say_duration(self.retention)}, so nobody is known to be quiet for that long" if length else "Quiet for no time is not quiet", "Write a time such as 60 days")
        return {"quiet_for": length}

    def _check_names(self, named: Iterable[tuple[Place, str]]) -> None:
        seen: set[str] = set()
        for path, name in named:
            if name and name in seen:
                self._note((*path, "rule"), f"Two rules are called `{name}`", "Give one of them another name")
            seen.add(name)

    def _check_ledger(self, rules: Iterable[Compiled]) -> None:
        kept = sum(UNANSWERED_COST if rule["type"] == "unanswered" else rule.get("at_most", 0) for rule in rules)
        if kept > LEDGER_MAX:
            self.margin.note(("engagement",), f"The rules keep {kept} activities of a lead (each `at_most`, and {UNANSWERED_COST} per `unanswered`), and {LEDGER_MAX} is the limit", "Lower the largest `at_most`")

    def _channels(self) -> list[list[Any]]:
        names = Subjects({name: Subject("text") for name in (*UTM, "referrer")}, "part of a link")
        reader = ConditionReader(names, self.margin)
        return [[name, reader.read(written, ("channels", name))] for name, written in self.document.channels.items()]

    def _forms(self) -> Compiled:
        forms: Compiled = {}
        for name, form in self.document.forms.items():
            self._check_form(name)
            forms[name] = {
                "open": form.open, "thanks": form.thanks, "errors": form.errors, "origins": list(form.origins), "honeypot": form.honeypot,
                "consent": {"field": form.consent.field, "needed": form.consent.needed} if form.consent else None,
            }
        return forms

    def _check_form(self, name: str) -> None:
        form = self.document.forms[name]
        if not form.thanks and not self._is_wrong(("forms", name), "thanks"):
            self._note(("forms", name), "Nothing says which page to show after a submission", "Add `thanks: https://www.example.com/thanks`")
        taken = {fold(alias) for field_, entry in self.document.fields.items() for alias in (field_, *entry.also)} | set(CONTROL_FIELDS)
        if form.honeypot and fold(form.honeypot) in taken:
            self._note(("forms", name, "honeypot"), f"`{form.honeypot}` is a field people fill in", "Choose a name that no field has")
        if form.consent and fold(form.consent.field) in taken:
            self._note(("forms", name, "consent", "field"), f"`{form.consent.field}` is another field already", "Choose a name that no field has")
        if form.consent and form.consent.field == form.honeypot:
            self._note(("forms", name, "honeypot"), "The trap and the box for mailings have the same name", "Choose another name")

    def _alerts(self) -> Compiled:
        alerts = self.document.alerts
        if not _is_time_zone(alerts.time_zone):
            self._note(("alerts", "time_zone"), f"There is no time zone `{alerts.time_zone}`", _zone_advice(alerts.time_zone))
        return {"cooldown": alerts.cooldown, "language": alerts.language, "time_zone": alerts.time_zone, "subject_names_company": alerts.subject_names_company}

    def _ideal_leads(self) -> list[Any]:
        seen: set[str] = set()
        for index, ideal in enumerate(self.document.ideal_leads):
            path = ("ideal_leads", index)
            if ideal.ideal in seen:
                self._note(path, f"Two ideal leads are called `{ideal.ideal}`", "Give one of them another name")
            seen.add(ideal.ideal)
            names = [criterion.criterion for criterion in ideal.criteria]
            for number, criterion in enumerate(ideal.criteria):
                place = (*path, "criteria", number)
                if criterion.criterion in names[:number]:
                    self._note(place, f"Two criteria are called `{criterion.criterion}`", "Give one of them another name")
                if criterion.guess is not None:
                    self.answers.read(criterion.guess, (*place, "guess"))
        return [ideal.model_dump(exclude_unset=True) for ideal in self.document.ideal_leads]

    def _note(self, path: Place, reason: str, advice: str) -> None:
        self.margin.note(path, reason, advice)

    def _is_wrong(self, path: Place, *keys: str) -> bool:
        return any(self.margin.has_note_on_key(path, key) for key in keys)


def _type_of(entry: RuleEntry) -> str:
    if entry.activity is not None:
        return "activity"
    if entry.unanswered is not None:
        return "unanswered"
    return "answer" if entry.quiet_for is None else "quiet"


def _zone_advice(name: str) -> str:
    near = did_you_mean(name, sorted(zoneinfo.available_timezones()))
    return near if near.endswith("?") else "Write it as Europe/Warsaw"


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _matching(rules: Iterable[Compiled], retention: int) -> str:
    matched = [
        {**{key: rule[key] for key in MATCHING_KEYS if key in rule}, "lasts": rule["steps"][-1][0] if "steps" in rule else None}
        for rule in rules
    ]
    return _fingerprint(_canonical({"retention": retention, "rules": matched}))


def _version(compiled: Compiled) -> str:
    """Fingerprint of everything else; the long tables, always the same, are put into canonical form once."""
    parts = [f"{_canonical(key)}:{_cached_part(key) if key in CACHED_KEYS else _canonical(compiled[key])}" for key in sorted(compiled)]
    return _fingerprint("{" + ",".join(parts) + "}")


@cache
def _cached_part(key: str) -> str:
    tables: Mapping[str, Any] = {"countries": dict(country_codes()), "mail_domains": mail_domains()}
    return _canonical(tables[key])


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LETTERS]
