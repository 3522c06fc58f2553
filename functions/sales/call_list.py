"""The call list: whom to call next, page by page.

A page is one query of an index and one read of the leads it names; what is shown is computed when
it is read. The index decides order and band, which may be minutes old (G10); filters look at what
is shown, so a page that few leads fit is read in portions of a hundred, and ends where it has
looked at a thousand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from functions.leads.lead_lists import NO_CONTACT, OWNED, RANKING, LeadLists, Listed
from functions.sales.lead_view import LeadView

LISTED_BANDS = ("hot", "warm")
SILENCED = ("bounced", "complained", "not_interested", "unsubscribed")
PORTION = 100  # leads of one read; DynamoDB takes no more
LOOKED_AT = 1000  # leads of a list one answer looks at, however few fit; it says so

Views = Callable[[Sequence[str]], Sequence[LeadView]]
Place = tuple[str, Listed]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is asked for: `bands` in order, an owner (None: all, "": nobody's), and filters."""

    bands: tuple[str, ...] = LISTED_BANDS
    owner: str | None = None
    channel: str | None = None
    country: str | None = None
    do_not_contact: bool = False

    def keys(self) -> list[tuple[str, str]]:
        """Give the index and key of each list that answers it, in their order."""
        if self.do_not_contact:
            return [(NO_CONTACT, reason) for reason in SILENCED]
        if self.owner:
            return [(OWNED, f"{self.owner}#{band}") for band in self.bands]
        return [(RANKING, band) for band in self.bands]

    def rank(self, place: Place) -> tuple[int, str, str]:
        """Give what places of the list sort by."""
        key, listed = place
        return [name for _, name in self.keys()].index(key), listed.order, listed.lead

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is what is asked for."""
        if self.owner == "" and row["owner"] is not None:
            return False
        if self.do_not_contact and not self._fits_unlisted(row):
            return False
        return all(
            wanted is None or str(row[name] or "").casefold() == wanted.casefold()
            for name, wanted in (("channel", self.channel), ("country", self.country))
        )

    def _fits_unlisted(self, row: Mapping[str, Any]) -> bool:
        """The list of whom not to mail is of all owners and bands, cold ones too."""
        if self.owner and row["owner"] != self.owner:
            return False
        return self.bands == LISTED_BANDS or row["band"] in self.bands


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the key and place of the last lead looked at where more may follow, and how many were
    looked at.
    """

    rows: list[dict[str, Any]]
    next: Place | None
    looked_at: int


class Seen(NamedTuple):
    """A lead of a list, and where it stands there."""

    place: Place
    view: LeadView


def read_page(
    query: ListQuery, lists: LeadLists, views: Views, *, after: Place | None, limit: int
) -> Page:
    """Read up to `limit` rows behind a place. Raises TryLater."""
    rows: list[dict[str, Any]] = []
    looked_at = 0

    def portion() -> int:
        """As many as are asked for while all of them fit."""
        wanted = limit if len(rows) == looked_at else PORTION
        return min(wanted, LOOKED_AT - looked_at)

    for key, listed in _places(query, lists, after=after, portion=portion):
        shown = {view.lead.id: view for view in views([one.lead for one in listed])}
        for one in listed:
            looked_at += 1
            row = shown[one.lead].row() if one.lead in shown else None
            if row is not None and query.fits(row):
                rows.append(row)
            if len(rows) == limit or looked_at == LOOKED_AT:
                return Page(rows, (key, one), looked_at)
    return Page(rows, None, looked_at)


def read_views(
    query: ListQuery, lists: LeadLists, views: Views, *, limit: int
) -> tuple[list[Seen], int]:
    """Read the first leads of a list that fit it, at most `limit` looked at; with how many were.
    Raises TryLater.
    """
    found: list[Seen] = []
    looked_at = 0
    for key, listed in _places(query, lists, after=None, portion=lambda: PORTION):
        portion = listed[: limit - looked_at]
        looked_at += len(portion)
        shown = {view.lead.id: view for view in views([one.lead for one in portion])}
        there = (Seen((key, one), shown[one.lead]) for one in portion if one.lead in shown)
        found += [one for one in there if query.fits(one.view.row())]
        if looked_at >= limit:
            break
    return found, looked_at


def _places(
    query: ListQuery, lists: LeadLists, *, after: Place | None, portion: Callable[[], int]
) -> Iterator[tuple[str, list[Listed]]]:
    """Each list's leads in order, in portions, beginning behind a place."""
    keys = query.keys()
    start = None
    if after is not None:
        keys, start = keys[query.rank(after)[0] :], after[1]
    for index, key in keys:
        while True:
            limit = portion()
            listed = lists.page(index, key, after=start, limit=limit)
            if listed:
                yield key, listed
            if len(listed) < limit:
                break
            start = listed[-1]
        start = None
