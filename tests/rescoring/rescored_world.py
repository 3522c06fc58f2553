"""A world whose model changes, and the rescore that follows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.leads.lead import Lead, read_lead
from functions.leads.rescore_run import Progress, Run, newest_run
from functions.leads.rescoring import Rescored, Rescoring
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook
from tests.builders import ANNA, World, activity_rule, answer_rule, arrival, compiled_model
from tests.fakes import MemoryModels, MemoryScan

SEGMENTS = (0, 1, 2, 3)
TICKS_MAX = 100


def generous(**changes: Any) -> dict[str, Any]:
    """The model with ten points more for a pricing page, which alone makes hot."""
    rules = [answer_rule(), activity_rule(steps=[[0, 22], [30 * DAY_MS, 0]])]
    return compiled_model(*rules, **({"version": "v2"} | changes))


def looking_at_news(**changes: Any) -> dict[str, Any]:
    """A model of other matching rules: news count, pricing pages no more."""
    rules = [answer_rule(), activity_rule("news", where=["starts_with", "path", ["/news"]])]
    return compiled_model(*rules, **({"version": "v3", "matching": "m3"} | changes))


@dataclass
class RescoredWorld(World):
    """The move and the rescore on one store; `told` are the ends of rescores, in order."""

    models: MemoryModels = field(default_factory=MemoryModels)
    told: list[tuple[Run, Progress]] = field(default_factory=list)
    page_limit: int = 7

    def rescoring(
        self, *, pause: Callable[[int], None] = lambda _: None, **changes: Any
    ) -> Rescoring:
        """Begin one call of the function."""
        values: dict[str, Any] = {
            "scan": MemoryScan(self.store, self.page_limit),
            "models": self.models,
            "source": "model: test",
            "tell": lambda run, all_of_it: self.told.append((run, all_of_it)),
        }
        return Rescoring(replace(self.around(), pause=pause), **(values | changes))

    def tick(self, segments: Sequence[int] = SEGMENTS, **changes: Any) -> list[Rescored]:
        """Let the schedule call the function once for each segment, a minute later."""
        self.now += MINUTE_MS
        return [self.rescoring(**changes).go([segment]) for segment in segments]

    def rescore(self) -> Progress:
        """Let the schedule call until the newest rescore is over; gives what it did."""
        self.tick()
        for _ in range(TICKS_MAX):
            run = newest_run(self.models)
            if run is not None and run.ended_at is not None:
                return self.told[-1][1]
            self.tick()
        raise AssertionError("the rescore does not end")

    def people(self, number: int, *facts: Fact) -> list[str]:
        """Let the same happen to many leads under the world's model, which runs from now on."""
        names = [f"lead-{place}@example.com" for place in range(number)]
        for name in names:
            self.apply(*(arrival(replace(fact, lead=name, email=name)) for fact in facts))
        self.tick()
        self.told.clear()
        return names

    def lead(self, name: str = ANNA) -> Lead:
        """A lead as it is stored."""
        return read_lead(self.item(name))

    def plain_score(self, name: str = ANNA) -> int:
        """What the model of today says of a lead's whole history at this instant."""
        book = RuleBook(self.model)
        facts = [record.fact for record in self.store.history(name)]
        return book.totals(book.state(facts), at=self.now).score
