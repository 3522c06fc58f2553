"""One lead as sales reads it, computed at the instant of reading (G10).

A row says who, how good and what to do; the whole lead says why, what becomes of it, what was
answered and what happened. What people typed stays as they typed it: whoever shows it, escapes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from functions.leads.dealings import Said
from functions.leads.history import Record
from functions.leads.lead import Lead, Merged
from functions.leads.listing import moved_since_contact
from functions.scoring.explanation import Line, says
from functions.scoring.facts import FORM, SALES
from functions.scoring.ideals import Measured
from functions.scoring.ignoring import Ignoring
from functions.scoring.instants import format_instant
from functions.scoring.model import ActivityRule
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state
from functions.scoring.touches import Naming

HAPPENED_MAX = 100  # a page of what happened; the export has all of it
TO_HOT_MAX = 5
_SHOWN = ("name", "company", "job_title", "country", "phone")
_ENOUGH = 0.5  # of a half's cap: who has as much is fit, or engaged (R2, R47)


@dataclass(frozen=True, slots=True)
class LeadView:
    """A stored lead, what is merged of it under today's rules, and its score now."""

    lead: Lead
    merged: Merged
    score: Score
    naming: Naming

    @property
    def book(self) -> RuleBook:
        """The model it is scored by."""
        return self.score.book

    def row(self) -> dict[str, Any]:
        """One line of the call list."""
        merged, score, dealings = self.merged, self.score, self.merged.dealings
        known = self.book.known(merged.state, at=score.at)
        origin = self.naming(merged.touches.first)
        ended = merged.outcome
        return {
            "id": self.lead.id,
            "email": merged.state.email,
            **{name: _text(known.get(name)) for name in _SHOWN},
            "score": score.total,
            "fit": score.fit,
            "engagement": score.engagement,
            "band": score.band,
            "label": self._label(),
            "channel": origin.channel,
            "campaign": origin.campaign,
            "owner": dealings.owner,
            "contacted": _said(dealings.contacted, "result", "by"),
            "moved_since_contact": moved_since_contact(merged, self.book),
            "alerted_at": _instant(self.lead.alerted_at),
            "cools_at": _instant(self.cools_at),
            "band_since": _instant(self.lead.band_since),
            "unknown": _unknown(self.nearest),
            "do_not_contact": merged.do_not_contact,
            "outcome": _said(ended, "result", "amount", "reason", "by"),
            "later": _instant(dealings.later),
            "test": merged.is_test,
            "revision": self.lead.revision,
            "as_of": format_instant(score.at),
        }

    def whole(self, history: Iterable[Record], *, language: str) -> dict[str, Any]:
        """Everything a rep asks of one lead."""
        bands = self.book.model["bands"]
        definitions = [self._quality(one, language) for one in self._measured]
        return self.row() | {
            "lines": [self._line(line, language) for line in self.score.lines],
            "forecast": [
                {"at": format_instant(step.at), "score": step.score, "band": step.band}
                for step in self.score.forecast
            ],
            "bands": {"hot_above": bands["hot_above"], "cold_below": bands["cold_below"]},
            "to_hot": list(self._to_hot(language))[:TO_HOT_MAX],
            "answers": list(self._answers()),
            "happened": _happened(history, self.book.ignoring),
            "quality": definitions[0] if definitions else None,
            "definitions": definitions,
            "rejected": _said(self.merged.dealings.rejected, "reason"),
        }

    def explained(self, *, language: str) -> dict[str, Any]:
        """The score alone, and why."""
        score = self.score
        return {
            "at": format_instant(score.at),
            "score": score.total,
            "fit": score.fit,
            "engagement": score.engagement,
            "band": score.band,
            "lines": [self._line(line, language) for line in score.lines],
        }

    def _label(self) -> str:
        fit = self._is_enough("fit", self.score.fit)
        engaged = self._is_enough("engagement", self.score.engagement)
        if fit:
            return "ready" if engaged else "to_nurture"
        return "curious" if engaged else "not_for_us"

    def _is_enough(self, half: str, points: int) -> bool:
        cap = self.book.model["halves"].get(half, {}).get("cap")
        bound: float = self.book.model["bands"]["hot_above"] if cap is None else cap
        return points >= _ENOUGH * bound

    @property
    def cools_at(self) -> int | None:
        """When it falls out of its band if nothing happens; None where it never does, or is cold
        already.
        """
        if self.score.band == "cold":
            return None
        lower = {"hot": ("warm", "cold"), "warm": ("cold",)}[self.score.band]
        return next((step.at for step in self.score.forecast if step.band in lower), None)

    def _line(self, line: Line, language: str) -> dict[str, Any]:
        place = self.book.place.get(line.rule)
        return {
            "rule": line.rule,
            "says": line.rule if place is None else says(self.book, line.rule, language=language),
            "half": None if place is None else self.book.rules[place].half,
            "points": line.points,
            "since": _instant(line.since),
            "until": _instant(line.until),
        }

    def _to_hot(self, language: str) -> Iterator[dict[str, Any]]:
        """What alone would make it hot now: the rules on activities, the best first.

        Each is played through scoring with one more such activity, so all it would move is in it:
        caps and groups, what it may count how often, and the silence that it ends.
        """
        if self.score.band == "hot":
            return
        state, at = self.merged.state, self.score.at
        tried = [
            (score_state(self.book, self.book.one_more(state, rule, at=at), at=at), rule)
            for rule in self.book.rules
            if isinstance(rule, ActivityRule) and rule.points[1] > 0
        ]
        for score, rule in sorted(tried, key=lambda each: -each[0].total):
            if score.band == "hot":
                yield {
                    "rule": rule.name,
                    "says": says(self.book, rule.name, language=language),
                    "points": score.total - self.score.total,
                    "score": score.total,
                }

    def _answers(self) -> Iterator[dict[str, Any]]:
        answers = self.merged.state.answers
        for name, given in self.book.won(self.merged.state, at=self.score.at).items():
            origin = SALES if answers[name].get(SALES) == given else FORM
            yield {
                "field": name,
                "value": given.value,
                "origin": origin,
                "at": format_instant(given.at),
            }

    @property
    def nearest(self) -> Measured | None:
        """The nearest definition of an ideal lead; None where the model has none."""
        return next(iter(self._measured), None)

    @property
    def _measured(self) -> list[Measured]:
        known = self.book.known(self.merged.state, at=self.score.at)
        return self.book.ideals.measured(known, self.merged.dealings.ticked)

    def _quality(self, measured: Measured, language: str) -> dict[str, Any]:
        (ideal,) = (
            ideal
            for ideal in self.book.model["ideal_leads"]
            if ideal["ideal"] == measured.definition
        )
        asks = {one["criterion"]: one["asks"] for one in ideal["criteria"]}
        return {
            "definition": measured.definition,
            "says": worded(ideal.get("says"), language, measured.definition),
            "missing": len(measured.missing),
            "unknown": measured.unknown,
            "distance": measured.distance,
            "criteria": [
                {
                    "criterion": one.criterion,
                    "asks": worded(asks[one.criterion], language, one.criterion),
                    "answer": one.answer,
                    "from": one.origin,
                }
                for one in measured.judged
            ],
        }


def lead_view(lead: Lead, merged: Merged, book: RuleBook, naming: Naming, *, at: int) -> LeadView:
    """View a lead as it is at an instant (UTC ms), from what is merged of it until then."""
    return LeadView(lead, merged, score_state(book, merged.state, at=at), naming)


def worded(words: Any, language: str, otherwise: str) -> str:
    """Choose what a model says by language; what it says but once is for all."""
    if isinstance(words, str):
        return words
    return str((words or {}).get(language) or (words or {}).get("en") or otherwise)


def _unknown(nearest: Measured | None) -> list[str]:
    """Criteria nobody knows of: the questions to ask."""
    judged = nearest.judged if nearest is not None else ()
    return [one.criterion for one in judged if one.answer == "unknown"]


def _happened(history: Iterable[Record], ignoring: Ignoring) -> list[dict[str, Any]]:
    newest = sorted(history, key=lambda record: (-record.fact.at, record.fact.id))
    return [
        {
            "at": format_instant(record.fact.at),
            "kind": record.fact.kind,
            "properties": dict(record.fact.properties),
            "machine": record.fact.machine,
            "ignored": ignoring.verdict(record.fact),
        }
        for record in newest[:HAPPENED_MAX]
    ]


def _said(said: Said | None, *names: str) -> dict[str, Any] | None:
    if said is None:
        return None
    return {"at": format_instant(said.at)} | {name: said.get(name) for name in names}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)
