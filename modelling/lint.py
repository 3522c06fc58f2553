"""What an experienced marketer would say of a scoring model before it is used.

An error is a model that cannot do what it says: it has mistakes, nobody can become hot, a rule
never matches or never counts. A warning is advice that experience gave (each with the row of
docs/requirements.md it rests on); a model may have good reasons to do otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelling.advice import ADVICE
from modelling.compile import RETENTION_DAYS, compile_reading
from modelling.draft import OPENED, Draft, Level, Remark, why_never
from modelling.mistakes import Mistake, ModelInvalid, line_at
from modelling.reach import can_match
from modelling.reading import Reading, read_model_text
from modelling.typing_slips import SLIPS

Check = Callable[[Draft], Iterator[Remark]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `rule` is a rule's name or a place; `line` counts from 1; `row` is such as R62,
    or empty.
    """

    level: Level
    rule: str
    line: int | None
    sentence: str
    row: str

    def __str__(self) -> str:
        """Say it in one line: level, line, rule, sentence, and the row in brackets."""
        line = f" line {self.line}:" if self.line else ""
        rule = f" {self.rule}:" if self.rule else ""
        row = f" ({self.row})" if self.row else ""
        return f"{self.level}:{line}{rule} {self.sentence}{row}"


def lint_model_file(path: Path, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about the model in a file; OSError where it cannot be read."""
    return lint_model_text(path.read_text(encoding="utf-8-sig"), retention_days=retention_days)


def lint_model_text(text: str, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about a model's text, in the order of lines.

    A model with mistakes gives only those, as errors.
    """
    return _lint(read_model_text(text), retention_days)


def lint_document(mapping: object, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about a model given as plain dicts and lists; they have no lines."""
    return _lint(Reading(content=mapping), retention_days)


def _lint(reading: Reading, retention_days: int) -> list[Finding]:
    try:
        compiled = compile_reading(reading, retention_days=retention_days)
    except ModelInvalid as invalid:
        return [_of_mistake(mistake) for mistake in invalid.mistakes]
    draft = Draft(compiled, reading)
    found = [_finding(draft, remark) for check in CHECKS for remark in check(draft)]
    return sorted(found, key=lambda finding: (finding.line or 0, finding.level))


def _of_mistake(mistake: Mistake) -> Finding:
    advice = mistake.advice if mistake.advice.endswith("?") else f"{mistake.advice}."
    return Finding("error", mistake.rule, mistake.line, f"{mistake.reason}. {advice}", "")


def _finding(draft: Draft, remark: Remark) -> Finding:
    level, place, sentence, row = remark
    if isinstance(place, Mapping):
        return Finding(
            level,
            place["rule"],
            line_at(draft.places[place["rule"]], draft.reading.lines),
            sentence,
            row,
        )
    return Finding(
        level,
        ".".join(str(step) for step in place),
        line_at(place, draft.reading.lines),
        sentence,
        row,
    )


def hot_is_out_of_reach(draft: Draft) -> Iterator[Remark]:
    """R76: somebody must be able to become hot."""
    fit, engagement = draft.most["fit"], draft.most["engagement"]
    hot = draft.compiled["bands"]["hot_above"]
    if fit + engagement <= hot:
        yield (
            "error",
            ("bands",),
            (
                f"Nobody can become hot: at best {fit} for fit and {engagement} for engagement "
                f"are {fit + engagement}, and hot begins above {hot}."
            ),
            "R76",
        )


def a_rule_that_never_matches_or_counts(draft: Draft) -> Iterator[Remark]:
    """R49: a rule that can never earn is a mistake."""
    for rule in draft.rules:
        if (why := why_never(draft, rule)) is not None and rule.get("activity") != OPENED:
            yield "error", rule, why, "R49"


def a_channel_that_never_matches(draft: Draft) -> Iterator[Remark]:
    """R101: a channel nobody can come from is a mistake."""
    for name, term in draft.compiled["channels"]:
        if not can_match(term):
            yield (
                "error",
                ("channels", name),
                "This channel can never match: its conditions exclude each other.",
                "R101",
            )


CHECKS: tuple[Check, ...] = (
    hot_is_out_of_reach,
    a_rule_that_never_matches_or_counts,
    a_channel_that_never_matches,
    *SLIPS,
    *ADVICE,
)
