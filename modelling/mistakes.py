"""What is wrong in a scoring model, as values.

A mistake is the author's and no crash of ours: all of them are collected and shown together,
each with its rule, its line, the reason and what to do. Nothing here stops at the first.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: `rule` is a rule's name or a place such as `fields.seniority`; `line` counts
    from 1.
    """

    rule: str
    line: int | None
    reason: str
    advice: str

    def __str__(self) -> str:
        """Say it in one line, as a compiler would."""
        line = f"line {self.line}: " if self.line else ""
        rule = f"{self.rule}: " if self.rule else ""
        return f"{line}{rule}{self.reason}. {self.advice}" + (
            "" if self.advice.endswith("?") else "."
        )


class ModelInvalid(ValueError):
    """The scoring model has mistakes; `mistakes` holds every one of them, in the order of lines."""

    def __init__(self, mistakes: Sequence[Mistake], source: str = "the scoring model") -> None:
        """Keep the mistakes; `source` is what people call the file."""
        self.mistakes = tuple(mistakes)
        self.source = source
        super().__init__(self.source)

    def __str__(self) -> str:
        """List all of them, one a line."""
        count = len(self.mistakes)
        title = f"{self.source} has {count} mistake{'' if count == 1 else 's'}:"
        return "\n".join([title, *(f"  {mistake}" for mistake in self.mistakes)])


@dataclass(slots=True)
class Margin:
    """Where the checks write their notes, each beside the place in the document it speaks of."""

    notes: dict[tuple[Path, str], str] = field(default_factory=dict)

    def note(self, path: Path, reason: str, advice: str) -> None:
        """Write down one mistake; the same one twice is one."""
        self.notes.setdefault((path, reason), advice)

    def has_note_under(self, path: Path) -> bool:
        """Tell whether this place, or something inside it, is wrong already."""
        return any(noted[: len(path)] == path for noted, _ in self.notes)

    def has_note_at(self, path: Path) -> bool:
        """Tell whether this very place is wrong, as a whole."""
        return any(noted == path for noted, _ in self.notes)

    def has_note_on_key(self, path: Path, key: str) -> bool:
        """Tell whether a part's key is wrong already, or misspelt."""
        misspelt = f"Did you mean `{key}`?"
        return self.has_note_under((*path, key)) or any(
            noted[:-1] == path and advice == misspelt for (noted, _), advice in self.notes.items()
        )

    def mistakes(self, names: Mapping[Path, str], lines: Mapping[Path, int]) -> list[Mistake]:
        """Give every note its rule and its line, in the order of lines."""
        found = [
            Mistake(_name_at(path, names), line_at(path, lines), reason, advice)
            for (path, reason), advice in self.notes.items()
        ]
        return sorted(found, key=lambda mistake: mistake.line or 0)


def line_at(path: Path, lines: Mapping[Path, int]) -> int | None:
    """Give the line of a place, or of the nearest thing around it that has one."""
    for length in range(len(path), -1, -1):
        if (line := lines.get(path[:length])) is not None:
            return line
    return None


def _name_at(path: Path, names: Mapping[Path, str]) -> str:
    return names.get(path[:2]) or ".".join(str(step) for step in path[:2])


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Say what to write instead of an unknown word: the nearest known one, else the list."""
    choices = list(known)
    near = difflib.get_close_matches(str(word), choices, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Known here: {', '.join(choices[:30])}" if choices else "Nothing is declared here yet"
