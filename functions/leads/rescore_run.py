"""One rescore: what it brings the leads under, and how far each of its segments has come.

Progress is kept with the place it was made at, so whoever goes on after a crash neither leaves a
lead out nor counts one twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from functions.leads.model_table import ModelStore, content_of, model_item

RUN, NEWEST = "run", "newest"
SEGMENTS = 4  # of the scan: as many invocations at once, which leaves small accounts room for forms
TOLD = 20  # leads a digest names of each kind

Ranked = tuple[str, int]  # a lead and its score


@dataclass(frozen=True, slots=True)
class Run:
    """The newest rescore. Instants are UTC ms; nothing is done before `starts_at`, when whoever
    still works under the former model has ended.

    `number` counts runs; `telling_until` is the lease of whoever tells of its end.
    """

    number: int
    version: str
    begun_at: int
    starts_at: int
    segments: int = SEGMENTS
    telling_until: int = 0
    ended_at: int | None = None
    revision: int = 0

    @property
    def id(self) -> str:
        """What marks a lead of this run, and names its digest."""
        return f"{self.number}-{self.version}"


@dataclass(frozen=True, slots=True)
class Moved:
    """A lead that changed its band: which it had, and which with what score it has now."""

    lead: str
    was: str
    band: str
    score: int

    @property
    def step(self) -> str:
        return f"{self.was}>{self.band}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one segment has come. `after` is the last lead done, None at the beginning.

    `moved` counts changes of band, as `warm>hot`; `hot` and `cold` are the first of those that
    turned so. `failed` leads could not be read or scored: they stay as they are.
    """

    run: str
    segment: int
    after: str | None = None
    is_done: bool = False
    seen: int = 0
    written: int = 0
    failed: int = 0
    moved: Mapping[str, int] = field(default_factory=dict)
    hot: Sequence[Ranked] = ()
    cold: Sequence[Ranked] = ()
    lease_until: int = 0
    revision: int = 0

    def further(
        self, *, after: str | None, seen: int, written: int, failed: int, moved: Sequence[Moved]
    ) -> "Progress":
        """Take a page into account."""
        return replace(
            self,
            after=after,
            seen=self.seen + seen,
            written=self.written + written,
            failed=self.failed + failed,
            moved=dict(Counter(self.moved) + Counter(one.step for one in moved)),
            hot=first(self.hot, (one for one in moved if one.band == "hot")),
            cold=first(self.cold, (one for one in moved if one.band == "cold")),
        )


def first(known: Iterable[Ranked], moved: Iterable[Moved] = ()) -> list[Ranked]:
    """Keep the leads a digest names: the highest scores, each lead once."""
    ranked = {(lead, score) for lead, score in known} | {(one.lead, one.score) for one in moved}
    return sorted(ranked, key=lambda one: (-one[1], one[0]))[:TOLD]


def together(segments: Sequence[Progress]) -> Progress:
    """Add up what the segments of a run did."""
    moved: Counter[str] = Counter()
    for one in segments:
        moved.update(one.moved)
    return Progress(
        segments[0].run,
        len(segments),
        is_done=all(one.is_done for one in segments),
        seen=sum(one.seen for one in segments),
        written=sum(one.written for one in segments),
        failed=sum(one.failed for one in segments),
        moved=dict(moved),
        hot=first(ranked for one in segments for ranked in one.hot),
        cold=first(ranked for one in segments for ranked in one.cold),
    )


def newest_run(store: ModelStore) -> Run | None:
    """Give the newest rescore, None before the first. Raises TryLater."""
    item = store.look_up(RUN, NEWEST)
    return None if item is None else Run(**content_of(item))


def save_run(store: ModelStore, run: Run, *, expected: int) -> Run:
    """Write a run in the place of the newest. Raises Conflict, TryLater."""
    saved = replace(run, revision=expected + 1)
    store.put(model_item(RUN, NEWEST, asdict(saved)), expected=expected)
    return saved


def progress_of(store: ModelStore, run: Run, segment: int) -> Progress:
    """Give how far a segment has come. Raises TryLater."""
    item = store.look_up(_steps(run), f"{segment:03d}")
    return Progress(run.id, segment) if item is None else Progress(**content_of(item))


def all_progress(store: ModelStore, run: Run) -> list[Progress]:
    """Give how far every segment of a run has come. Raises TryLater."""
    begun = [Progress(**content_of(item)) for item in store.parts(_steps(run))]
    known = {one.segment: one for one in begun}
    return [known.get(number, Progress(run.id, number)) for number in range(run.segments)]


def save_progress(store: ModelStore, run: Run, progress: Progress) -> Progress:
    """Write how far a segment has come, on the revision it was read at. Raises Conflict,
    TryLater.
    """
    saved = replace(progress, revision=progress.revision + 1)
    item = model_item(_steps(run), f"{progress.segment:03d}", asdict(saved))
    store.put(item, expected=progress.revision)
    return saved


def _steps(run: Run) -> str:
    return f"{RUN} {run.id}"
