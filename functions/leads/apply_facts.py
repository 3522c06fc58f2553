"""The one move: the only way a lead's state changes.

Read the lead, put the facts into its history, merge, score, write the whole item on the revision
that was read. A conflict never means that somebody else won, for it may be our own write whose
answer was lost: read again and decide again. The alert a lead owes is written with the score that
made it owe it, published after, and cleared by a second conditional write; whatever fails in
between, the schedule finds it (G12, G13).
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from functions.leads.due import Refresh, next_due, shard_of
from functions.leads.history import Record
from functions.leads.hot_alert import Publisher, hot_alert
from functions.leads.lead import (
    Lead,
    LeadUnreadableError,
    Merged,
    Outbox,
    Tip,
    read_lead,
    stored_form,
)
from functions.leads.lead_table import Conflict, Item, LeadStore, TryLater
from functions.leads.listing import call_order, index_attributes, quality
from functions.scoring.facts import Fact, distinct, short_hash
from functions.scoring.instants import DAY_MS, MINUTE_MS, SECOND_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from functions.scoring.state import State
from functions.scoring.touches import Naming

LEASE_MS = (
    60 * SECOND_MS
)  # a publish takes at most 8 s with the SDK's attempts; the sweep comes each minute
REBUILD_AGAIN_MS = 15 * MINUTE_MS  # whoever read the lead before a rebuild has ended by then
STALE_MS = DAY_MS  # a later alert is checked again before it goes out (G16)
PAUSE_MS = (20, 400)  # full jitter between two tries on one lead
ATTEMPTS, ATTEMPTS_OF_SWEEP = 5, 2


@dataclass(frozen=True, slots=True)
class Arrival:
    """One fact as it arrived.

    `received_at` is its ingestion (UTC ms), `silent` marks imports and replays, which never alert;
    `received_hash` of a form is the hash of what was received, before any mapping (B4).
    """

    fact: Fact
    received_at: int
    silent: bool = False
    received_hash: str = ""
    source: str = ""


class Verdict(Enum):
    """What became of one arrival."""

    APPLIED = "applied"
    UNCHANGED = "duplicate"
    REUSED = "submission_id_reused"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the move stands on; time, chance and waiting come from outside so that tests own
    them.
    """

    store: LeadStore
    publisher: Publisher
    book: RuleBook
    naming: Naming
    clock: Callable[[], int]
    pause: Callable[[int], None]
    count: Callable[[str, int], None]
    gauge: Callable[[str, int], None]
    chance: Callable[[int, int], int] = random.randint
    refresh: Refresh = field(default_factory=Refresh)
    lead_url: str = ""


@dataclass(frozen=True, slots=True)
class _Decision:
    lead: Lead
    publish: bool = False


class Move:
    """Applies facts to leads, and looks after leads whose time has come."""

    def __init__(self, around: Surroundings) -> None:
        """Stand on these surroundings; the model's alert settings come with its rule book."""
        self._around = around
        self._book = around.book
        self._cooldown: int = around.book.model["alerts"]["cooldown"]

    def apply(
        self,
        lead: str,
        arrivals: Sequence[Arrival],
        *,
        attempts: int = ATTEMPTS,
        deadline: int | None = None,
    ) -> list[Verdict]:
        """Apply facts of one lead. Raises TryLater, LeadUnreadableError; then nothing was
        promised.
        """
        result = self.apply_many({lead: arrivals}, attempts=attempts, deadline=deadline)[lead]
        if isinstance(result, Exception):
            raise result
        return result

    def apply_many(
        self,
        arrivals: Mapping[str, Sequence[Arrival]],
        *,
        attempts: int = ATTEMPTS,
        deadline: int | None = None,
    ) -> dict[str, list[Verdict] | TryLater | LeadUnreadableError]:
        """Apply facts of many leads, one move a lead; each stands or falls on its own (K5)."""
        results: dict[str, list[Verdict] | TryLater | LeadUnreadableError] = {}
        try:
            items = self._around.store.read(list(arrivals))
            hurry = _Hurry(self._around.clock, deadline)
            remembered = self._remember(arrivals, items, hurry)
        except TryLater as passing:
            return dict.fromkeys(arrivals, passing)
        for lead, accepted in remembered.items():
            if isinstance(accepted, Exception):
                results[lead] = accepted
                continue
            try:
                results[lead] = self._settle(lead, items.get(lead), accepted, attempts, hurry)
            except (TryLater, LeadUnreadableError) as passing:
                results[lead] = passing
        return results

    def sweep(self, leads: Sequence[str]) -> int:
        """Do what is due for these leads; gives how many were written. Raises TryLater when
        reading fails.
        """
        items = self._around.store.read(leads)
        self._tell_how_late(items.values())
        written = 0
        for item in sorted(
            items.values(), key=lambda item: "alert" not in item
        ):  # alerts first (D3)
            written += self._sweep_one(item)
        return written

    # Facts

    def _remember(
        self, arrivals: Mapping[str, Sequence[Arrival]], items: Mapping[str, Item], hurry: "_Hurry"
    ) -> dict[str, list[tuple[Arrival, Verdict | None]] | LeadUnreadableError]:
        """Put the facts into the history; of a repeated form the stored fact takes the place of
        the new one.
        """
        remembered: dict[str, list[tuple[Arrival, Verdict | None]] | LeadUnreadableError] = {}
        activities: list[Record] = []
        for name, arrived in arrivals.items():
            try:
                lead = _lead(name, items.get(name))
            except LeadUnreadableError as damaged:
                remembered[name] = damaged
                continue
            judged: list[tuple[Arrival, Verdict | None]] = []
            for arrival in sorted(arrived, key=lambda arrival: not arrival.fact.is_form):
                if lead.refuses(arrival.fact, received_at=arrival.received_at):
                    judged.append((arrival, Verdict.ERASED))
                    continue
                record = Record(arrival.fact, arrival.received_at, arrival.received_hash)
                if arrival.fact.is_form:
                    hurry.check()
                    judged.append(_compared(arrival, self._around.store.remember_form(record)))
                    lead = lead.reopened() if lead.erased else lead
                else:
                    activities.append(record)
                    judged.append((arrival, None))
            remembered[name] = _in_order(arrived, judged)
        if activities:
            hurry.check()
            self._around.store.remember(activities)
        return remembered

    def _settle(
        self,
        name: str,
        item: Item | None,
        judged: Sequence[tuple[Arrival, Verdict | None]],
        attempts: int,
        hurry: "_Hurry",
    ) -> list[Verdict]:
        """Merge, score and write until the revision read is the revision replaced."""
        accepted = [arrival for arrival, verdict in judged if verdict is None]
        for _ in range(attempts):
            lead = self._rebuilt(_lead(name, item))
            decision = self._decide(lead, accepted)
            if decision is None:
                return [verdict or Verdict.UNCHANGED for _, verdict in judged]
            hurry.check()
            try:
                self._commit(decision, before=lead)
            except Conflict as conflict:
                item = self._again(name, conflict)
                continue
            return [verdict or Verdict.APPLIED for _, verdict in judged]
        raise TryLater

    def _decide(self, lead: Lead, arrivals: Sequence[Arrival]) -> _Decision | None:
        """Decide what becomes of a lead by these facts; None when nothing does."""
        if not arrivals:
            return None
        if lead.erased:
            lead = lead.reopened()
        now = self._around.clock()
        silent = distinct(arrival.fact for arrival in arrivals if arrival.silent)
        live = distinct(arrival.fact for arrival in arrivals if not arrival.silent)
        told = lead.merged.merge(silent, self._book)
        merged = told.merge(live, self._book)
        if merged == lead.merged and lead.matching == self._book.matching:
            return None
        newest = max(fact.at for fact in (*silent, *live))
        at = max(now, newest, lead.last_seen or 0)
        was_hot = self._was_hot(lead, at=at) or (bool(silent) and self._hot(told.state, at=at))
        scored = self._scored(
            replace(lead, merged=merged, last_seen=max(newest, lead.last_seen or 0)), at=at
        )
        owes = merged != told and not was_hot and self._may_alert(scored, now)
        if owes:
            tip = self._tip(told, live, at=at)
            scored = self._with_alert(scored, now, tip)
        return self._timed(scored, before=lead, at=at, publish=owes)

    # Time

    def _tell_how_late(self, items: Iterable[Item]) -> None:
        """Tell how long the oldest lead has been due, in ms: an alarm looks at it."""
        due = [item["due_at"] for item in items if "due_at" in item]
        if due:
            self._around.gauge("oldest_due", max(0, self._around.clock() - min(due)))

    def _sweep_one(self, item: Item) -> bool:
        """Do what is due for one lead; False when nothing was, or when it has to wait for the
        next tick.
        """
        try:
            return self._sweep_lead(item)
        except (TryLater, LeadUnreadableError):
            self._around.count("sweep_failed", 1)
            return False

    def _sweep_lead(self, item: Item | None) -> bool:
        for _ in range(ATTEMPTS_OF_SWEEP):
            if item is None:
                break
            lead = read_lead(item)
            if lead.due_at is None or lead.due_at > self._around.clock():
                break  # the index lags behind the item
            decision = self._due_decision(self._rebuilt(lead, again=True))
            try:
                self._commit(decision, before=lead)
            except Conflict as conflict:
                item = self._again(lead.id, conflict)
            else:
                return True
        return False

    def _due_decision(self, lead: Lead) -> _Decision:
        """Decide what time alone does to a lead: points and bands that end, alerts still to
        send.
        """
        now = self._around.clock()
        at = max(now, lead.last_seen or 0)
        turned = lead.model == self._book.version and lead.band != "hot"
        scored = replace(self._scored(lead, at=at), refreshed_at=now)
        if scored.score < lead.score:
            self._around.count("expired", 1)
        publish = False
        if scored.outbox is not None:
            scored, publish = self._pending(scored, now)
        elif turned and self._may_alert(scored, now):
            scored, publish = self._with_alert(scored, now, None), True
        return self._timed(scored, before=lead, at=at, publish=publish, refreshed=True)

    def _pending(self, lead: Lead, now: int) -> tuple[Lead, bool]:
        """Decide about an alert still to send: send it, leave it to its publisher, or close it."""
        outbox = lead.outbox
        if outbox is None or outbox.lease_until > now:
            return lead, False
        self._around.gauge("oldest_overdue_alert", now - outbox.made_at)
        if now - outbox.made_at >= STALE_MS and lead.band != "hot":
            self._around.count("alert_stale", 1)
            return replace(lead, outbox=None), False
        return replace(lead, outbox=replace(outbox, lease_until=now + LEASE_MS)), True

    # What both do

    def _scored(self, lead: Lead, *, at: int) -> Lead:
        """Compute what is stored of a score; an alert of a lead that may not be alerted is
        closed (C31).
        """
        score = score_state(self._book, lead.merged.state, at=at)
        outbox = lead.outbox
        if outbox is not None and lead.merged.contact.suppressed:
            self._around.count("alert_suppressed", 1)
            outbox = None
        return replace(
            lead,
            fit=score.fit,
            engagement=score.engagement,
            score=score.total,
            band=score.band,
            as_of=at,
            model=self._book.version,
            matching=self._book.matching,
            outbox=outbox,
        )

    def _timed(
        self, lead: Lead, *, before: Lead, at: int, publish: bool, refreshed: bool = False
    ) -> _Decision:
        """Set what lists and the schedule need, and the next revision."""
        lead = replace(
            lead,
            revision=before.revision + 1,
            call_order=call_order(lead, before=before, refreshed=refreshed),
            due_at=next_due(lead, self._book, at=at, refresh=self._around.refresh),
        )
        return _Decision(replace(lead, quality=quality(lead, naming=self._around.naming)), publish)

    def _commit(self, decision: _Decision, *, before: Lead) -> None:
        """Write a decided lead, then publish what it owes. Raises Conflict, TryLater."""
        lead = decision.lead
        self._around.store.write(self._item(lead), expected=before.revision)
        if lead.outbox is not None and before.outbox is None:
            self._around.count("turned_hot", 1)
        if decision.publish and lead.outbox is not None:
            self._publish(lead)

    def _publish(self, lead: Lead) -> None:
        """Publish a lead's alert and clear it; where that fails the schedule comes back to it
        (K8, K9).
        """
        now = self._around.clock()
        outbox = lead.outbox
        if outbox is None:
            return
        at = max(now, lead.last_seen or 0)
        alert = hot_alert(
            lead,
            self._book,
            self._around.naming,
            at=at,
            delayed=now - outbox.made_at >= STALE_MS,
            url=self._around.lead_url and self._around.lead_url + lead.id,
        )
        try:
            self._around.publisher.publish(alert)
        except TryLater:
            self._around.count("alert_waiting", 1)
            return
        self._around.count("alert_published", 1)
        self._clear(lead, outbox.alert_id)

    def _clear(self, lead: Lead, alert_id: str) -> None:
        """Take a published alert out of its lead, unless a newer one is there; else the next
        tick repeats it.
        """
        try:
            for _ in range(ATTEMPTS_OF_SWEEP):
                if lead.outbox is None or lead.outbox.alert_id != alert_id:
                    return
                try:
                    self._around.store.write(self._item(self._bare(lead)), expected=lead.revision)
                except Conflict as conflict:
                    lead = _lead(lead.id, self._again(lead.id, conflict))
                else:
                    return
        except TryLater:
            self._around.count("alert_not_cleared", 1)

    def _bare(self, lead: Lead) -> Lead:
        at = max(self._around.clock(), lead.last_seen or 0)
        bare = replace(lead, outbox=None, revision=lead.revision + 1, due_at=None)
        return replace(bare, due_at=next_due(bare, self._book, at=at, refresh=self._around.refresh))

    def _item(self, lead: Lead) -> Item:
        indexed = index_attributes(lead, naming=self._around.naming, shard=shard_of(lead.id))
        return stored_form(lead) | indexed

    def _again(self, name: str, conflict: Conflict) -> Item | None:
        """Read a lead again after a conflict; the store may have told it already."""
        self._around.count("conflicts", 1)
        self._around.pause(self._around.chance(*PAUSE_MS))
        if conflict.current is not None:
            return conflict.current
        return self._around.store.read([name]).get(name)

    def _rebuilt(self, lead: Lead, *, again: bool = False) -> Lead:
        """Build a ledger anew that was made for other matching rules, and once more later.

        The history is read after the lead and before it is written on that revision: any other
        order lost facts.
        """
        now = self._around.clock()
        second = again and lead.rebuild_at is not None and lead.rebuild_at <= now
        if (
            lead.revision == 0
            or lead.erased
            or (lead.matching == self._book.matching and not second)
        ):
            return lead
        since = lead.erased_at
        records = self._around.store.history(lead.id)
        facts = [record.fact for record in records if since is None or record.received_at > since]
        state = State(
            self._book.state(facts).ledger, lead.merged.state.answers, lead.merged.state.email
        )
        self._around.count("rebuilt", 1)
        return replace(
            lead,
            merged=replace(lead.merged, state=state),
            rebuild_at=None if second else now + REBUILD_AGAIN_MS,
        )

    # Turning hot

    def _was_hot(self, lead: Lead, *, at: int) -> bool:
        """Whether a lead counts as hot before these facts: stored so, and so still, if under
        this model.
        """
        if lead.band != "hot":
            return False
        return lead.model != self._book.version or self._hot(lead.merged.state, at=at)

    def _hot(self, state: State, *, at: int) -> bool:
        return score_state(self._book, state, at=at).band == "hot"

    def _may_alert(self, lead: Lead, now: int) -> bool:
        """Whether a hot lead may be told of: not suppressed, outside the cooldown (G15)."""
        cool = lead.alerted_at is None or now - lead.alerted_at >= self._cooldown
        return lead.band == "hot" and cool and not lead.merged.contact.suppressed

    def _with_alert(self, lead: Lead, now: int, tip: Tip | None) -> Lead:
        alert_id = short_hash(lead.id, str(now), str(lead.revision))
        outbox = Outbox(alert_id, made_at=now, lease_until=now + LEASE_MS, tip=tip)
        return replace(lead, outbox=outbox, alerted_at=now)

    def _tip(self, told: Merged, live: Iterable[Fact], *, at: int) -> Tip | None:
        """Find the fact that tipped the score: merged one by one by instant, the first that
        makes it hot.
        """
        merged, newest = told, None
        for fact in sorted(live, key=lambda fact: (fact.at, fact.id)):
            merged = merged.merge([fact], self._book)
            rules = tuple(rule.name for rule in self._book.rules_met(fact))
            newest = Tip(fact.kind, fact.at, rules)
            if self._hot(merged.state, at=at):
                break
        return newest


class _Hurry:
    """A deadline that is looked at before each step, never during one."""

    def __init__(self, clock: Callable[[], int], deadline: int | None) -> None:
        self._clock, self._deadline = clock, deadline

    def check(self) -> None:
        """Raise TryLater once the deadline is past."""
        if self._deadline is not None and self._clock() >= self._deadline:
            raise TryLater


def _lead(name: str, item: Item | None) -> Lead:
    return Lead(name) if item is None else read_lead(item)


def _compared(arrival: Arrival, stored: Record) -> tuple[Arrival, Verdict | None]:
    """Let the first receipt of a form stand; other content under its id is refused (B4).

    What was pulled out of a system and is imported again was mapped before: meanings compare.
    """
    known = arrival.received_hash and stored.received_hash
    other = bool(known) and stored.received_hash != arrival.received_hash
    if arrival.silent:
        other = stored.fact.content_hash != arrival.fact.content_hash
    if other:
        return arrival, Verdict.REUSED
    return replace(arrival, fact=stored.fact), None


def _in_order(
    arrived: Sequence[Arrival], judged: Sequence[tuple[Arrival, Verdict | None]]
) -> list[tuple[Arrival, Verdict | None]]:
    """Bring verdicts back into the order of arrival: forms were looked at first."""
    forms = iter([pair for pair in judged if pair[0].fact.is_form])
    others = iter([pair for pair in judged if not pair[0].fact.is_form])
    return [next(forms) if arrival.fact.is_form else next(others) for arrival in arrived]
