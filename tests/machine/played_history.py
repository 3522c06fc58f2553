"""One history of a few leads: what happens to them, step by step, and what must hold after each.

Messages go through the real recorder, time through the real schedule, on a store, a topic and
queues that fail when told to. The oracle hears of every commit and says what the lead must hold
and whether sales must be told; it is asked again after each step.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from functions.entrances.activity_recorder import ActivityRecorder, NothingRecordedError, Record
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move, Outcome
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.history import read_record
from functions.leads.hot_alert import Alert
from functions.leads.lead import read_lead, stored_form
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import TryLater
from functions.leads.listing import ALERT_SHARD, SHARDS, home_shard, index_attributes
from functions.leads.rebuild import AGAIN_AFTER_MS, rebuilt
from functions.leads.rescore_run import SEGMENTS
from functions.leads.rescoring import Rescored, Rescoring
from functions.leads.rounds import Round
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import LEASE_MS, is_stored_hot
from functions.leads.writing import STALE_MS
from functions.scoring.facts import FORM_SUBMITTED, Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from functions.scoring.touches import Naming
from modelling.compile import compile_document
from tests.fakes import MemoryModels, MemoryScan, MemoryStore, RecordingTopic, item_bytes
from tests.laws.drawn_histories import LEADS, drawn_fact, drawn_repeat, turning_ages
from tests.laws.drawn_models import RETENTIONS, Document, drawn_model
from tests.machine.crashes import Crashed, Plan
from tests.oracle.brute_force import milliseconds, turning_points
from tests.oracle.kept_leads import KeptLeads
from tests.oracle.kept_ledger import identity, summary, suppressed
from tests.oracle.kept_ledger import ledger as expected_ledger
from tests.simulations.standing_queue import StandingQueue

Line = dict[str, Any]

NOON = milliseconds("2026-11-23T12:00:00.000Z")
COOLDOWN = 2 * DAY_MS
ITEM_MAX = 100 * 1024
CANARY = "canary"  # stands in every text a stranger writes, and in no log line
FORBIDDEN = (CANARY, "@", "example", "gmail", "mailinator")
ALL_SHARDS = tuple(range(SHARDS))
RECEIVES_MAX = 2  # thirty in the template: here few bring a dead letter
BATCH_MAX = 6
COMMAND = "lead-scoring.cli"  # the source that may import
FOREVER = 1 << 60  # what queues forget is tried where days are played
RESCORES_MAX = 20  # minutes after which a rescore of a few leads must be over
TABLES: Line = {  # what leads here ask of the long tables: each model is kept as a text
    "countries": {"pl": "PL", "de": "DE", "fr": "FR"},
    "mail_domains": {"free": ["gmail.com"], "disposable": ["mailinator.com"]},
}
SETTLING = 400  # deliveries after which a history must have come to rest


@dataclass(frozen=True)
class Deployed:
    """A model as the product and as the oracle read it."""

    document: Document
    book: RuleBook
    reader: MessageReader
    naming: Naming


def lead_id(address: str) -> str:
    return keyed_id(b"key", address)


def deployable(document: Document, retention_days: int) -> Deployed:
    cooling = document | {"alerts": {"cooldown": "2 days"}}
    compiled = {**compile_document(cooling, retention_days=retention_days), **TABLES}
    reader = MessageReader(compiled, Doors(), lead_id)
    return Deployed(document, RuleBook(compiled), reader, Naming(compiled))


@dataclass
class Sent:
    """One message: its one fact as it was written, and its ingestion (UTC ms)."""

    line: Line
    at: int
    silent: bool = False

    def body(self) -> str:
        detail = self.line | ({"import": True} if self.silent else {})
        source = COMMAND if self.silent else "website"
        event = {"source": source, "account": "1", "detail-type": "x", "detail": detail}
        return json.dumps({"ingested_at": format_instant(self.at), "event": event})


class History:
    """All that happens to a few leads, and the checks."""

    def __init__(self, chance: Random) -> None:
        """Begin with a model of chance, and nobody known."""
        self.chance = chance
        self.now = NOON + chance.randrange(DAY_MS)
        self.retention_days = chance.choice(RETENTIONS)
        self.leads = chance.choice((LEADS[:1], LEADS[1:2], LEADS[:2], LEADS))
        self.store = MemoryStore(before=self._before, after=self._after)
        self.models = MemoryModels(before=self._before, after=self._after)
        self.topic = RecordingTopic(before=self._before, after=self._after)
        self.queue = StandingQueue(receives_max=RECEIVES_MAX, kept_ms=FOREVER, dead_kept_ms=FOREVER)
        self.refused: list[str] = []
        self.oracle = KeptLeads(COOLDOWN)
        self.sent: list[Sent] = []
        self.counts: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.told: list[str] = []
        self.plan = Plan()
        self._acting: list[_Acting] = []
        self._items: dict[str, dict[str, Any]] = {}
        self._remembered = 0
        self._published: Counter[str] = Counter()
        self._digests: Counter[str] = Counter()
        self._closed: set[str] = set()
        self._made: dict[str, int] = {}
        self._meanwhile: tuple[int, Callable[[], None]] | None = None
        self._watching = True
        self._dirty: set[str] = set()
        self._tainted: set[str] = set()
        self._first_receipts: dict[tuple[str, str], int] = {}  # of what the history holds
        self._ages: list[int] = []
        self.deployed = self._deploy(self._model())

    # What happens

    def step(self) -> None:
        """Let one thing of chance happen, and check all that must hold."""
        self.do(self.chance.choice(STEPS))

    def do(self, name: str) -> None:
        """Let what this name says happen, and check."""
        self.met[name] += 1
        getattr(self, name)()
        self.check()

    def send(self) -> None:
        """Send a new fact, the same again, or the same id with other content."""
        chance = self.chance
        way = chance.randrange(8)
        if self.sent and way == 0:
            self._send(chance.choice(self.sent).line)
        elif self.sent and way == 1:
            again = chance.choice(self.sent).line
            self._send(drawn_repeat(chance, again, milliseconds(again["at"])))
        else:
            self._send(self._drawn())

    def import_(self) -> None:
        """Send a fact that must tell nobody."""
        self._send(self._drawn(), silent=True)

    def replay(self) -> None:
        """The archive sends again what came before, with its own ingestion and marked."""
        if self.sent:
            one = self.chance.choice(self.sent)
            body = json.loads(one.body()) | {"replayed": True}
            self.queue.send(json.dumps(body), at=self.now)

    def deliver(self) -> None:
        """Bring a batch, with what fails and who else moves meanwhile."""
        if (self.queue.next_at() or self.now + 1) > self.now:
            self.send()
        self.plan.draw(self.chance)
        try:
            if self.chance.randrange(4) == 0:
                self._meanwhile = (self.chance.randrange(1, 6), self._sweep)
            self._deliver(self.chance.randrange(1, BATCH_MAX + 1))
        except Crashed:
            self.met["killed"] += 1
        finally:  # whoever draws may end a step in its midst
            self._meanwhile = None
            self.plan.clear()

    def drop(self) -> None:
        """Bring a batch of which nobody hears that it was done."""
        self._deliver(self.chance.randrange(1, BATCH_MAX + 1), heard=False)

    def sweep(self) -> None:
        """Let the schedule come: not at all, once, or several at once."""
        self.plan.draw(self.chance)
        try:
            number = self.chance.randrange(4)
            if number > 1:
                self._meanwhile = (self.chance.randrange(18, 26), self._sweep)
            for _ in range(min(number, 2)):
                self._sweep()
        except Crashed:
            self.met["killed"] += 1
        finally:
            self._meanwhile = None
            self.plan.clear()

    def rescore(self) -> None:
        """Let the rescore come, with what fails and who else moves meanwhile."""
        self.plan.draw(self.chance)
        try:
            if self.chance.randrange(3) == 0:
                self._meanwhile = (self.chance.randrange(2, 10), self._sweep)
            self._rescore()
        except Crashed:
            self.met["killed"] += 1
        except TryLater:
            self.met["rescore put off"] += 1
        finally:
            self._meanwhile = None
            self.plan.clear()

    def clock(self) -> None:
        """Let time pass: a little, or to where something turns, or just before."""
        chance = self.chance
        due = [item["due_at"] for item in self.store.leads.values() if "due_at" in item]
        ahead = [at for at in due if at > self.now]
        if ahead and chance.randrange(2):
            self.now = max(self.now, chance.choice(ahead) - chance.choice((0, 0, 1)))
        else:
            self.now += chance.choice((SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS))
        self._dirty |= set(chance.sample(sorted(self.store.leads), min(1, len(self.store.leads))))

    def deny(self) -> None:
        """Take the topic away, or give it back."""
        self.topic.denied = not self.topic.denied

    def lag(self) -> None:
        """Let the index fall behind, or catch up."""
        if self.store.lags:
            self.store.catch_up()
        else:
            self.store.lags = True

    def redrive(self) -> None:
        """Bring the dead letters back."""
        self.met["redriven"] += len(self.queue.dead)
        self.queue.redrive(at=self.now)

    def deploy(self) -> None:
        """Score by other points, or by other rules altogether."""
        document = self.deployed.document
        if self.chance.randrange(2):
            document = with_other_points(document, self.chance)
        else:
            document = self._model()
        self.deployed = self._deploy(document)

    # What must hold

    def check(self) -> None:
        """Check every lead that something was done to."""
        dirty, self._dirty = self._dirty, set()
        for lead in sorted(dirty):
            if lead in self.store.leads:
                self._check_lead(lead)
        for line in self.told:
            json.loads(line)
            assert not any(word in line for word in FORBIDDEN), line
        self.told.clear()

    def rest(self) -> None:
        """Bring everything back until nothing waits, then check all that holds in the end."""
        self.topic.denied = False
        self.store.catch_up()
        for _ in range(SETTLING):
            self.queue.redrive(at=self.now)
            following = self.queue.next_at()
            if following is None and not self.queue.dead:
                break
            following = following or self.now
            self.now = max(self.now, following)
            self._deliver(BATCH_MAX)
        else:
            raise AssertionError("the queue never empties")
        for later in (LEASE_MS, LEASE_MS, AGAIN_AFTER_MS, AGAIN_AFTER_MS):
            self.now += later
            self._sweep()
        rescored_first = not self.chance.randrange(8)  # else a redelivery may find former rules
        if rescored_first:
            self._rescore_to_the_end()
        self._dirty = set(self.store.leads)
        self.check()
        self._check_end()
        self._deliver_all_again()
        if not rescored_first:
            self._rescore_to_the_end()
            self._dirty = set(self.store.leads)
            self.check()

    def _rescore_to_the_end(self) -> None:
        """Until nothing is left to do: then every lead is under the rules of today, and each
        rescore was told of once.
        """
        for _ in range(RESCORES_MAX):
            if self._rescore().is_over:
                break
            self.now += MINUTE_MS
        else:
            raise AssertionError("the rescore never ends")
        matching = self.deployed.book.matching
        assert all(item["matching"] == matching for item in self.store.leads.values())
        faults = self.plan.happened.total()
        assert all(number <= 1 + faults for number in self._digests.values())

    def _check_lead(self, lead: str) -> None:
        item, kept = self.store.leads[lead], self.oracle.lead(lead)
        stored = read_lead(item)
        book = self.deployed.book
        assert item_bytes(item) < ITEM_MAX
        assert item["fit"] + item["engagement"] == item["score"]
        assert stored_form(stored).items() <= item.items()
        assert (item["due_shard"] if "due_at" in item else None) == shard_of(item)
        assert "due_at" in item or not {"alert", "rebuild_at"} & item.keys()
        if stored.outbox is not None:
            assert item["due_at"] <= max(stored.outbox.lease_until, self.now + 1)
        if stored.model == book.version:
            assert index_attributes(stored, naming=self.deployed.naming).items() <= item.items()
            score = score_state(book, stored.merged.state, at=item["as_of"])
            assert (score.total, score.band) == (item["score"], item["band"])
        if not kept.waiting:
            self._tainted.discard(lead)
        if lead in self._tainted or (kept.waiting and stored.matching != book.matching):
            self.met["unsure of a fact in flight"] += 1
            return
        self.met["compared"] += 1
        self._check_score(lead)
        if stored.matching == book.matching:
            kept_now = stored.merged.state.ledger.occurrences
            ledger = {rule: [at for at, _ in of] for rule, of in kept_now.items() if of}
            assert ledger == expected_ledger(self.oracle.world, kept.facts.values())
        if stored.model == book.version and not kept.waiting:
            self._check_due(lead)

    def _check_score(self, lead: str) -> None:
        """What is shown is what brute force makes of the accepted facts (G1, G10)."""
        kept = self.oracle.lead(lead)
        at = max([self.now, *(fact["at"] for fact in kept.facts.values())])
        self._watching = False
        shown = rebuilt(read_lead(self.store.leads[lead]), self._around()).lead
        self._watching = True
        score = score_state(self.deployed.book, shown.merged.state, at=at)
        expected = self.oracle.score(lead, at)
        told = {"score": score.total, "fit": score.fit, "engagement": score.engagement}
        assert told | {"band": score.band} == {name: expected[name] for name in (*told, "band")}

    def _check_due(self, lead: str) -> None:
        """Until it is due, a lead stays in its band."""
        item, facts = self.store.leads[lead], self.oracle.lead(lead).facts
        due_at = item.get("due_at", 1 << 60)
        own = sorted(facts.values(), key=lambda fact: (fact["at"], fact["id"]))
        turns = turning_points(self.oracle.world, own, item["as_of"])
        before = sorted(at for at in turns if at < due_at)
        for at in {*before[-1:], *self.chance.sample(before, min(1, len(before)))}:
            self.met["bands looked ahead"] += 1
            assert self.oracle.score(lead, at)["band"] == item["band"], (at, due_at)

    def _check_end(self) -> None:
        for item in self.store.leads.values():
            assert "alert" not in item
        assert self._made.keys() == self._published.keys() | self._closed
        faults = self.plan.happened.total()
        assert all(number <= 1 + faults for number in self._published.values())
        refused = Counter(json.loads(body)["reason"] for body in self.refused)
        for one in self.sent:
            assert self._is_accounted_for(one), one
        assert not self.queue.lost
        if not (self.met["killed"] or self.met["drop"] or self.plan.happened):
            came = self.counts["received"]
            assert came == self.counts["accepted"] + self.counts["refused"]
            assert self.counts["refused"] == refused.total()

    def _is_accounted_for(self, one: Sent) -> bool:
        at = milliseconds(one.line["at"])
        reasons = {"future": at > one.at + 5 * MINUTE_MS}
        reasons["too_old"] = at < one.at - self.retention_days * DAY_MS
        if any(reasons.values()):
            return any(json.loads(body)["reason"] in reasons for body in self.refused)
        kept = self.oracle.lead(lead_id(one.line["lead"]))
        fact = as_line(self.deployed.reader.read(one.body()).facts[0])
        admitted = self.oracle.admitted(lead_id(one.line["lead"]), [fact])
        return all(identity(one) in kept.facts for one in admitted)

    def _deliver_all_again(self) -> None:
        """A full redelivery writes nothing and tells nobody (G2); leads to be rebuilt are first."""
        stale = {lead for lead, item in self.store.leads.items() if self._is_stale(item)}
        before = {lead: dict(item) for lead, item in self.store.leads.items()}
        self.store.calls.clear()
        alerts = len(self.topic.alerts)
        for one in self.sent:
            self.queue.send(one.body(), at=self.now)
        while self.queue.messages:
            self._deliver(10)
        assert stale or len(self.topic.alerts) == alerts
        after = self.store.leads
        assert {lead for lead in after if after[lead] != before[lead]} <= stale
        if stale:
            self.met["rebuilt by a redelivery"] += 1
            self._deliver_all_again()
        else:
            assert "write" not in self.store.calls

    def _is_stale(self, item: Mapping[str, Any]) -> bool:
        return bool(item["matching"] != self.deployed.book.matching)

    # How it happens

    def _send(self, line: Line, *, silent: bool = False) -> None:
        self.sent.append(Sent(line, self.now, silent))
        self.queue.send(self.sent[-1].body(), at=self.now)

    def _drawn(self) -> Line:
        chance = self.chance
        at = self._instant()
        line = drawn_fact(chance, f"id-{len(self.sent)}", chance.choice(self.leads), at)
        if chance.randrange(25) == 0:
            kind = chance.choice(("email_unsubscribed", "email_complained"))
            line = {name: line[name] for name in ("id", "lead", "at")} | {"kind": kind}
        if line["kind"] == FORM_SUBMITTED:
            return line | {"utm_campaign": CANARY}
        return line | {"note": CANARY}

    def _instant(self) -> int:
        chance, way = self.chance, self.chance.randrange(10)
        if way <= 3:
            return self.now - chance.choice(self._ages) + chance.choice((0, 0, 1, -1))
        if way == 4 and self.sent:
            return milliseconds(self.sent[-1].line["at"])
        if way == 5:
            length = chance.choice((HOUR_MS, DAY_MS))
            return self.now // length * length + chance.choice((0, -1))
        if way == 6:
            return self.now + chance.choice((MINUTE_MS, 5 * MINUTE_MS, 5 * MINUTE_MS + 1))
        return self.now - chance.randrange(0, 24 * 24) * HOUR_MS - chance.randrange(HOUR_MS)

    def _model(self) -> Document:
        """Draw a model under which many a lead is hot for a while."""
        hot = self.chance.choice(("above 4", "above 9", "above 9.5", "above 20"))
        return drawn_model(self.chance) | {"bands": {"hot": hot, "cold": "below 3"}}

    def _deploy(self, document: Document) -> Deployed:
        deployed = deployable(document, self.retention_days)
        fingerprints = (deployed.book.version, deployed.book.matching)
        self.oracle.deploy(document, fingerprints, retention_days=self.retention_days)
        self._ages = turning_ages(document, self.retention_days)
        self.deployed = deployed
        return deployed

    def _deliver(self, number: int, *, heard: bool = True) -> None:
        records = self.queue.receive(number, at=self.now)
        if not records:
            return
        try:
            answer = self._recorder().record({"Records": records})
            failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
            assert failed <= {record["messageId"] for record in records}
        except NothingRecordedError:
            failed = {record["messageId"] for record in records}
        if heard:
            self.queue.settle(records, failed)

    def _sweep(self) -> None:
        self._acting.append(_Acting())
        try:
            Round(self._around()).go(ALL_SHARDS)
        finally:
            self._acting.pop()

    def _rescore(self) -> Rescored:
        self._acting.append(_Acting())
        try:
            return Rescoring(
                self._around(),
                scan=MemoryScan(self.store, 1),
                models=self.models,
                source="",
                tell=lambda run, _: self._digests.update([run.id]),
            ).go(range(SEGMENTS))
        finally:
            self._acting.pop()

    def _recorder(self) -> ActivityRecorder:
        return ActivityRecorder(
            reader=self.deployed.reader,
            move=_WatchedMove(self, Move(self._around())),
            refusals=_RefusedQueue(self),
            put_off=self._put_off,
            count=self._count,
            chance=self.chance.randint,
            clock=lambda: self.now,
            tell=self._tell,
        )

    def _around(self) -> Surroundings:
        return Surroundings(
            store=self.store,
            publisher=self.topic,
            book=self.deployed.book,
            naming=self.deployed.naming,
            clock=lambda: self.now,
            pause=lambda _: None,
            count=self._count,
            gauge=lambda _, __: None,
            chance=lambda low, _: low,
            tell=self._tell,
        )

    def _put_off(self, record: Record, seconds: int) -> None:
        self.queue.hide(dict(record), seconds, at=self.now)

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number
        assert name != "bug", "a bug of ours"

    def _tell(self, message: str, **fields: Any) -> None:
        self.told.append(json.dumps({"message": message} | fields))

    def _before(self, step: str) -> None:
        if not self._watching:
            return
        if self._meanwhile is not None:
            calls, act = self._meanwhile
            self._meanwhile = (calls - 1, act) if calls else None
            if not calls:
                self.met["meanwhile"] += 1
                act()
        self.plan.at("before")

    def _after(self, step: str) -> None:
        if not self._watching:
            return
        if step == "write":
            self._note_writes()
        elif step.startswith("remember"):
            self._note_history()
        elif step == "publish":
            self._note_alert(self.topic.alerts[-1])
        self.plan.at("after")

    # What the oracle is told

    def _note_history(self) -> None:
        new = len(self.store.facts) - self._remembered
        self._remembered += new
        for key in islice(reversed(self.store.facts), new):
            record = read_record(self.store.facts[key])
            self._first_receipts[key] = record.received_at
            self.oracle.remembered(key[0], as_line(record.fact))

    def _note_writes(self) -> None:
        for lead, item in self.store.leads.items():
            old = self._items.get(lead, {})
            if item is old:
                continue
            self._items[lead] = item
            self._dirty.add(lead)
            assert item["revision"] == old.get("revision", 0) + 1
            if without_alert(item) == without_alert(old):
                assert json.loads(old["alert"])["alert_id"] in self._published
            else:
                self._note_commit(lead, old, item)

    def _note_commit(self, lead: str, old: Mapping[str, Any], item: Mapping[str, Any]) -> None:
        acting, kept = self._acting[-1], self.oracle.lead(lead)
        waited = bool(kept.waiting)
        when = {"now": self.now, "at": item["as_of"]}
        in_flight = old.get("matching") != item["matching"] and self._in_flight(lead)
        if lead in acting.arrivals:
            unsure = self._is_unsure(lead, acting.arrivals[lead], old, item)
            silent, live = self._arrived(lead, acting.arrivals[lead])
            owed = self.oracle.told(lead, silent, live, **when, in_flight=in_flight)
            acting.committed.add(lead)
        else:
            waits = "alert" in old
            owed = self.oracle.told_by_time(lead, **when, pending=waits, in_flight=in_flight)
            unsure = lead in self._tainted and bool(kept.waiting)
            if "rebuild_at" in old and kept.waiting:
                self._tainted.add(lead)
        made = item.get("alerted_at") != old.get("alerted_at")
        owed = None if unsure and made != owed else owed
        self.met["owed" if owed else "left open" if owed is None else "not owed"] += 1
        if old.get("matching") != item["matching"] and waited:
            self._tainted.add(lead)
        assert owed is None or made == owed, (lead, owed, made)
        self._note_outbox(lead, old, item, made=made)
        assert self.now <= item["as_of"] <= max(self.now, self.oracle.newest(lead))
        self.oracle.committed(lead, **when, alerted=made)
        if unsure or owed is None:
            kept.hot = is_stored_hot(read_lead(item))

    def _is_unsure(
        self,
        lead: str,
        arrivals: Sequence[Arrival],
        old: Mapping[str, Any],
        item: Mapping[str, Any],
    ) -> bool:
        """Whether decision 10 leaves it open if sales is told: a rebuild found what its bearer has
        not brought yet, or what is brought under new rules came before, by another message too.
        """
        kept = self.oracle.lead(lead)
        if lead in self._tainted and kept.waiting:
            return True
        brought = {identity(as_line(one.fact)) for one in arrivals}
        return old.get("matching") != item["matching"] and (
            bool(kept.waiting - brought or kept.facts.keys() & brought)
            or any(self._first_receipts[one.record().key] != one.received_at for one in arrivals)
        )

    def _in_flight(self, lead: str) -> bool:
        """Whether the lead's history got something lately that this commit does not bring."""
        brought = {one.fact.identity for one in self._acting[-1].arrivals.get(lead, ())}
        records = (read_record(item) for key, item in self.store.facts.items() if key[0] == lead)
        return any(
            one.received_at > self.now - AGAIN_AFTER_MS and one.fact.identity not in brought
            for one in records
        )

    def _note_outbox(
        self, lead: str, old: Mapping[str, Any], item: Mapping[str, Any], *, made: bool
    ) -> None:
        before = json.loads(old["alert"]) if "alert" in old else None
        after = json.loads(item["alert"]) if "alert" in item else None
        if made:
            assert after is not None
            self._made[after["alert_id"]] = after["made_at"]
        if before is None or (after and after["alert_id"] == before["alert_id"]):
            return
        stale = self.now - before["made_at"] >= STALE_MS and item["band"] != "hot"
        self.met["stale"] += stale
        assert made or stale or suppressed(self.oracle.lead(lead).facts.values())
        self._closed.add(before["alert_id"])

    def _note_alert(self, alert: Alert) -> None:
        made_at = self._made[alert.alert_id]
        late = self.now - made_at >= STALE_MS
        told = json.loads(alert.bodies["sqs"])
        assert bool(told.get("delayed")) == late
        self.met["delayed"] += late
        self._published[alert.alert_id] += 1

    def _note_unchanged(self, lead: str, arrivals: Sequence[Arrival], verdicts: Outcome) -> None:
        """What changed nothing is accepted all the same, and the oracle agrees that it did not."""
        if isinstance(verdicts, Exception):
            assert isinstance(verdicts, TryLater)
            return
        kept = self.oracle.lead(lead)
        for arrival, verdict in zip(arrivals, verdicts, strict=True):
            admitted = self.oracle.admitted(lead, [as_line(arrival.fact)])
            assert (verdict is Verdict.REUSED) == (not admitted)
        if lead not in self._acting[-1].committed:
            silent, live = self._arrived(lead, arrivals)
            before = dict(kept.facts)
            kept.facts |= {identity(fact): fact for fact in (*silent, *live)}
            kept.waiting -= kept.facts.keys()
            if lead in self._tainted:  # it was committed with what is only now known to be there
                kept.hot = kept.hot or is_stored_hot(read_lead(self.store.leads[lead]))
            else:
                world = self.oracle.world
                assert summary(world, kept.facts.values()) == summary(world, before.values())

    def _arrived(self, lead: str, arrivals: Sequence[Arrival]) -> tuple[list[Line], list[Line]]:
        def of(silent: bool) -> list[Line]:
            lines = [as_line(one.fact) for one in arrivals if one.silent == silent]
            return self.oracle.admitted(lead, lines)

        return of(True), of(False)


@dataclass
class _Acting:
    """Who is at work: with facts of leads, or the schedule with none."""

    arrivals: Mapping[str, Sequence[Arrival]] = field(default_factory=dict)
    committed: set[str] = field(default_factory=set)


@dataclass
class _RefusedQueue:
    """Where refusals go; a call like the others."""

    history: History

    def send(self, body: str) -> None:
        self.history._before("refuse")
        self.history.refused.append(body)
        self.history._after("refuse")


@dataclass
class _WatchedMove:
    """The move, and who moves."""

    history: History
    move: Move

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> Mapping[str, Outcome]:
        history = self.history
        history._acting.append(_Acting(arrivals))
        try:
            outcomes = self.move.apply_many(arrivals)
            for lead, outcome in outcomes.items():
                history._note_unchanged(lead, arrivals[lead], outcome)
        finally:
            history._acting.pop()
        return outcomes


def as_line(fact: Fact) -> Line:
    """Write a fact as the oracle reads it, its instant in milliseconds."""
    line: Line = {"id": fact.id, "lead": fact.email, "kind": fact.kind, "at": fact.at}
    line |= dict(fact.properties)
    if fact.answers or fact.is_form:
        line["answers"] = dict(fact.answers)
    return line | ({"machine": True} if fact.machine else {})


def with_other_points(document: Document, chance: Random) -> Document:
    """Change what rules are worth, and nothing else."""

    def other(rule: Line) -> Line:
        return rule | {"points": chance.choice((5, 12, 20, 35, -5))}

    return document | {half: [other(rule) for rule in document[half]] for half in HALVES}


def without_alert(item: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a cleared alert leaves as it was."""
    return {name: item[name] for name in item if name not in CLEARING}


def shard_of(item: Mapping[str, Any]) -> int | None:
    if "due_at" not in item:
        return None
    return ALERT_SHARD if "alert" in item else home_shard(item["lead"])


HALVES = ("fit", "engagement")
CLEARING = {"alert", "revision", "due_at", "due_shard"}
STEPS = (
    *["send"] * 15, *["deliver"] * 15, *["clock"] * 8, *["sweep"] * 6, *["import_"] * 2, "replay",
    "drop", "deny", "lag", "redrive", "deploy", "rescore",
)  # fmt: skip
