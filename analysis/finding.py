"""What was found to be otherwise than the model says, as a value.

Everything that is looked at in a file is looked at together: whatever is named is named at a rate
of error of 1 % for the whole file, shared by rules and trends. Of a hundred files with nothing
wrong at most one is said to have something wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ERROR_RATE = 0.01  # of naming anything at all in a file where nothing is wrong
RULES_PART, TRENDS_PART = 0.5, 0.5  # of that rate

Kind = Literal[
    "worth_nothing",
    "worth_less",
    "worth_more",
    "works_the_other_way",
    "share_rises",
    "share_falls",
    "wins_rise",
    "wins_fall",
    "engagement_rises",
    "engagement_falls",
    "score_wins_rise",
    "score_wins_fall",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is a rule, or a group as "industry: Logistics"; `chance` is how often chance alone
    would show as much, corrected for all that was looked at beside it.
    """

    kind: Kind
    subject: str
    sentence: str
    chance: float
