"""Shows how far long work has come, on the terminal and nowhere else.

Work that is done within a second shows nothing. Standard output stays what the command gives; a
file or a pipe never sees a bar.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

Advance = Callable[[int], None]
PATIENCE_SECONDS = 1.0


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar while the block runs; the block calls what it gets with each number of steps."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with ExitStack() as screen:
        begun, done = time.monotonic(), 0
        bar: Advance | None = None

        def advance(steps: int) -> None:
            nonlocal bar, done
            done += steps
            if bar is not None:
                bar(steps)
            elif time.monotonic() - begun > PATIENCE_SECONDS:
                bar = screen.enter_context(_bar(what, total))
                bar(done)

        yield advance


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Advance]:
    # 100 ms that short work should not cost
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda steps: shown.advance(task, steps)
