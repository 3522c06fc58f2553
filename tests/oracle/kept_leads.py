"""What is known of every lead, and whether sales must be told: a set of facts and brute force.

It is told of each commit, by facts or by time alone, and answers from all facts of the lead once
more. True and False are promises; None says that the design leaves it open here.
"""

# mypy: disable-error-code="no-any-return"

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.oracle import brute_force
from tests.oracle.brute_force import Document, Fact, Facts, World
from tests.oracle.kept_ledger import FORM, by_identity, identity, in_order, summary, suppressed


@dataclass
class Kept:
    """One lead: its accepted facts by identity, and what its last commit found."""

    facts: dict[str, Fact] = field(default_factory=dict)
    receipts: dict[str, Fact] = field(default_factory=dict)  # forms by id, as first received
    waiting: set[str] = field(default_factory=set)  # in the history, perhaps not in the lead yet
    hot: bool = False  # and somebody sales may be told of
    model: tuple[str, str] = ("", "")  # version, and fingerprint of what matches
    told_at: int | None = None
    newest: int = 0  # instant of anything in the history: a rebuild finds it before its bearer does


class KeptLeads:
    """All leads under the model of today."""

    def __init__(self, cooldown: int) -> None:
        self.cooldown = cooldown
        self.leads: dict[str, Kept] = {}
        self.world: World = {}
        self.model = ("", "")

    def deploy(self, document: Document, model: tuple[str, str], *, retention_days: int) -> None:
        """Score by another document from now on; a fingerprint says whether it matches anew."""
        self.world = brute_force.world_of(document, retention_days=retention_days)
        self.model = model

    def lead(self, name: str) -> Kept:
        return self.leads.setdefault(name, Kept())

    def remembered(self, name: str, fact: Fact) -> None:
        """Note what the history holds; of a submission id the first receipt stands."""
        kept = self.lead(name)
        if fact["kind"] == FORM:
            fact = kept.receipts.setdefault(fact["id"], fact)
        kept.newest = max(kept.newest, fact["at"])
        if identity(fact) not in kept.facts:
            kept.waiting.add(identity(fact))

    def admitted(self, name: str, facts: Iterable[Fact]) -> Facts:
        """Give the facts that count: of a form its first receipt, nothing if it said otherwise."""
        found = []
        for fact in facts:
            stands = fact
            if fact["kind"] == FORM:
                stands = self.lead(name).receipts[fact["id"]]
            if {**stands, "at": 0} == {**fact, "at": 0}:
                found.append(stands)
        return found

    def score(self, name: str, at: int) -> Document:
        return brute_force.score_lead(self.world, in_order(self.lead(name).facts.values()), at)

    def told(
        self, name: str, silent: Facts, live: Facts, *, now: int, at: int, in_flight: bool
    ) -> bool | None:
        """Whether a commit by these facts, scored at `at`, owes an alert; they are accepted now.

        `in_flight`: others may be on their way, and a rebuild under new rules may tell of those.
        """
        kept = self.lead(name)
        before, rebuilt = dict(kept.facts), self._rebuilt(kept)
        imported = before | by_identity(silent)
        after = imported | by_identity(live)
        was_hot = kept.hot and (kept.model[0] != self.model[0] or self.is_hot(before, at))
        reachable = not suppressed(imported.values())
        was_hot = was_hot or (bool(silent) and reachable and self.is_hot(imported, at))
        moved = summary(self.world, after.values()) != summary(self.world, imported.values())
        kept.facts = after
        kept.waiting -= after.keys()
        could = self.is_hot(after, at) and not was_hot and self._may(kept, now)
        again = any(identity(fact) in before for fact in live)
        unsure = (rebuilt and (in_flight or again)) or (not moved and len(after) > len(imported))
        return None if could and unsure else bool(could and moved)

    def told_by_time(
        self, name: str, *, now: int, at: int, pending: bool, in_flight: bool
    ) -> bool | None:
        """Whether a commit of the schedule owes an alert."""
        kept = self.lead(name)
        could = not kept.hot and not pending and self._may(kept, now)
        if could and (kept.waiting or (in_flight and self._rebuilt(kept))):
            return None
        return could and kept.model[0] == self.model[0] and self.is_hot(kept.facts, at)

    def newest(self, name: str) -> int:
        return self.lead(name).newest

    def committed(self, name: str, *, now: int, at: int, alerted: bool) -> None:
        """Note what a commit left behind."""
        kept = self.lead(name)
        reachable = not suppressed(kept.facts.values())
        kept.hot, kept.model = reachable and self.is_hot(kept.facts, at), self.model
        kept.told_at = now if alerted else kept.told_at

    def is_hot(self, facts: dict[str, Fact], at: int) -> bool:
        return brute_force.score_lead(self.world, in_order(facts.values()), at)["band"] == "hot"

    def _rebuilt(self, kept: Kept) -> bool:
        return bool(kept.model[0]) and kept.model[1] != self.model[1]

    def _may(self, kept: Kept, now: int) -> bool:
        cool = kept.told_at is None or now - kept.told_at >= self.cooldown
        return cool and not suppressed(kept.facts.values())
