"""Verdicts under `ignore`, checked and compiled: which activities were a machine's after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.intake.email_address import AddressError, read_address
from functions.scoring.ignoring import NEVER_IGNORED
from functions.scoring.instants import parse_instant
from modelling.condition_terms import ConditionReader, Subjects, is_date
from modelling.mistakes import Margin, Path, did_you_mean
from modelling.rule_entries import no_property

if TYPE_CHECKING:
    from modelling.document import IgnoreEntry


@dataclass(frozen=True, slots=True)
class VerdictCompiler:
    """Compiles verdicts; mistakes go to the margin."""

    margin: Margin
    kinds: Sequence[str]

    def compile(self, path: Path, entry: IgnoreEntry) -> dict[str, Any]:
        """Give one verdict as `functions.scoring.ignoring` reads it."""
        if entry.domain is None and entry.where is None and not self.margin.has_note_under(path):
            reason = "This would pass over what every lead did"
            advice = "Say whose with `domain`, or which with `where`"
            self.margin.note(path, reason, advice)
        for index, kind in enumerate(entry.activity or ()):
            self._check_kind((*path, "activity", index), kind)
        since, before = (
            self._day((*path, name), getattr(entry, name)) for name in ("since", "before")
        )
        if since is not None and before is not None and since >= before:
            reason = f"Nothing is from {entry.since} and before {entry.before}"
            self.margin.note((*path, "before"), reason, "Put the earlier day at `since`")
        return {
            "verdict": entry.verdict,
            "says": entry.says,
            "kinds": sorted(set(entry.activity)) if entry.activity else None,
            "domains": self._domains((*path, "domain"), entry.domain),
            "where": self._where((*path, "where"), entry),
            "since": since,
            "before": before,
        }

    def _check_kind(self, path: Path, kind: str) -> None:
        if kind in NEVER_IGNORED:
            reason = f"`{kind}` is what people wrote themselves, and always counts"
            self.margin.note(path, reason, "Name an activity such as email_clicked")
        elif kind not in self.kinds:
            self.margin.note(path, f"There is no activity `{kind}`", did_you_mean(kind, self.kinds))

    def _where(self, path: Path, entry: IgnoreEntry) -> list[Any] | None:
        if entry.where is None:
            return None
        subjects = Subjects({}, "property", closed=False, refuses=no_property)
        return ConditionReader(subjects, self.margin).read(entry.where, path)

    def _domains(self, path: Path, domains: list[str] | None) -> list[str] | None:
        if domains is None:
            return None
        return sorted({self._domain((*path, index), one) for index, one in enumerate(domains)})

    def _domain(self, path: Path, domain: str) -> str:
        """Bring a domain to the form that addresses are kept in."""
        try:
            return read_address(f"someone@{domain}").canonical.rpartition("@")[2]
        except AddressError:
            reason = f"`{domain}` is no domain of mail addresses"
            self.margin.note(path, reason, "Write what stands behind the @: example.com")
            return domain

    def _day(self, path: Path, day: str | None) -> int | None:
        if day is None:
            return None
        if not is_date(day):
            self.margin.note(path, f"`{day}` is no day", "Write a day such as 2026-10-01")
            return None
        return parse_instant(f"{day}T00:00:00Z")
