"""What a lead did, as far as it can still count.

Merging keeps, per rule, the newest occurrences that can still count, and per bucket the first one.
Those are maxima and minima, so neither order nor repetition matters: queues deliver twice, and
forms are sent twice. What was pushed out by newer occurrences can never come back in, so no list of
seen ids is needed (G2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

Occurrence = tuple[int, str]  # (instant in UTC ms, short hash of the fact)
_NOTHING: Mapping[str, tuple[Occurrence, ...]] = MappingProxyType({})
_NEVER: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ledger:
    """Per rule the occurrences that count, newest first, and per name the newest instant of
    something.

    `newest` holds, per `unanswered` rule, the lead's last reaction, and under QUIET its last
    activity.
    """

    occurrences: Mapping[str, tuple[Occurrence, ...]] = field(default_factory=lambda: _NOTHING)
    newest: Mapping[str, int] = field(default_factory=lambda: _NEVER)


QUIET = "*"  # no rule can have this name


def keep_newest(
    kept: tuple[Occurrence, ...],
    added: Sequence[Occurrence],
    *,
    at_most: int,
    bucket: tuple[int, int] | None = None,
) -> tuple[Occurrence, ...]:
    """Merge occurrences: of a bucket (length and offset in ms) the first, of all the newest
    `at_most`.
    """
    if bucket is None and len(added) == 1 and (not kept or added[0] > kept[0]):
        return (added[0], *kept)[:at_most]  # mostly it is one, and the newest
    union = {*kept, *added}
    if bucket is not None:
        length, offset = bucket
        firsts: dict[int, Occurrence] = {}
        for occurrence in union:
            index = (occurrence[0] - offset) // length
            firsts[index] = min(occurrence, firsts.get(index, occurrence))
        union = set(firsts.values())
    return tuple(sorted(union, reverse=True)[:at_most])


def keep_sends(
    kept: tuple[Occurrence, ...], added: Sequence[Occurrence], *, after: int | None, at_most: int
) -> tuple[Occurrence, ...]:
    """Merge sends that wait for a reaction: those strictly later than the newest one, the newest
    `at_most`.
    """
    newest = keep_newest(kept, added, at_most=at_most)
    return newest if after is None else tuple(send for send in newest if send[0] > after)
