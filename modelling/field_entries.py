"""A model's fields, checked and compiled: what may be asked, what follows from an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from functions.intake.answer_reading import name_key
from modelling.condition_terms import ANYTHING, COMBINING, EMAIL_KINDS, Subject, Subjects
from modelling.document import UTM, FieldEntry, ModelDocument, Words
from modelling.mistakes import Margin, Path, did_you_mean

EMAIL = "email"
CONTROL_FIELDS = (EMAIL, "submission_id", "test", "_next", "referrer", *UTM)
TEXTS = ("text", "message")

Compiled = dict[str, Any]


def subjects_of(document: ModelDocument) -> Subjects:
    """Give what a condition on answers may speak of."""
    known = {name: _subject(entry) for name, entry in document.fields.items()}
    return Subjects({EMAIL: Subject("text"), **known}, "field")


def _subject(entry: FieldEntry) -> Subject:
    if entry.words is not None:
        return Subject("text", tuple(entry.words))
    if entry.read_from is not None:
        return Subject("text", EMAIL_KINDS)
    return Subject(entry.type or ANYTHING)


@dataclass(slots=True)
class FieldCompiler:
    """Compiles the fields of one document; mistakes go to the margin."""

    document: ModelDocument
    margin: Margin

    def compile(self) -> tuple[Compiled, Compiled]:
        """Give the stored fields and the derived ones, each in the document's order."""
        stored: Compiled = {}
        derived: Compiled = {}
        names: dict[str, str] = {}
        for name, entry in self.document.fields.items():
            self._check_name(name)
            if entry.read_from is None and entry.words is None:
                stored[name] = self._stored(name, entry, names)
            else:
                derived[name] = self._derived(name, entry)
        return stored, derived

    def _check_name(self, name: str) -> None:
        self._check_is_free(("fields", name), name)
        if name in COMBINING:
            advice = "Give the field another name"
            self.margin.note(("fields", name), f"`{name}` is a word of conditions", advice)

    def _check_is_free(self, place: Path, name: str) -> None:
        """Note a name under which intake reads something else: the address, a campaign."""
        if name in CONTROL_FIELDS or name.startswith("utm_") or name_key(name) == EMAIL:
            advice = "Leave it out; conditions may speak of `email`"
            self.margin.note(place, f"`{name}` is always there", advice)

    def _stored(self, name: str, entry: FieldEntry, names: dict[str, str]) -> Compiled:
        path = ("fields", name)
        if entry.type is None and not self.margin.has_note_under(path):
            types = "text, message, number, country, phone, url, yes_no or date"
            self.margin.note(
                path, "The field has no type", f"Write `type: text`; types are {types}"
            )
        for index, alias in enumerate((name, *entry.also)):
            place = ("fields", name, "also", index - 1) if index else path
            if index:
                self._check_is_free(place, alias)
            other = names.setdefault(name_key(alias), name)
            if other != name:
                reason = f"`{alias}` is a name of the field {other} already"
                self.margin.note(place, reason, "Keep it in one of the two")
        return {"type": entry.type, "also": list(entry.also)}

    def _derived(self, name: str, entry: FieldEntry) -> Compiled:
        path = ("fields", name)
        if entry.type is not None or entry.also:
            reason = "What is read from another field has no type or other names"
            self.margin.note(path, reason, "Leave out `type` and `also`")
        self._check_source(path, entry)
        if entry.words is None:
            return {"read_from": entry.read_from}
        words = {
            category: self._words((*path, "words", category), words)
            for category, words in entry.words.items()
        }
        return {"read_from": entry.read_from, "words": words}

    def _check_source(self, path: Path, entry: FieldEntry) -> None:
        if entry.read_from is None:
            advice = "Name the field whose text is read: `read_from: job_title`"
            self.margin.note(path, "`words` without `read_from`", advice)
        elif entry.read_from != EMAIL:
            self._check_field_read(path, entry, entry.read_from)
        elif entry.words is not None:
            advice = "Read them from a text field, or leave out `words`"
            self.margin.note((*path, "words"), "Words are not read from a mail address", advice)

    def _check_field_read(self, path: Path, entry: FieldEntry, source: str) -> None:
        read = self.document.fields.get(source)
        place = (*path, "read_from")
        if read is None:
            advice = did_you_mean(source, [EMAIL, *self.document.fields])
            self.margin.note(place, f"There is no field `{source}`", advice)
        elif read.type not in TEXTS and not self.margin.has_note_under(("fields", source)):
            reason = f"{source} is no text to find words in"
            self.margin.note(place, reason, "Read from a field of type text")
        elif entry.words is None and not self.margin.has_note_under((*path, "words")):
            reason = f"Nothing says what to read from {source}"
            self.margin.note(path, reason, "Add `words` with the categories")

    def _words(self, path: Path, words: Words) -> Compiled:
        if not words.any and not self.margin.has_note_under(path):
            self.margin.note(path, "The category has no words", "Write `any: [...]`")
        for key, patterns in (("any", words.any), ("unless", words.unless)):
            for index, pattern in enumerate(patterns):
                if not any(letter.isalnum() for letter in pattern):
                    advice = "Write a word; `*` completes one"
                    self.margin.note((*path, key, index), f"`{pattern}` holds no letter", advice)
        return {"any": list(words.any), "unless": list(words.unless)}
