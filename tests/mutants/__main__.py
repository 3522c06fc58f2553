"""`make mutants`: put known faults into the product, one by one, and see which test notices.

It takes minutes, so it stands beside `make test`. `make mutants ARGS="lease rows:G12"` tries those
whose name or row fits alone. When all were tried and all were noticed, `docs/proofs.md` is written.
"""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutants.fault_runs import (
    Fault,
    Result,
    copy_of_the_tree,
    fits,
    passes_without_faults,
    tried,
)
from tests.mutants.proofs_page import PAGE, proofs_page
from tests.mutants.seeded_faults import FAULTS

AT_ONCE = 2


def main(wanted: Sequence[str]) -> int:
    """Try the faults asked for, all without a word; gives the exit code."""
    console = Console()
    faults = [fault for fault in FAULTS if _is_wanted(fault, wanted)]
    if not faults:
        console.print(f"No seeded fault is called {' or '.join(wanted)}.")
        return 2
    stale = [fault.name for fault in faults if not fits(fault)]
    results = _all_tried([fault for fault in faults if fits(fault)], console)
    if results is None:
        return 1
    console.print(_table(results))
    alive = [result.fault.name for result in results if not result.killed]
    console.print(f"{len(results) - len(alive)} of {len(results)} faults were noticed.")
    if alive:
        console.print(f"Not noticed: {', '.join(alive)}", style="bold red")
    if stale:
        console.print(f"Their code has changed, write them anew: {', '.join(stale)}")
    if alive or stale:
        return 1
    if not wanted:
        PAGE.write_text(proofs_page(results), "utf-8")
        console.print(f"Written: {PAGE.name}")
    return 0


def _is_wanted(fault: Fault, wanted: Sequence[str]) -> bool:
    return not wanted or any(
        word.removeprefix("rows:") in fault.rows.split()
        if word.startswith("rows:")
        else word in fault.name
        for word in wanted
    )


def _all_tried(faults: Sequence[Fault], console: Console) -> list[Result] | None:
    """Try the faults side by side, each worker in a copy of its own; None where a test fails
    without any fault.
    """
    with tempfile.TemporaryDirectory(prefix="seeded-faults-") as temporary:
        folders = [Path(temporary) / str(number) for number in range(AT_ONCE)]
        for folder in folders:
            copy_of_the_tree(folder)
        console.print(f"{len(faults)} faults; first their tests without any ...")
        sound = passes_without_faults(folders[0], [test for f in faults for test in f.tests])
        if sound.returncode:
            console.print(sound.stdout, sound.stderr, "They fail without a fault: mend that first.")
            return None
        lots = [list(faults[number::AT_ONCE]) for number in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tasks = zip(lots, cycle(folders), [console] * AT_ONCE, strict=False)
            done = list(pool.map(lambda task: _lot(*task), tasks))
    return sorted((r for lot in done for r in lot), key=lambda result: faults.index(result.fault))


def _lot(faults: Sequence[Fault], folder: Path, console: Console) -> list[Result]:
    results = []
    for fault in faults:
        results.append(tried(fault, folder))
        verdict = "noticed" if results[-1].killed else "NOT NOTICED"
        console.print(f"{verdict}  {fault.name}", highlight=False)
    return results


def _table(results: Sequence[Result]) -> Table:
    table = Table("fault", "rows", "noticed by", "s")
    for result in results:
        by = result.by.rpartition("::")[2] if result.killed else "nobody"
        table.add_row(result.fault.name, result.fault.rows, by, f"{result.seconds:.0f}")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
