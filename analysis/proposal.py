"""A learned model as the document people write: the team's own file with other rules and bands.

Fields, forms, channels, alerts and ideal leads stay as they are; fields and kinds of activity that
rules need and the file does not declare are added. What is written is read again by the project's
own reader, so that a proposal is a model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.bands import Bounds
from analysis.candidates import ENGAGEMENT, FIT, Trait
from analysis.declaring import Declared
from functions.scoring.conditions import fold
from functions.scoring.instants import DAY_MS
from modelling.compile import compile_document
from modelling.document import NAME_MAX, TEXT_MAX
from modelling.mistakes import ModelInvalid
from modelling.model_edits import CHANGELOG, IGNORE
from modelling.plain_yaml import in_one_line, plain_text

SCHEMA_LINE = "# yaml-language-server: $schema=scoring-model.schema.json"
KEPT = (
    "ignore", "channels", "campaigns", "experiments", "forms", "alerts", "ideal_leads", "goals",
    "review", "changelog",
)  # fmt: skip
_LINE = 100
KNOWN = "known"


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A rule: its name, what it asks, its points, and a comment that says what they rest on."""

    name: str
    trait: Trait
    points: int
    rests_on: str


def named(traits: Iterable[Trait]) -> list[str]:
    """Give each trait a name for its rule: letters, digits and hyphens, none twice."""
    names: list[str] = [KNOWN]
    for number, trait in enumerate(traits, start=1):
        words = f"{trait.subject} {'' if trait.value == 'done' else trait.value}"
        plain = re.sub(r"[^a-z0-9]+", "-", fold(words).encode("ascii", "ignore").decode()).strip(
            "-"
        )
        name = plain[: NAME_MAX - 4].strip("-") or f"rule-{number}"
        names.append(name if name not in names else f"{name}-{number}")
    return names[1:]


def proposed_document(
    base: Mapping[str, Any],
    rules: Sequence[ProposedRule],
    bounds: Bounds,
    declared: Declared,
    known: Sequence[str] = (),
) -> dict[str, Any]:
    """Give the document of a proposal; `known` are fields that all leads answered. Fields of the
    base that take the room of the proposal's own are left out, unless something speaks of them.
    """
    document = _document(base, rules, bounds, declared, known)
    for leave_out in (_unused_texts, _unused):
        try:
            compile_document(document)
        except ModelInvalid:
            document["fields"] = leave_out(document)
        else:
            break
    return document


def proposal_text(
    document: Mapping[str, Any], rules: Sequence[ProposedRule], about: Iterable[str]
) -> str:
    """Write a proposal as YAML; each rule stands under the comment that says what it rests on."""
    rests_on = {rule.name: rule.rests_on for rule in rules}
    rests_on[KNOWN] = "so that as many leads are hot as the team wishes, and strangers are not"
    lines = [SCHEMA_LINE, "#", *(f"# {line}".rstrip() for line in about)]
    for key, value in document.items():
        if key in (FIT, ENGAGEMENT):
            lines += ["", f"{key}:", *_rule_lines(value, rests_on)]
        elif isinstance(value, dict | list) and value and _needs_lines(key, value):
            lines += ["", f"{key}:", *_block(value)]
        elif value not in ({}, [], "", None):
            lines += ["", f"{key}: {in_one_line(value)}"]
    return "\n".join(lines) + "\n"


def _document(
    base: Mapping[str, Any],
    rules: Sequence[ProposedRule],
    bounds: Bounds,
    declared: Declared,
    known: Sequence[str],
) -> dict[str, Any]:
    used = {name for rule in rules for name in (rule.trait.when or {})}
    kinds = {rule.trait.activity for rule in rules}
    needed = {name: {"type": type_} for name, type_ in declared.fields.items() if name in used}
    fields = needed | dict(base.get("fields") or {})
    own = [kind for kind in declared.kinds if kind in kinds]
    document: dict[str, Any] = {
        "model": f"Learned: {base.get('model') or 'a proposal'}"[:TEXT_MAX],
        "bands": {"hot": f"above {bounds.hot_above}", "cold": f"below {bounds.cold_below}"},
        "halves": {
            FIT: {"cap": bounds.cap, "floor": bounds.floor},
            ENGAGEMENT: {"cap": bounds.cap, "floor": bounds.floor},
        },
        "activities": [*(base.get("activities") or []), *own],
        "fields": fields,
        FIT: [
            *_start(bounds.start, known),
            *(_entry(rule) for rule in rules if rule.trait.half == FIT),
        ],
        ENGAGEMENT: [_entry(rule) for rule in rules if rule.trait.half == ENGAGEMENT],
    }
    document |= {key: base[key] for key in KEPT if base.get(key)}
    return {key: value for key, value in document.items() if value or key in ("bands", "halves")}


def _start(points: int, known: Sequence[str]) -> list[dict[str, Any]]:
    """The rule under which leads begin with points of whom is known what was known of all."""
    if not points:
        return []
    names = ", ".join(name.replace("_", " ") for name in known)
    return [
        {
            "rule": KNOWN,
            "when": {name: {"missing": False} for name in known},
            "points": points,
            "says": f"We know: {names}"[:TEXT_MAX],
        }
    ]


def _entry(rule: ProposedRule) -> dict[str, Any]:
    trait = rule.trait
    entry: dict[str, Any] = {"rule": rule.name}
    if trait.activity:
        entry["activity"] = trait.activity
        if trait.where:
            entry["where"] = dict(trait.where)
    if trait.when:
        entry["when"] = dict(trait.when)
    entry["points"] = rule.points
    if trait.activity:
        entry["lasts"] = f"{trait.lasts // DAY_MS} days"
        if trait.at_most > 1:
            entry["at_most"] = trait.at_most
    entry["says"] = _reason(trait)
    return entry


def _reason(trait: Trait) -> str:
    subject = trait.subject.replace("_", " ").replace(".", ", ")
    said = subject if trait.value == "done" else f"{subject}: {trait.value}"
    return (said[:1].upper() + said[1:])[:TEXT_MAX]


def _unused_texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Fields without the large ones that nothing speaks of."""
    spoken = _spoken_of(document)
    return {
        name: entry for name, entry in document["fields"].items()
        if name in spoken or entry.get("type") not in ("text", "message", "url")
    }  # fmt: skip


def _unused(document: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that something speaks of."""
    spoken = _spoken_of(document)
    return {name: entry for name, entry in document["fields"].items() if name in spoken}


def _spoken_of(document: Mapping[str, Any]) -> set[str]:
    said = json.dumps({key: document.get(key) for key in (FIT, ENGAGEMENT, "ideal_leads")})
    fields: Mapping[str, Any] = document["fields"]
    names = {name for name in fields if f'"{name}"' in said}
    return names | {fields[name].get("read_from", "") for name in names}


def _rule_lines(entries: Iterable[Mapping[str, Any]], rests_on: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines.append(f"  # {rests_on.get(entry['rule'], '')}".rstrip())
        first, *rest = [f"{key}: {in_one_line(value)}" for key, value in entry.items()]
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return lines


def _needs_lines(key: str, value: Any) -> bool:
    """Whether a value goes below its key: it is too long, or commands will add entries to it."""
    return key in (IGNORE, CHANGELOG) or len(f"{key}: {in_one_line(value)}") > _LINE


def _block(value: Any, indent: str = "  ") -> list[str]:
    """Write what is too long for a line below its key, as deep as it takes."""
    if not isinstance(value, Mapping):
        return [f"{indent}- {in_one_line(one)}" for one in value]
    lines: list[str] = []
    for key, one in value.items():
        line = f"{indent}{plain_text(str(key))}: {in_one_line(one)}"
        if len(line) > _LINE and isinstance(one, Mapping):
            lines += [f"{indent}{plain_text(str(key))}:", *_block(one, indent + "  ")]
        else:
            lines.append(line)
    return lines
