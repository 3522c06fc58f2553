"""The page that says which test notices when a guarantee is broken: what `make mutants` found."""

from collections.abc import Iterable, Sequence

from tests.mutants.fault_runs import ROOT, Result

PAGE = ROOT / "docs" / "proofs.md"
_HEAD = """# How each guarantee is proved

A test is worth what it notices. `make mutants` puts known faults into a copy of the product, one at
a time, and runs the tests that should see it; this page is what it found, written when every fault
was noticed. Rows are those of [guarantees](guarantees.md) and of [requirements](requirements.md);
the test named is the first that failed.

| Row | Fault put in | Noticed by |
| --- | --- | --- |
"""


def proofs_page(results: Sequence[Result]) -> str:
    """Write the page: a line for each row of each fault, the guarantees first, in their order."""
    lines = [
        (_place(row), f"| {row} | {result.fault.name} | {_test(result.by)} |")
        for result in results
        for row in result.fault.rows.split()
    ]
    return _HEAD + "\n".join(_in_order(lines)) + "\n"


def _in_order(lines: Iterable[tuple[tuple[int, int], str]]) -> list[str]:
    return [line for _, line in sorted(lines)]


def _place(row: str) -> tuple[int, int]:
    return "GBCKDR".index(row[0]), int(row[1:])


def _test(node: str) -> str:
    file, _, name = node.partition("::")
    return f"`{name}` in `{file}`" if name else node
