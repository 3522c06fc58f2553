"""What `lead-scoring import` says of a table: what became of its rows and columns, what was decided
of them, and every kind of thing that was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from functions.scoring.instants import format_instant

if TYPE_CHECKING:
    from analysis.table_cells import ColumnCount
    from analysis.table_import import Imported

NAMES_MAX = 60  # letters of a column's name in the report
UNREAD_MAX = 100  # different cells of one column in JSON: a column of the wrong kind has a million


def report_object(imported: Imported) -> dict[str, Any]:
    """Say the report as JSON does."""
    return {
        "rows": imported.rows,
        "facts": len(imported.lines),
        "outcomes": dict(imported.ended),
        "left_out": dict(imported.left_out),
        "notes": imported.notes,
        "columns": {
            name: {
                "used": count.used,
                "filled": count.filled,
                "empty": count.empty,
                "unknown": count.unknown,
                "unread": dict(count.unread.most_common(UNREAD_MAX)),
                "out_of_range": count.out_of_range,
            }
            for name, count in imported.columns.items()
        },
        "undeclared": imported.undeclared,
        "leaking": {one.column: [sign.says for sign in one.signs] for one in imported.leaking},
    }


def report_lines(imported: Imported, out: str | None, at: int) -> Iterator[str]:
    """Say the report in lines for a person; `at` is now, UTC ms."""
    ended = ", ".join(f"{count:,} {how}" for how, count in imported.ended.most_common())
    yield f"{imported.rows:,} rows, {len(imported.lines):,} facts; outcomes: {ended or 'none'}"
    for what, count in imported.left_out.items():
        yield f"  left out: {count:,} {what}"
    yield ""
    yield from _columns(imported.columns)
    yield ""
    if imported.notes:
        yield "Mind this:"
        yield from (f"  {note}" for note in imported.notes)
        yield ""
    yield from _leaks(imported)
    if imported.undeclared:
        names = ", ".join(f"{name} ({what})" for name, what in imported.undeclared.items())
        yield f"Not declared in the model yet (`learn` declares what it uses): {names}"
    now = format_instant(at)
    ahead = sum(line["at"] > now for line in imported.lines)
    if ahead:
        yield (
            f"{ahead:,} facts lie ahead of now (a day without a time is over at its end); `send` "
            "takes them from then on."
        )
    if imported.lines:
        yield f"Facts are in {out}." if out else "Nothing was written: name a file with --out."


def _leaks(imported: Imported) -> Iterator[str]:
    if imported.leaking:
        yield "Leak check: these columns look filled in after the outcome; do not learn from them:"
        yield from (f"  {one}" for one in imported.leaking)
    else:
        yield "Leak check: no column looks filled in after the outcome."
    if imported.used_though_leaking:
        names = ", ".join(imported.used_though_leaking)
        yield f"  THE MAPPING USES {names}: take them out, or a model learns from the future."


def _columns(columns: Mapping[str, ColumnCount]) -> Iterator[str]:
    width = min(NAMES_MAX, max(len(name) for name in columns))
    heads = ("used", "filled", "empty", "unknown", "out of range")
    yield f"{'column':<{width}}  " + "".join(f"{head:>{len(head) + 2}}" for head in heads)
    for name, count in columns.items():
        cells = (
            "yes" if count.used else "",
            count.filled,
            count.empty,
            count.unknown or "",
            count.out_of_range or "",
        )
        told = "".join(
            f"{cell!s:>{len(head) + 2}}" for head, cell in zip(heads, cells, strict=True)
        )
        yield f"{name[:width]:<{width}}  {told}".rstrip()
