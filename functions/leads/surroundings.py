"""What the move stands on: where leads are stored, where alerts go, which model, whose clock.

Time, chance and waiting come from outside, so that tests own them.
"""

import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from functions.leads.due import Refresh
from functions.leads.lead_table import LeadStore
from functions.leads.team import Team
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming

if TYPE_CHECKING:
    from functions.leads.hot_alert import Publisher


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`clock` gives UTC ms, `pause` waits ms, `chance(low, high)` draws a number between both.

    `count` adds to a metric, `gauge` notes ms, `tell(message, **fields)` writes a log line;
    `lead_url` begins a link to a lead, empty for none.
    """

    store: LeadStore
    publisher: "Publisher"
    book: RuleBook
    naming: Naming
    clock: Callable[[], int]
    pause: Callable[[int], None]
    count: Callable[[str, int], None]
    gauge: Callable[[str, int], None]
    chance: Callable[[int, int], int] = random.randint
    refresh: Refresh = field(default_factory=Refresh)
    lead_url: str = ""
    team: Team = field(default_factory=Team)
    tell: Callable[..., None] = lambda *_, **__: None

    def tell_bug(self, bug: Exception) -> None:
        """Count a mistake of ours, and tell what it is and where (decision 7)."""
        self.count("bug", 1)
        self.tell("bug", kind=type(bug).__name__, place=place_of(bug))


def place_of(bug: Exception) -> str:
    """Give the file and line a bug came from, never what it says: a person may have typed that."""
    frames = traceback.extract_tb(bug.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
