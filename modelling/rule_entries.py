"""The rules of a model, checked and compiled: one shape for each of the four things a rule looks
at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.intake.fact_line import NO_PROPERTIES
from functions.scoring.facts import FORM_SUBMITTED
from modelling.award_steps import Steps, decaying, halving
from modelling.condition_terms import ConditionReader, Subjects
from modelling.document import FOREVER, ModelDocument, RuleEntry
from modelling.durations import parse_duration, say_duration
from modelling.mistakes import Margin, Path, did_you_mean

HALVES = ("fit", "engagement")
LANGUAGES = ("en", "pl")  # of alerts: each rule has its reason in these
LEDGER_MAX = 1_000  # occurrences of all rules together: what fits a lead's item with room to spare
UNANSWERED_COST = 50  # sends that one `unanswered` rule keeps in the ledger
ACTIVITY_KEYS = ("where", "lasts", "decays", "half_life", "holds", "once_per", "at_most")
LOOKS_AT = ("activity", "unanswered", "quiet_for")

Compiled = dict[str, Any]
Place = tuple[str, int]


@dataclass(slots=True)
class RuleCompiler:
    """Compiles the rules of one document; mistakes go to the margin."""

    document: ModelDocument
    margin: Margin
    retention: int  # ms
    answers: ConditionReader
    kinds: Sequence[str]
    group_halves: dict[str, str] = field(default_factory=dict)

    def compile(self) -> list[Compiled]:
        """Give the rules in the document's order, fit first; fills `group_halves`."""
        written = [
            ((half, index), entry)
            for half in HALVES
            for index, entry in enumerate(getattr(self.document, half))
            if not self.margin.has_note_at((half, index))
        ]
        rules = [self._rule(path, entry) for path, entry in written]
        self._check_group_names()
        self._check_names({path: entry.rule for path, entry in written})
        self._check_ledger(rules)
        return rules

    def groups(self) -> Compiled:
        """Give the groups some rule is in; the others bound nothing."""
        return {
            name: {"half": self.group_halves[name], "cap": group.cap, "floor": group.floor}
            for name, group in self.document.groups.items()
            if name in self.group_halves
        }

    def _rule(self, path: Place, entry: RuleEntry) -> Compiled:
        self._check_what_every_rule_has(path, entry)
        kind = _type_of(entry)
        rule: Compiled = {
            "type": kind,
            "rule": entry.rule,
            "half": path[0],
            "group": entry.group,
            "stage": entry.stage,
            "says": self._says(entry),
            "when": self._read(self.answers, entry.when, (*path, "when")),
        }
        if kind == "activity":
            return rule | self._activity(path, entry)
        self._check_no_activity_keys(path, entry, kind)
        return rule | self._of_kind(kind, path, entry) | {"points": entry.points or 0}

    def _of_kind(self, kind: str, path: Place, entry: RuleEntry) -> Compiled:
        if kind == "unanswered":
            return self._unanswered(path, entry)
        if kind == "quiet":
            return self._quiet(path, entry)
        if entry.when is None and not self._is_wrong(path, "when", *LOOKS_AT):
            advice = "Add `when`, `activity`, `unanswered` or `quiet_for`"
            self.margin.note(path, "The rule looks at nothing", advice)
        return {}

    # what every rule has

    def _check_what_every_rule_has(self, path: Place, entry: RuleEntry) -> None:
        if not entry.rule and not self._is_wrong(path, "rule"):
            self.margin.note(path, "The rule has no name", "Add `rule: some-name`")
        if entry.points is None and not self._is_wrong(path, "points"):
            advice = "Add `points: 10`, or a number below zero"
            self.margin.note(path, "The rule gives no points", advice)
        looks_at = [key for key in LOOKS_AT if getattr(entry, key) is not None]
        if len(looks_at) > 1:
            reason = f"The rule has both `{looks_at[0]}` and `{looks_at[1]}`"
            self.margin.note((*path, looks_at[1]), reason, "Make two rules of it")
        if entry.group is not None:
            self._check_group((*path, "group"), entry.group, path[0])

    def _check_group(self, place: Path, group: str, half: str) -> None:
        if group not in self.document.groups:
            if not self.margin.has_note_under(("groups",)):
                advice = did_you_mean(group, self.document.groups)
                self.margin.note(place, f"There is no group `{group}`", advice)
        elif (other := self.group_halves.setdefault(group, half)) != half:
            reason = f"The group `{group}` lies in {other} already"
            self.margin.note(place, reason, "Make a group for each half")

    def _says(self, entry: RuleEntry) -> dict[str, str]:
        """Give the reason in each language; what is not written is said in the alert's, or by the
        name.
        """
        if isinstance(entry.says, str):
            return dict.fromkeys(LANGUAGES, entry.says)
        says = dict(entry.says or {})
        name = entry.rule.replace("-", " ").replace("_", " ")
        first = [self.document.alerts.language, "en", *says]
        spare = next((says[language] for language in first if language in says), name)
        return {**dict.fromkeys(LANGUAGES, spare), **says}

    def _read(self, reader: ConditionReader, written: object, path: Path) -> list[Any] | None:
        return None if written is None else reader.read(written, path)

    def _check_no_activity_keys(self, path: Place, entry: RuleEntry, kind: str) -> None:
        if self._is_wrong(path, "activity"):
            return
        what = {"answer": "answers", "quiet": "`quiet_for`"}.get(kind, f"`{kind}`")
        for key in ACTIVITY_KEYS:
            if key in entry.model_fields_set:
                reason = f"`{key}` means nothing on a rule on {what}"
                self.margin.note((*path, key), reason, f"Leave out `{key}`, or add `activity`")

    # rules on an activity

    def _activity(self, path: Place, entry: RuleEntry) -> Compiled:
        self._check_kind((*path, "activity"), entry.activity or "")
        bucket = entry.once_per[0] if entry.once_per else None
        refuses = _no_part_of_a_form if entry.activity == FORM_SUBMITTED else no_property
        reader = ConditionReader(
            Subjects({}, "property", closed=False, refuses=refuses), self.margin
        )
        return {
            "activity": entry.activity,
            "where": self._read(reader, entry.where, (*path, "where")),
            "steps": self._steps(path, entry, self._lasts(path, entry, bucket or 0)),
            "at_most": entry.at_most,
            "once_per": bucket,
        }

    def _check_kind(self, path: Path, kind: str) -> None:
        if kind not in self.kinds:
            near = did_you_mean(kind, self.kinds)
            every = f"Name it under `activities:`, or use one of {', '.join(self.kinds)}"
            advice = near if near.endswith("?") else every
            self.margin.note(path, f"There is no activity `{kind}`", advice)

    def _lasts(self, path: Place, entry: RuleEntry, bucket: int) -> int:
        """Give how long the points count, in ms; the longest possible where it is not said."""
        longest = self.retention - bucket
        place = (*path, "lasts")
        if entry.lasts is None and not self._is_wrong(path, "lasts"):
            reason = "The rule does not say how long its points count (R70)"
            self.margin.note(path, reason, "Add `lasts: 30 days`")
        if entry.lasts is None or entry.lasts == FOREVER:
            return longest
        if entry.lasts == 0:
            advice = "Write a time above zero, such as 30 days"
            self.margin.note(place, "The points would end at once", advice)
        if entry.lasts > longest:
            kept, wanted = say_duration(self.retention), say_duration(entry.lasts)
            more = f" plus `once_per` {say_duration(bucket)}" if bucket else ""
            reason = f"Facts are kept for {kept}, and {wanted}{more} is longer"
            advice = f"Write at most {say_duration(longest)}, or `forever`"
            self.margin.note(place, reason, advice)
        return entry.lasts

    def _steps(self, path: Place, entry: RuleEntry, lasts: int) -> Steps:
        self._check_fading(path, entry)
        points = entry.points or 0
        if entry.half_life is None:
            return decaying(points, self._ages(path, entry, lasts), lasts)
        holds = entry.holds or 0
        if lasts and holds >= lasts:
            advice = "Make `lasts` longer, or leave out `half_life`"
            self.margin.note((*path, "holds"), "The points end before `holds` is over", advice)
        return halving(points, max(1, entry.half_life), holds, lasts)

    def _check_fading(self, path: Place, entry: RuleEntry) -> None:
        if entry.decays is not None and entry.half_life is not None:
            reason = "The rule has both `decays` and `half_life`"
            self.margin.note((*path, "half_life"), reason, "Keep one of them")
        alone = entry.half_life is None and not self._is_wrong(path, "half_life")
        if entry.holds is not None and alone:
            bare = "Add `half_life`, or leave out `holds`"
            advice = bare if entry.decays is None else "Write the ages under `decays`"
            self.margin.note((*path, "holds"), "`holds` belongs to `half_life`", advice)
        if entry.half_life == 0:
            advice = "Write a time above zero, such as 14 days"
            self.margin.note((*path, "half_life"), "Half of no time is no time", advice)

    def _ages(self, path: Place, entry: RuleEntry, lasts: int) -> dict[int, int]:
        ages: dict[int, int] = {}
        for text, points in (entry.decays or {}).items():
            place = (*path, "decays", text)
            try:
                age = parse_duration(text)
            except ValueError as error:
                self.margin.note(place, str(error), "Write an age such as 7 days")
                continue
            if age == 0 or age in ages:
                reason = "An age stands here twice" if age else "Age zero has the rule's `points`"
                self.margin.note(place, reason, "Keep one of them")
            if age >= lasts:
                advice = f"Write an age below {say_duration(lasts)}, or make `lasts` longer"
                self.margin.note(place, "The points have ended by then", advice)
            ages[age] = points
        return ages

    # rules on absence

    def _unanswered(self, path: Place, entry: RuleEntry) -> Compiled:
        asked = entry.unanswered
        assert asked is not None, "the type says so"
        place = (*path, "unanswered")
        for where, kind in (("sent", asked.sent), *(("by", kind) for kind in asked.by)):
            self._check_kind((*place, where), kind)
        if asked.sent in asked.by:
            reason = "A message cannot be the reaction to itself"
            self.margin.note((*place, "by"), reason, "Name what the lead does")
        if asked.after >= asked.within:
            reason = "Nothing is older than `after` and younger than `within`"
            self.margin.note((*place, "within"), reason, "Make `within` longer")
        if asked.within > self.retention:
            kept = say_duration(self.retention)
            reason = f"Facts are kept for {kept} only"
            self.margin.note((*place, "within"), reason, f"Write at most {kept}")
        return {
            "sent": asked.sent,
            "by": list(asked.by),
            "at_least": asked.at_least,
            "after": asked.after,
            "within": asked.within,
        }

    def _quiet(self, path: Place, entry: RuleEntry) -> Compiled:
        length = entry.quiet_for or 0
        place = (*path, "quiet_for")
        if length >= self.retention:
            kept = say_duration(self.retention)
            reason = f"Facts are kept for {kept}, so nobody is known to be quiet for that long"
            self.margin.note(place, reason, "Write a time such as 60 days")
        if length == 0:
            reason = "Quiet for no time is not quiet"
            self.margin.note(place, reason, "Write a time such as 60 days")
        return {"quiet_for": length}

    # all rules together

    def _check_group_names(self) -> None:
        for name in self.document.groups:
            if name in HALVES:  # an explanation says `cap fit` of the half
                reason = f"`{name}` is the name of a half"
                self.margin.note(("groups", name), reason, "Give the group another name")

    def _check_names(self, names: Mapping[Place, str]) -> None:
        seen: set[str] = set()
        for path, name in names.items():
            if name and name in seen:
                reason = f"Two rules are called `{name}`"
                self.margin.note((*path, "rule"), reason, "Give one of them another name")
            seen.add(name)

    def _check_ledger(self, rules: Sequence[Compiled]) -> None:
        kept = sum(_kept(rule) for rule in rules)
        if kept > LEDGER_MAX:
            counted = f"each `at_most`, and {UNANSWERED_COST} per `unanswered`"
            reason = f"The rules keep {kept} activities of a lead ({counted})"
            advice = f"Lower the largest `at_most`: {LEDGER_MAX} is the limit"
            self.margin.note(("engagement",), reason, advice)

    def _is_wrong(self, path: Place, *keys: str) -> bool:
        return any(self.margin.has_note_on_key(path, key) for key in keys)


def _no_part_of_a_form(name: str) -> tuple[str, str] | None:
    if name == "form":
        return None
    return f"A submitted form has no `{name}` here, only `form`", "Ask for answers under `when`"


def no_property(name: str) -> tuple[str, str] | None:
    """Refuse what intake reads and keeps from the properties, whoever sends it."""
    if name not in NO_PROPERTIES:
        return None
    advice = "Ask for a property such as `path`; answers are asked for under `when`"
    return f"An activity keeps no `{name}`", advice


def _type_of(entry: RuleEntry) -> str:
    if entry.activity is not None:
        return "activity"
    if entry.unanswered is not None:
        return "unanswered"
    return "answer" if entry.quiet_for is None else "quiet"


def _kept(rule: Compiled) -> int:
    return UNANSWERED_COST if rule["type"] == "unanswered" else int(rule.get("at_most", 0))
