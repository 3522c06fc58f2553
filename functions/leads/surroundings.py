"""What the move stands on: where leads are stored, where alerts go, which model, whose clock.

Time, chance and waiting come from outside, so that tests own them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from functions.leads.due import Refresh
from functions.leads.hot_alert import Publisher
from functions.leads.lead_table import LeadStore
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`clock` gives UTC ms, `pause` waits ms, `chance(low, high)` draws a number between both.

    `count` adds to a metric, `gauge` notes ms; `lead_url` begins a link to a lead, empty for none.
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
