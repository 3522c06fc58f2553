"""Every lead brought under the deployed model, once it is another one than before.

The rescore goes through the whole table in segments, each at its own pace and with its own place,
so that a killed invocation is gone on with where it stopped. A lead that live traffic wrote
meanwhile is under the new model already and left alone. Nobody is alerted: a lead that a model
makes hot is told of by the digest at the end, once for all (G15).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from functions.leads.handing import Handing
from functions.leads.kept_model import KeptModel, keep
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_scan import LeadScan
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.leads.model_table import ModelStore
from functions.leads.rebuild import rebuilt
from functions.leads.rescore_run import (
    Moved,
    Progress,
    Run,
    all_progress,
    newest_run,
    progress_of,
    save_progress,
    save_run,
    together,
)
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import TurningHot, is_stored_hot
from functions.leads.writing import MOVED_AT, Decision, Writer
from functions.scoring.forecast import next_changes
from functions.scoring.instants import MINUTE_MS, SECOND_MS

SETTLES_MS = MINUTE_MS  # after a deployment: the longest invocation of the former code has ended
STOPS_AFTER_MS = 50 * SECOND_MS  # the function may run for 60 s
DEPLOYED_MS = 15 * MINUTE_MS  # how long before a run some functions may have had its model
LEASE_MS = 30 * SECOND_MS  # of a segment, renewed with each step; a killed one waits as long
LEADS_AT_ONCE = 100  # after so many leads the place is kept: what a crash makes do again
WRITES_PER_SECOND = 100  # of each segment: forms and activities come first
READS_PER_WRITE = 10  # a lead that stays as it is costs the table a tenth of one that is written
WRITES_PER_SECOND_MIN = 5
TRIES = 3  # on a lead that others write meanwhile; then the step is done again, more slowly
STEP_TRIES = 3  # of one step that the store puts off; then the next minute goes on
_KEPT = frozenset(
    (
        "revision",
        "written_at",
        "as_of",
        "model",
        "refreshed_at",
        "band_since",
        "call_order",
        "rescored",
    )
)  # what alone is no reason to write a lead

Tell = Callable[[Run, Progress], None]


class Rescored(NamedTuple):
    """What one call did: of which run, how many leads it saw and wrote; `is_over`: nothing is left
    to do.
    """

    run: str
    seen: int
    written: int
    is_over: bool


class BeingToldOf(TryLater):
    """Another call tells of the run before just now; the next minute begins the new one."""


class Rescoring:
    """Rescores all leads under the model of these surroundings."""

    def __init__(
        self,
        around: Surroundings,
        *,
        scan: LeadScan,
        models: ModelStore,
        source: str,
        tell: Tell,
        stops_after: int = STOPS_AFTER_MS,
    ) -> None:
        """`source` is the model as people wrote it, `tell` publishes the digest of a run."""
        self._around, self._scan, self._models = around, scan, models
        self._source, self._tell = source, tell
        self._book = around.book
        self._writer = Writer(around)
        self._turning = TurningHot(around)
        self._handing = Handing(around, self._writer)
        self._per_second = WRITES_PER_SECOND
        self._stops_at = around.clock() + stops_after

    def begin(self) -> Run:
        """Begin a rescore now, whatever was done before: somebody asked. Raises TryLater, where the
        one before is being told of too.
        """
        known = self._closed(newest_run(self._models))
        settles = known is not None and known.version != self._book.version
        return self._begun(known, settles=settles)

    def go(self, segments: Sequence[int]) -> Rescored:
        """Work through these segments for a while, where there is anything to do. Raises
        TryLater.
        """
        run = newest_run(self._models)
        if run is None or run.version != self._book.version:
            try:
                run = self._begun(self._closed(run), settles=run is not None)
            except BeingToldOf:
                return Rescored(run.id if run else "", 0, 0, is_over=False)
        if run.ended_at is not None or self._around.clock() < run.starts_at:
            return Rescored(run.id, 0, 0, run.ended_at is not None)
        seen = written = 0
        for segment in segments:
            before, after = self._segment(run, segment)
            seen += after.seen - before.seen
            written += after.written - before.written
        self._around.count("rescore_seen", seen)
        self._around.count("rescored", written)
        return Rescored(run.id, seen, written, self._ended(run))

    # A run

    def _begun(self, known: Run | None, *, settles: bool) -> Run:
        """Begin the run after this one; where another call was quicker, it is its run."""
        now = self._around.clock()
        expected = 0 if known is None else known.revision
        number = 1 if known is None else known.number + 1
        version = self._book.version
        if known is None or known.version != version:
            keep(
                self._models,
                KeptModel(version, self._source, self._book.model, now),
                number=number,
            )
        run = Run(number, version, begun_at=now, starts_at=now + (SETTLES_MS if settles else 0))
        try:
            run = save_run(self._models, run, expected=expected)
        except Conflict:
            other = newest_run(self._models)
            if other is None or other.version != version:
                raise TryLater from None
            return other
        self._around.count("rescores_begun", 1)
        return run

    def _closed(self, run: Run | None) -> Run | None:
        """Tell of a run that another overtakes, as far as it came, and end it; only then may the
        other begin, or whoever is killed between the two would leave it untold. Raises TryLater.
        """
        if run is None or run.ended_at is not None:
            return run
        if run.telling_until > self._around.clock():
            raise BeingToldOf
        try:
            return self._told(run, together(all_progress(self._models, run)))
        except Conflict:
            raise BeingToldOf from None

    def _told(self, run: Run, done: Progress) -> Run:
        """Tell of a run under a lease, then end it; twice at most where that fails between the two.
        Raises Conflict, TryLater.
        """
        leased = replace(run, telling_until=self._around.clock() + LEASE_MS)
        held = save_run(self._models, leased, expected=run.revision)
        if run.number > 1 or done.moved:  # before the first there was no model to tell of
            self._tell(held, done)
        ended = replace(held, ended_at=self._around.clock())
        return save_run(self._models, ended, expected=held.revision)

    def _ended(self, run: Run) -> bool:
        """Tell of a run whose last segment is done: whoever has the lease does."""
        segments = all_progress(self._models, run)
        if not all(one.is_done for one in segments):
            return False
        current, now = newest_run(self._models), self._around.clock()
        if current is None or current.id != run.id or current.ended_at is not None:
            return True
        if current.telling_until > now:
            return False
        try:
            self._told(current, together(segments))
        except Conflict:
            return False  # another one tells, or a newer rescore began
        self._around.count("rescores_ended", 1)
        return True

    # A segment

    def _segment(self, run: Run, number: int) -> tuple[Progress, Progress]:
        """Go on with a segment until it is done, the time is over or another one has it."""
        begun = progress = progress_of(self._models, run, number)
        if progress.is_done or progress.lease_until > self._around.clock():
            return begun, progress
        try:
            progress = self._leased(run, progress)
            while not (progress.is_done or self._is_over()):
                page = self._scan.page(number, run.segments, after=progress.after)
                progress = self._page(run, progress, page.items, page.next)
            if not progress.is_done:
                progress = save_progress(self._models, run, replace(progress, lease_until=0))
        except (Conflict, TryLater):
            self._around.count("rescore_put_off", 1)
        return begun, progress

    def _page(
        self, run: Run, progress: Progress, items: Sequence[Item], following: str | None
    ) -> Progress:
        """Do one page of the scan, keeping the place after every few leads."""
        starts = range(0, len(items), LEADS_AT_ONCE) or (0,)
        for start in starts:
            if self._is_over():
                return progress
            some = items[start : start + LEADS_AT_ONCE]
            is_last = start + LEADS_AT_ONCE >= len(items)
            since = self._around.clock()
            done = self._patiently(run, some)
            after = following if is_last else some[-1]["lead"]
            progress = replace(
                progress.further(
                    after=after,
                    seen=len(some),
                    written=done.written,
                    failed=done.failed,
                    moved=done.moved,
                ),
                is_done=is_last and following is None,
            )
            progress = self._leased(run, progress)
            self._rest(since, len(some), done.written)
        return progress

    def _leased(self, run: Run, progress: Progress) -> Progress:
        until = 0 if progress.is_done else self._around.clock() + LEASE_MS
        return save_progress(self._models, run, replace(progress, lease_until=until))

    def _patiently(self, run: Run, items: Sequence[Item]) -> "_Step":
        """Do some leads, again and more slowly where the store puts them off. Raises TryLater."""
        written = 0
        for attempt in range(STEP_TRIES):
            step = _Step(written)
            try:
                for item in items:
                    self._guarded(run, item, step)
            except TryLater:
                written = step.written
                self._per_second = max(WRITES_PER_SECOND_MIN, self._per_second // 2)
                if attempt + 1 == STEP_TRIES or self._is_over():
                    raise
                self._around.pause(SECOND_MS)
            else:
                return step
        raise TryLater

    def _guarded(self, run: Run, item: Item, step: "_Step") -> None:
        """Do one lead; what is wrong with it stays its own (decision 7)."""
        try:
            moved = self._lead(run, item, step)
        except TryLater:
            raise
        except LeadUnreadableError:
            self._around.count("lead_unreadable", 1)
            step.failed += 1
        except Exception as bug:  # noqa: BLE001  one lead's bug stops no other
            self._around.tell_bug(bug)
            step.failed += 1
        else:
            if moved is not None:
                step.moved.append(moved)

    # A lead

    def _lead(self, run: Run, item: Item | None, step: "_Step") -> Moved | None:
        """Bring one lead under the model; gives how its band moved, if it did."""
        for _ in range(TRIES):
            if item is None:
                return None
            stored = read_lead(item)
            if stored.erased or self._is_done(stored):
                return _moved_in(run, stored)
            decision = self._decide(run, stored)
            if not self._must_write(decision.lead, stored, item):
                return None
            try:
                self._writer.commit(decision, before=stored)
            except Conflict as conflict:
                item = self._writer.again(stored.id, conflict)
            else:
                step.written += 1
                return _moved_in(run, decision.lead)
        raise TryLater

    def _is_done(self, lead: Lead) -> bool:
        return lead.model == self._book.version and lead.matching == self._book.matching

    def _decide(self, run: Run, stored: Lead) -> Decision:
        """Score a lead anew. A fact in flight that the history has and the lead had not is told of
        where it makes it hot, for whoever brought it will find it hot already; nothing else is.
        """
        lead, news = rebuilt(stored, self._around)
        now = self._around.clock()
        at = max(now, lead.last_seen or 0)
        scored = self._handing.handed(self._writer.scored(lead, at=at), now=now)
        scored = replace(scored, refreshed_at=now)
        if scored.band != stored.band and not (scored.merged.untold or scored.merged.is_test):
            scored = replace(scored, rescored=f"{run.id} {stored.band} {scored.band}")
        scored = self._turning.again(scored, before=stored, now=now, live=news)
        owes = news and not is_stored_hot(stored) and self._turning.may_alert(scored, now=now)
        if owes:
            scored = self._turning.with_alert(scored, now=now, tip=None)
        publish = owes and scored.outbox is not None and scored.outbox.owed_at <= now
        return self._writer.decided(scored, before=stored, at=at, publish=publish, refreshed=True)

    def _must_write(self, lead: Lead, stored: Lead, item: Item) -> bool:
        """Whether anything but the model's name would change that somebody asks for.

        A hot lead is written in any case, and one whose band time will change: whether it was hot
        under this model is what its next alert depends on.
        """
        if lead.band == "hot" or lead.due_at != stored.due_at:
            return True
        anew = self._writer.stored_as(lead)
        if any(item.get(name) != anew.get(name) for name in {*item, *anew} - _KEPT):
            return True
        _, band_at = next_changes(self._book, lead.merged.state, at=lead.as_of or 0)
        return band_at is not None

    # Time

    def _is_over(self) -> bool:
        return self._around.clock() >= self._stops_at

    def _rest(self, since: int, seen: int, written: int) -> None:
        """Wait until so many leads may be done: live traffic has the table before us."""
        work = max(written, seen // READS_PER_WRITE)
        ends = since + work * SECOND_MS // self._per_second
        self._around.pause(max(0, ends - self._around.clock()))


class _Step:
    """What became of some leads."""

    def __init__(self, written: int) -> None:
        self.written = written
        self.failed = 0
        self.moved: list[Moved] = []


def _moved_in(run: Run, lead: Lead) -> Moved | None:
    """Tell how this run moved a lead, also where a crash hid that it did."""
    if not lead.rescored:
        return None
    name, was, band = lead.rescored.split(" ")
    is_of_run = name == run.id or _was_before_us(run, name)
    return Moved(lead.id, was, band, lead.score) if is_of_run else None


def _was_before_us(run: Run, name: str) -> bool:
    """Whether a sweep, an import or a fact moved the lead under this run's model first, while that
    was deployed or the run settled. A run that somebody asked for brings no other model.
    """
    if not name.startswith(MOVED_AT) or run.starts_at == run.begun_at:
        return False
    return int(name.removeprefix(MOVED_AT)) >= run.begun_at - DEPLOYED_MS
