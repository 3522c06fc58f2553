"""What one week's count of all leads says of the model: by band and by rule how many leads, how
many of them contacted, and how those ended.

Counts only, no person. A count is kept with the place it was made at, so whoever goes on after a
crash neither leaves a lead out nor counts one twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, get_args

from functions.leads.kept_model import Deployment
from functions.leads.model_table import ModelStore, content_of, model_item
from functions.scoring.instants import DAY_MS, SECOND_MS
from functions.scoring.model import Band

COUNT, NEWEST, WEEK = "count", "newest", "week"
BANDS: tuple[Band, ...] = get_args(Band)
RECENT_MS = 90 * DAY_MS  # an outcome said longer ago tells of another market, and another model
ENDED_MIN = 10  # hot leads that ended: of fewer no share is told, one more would move it by ten
REVIEW_AFTER_MS = 180 * DAY_MS  # R83, where the model says nothing else


class Tally(NamedTuple):
    """So many leads; of them contacted; and of those that ended won, lost, or otherwise (not
    interested, disqualified).
    """

    leads: int = 0
    contacted: int = 0
    won: int = 0
    lost: int = 0
    other: int = 0

    @property
    def ended(self) -> int:
        """How many have an outcome."""
        return self.won + self.lost + self.other

    def with_(self, more: "Tally") -> "Tally":
        """Give both together."""
        return Tally(*(one + other for one, other in zip(self, more, strict=True)))


class Judged(NamedTuple):
    """One lead as it counts: its band, the rules that give it points, and itself as a tally."""

    band: Band
    rules: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class WeekCount:
    """The count of one UTC week (`2026-W48`) under one model. Instants are UTC ms.

    Every lead is judged as it stands now, or as it stood just before its outcome. `former` ended
    longer than 90 days ago and stand in no band, nor do erased leads, tests, and `failed` ones that
    could not be read or scored. `after` is the last lead seen; `counted_at` is None until all are;
    `is_told`: the figures are out.
    """

    week: str
    version: str
    begun_at: int
    bands: Mapping[str, Tally] = field(default_factory=dict)
    rules: Mapping[str, Tally] = field(default_factory=dict)
    seen: int = 0
    former: int = 0
    failed: int = 0
    after: str | None = None
    counted_at: int | None = None
    is_told: bool = False
    revision: int = 0

    def further(
        self, judged: Sequence[Judged], *, seen: int, former: int, failed: int, after: str | None
    ) -> "WeekCount":
        """Take a page into account."""
        return replace(
            self,
            bands=_added(self.bands, ((one.band, one.tally) for one in judged)),
            rules=_added(self.rules, ((rule, one.tally) for one in judged for rule in one.rules)),
            seen=self.seen + seen,
            former=self.former + former,
            failed=self.failed + failed,
            after=after,
        )

    @property
    def hot(self) -> Tally:
        """The leads whose outcome tells how right hot is."""
        return self.bands.get("hot", Tally())

    @property
    def hot_wins(self) -> float | None:
        """Percent of the ended hot leads that were won; None where too few ended to tell."""
        hot = self.hot
        return 100 * hot.won / hot.ended if hot.ended >= ENDED_MIN else None


def begun(week: str, version: str, rules: Iterable[str], *, at: int) -> WeekCount:
    """Begin a count in which every band and every rule of the model stands."""
    bands: dict[str, Tally] = {band: Tally() for band in BANDS}
    return WeekCount(week, version, at, bands, dict.fromkeys(rules, Tally()))


def week_of(at: int) -> str:
    """Name the week of an instant, Monday to Sunday in UTC (ISO 8601)."""
    year, week, _ = datetime.fromtimestamp(at / SECOND_MS, UTC).isocalendar()
    return f"{year}-W{week:02d}"


def changed_at(deployments: Iterable[Deployment]) -> int | None:
    """When the model last became another one; the first deployment is a change, a second one of
    the same model none. None where none is known.
    """
    version, at = "", None
    for one in deployments:
        if one.version != version:
            version, at = one.version, one.at
    return at


def newest_count(store: ModelStore) -> WeekCount | None:
    """Give the count that goes on or was the last to end, None before the first. Raises
    TryLater.
    """
    return _read(store, COUNT, NEWEST)


def save_count(store: ModelStore, count: WeekCount) -> WeekCount:
    """Write how far the count has come, on the revision it was read at. Raises Conflict,
    TryLater.
    """
    saved = replace(count, revision=count.revision + 1)
    store.put(model_item(COUNT, NEWEST, asdict(saved)), expected=count.revision)
    return saved


def keep_week(store: ModelStore, count: WeekCount) -> None:
    """Keep an ended count as that of its week, in the place of one made before. Raises Conflict,
    TryLater.
    """
    known = _read(store, WEEK, count.week)
    expected = known.revision if known else 0
    kept = replace(count, revision=expected + 1)
    store.put(model_item(WEEK, count.week, asdict(kept)), expected=expected)


def week_count(store: ModelStore, week: str) -> WeekCount | None:
    """Give the count of a week, None where it was not counted. Raises TryLater."""
    return _read(store, WEEK, week)


def week_counts(store: ModelStore) -> list[WeekCount]:
    """Give the counts of all weeks, the oldest first. Raises TryLater."""
    return [_count(content_of(item)) for item in store.parts(WEEK)]


def _read(store: ModelStore, name: str, part: str) -> WeekCount | None:
    item = store.look_up(name, part)
    return None if item is None else _count(content_of(item))


def _count(content: dict[str, object]) -> WeekCount:
    count = WeekCount(**content)  # type: ignore[arg-type]  # it wrote itself
    return replace(count, bands=_tallies(count.bands), rules=_tallies(count.rules))


def _tallies(written: Mapping[str, Iterable[int]]) -> dict[str, Tally]:
    return {name: Tally(*numbers) for name, numbers in written.items()}


def _added(known: Mapping[str, Tally], more: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    together = dict(known)
    for name, tally in more:
        together[name] = together.get(name, Tally()).with_(tally)
    return together
