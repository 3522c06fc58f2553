"""`lead-scoring import`: a table of a CRM as a fact file, and what of it could not be used.

The facts go to --out, the report to standard output; nothing is written where the mapping has a
mistake.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.analysis_extra import analysis_module
from cli.model_file import load_model
from cli.problem import ProblemError
from cli.progress import progress

if TYPE_CHECKING:
    from analysis.column_table import Table
    from analysis.table_import import ColumnCount, Imported
    from analysis.table_mapping import TableMapping

NAMES_MAX = 60  # letters of a column's name in the report


def run(options: Namespace) -> int:
    """Turn a table into facts. Raises ProblemError."""
    analysis_module("leak_check")
    from analysis.table_import import import_table  # noqa: PLC0415  (after the libraries are there)

    model = load_model(options.model)
    table, mapping = _read(Path(options.table), Path(options.map))
    with progress("reading rows", len(table.rows)) as advance:
        imported = import_table(table, mapping, model, advance=advance)
    if options.out:
        _write(Path(options.out), imported)
    told = json.dumps(report_object(imported), ensure_ascii=False, indent=2)
    print(told if options.json else "\n".join(report_lines(imported, options.out)))
    return 0


def report_object(imported: "Imported") -> dict[str, Any]:
    """Say the report as JSON does."""
    return {
        "rows": imported.rows,
        "facts": len(imported.lines),
        "outcomes": dict(imported.ended),
        "left_out": dict(imported.left_out),
        "columns": {
            name: {
                "used": count.used,
                "filled": count.filled,
                "empty": count.empty,
                "unknown": count.unknown,
                "out_of_range": count.out_of_range,
            }
            for name, count in imported.columns.items()
        },
        "undeclared": imported.undeclared,
        "leaking": {one.column: [sign.says for sign in one.signs] for one in imported.leaking},
    }


def report_lines(imported: "Imported", out: str | None) -> Iterator[str]:
    """Say the report in lines for a person."""
    ended = ", ".join(f"{count:,} {how}" for how, count in imported.ended.most_common())
    yield f"{imported.rows:,} rows, {len(imported.lines):,} facts; outcomes: {ended or 'none'}"
    for why, count in imported.left_out.items():
        yield f"  left out: {count:,} rows or outcomes {why}"
    yield ""
    yield from _columns(imported.columns)
    yield ""
    if imported.leaking:
        yield "Leak check: these columns look filled in after the outcome; do not learn from them:"
        yield from (f"  {one}" for one in imported.leaking)
    else:
        yield "Leak check: no column looks filled in after the outcome."
    if imported.used_though_leaking:
        names = ", ".join(imported.used_though_leaking)
        yield f"  THE MAPPING USES {names}: take them out, or a model learns from the future."
    if imported.undeclared:
        names = ", ".join(f"{name} ({what})" for name, what in imported.undeclared.items())
        yield f"Not declared in the model yet (`learn` declares what it uses): {names}"
    yield f"Facts are in {out}." if out else "Nothing was written: name a file with --out."


def _columns(columns: Mapping[str, "ColumnCount"]) -> Iterator[str]:
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


def _read(path: Path, map_path: Path) -> "tuple[Table, TableMapping]":
    """Read a table with what is joined to it. Raises ProblemError with every mistake."""
    from analysis.column_table import UnreadableTableError, joined, read_table  # noqa: PLC0415
    from analysis.table_mapping import check_columns, check_join, read_mapping  # noqa: PLC0415
    from modelling.mistakes import ModelInvalid  # noqa: PLC0415

    try:
        read = read_mapping(_text(map_path), map_path.name)
        table = read_table(path)
        for place, entry in enumerate(read.mapping.join):
            beside = read_table(path.parent / entry.table)
            check_join(read, place, table.columns, beside.columns, map_path.name)
            table = joined(table, beside, on=entry.on, there=entry.there or entry.on)
        check_columns(read, table.columns, map_path.name)
    except ModelInvalid as invalid:
        raise ProblemError(str(invalid)) from invalid
    except UnreadableTableError as error:
        raise ProblemError(str(error)) from error
    except OSError as error:
        raise ProblemError(f"{error.filename or path}: {error.strerror or error}") from error
    return table, read.mapping


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(f"{path} is not UTF-8; save it as UTF-8 text") from error


def _write(path: Path, imported: "Imported") -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for line in imported.lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise ProblemError(f"{path} cannot be written: {error.strerror or error}") from error
    sys.stdout.flush()
