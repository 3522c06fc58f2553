"""`lead-scoring import`: a table of a CRM as a fact file, and what of it could not be used.

The facts go to --out, the report to standard output; nothing is written where the mapping has a
mistake, or where no fact came of the table.
"""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.analysis_extra import analysis_module
from cli.clock import now
from cli.import_report import report_lines, report_object
from cli.model_file import load_model
from cli.problem import ProblemError
from cli.progress import progress

if TYPE_CHECKING:
    from analysis.column_table import Table
    from analysis.table_import import Imported
    from analysis.table_mapping import TableMapping


def run(options: Namespace) -> int:
    """Turn a table into facts. Raises ProblemError, where there is none too."""
    analysis_module("leak_check")
    from analysis.table_import import import_table  # noqa: PLC0415  (after the libraries are there)

    model = load_model(options.model)
    table, mapping = _read(Path(options.table), Path(options.map))
    with progress("reading rows", len(table.rows)) as advance:
        imported = import_table(table, mapping, model, advance=advance)
    out = options.out if imported.lines else None
    if out:
        _write(Path(out), imported)
    told = json.dumps(report_object(imported), ensure_ascii=False, indent=2)
    print(told if options.json else "\n".join(report_lines(imported, out, now())))
    if not imported.lines:
        raise ProblemError(
            "not one fact came of the table, and nothing was written: " + _why(imported)
        )
    return 0


def _why(imported: "Imported") -> str:
    lost = [f"{count:,} {what}" for what, count in imported.left_out.items()]
    unread = [note for note in imported.notes if "could not be used" in note or "format" in note]
    return "; ".join([*lost, *unread]) or "no row says anything that the mapping asks for"


def _read(path: Path, map_path: Path) -> "tuple[Table, TableMapping]":
    """Read a table with what is joined to it. Raises ProblemError with every mistake."""
    from analysis.column_table import UnreadableTableError, joined, read_table  # noqa: PLC0415
    from analysis.table_mapping import check_columns, check_join, read_mapping  # noqa: PLC0415
    from modelling.mistakes import ModelInvalid  # noqa: PLC0415

    try:
        read = read_mapping(_text(map_path), map_path.name)
        table = read_table(path, read.mapping.encoding)
        for place, entry in enumerate(read.mapping.join):
            beside = read_table(path.parent / entry.table, entry.encoding or read.mapping.encoding)
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
