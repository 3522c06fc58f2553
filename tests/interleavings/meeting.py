"""Who meets on one lead: what was there before, who moves, and what must have come of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.lead import Lead, Merged, read_lead
from functions.leads.lead_table import TryLater
from functions.leads.listing import home_shard
from functions.leads.rebuild import AGAIN_AFTER_MS
from functions.leads.rounds import Round
from functions.leads.surroundings import Surroundings
from functions.leads.sweep import Sweep
from functions.leads.team import Team
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.facts import TEAM_ASSIGNED, Fact, distinct
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.builders import (
    ANNA,
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
)
from tests.fakes import MemoryStore, RecordingTopic
from tests.interleavings.turns import Choose, Turns
from tests.machine.crashes import Crashed

CAREERS = activity_rule(
    "careers", where=["starts_with", "path", ["/careers"]], steps=[[0, -20], [DAY_MS, 0]]
)
WEBINAR = activity_rule("webinar", where=["is", "path", ["/webinar"]])
OLD = compiled_model(answer_rule(), activity_rule(at_most=3), CAREERS)
NEW_POINTS = compiled_model(
    answer_rule(points=21), activity_rule(at_most=3), CAREERS, version="points"
)
NEW_RULES = compiled_model(answer_rule(), WEBINAR, CAREERS, version="rules", matching="rules")
BOOKS = {model["version"]: RuleBook(model) for model in (OLD, NEW_POINTS, NEW_RULES)}
NAMING = Naming(OLD)
SHARDS = (0, home_shard(ANNA))  # who has the first one looks after alerts


@dataclass(frozen=True)
class Mover:
    """One who moves: with facts, or, without any, a sweep. `model` None is the world's own."""

    name: str
    facts: tuple[Fact, ...] = ()
    model: dict[str, Any] | None = None
    silent: bool = False
    received_hash: str = ""

    def arrivals(self) -> list[Arrival]:
        source = "forms" if self.received_hash else ""
        return [
            arrival(fact, silent=self.silent, received_hash=self.received_hash, source=source)
            for fact in self.facts
        ]


def event(*facts: Fact, name: str = "", **more: Any) -> Mover:
    return Mover(name or "+".join(fact.id for fact in facts), facts, **more)


SWEEP = Mover("sweep")


@dataclass(frozen=True, eq=False)
class Start:
    """What was there before: facts that were applied, then how much later it is now.

    `pending`: their alert could not be sent. `alerts`: how many were published. `team` sells.
    """

    name: str
    facts: tuple[Fact, ...] = ()
    later: int = MINUTE_MS
    pending: bool = False
    alerts: int = 0
    team: Team = field(default_factory=Team)

    def world(self) -> World:
        """Give a world of one's own in which that has happened."""
        was = _happened(self)
        return Quick(
            model=OLD,
            now=was.now,
            store=MemoryStore(dict(was.store.leads), dict(was.store.facts)),
            topic=RecordingTopic(list(was.topic.alerts)),
            team=self.team,
        )

    def happen(self) -> World:
        world = Quick(model=OLD)
        world.topic.denied = self.pending
        if self.facts:
            world.happen(*self.facts)
        world.topic.denied = False
        world.now += self.later
        return world


class Quick(World):
    """A world that builds each rule book once for all of its kind."""

    def around(self) -> Surroundings:
        return Surroundings(
            store=self.store,
            publisher=self.topic,
            book=_book(self.model),
            naming=NAMING,
            clock=lambda: self.now,
            pause=lambda _: None,
            count=self._count,
            gauge=self.gauges.__setitem__,
            chance=lambda low, _: low,
            team=self.team,
        )


@cache
def _happened(start: Start) -> World:
    return start.happen()


def _book(model: dict[str, Any]) -> RuleBook:
    return BOOKS[model["version"]]


@dataclass
class Meeting:
    """Movers on one lead, taking turns; `model` is the one in the end, `owed` alerts in all.

    Of what is `contested` (two forms under one id) the one that was stored first stands. With fewer
    than `orders_min` orders some call would have gone missing.
    """

    start: Start
    movers: Sequence[Mover]
    owed: Sequence[int] = (1,)
    model: dict[str, Any] = field(default_factory=lambda: OLD)
    contested: bool = False
    orders_min: int = 60

    def hold(self, choose: Choose, *, fault: Callable[[str, str], None] | None = None) -> World:
        """Let them meet in one order, bring back who failed, come to rest, and check."""
        world = self.start.world()
        turns = Turns(choose)

        def before(step: str) -> None:
            turns.step(step)
            if fault is not None:
                fault("before", step)

        def after(step: str) -> None:
            if fault is not None:
                fault("after", step)

        for called in (world.store, world.topic):
            called.before, called.after = before, after
        outcomes = turns.run([self._act(world, mover) for mover in self.movers])
        for called in (world.store, world.topic):
            called.before = called.after = lambda _: None
        for mover, outcome in zip(self.movers, outcomes, strict=True):
            if isinstance(outcome, TryLater | Crashed) and mover.facts:
                self._act(world, mover)()
            elif isinstance(outcome, BaseException) and not isinstance(outcome, TryLater | Crashed):
                raise outcome
        self._rest(world)
        self._check_lead(world)
        return world

    def _act(self, world: World, mover: Mover) -> Callable[[], Any]:
        around = world.around()
        if mover.model is not None:
            around = replace(around, book=_book(mover.model))
        if not mover.facts:
            return lambda: Sweep(around).sweep([ANNA])  # what a round does once a shard named it
        return lambda: Move(around).apply(ANNA, mover.arrivals())

    def _rest(self, world: World) -> None:
        """Let the schedule run under the last model until nothing waits and all is rebuilt."""
        world.model = self.model
        for later in (0, LEASE_MS, LEASE_MS, AGAIN_AFTER_MS, AGAIN_AFTER_MS):
            world.now += later
            Round(world.around()).go(SHARDS)

    def _check_lead(self, world: World) -> None:
        """No fact is lost, none counts twice, and nothing waits any more."""
        facts = [*self.start.facts, *(fact for mover in self.movers for fact in mover.facts)]
        handed = [one.fact for one in records(world) if one.fact.kind == TEAM_ASSIGNED]
        assert len(handed) == bool(self.start.team.members)  # one owner, whoever asked first
        facts += handed
        if self.contested:
            facts = [record.fact for record in records(world)]
            assert len(facts) == 1 + len(self.start.facts)
        lead = stored(world)
        book = _book(world.model)
        if lead.matching == book.matching:
            assert lead.merged == Merged().merge(distinct(facts), book)
        else:  # nobody touched it under the new rules: what the old ones keep is complete
            assert lead.merged == Merged().merge(distinct(facts), _book(OLD))
        assert identities(record.fact for record in records(world)) == identities(facts)
        assert lead.outbox is None


def records(world: World) -> list[Any]:
    return world.store.history(ANNA)


def identities(facts: Iterable[Fact]) -> set[tuple[int, str, str]]:
    return {fact.identity for fact in facts}


def stored(world: World) -> Lead:
    return read_lead(world.item())


def minutes(number: int) -> int:
    return MONDAY + number * MINUTE_MS
