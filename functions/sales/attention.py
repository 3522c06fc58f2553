"""Which leads want a rep's attention, and why: over the first thousand of the call list.

Each question looks at a lead as it is now, a few also at what it was some days ago. Spans are in
days and include their end: who has been warm for exactly fourteen days is stuck.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from functions.leads.listing import moved_since_contact
from functions.sales.lead_view import LeadView
from functions.scoring.instants import DAY_MS

Question = Literal["waiting", "no_response", "needs_answer", "cooling", "stuck", "stagnating"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
DAYS = 14  # unless the caller says otherwise
_NO_RESPONSE = frozenset({"no_answer", "left_message"})

ScoreAt = Callable[[LeadView, int], int]  # of a lead at an earlier instant (UTC ms)


@dataclass(frozen=True, slots=True)
class Attention:
    """Answers the questions for leads; `score_at` may have to read a lead's history."""

    now: int
    score_at: ScoreAt
    days: int = DAYS

    def wanted(self, view: LeadView) -> frozenset[Question]:
        """Give the questions a lead is an answer to."""
        return frozenset(one for one in QUESTIONS if self._ANSWERS[one](self, view))

    def _is_waiting(self, view: LeadView) -> bool:
        """Hot, and nobody contacted it since it was told of, or ever (R12). Of whom nobody is told
        nobody waits.
        """
        contacted = view.merged.dealings.contacted
        told_at = view.lead.alerted_at or 0
        waits = contacted is None or contacted.at < told_at
        return view.score.band == "hot" and waits and not view.merged.untold

    def _no_response(self, view: LeadView) -> bool:
        """The last contact reached nobody, and nothing came back since."""
        contacted = view.merged.dealings.contacted
        missed = contacted is not None and contacted.get("result") in _NO_RESPONSE
        return missed and not moved_since_contact(view.merged, view.book)

    def _needs_answer(self, view: LeadView) -> bool:
        """A criterion of the nearest ideal lead is unknown (R3)."""
        nearest = view.nearest
        return nearest is not None and nearest.unknown > 0

    def _cools(self, view: LeadView) -> bool:
        """It leaves its band downwards within so many days unless something happens."""
        cools_at = view.cools_at
        return cools_at is not None and cools_at <= self.now + self.days * DAY_MS

    def _is_stuck(self, view: LeadView) -> bool:
        """In the same band for so many days, and no outcome (R9)."""
        since = view.lead.band_since
        moved_on = view.merged.outcome is not None or view.lead.band != view.score.band
        return since is not None and not moved_on and self.now - since >= self.days * DAY_MS

    def _stagnates(self, view: LeadView) -> bool:
        """Warm, known for so long, and its score no higher than then (R8)."""
        then = self.now - self.days * DAY_MS
        known_since = view.merged.first_seen
        if view.score.band != "warm" or known_since is None or known_since > then:
            return False
        return view.score.total <= self.score_at(view, then)

    _ANSWERS: ClassVar[Mapping[str, Callable[["Attention", LeadView], bool]]] = {
        "waiting": _is_waiting,
        "no_response": _no_response,
        "needs_answer": _needs_answer,
        "cooling": _cools,
        "stuck": _is_stuck,
        "stagnating": _stagnates,
    }
