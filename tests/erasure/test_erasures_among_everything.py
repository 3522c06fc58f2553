"""Erasures anywhere in random histories: moves, repeats, crashes, sweeps, rounds, restores (G23).

Drawn with a seed each, so a failure names the history to look at. What must hold is said of the end
alone: of what was received up to the last erasure nothing is left, and of what was acknowledged
after it nothing is lost.
"""

import json
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.erasure import AGAIN_MS
from functions.leads.lead import read_lead
from functions.leads.lead_table import TryLater
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.erasure.forgetting_world import ForgettingWorld
from tests.soak import times

STEPS = 25
KEPT = {Verdict.APPLIED, Verdict.UNCHANGED, Verdict.DUPLICATE}
JUMPS = (0, 1, 40, MINUTE_MS, HOUR_MS, DAY_MS)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class History:
    """One random history of one person."""

    draw: random.Random
    world: ForgettingWorld = field(default_factory=lambda: ForgettingWorld(now=MONDAY))
    sent: list[Arrival] = field(default_factory=list)
    kept: list[Arrival] = field(default_factory=list)  # acknowledged
    saved: tuple[dict[str, Any], dict[Any, Any]] | None = None
    seen: set[str] = field(default_factory=set)

    def step(self) -> None:
        """Do one thing; it may die at any call, or meet another one there."""
        names = [
            "page",
            "form",
            "repeat",
            "erase",
            "round",
            "sweep",
            "pass_time",
            "save",
            "restore",
        ]
        weights = [4, 3, 4, 2, 2, 1, 4, 1, 1]
        (name,) = self.draw.choices(names, weights)
        self.seen.add(name)
        trouble = self.draw.choice(["none", "none", "crash", "throttle", "lost", "meanwhile"])
        if name in {"page", "form", "repeat", "erase", "round", "sweep"}:
            self._trouble(trouble, self.draw.randint(1, 9))
        try:
            getattr(self, f"_{name}")()
        except (Crash, TryLater):
            self.seen.add("trouble")
        self._trouble("none", 0)

    def settle(self) -> None:
        """Let whatever is unfinished be finished, and bring again what was not acknowledged, or is
        too old to come back.
        """
        for _ in range(3):
            self.world.round(after_ms=AGAIN_MS)
            self.world.sweep()
            entry = self.world.register.noted.get(ANNA)
            for arrival in self.sent:
                is_old = entry is not None and arrival.received_at <= entry.erased_at
                if is_old or arrival not in self.kept:
                    self._apply(arrival)

    def _trouble(self, kind: str, number: int) -> None:
        store = self.world.store
        store.before = store.after = lambda _: None
        left = number

        def strike(_: str) -> None:
            nonlocal left
            left -= 1
            if left:
                return
            if kind == "meanwhile":
                store.before = store.after = lambda _: None
                self.draw.choice([self._erase, self._round, self._page, self._form])()
                return
            raise Crash if kind == "crash" else TryLater

        if kind == "lost":
            store.after = strike
        elif kind != "none":
            store.before = strike

    def _apply(self, arrival: Arrival) -> None:
        (verdict,) = Move(self.world.around()).apply(ANNA, [arrival])
        if verdict in KEPT:
            self.kept.append(arrival)

    def _arrive(self, fact: Any) -> None:
        arrival = Arrival(fact, self.world.now)
        self.sent.append(arrival)
        self._apply(arrival)

    def _page(self) -> None:
        self._arrive(page_viewed(at=self.world.now, id=f"page-{len(self.sent)}"))

    def _form(self) -> None:
        name = f"form-{len(self.sent)}"
        self._arrive(form_submitted(at=self.world.now, id=name, answers={"company": f"<{name}>"}))

    def _repeat(self) -> None:
        if self.sent:
            self._apply(self.draw.choice(self.sent))

    def _erase(self) -> None:
        self.world.erase()

    def _round(self) -> None:
        self.world.round()

    def _sweep(self) -> None:
        self.world.sweep()

    def _pass_time(self) -> None:
        self.world.now += self.draw.choice(JUMPS)

    def _save(self) -> None:
        store = self.world.store
        self.saved = ({lead: dict(item) for lead, item in store.leads.items()}, dict(store.facts))

    def _restore(self) -> None:
        """Bring the tables back as they were saved; then nobody knows what was acknowledged."""
        if self.saved is None:
            return
        leads, facts = self.saved
        store = self.world.store
        store.leads = {lead: dict(item) for lead, item in leads.items()}
        store.facts = dict(facts)
        self.kept.clear()
        after = None
        while (after := self.world.erasure().after_restore(after=after).after) is not None:
            pass


@pytest.mark.parametrize("part", range(4))
def test_g23_d17_whatever_happens_nothing_older_than_the_last_erasure_is_left(part: int) -> None:
    number = times(push=100, soak=5_000)
    seen: set[str] = set()
    erased = 0
    for seed in range(part * number, (part + 1) * number):
        history = History(random.Random(seed))
        for _ in range(STEPS):
            history.step()
        history.settle()
        seen |= history.seen
        erased += check(history, seed)
    assert seen >= {"page", "form", "repeat", "erase", "round", "sweep", "restore", "trouble"}
    assert erased > number // 2


def check(history: History, seed: int) -> bool:
    """Look at the end of one history; gives whether an erasure was in it."""
    world = history.world
    entry = world.register.noted.get(ANNA)
    item = world.store.leads.get(ANNA, {})
    assert item.get("erased_at") == (entry and entry.erased_at), seed
    if entry is None:
        return False
    assert entry.again_at is None, seed
    told, keys = json.dumps(item), world.facts_of()
    ledger = read_lead(item).merged.state.ledger.occurrences.values()
    occurrences = {name for kept in ledger for _, name in kept}
    for arrival in history.sent:
        if arrival.received_at <= entry.erased_at:
            assert arrival.record().key[1] not in keys, seed
            assert f"<{arrival.fact.id}>" not in told, seed
            assert arrival.fact.occurrence not in occurrences, seed
    later = [one for one in history.kept if one.received_at > item["erased_at"]]
    assert ("erased" in item) == (not later), seed
    for arrival in later:
        assert arrival.record().key[1] in keys, seed
    return True
