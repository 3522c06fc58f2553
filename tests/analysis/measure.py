"""Measures learned models on leads nobody here wrote, beside two others on the same columns.

Everything goes through the product: the table is imported as facts, a model is learned on the
earlier leads, written as YAML, read, compiled, and the later leads are scored by the rule book just
before their outcome. `python -m tests.analysis.measure` prints the table; REAL_DATA names the
folder.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from analysis.column_table import joined, read_table
from analysis.declaring import Declared, declared_by
from analysis.example_leads import Example, examples_from
from analysis.learning import Learned, Wish, learn
from analysis.past_leads import past_leads
from analysis.ranking import Ranking, chances_from, ranking_of
from analysis.table_import import Imported, import_table
from analysis.table_mapping import check_columns, read_mapping
from cli.fact_files import SOURCE
from functions.intake.fact_line import read_fact
from functions.scoring.conditions import fold
from functions.scoring.facts import Fact
from functions.scoring.instants import parse_instant
from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_document, compile_model_text
from modelling.lint import lint_model_text
from tests.analysis.naive_bayes import NaiveBayes, tenths

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MAPPINGS = Path(__file__).parent / "mappings"
BASE: dict[str, Any] = {"model": "Nothing yet"}
EARLIER = 0.7
OLIST_SINCE = parse_instant(
    "2018-01-01T00:00:00Z"
)  # before it one in thirty buys, after one in eight


@dataclass(frozen=True, slots=True)
class Past:
    """The past leads of one table, in the order they began."""

    imported: Imported
    examples: list[Example]
    model: dict[str, Any]
    declared: Declared


@dataclass(frozen=True, slots=True)
class Compared:
    """One learned model beside two others, on the same later leads."""

    ours: Ranking
    boosted: Ranking
    bayes: Ranking
    learned: Learned
    seconds: float


def past_of(folder: Path, name: str, *, since: int | None = None) -> Past:
    """Import a table of the folder under the mapping of this name."""
    files = {
        "xeducation": "xeducation_leads.csv",
        "olist": "olist_marketing_qualified_leads_dataset.csv",
        "crm": "crm_sales_pipeline.csv",
    }
    read = read_mapping((MAPPINGS / f"{name}.yaml").read_text("utf-8"))
    table = read_table(folder / files[name])
    for entry in read.mapping.join:
        other = read_table(folder / entry.table)
        table = joined(table, other, on=entry.on, there=entry.there or entry.on)
    check_columns(read, table.columns)
    imported = import_table(table, read.mapping, compile_document(BASE))
    return past_of_lines(imported, since=since)


def past_of_lines(imported: Imported, *, since: int | None = None) -> Past:
    """Read the lines of an import as past leads."""
    compiled = compile_document(BASE)
    written = [json.loads(json.dumps(line)) for line in imported.lines]
    declared = declared_by(written, compiled)
    model = declared.extend(compiled)
    facts = [_fact(line, model) for line in written]
    found, _ = examples_from(past_leads(facts), RuleBook(model))
    return Past(imported, [e for e in found if since is None or e.begun >= since], model, declared)


def learned_from(past: Past, examples: Sequence[Example], wish: Wish | None = None) -> Learned:
    """Learn from some of the past leads."""
    return learn(examples, base=BASE, model=past.model, declared=past.declared, wish=wish or Wish())


def product_scores(text: str, examples: Iterable[Example]) -> Floats:
    """Score leads just before their outcome, by the product under a model's text."""
    assert [f for f in lint_model_text(text) if f.level == "error"] == []
    book = RuleBook(compile_model_text(text))
    return np.array([book.totals_of(e.facts, at=e.at).score for e in examples], dtype=np.float64)


def compare(past: Past, earlier: Bools | None = None, later: Bools | None = None) -> Compared:
    """Learn on the earlier leads and measure on the later ones, each way."""
    begun = time.process_time()
    count = len(past.examples)
    first = np.arange(count) < round(EARLIER * count) if earlier is None else earlier
    last = ~first if later is None else later
    own = [e for e, is_one in zip(past.examples, first, strict=True) if is_one]
    late = [e for e, is_one in zip(past.examples, last, strict=True) if is_one]
    learned = learned_from(past, own)
    assert learned.proposal is not None, learned.refusal
    won = np.array([e.won for e in past.examples])
    scored = product_scores(learned.proposal.text, [*own, *late])
    chances = chances_from(scored[: len(own)], won[first], scored[len(own) :])
    ours = ranking_of(scored[len(own) :], chances, won[last])
    seconds = time.process_time() - begun
    columns = _columns(past)
    return Compared(
        ours=ours,
        boosted=_boosted(columns, won, first, last),
        bayes=_bayes(columns, won, first, last),
        learned=learned,
        seconds=seconds,
    )


def _fact(line: dict[str, Any], model: dict[str, Any]) -> Fact:
    by_id = "@" not in line["lead"]
    asked = line | {"lead": "nobody@example.com"} if by_id else line
    fact = read_fact(
        asked, received_at=None, model=model, lead_id=lambda address: address, source=SOURCE
    )
    assert isinstance(fact, Fact), (line, fact)
    if not by_id:
        return fact
    from dataclasses import replace  # noqa: PLC0415

    return replace(fact, lead=line["lead"], email="", display_email="")


def _columns(past: Past) -> dict[str, list[Any]]:
    """The same columns as rules can ask of: one cell a lead, None where nothing is."""
    columns: dict[str, list[Any]] = {
        name: [e.known.get(name) for e in past.examples] for name in past.model["fields"]
    }
    for place, example in enumerate(past.examples):
        for fact in example.done:
            for name, value in fact.properties.items():
                if name != "form":
                    cells = columns.setdefault(f"{fact.kind}.{name}", [None] * len(past.examples))
                    cells[place] = value
    return {name: cells for name, cells in columns.items() if any(c is not None for c in cells)}


def _numbers(cells: Sequence[Any]) -> Floats | None:
    known = [cell for cell in cells if cell is not None]
    if not all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in known):
        return None
    return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)


def _boosted(columns: dict[str, list[Any]], won: Bools, first: Bools, last: Bools) -> Ranking:
    """scikit-learn's histogram gradient boosting as it comes, told which columns are categories."""
    read, categories = [], []
    for cells in columns.values():
        numbers = _numbers(cells)
        categories.append(numbers is None)
        places: dict[str, int] = {}
        codes = [
            np.nan if cell is None else places.setdefault(fold(str(cell)), len(places))
            for cell in cells
        ]
        read.append(numbers if numbers is not None else np.minimum(np.array(codes), 250))
    table = np.column_stack(read)
    with threadpool_limits(1):
        boosted = HistGradientBoostingClassifier(random_state=0, categorical_features=categories)
        chances = boosted.fit(table[first], won[first]).predict_proba(table[last])[:, 1]
    return ranking_of(chances, chances, won[last])


def _bayes(columns: dict[str, list[Any]], won: Bools, first: Bools, last: Bools) -> Ranking:
    read = []
    for cells in columns.values():
        numbers = _numbers(cells)
        texts = ["" if cell is None else fold(str(cell)) for cell in cells]
        read.append(texts if numbers is None else tenths(numbers, first))
    rows = list(zip(*read, strict=True))
    own = [row for row, is_one in zip(rows, first, strict=True) if is_one]
    bayes = NaiveBayes(own, [bool(one) for one in won[first]])
    late = [row for row, is_one in zip(rows, last, strict=True) if is_one]
    chances = np.array([bayes.chance(row) for row in late])
    return ranking_of(chances, chances, won[last])


def table_lines(name: str, compared: Compared) -> Iterable[str]:
    """Say a comparison in lines."""
    rules = len(compared.learned.proposal.rules) if compared.learned.proposal else 0
    started = bool(compared.learned.proposal and compared.learned.proposal.bounds.start)
    yield f"{name}: {compared.ours.leads:,} later leads, {compared.ours.won:,} won"
    yield f"  {'':34} {'AUC':>6} {'95 %':>16} {'top tenth':>10} {'calibration':>12}"
    for what, ranking in (
        (f"learned, {rules + started} rules, whole points", compared.ours),
        ("gradient boosting", compared.boosted), ("naive Bayes (Odoo)", compared.bayes),
    ):  # fmt: skip
        yield (
            f"  {what:34} {ranking.auc:6.3f} {ranking.low:7.3f} to {ranking.high:5.3f} "
            f"{ranking.top_lift:10.2f} {ranking.calibration_error:12.3f}"
        )
    yield f"  {compared.seconds:.1f} s of CPU to learn and score"


def main() -> None:
    """Print the table."""
    folder = Path(os.environ.get("REAL_DATA", "")) / "leads"
    if not folder.is_dir():
        raise SystemExit("set REAL_DATA to the folder of real leads")
    for name, since in (("xeducation", None), ("olist", OLIST_SINCE)):
        sys.stdout.write(
            "\n".join(table_lines(name, compare(past_of(folder, name, since=since)))) + "\n"
        )


if __name__ == "__main__":
    main()
