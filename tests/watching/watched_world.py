"""A world that is watched: what the schedule calls every hour, and what it said."""

from dataclasses import dataclass, field, replace
from typing import Any

from functions.leads.watching import Watched, Watching
from functions.leads.week_count import WeekCount, newest_count
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from tests.builders import arrival, form_submitted, page_viewed
from tests.fakes import MemoryScan
from tests.rescoring.rescored_world import RescoredWorld


@dataclass
class WatchedWorld(RescoredWorld):
    """`figures` are the metrics of the last call, `lines` what the log was ever told."""

    figures: dict[str, float] = field(default_factory=dict)
    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def watching(self, **changes: Any) -> Watching:
        """Begin one call of the function."""
        self.figures.clear()
        tell = lambda message, **told: self.lines.append((message, told))  # noqa: E731
        values: dict[str, Any] = {
            "scan": MemoryScan(self.store, self.page_limit),
            "models": self.models,
            "figure": self.figures.__setitem__,
        }
        return Watching(replace(self.around(), tell=tell), **(values | changes))

    def watch(self, *, anew: bool = False) -> Watched:
        """Let the schedule call once."""
        return self.watching().go(anew=anew)

    def count(self) -> WeekCount:
        """Watch, and give what was counted."""
        self.watch()
        count = newest_count(self.models)
        assert count is not None
        return count

    def live(self) -> "WatchedWorld":
        """Let the model go live: a rescore begins, and is over at once where nobody is a lead."""
        self.rescore_quietly()
        return self

    def rescore_quietly(self) -> None:
        """Let every lead be brought under the world's model."""
        self.tick()
        self.tick()


def person(name: str, *paths: str, at: int, is_ceo: bool = False) -> list[Fact]:
    """Somebody who viewed these pages at an instant, and may be a CEO who sent a form."""
    lead = f"{name}@example.com"
    facts = [
        page_viewed(path, at=at, id=f"{name}-{place}-{at}", lead=lead, email=lead)
        for place, path in enumerate(paths)
    ]
    form = form_submitted(at=at, id=f"{name}-form-{at}", lead=lead, email=lead)
    return [*facts, form] if is_ceo else facts


def sales(name: str, kind: str, result: str, *, at: int) -> Fact:
    """What sales says of somebody: `contacted` and reached, `concluded` and won."""
    lead = f"{name}@example.com"
    return Fact(lead, at, f"{name}-{kind}-{at}", f"sales_{kind}", lead, {"result": result})


def happens(world: WatchedWorld, *facts: Fact) -> None:
    """Let facts of several people arrive in their order."""
    for fact in sorted(facts, key=lambda one: one.at):
        world.now = max(world.now, fact.at)
        world.apply(arrival(fact))


def days(number: float) -> int:
    """So many days in ms."""
    return round(number * DAY_MS)
