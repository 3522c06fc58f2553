"""`lead-scoring import`: facts written, and the report of what of a table could not be used."""

import json
import sys
from pathlib import Path

import pytest

from tests.analysis.made_up_leads import COLUMNS, MAPPING, made_up_rows
from tests.cli.conftest import Run


def written(folder: Path, mapping: str = MAPPING, leads: int = 400) -> tuple[str, str]:
    rows = [COLUMNS, *made_up_rows(leads, seed=7)]
    table, map_file = folder / "leads.csv", folder / "map.yaml"
    table.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    map_file.write_text(mapping, "utf-8")
    return str(table), str(map_file)


def test_a_table_becomes_a_fact_file_that_the_other_commands_read(folder: Path, run: Run) -> None:
    table, map_file = written(folder)
    code, out, err = run("import", table, "--map", map_file, "--out", "facts.jsonl")
    assert (code, err) == (0, "")
    assert "400 rows" in out
    assert "Facts are in facts.jsonl." in out
    lines = [json.loads(line) for line in Path("facts.jsonl").read_text("utf-8").splitlines()]
    assert {line["kind"] for line in lines} >= {"form_submitted", "sales_concluded"}
    own = [line for line in lines if line["kind"] not in {"site_used", "demo_asked"}]
    Path("known.jsonl").write_text("\n".join(map(json.dumps, own)), "utf-8")
    code, out, _ = run("score", "known.jsonl", "--at", "2000-01-02T00:00:00Z", "--json")
    assert code == 0
    assert len(out.splitlines()) == 400


def test_the_report_names_leaking_columns_and_says_when_the_mapping_uses_one(
    folder: Path, run: Run
) -> None:
    table, map_file = written(folder, MAPPING.replace("job: Job", "job: Job\n  verdict: Verdict"))
    code, out, _ = run("import", table, "--map", map_file)
    assert code == 0
    assert "filled in after the outcome" in out
    assert "THE MAPPING USES Verdict" in out
    assert "Nothing was written" in out


def test_the_report_as_json_counts_each_column(folder: Path, run: Run) -> None:
    table, map_file = written(folder)
    code, out, _ = run("import", table, "--map", map_file, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["rows"] == 400
    assert told["columns"]["Job"]["filled"] + told["columns"]["Job"]["empty"] == 400
    assert list(told["leaking"]) == ["Verdict", "Note"]
    assert told["outcomes"]["won"] + told["outcomes"]["lost"] == 400


def test_mistakes_of_the_mapping_are_told_together_and_nothing_is_written(
    folder: Path, run: Run
) -> None:
    table, map_file = written(folder, MAPPING.replace("Job", "Jop").replace("Size", "Sise"))
    code, _, err = run("import", table, "--map", map_file, "--out", "facts.jsonl")
    assert code == 1
    assert "map.yaml has 2 mistakes" in err
    assert "Did you mean `Job`?" in err
    assert not Path("facts.jsonl").exists()


def test_a_parquet_table_gives_the_same_facts(folder: Path, run: Run) -> None:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow.parquet import write_table  # noqa: PLC0415

    table, map_file = written(folder, leads=60)
    columns = list(zip(*made_up_rows(60, seed=7), strict=True))
    numbers = {"Number", "Size", "Visits", "Bought", "Value"}
    write_table(
        pa.table({
            name: [int(cell) if cell else None for cell in cells] if name in numbers
            else [cell or None for cell in cells]
            for name, cells in zip(COLUMNS, columns, strict=True)
        }),
        folder / "leads.parquet",
    )  # fmt: skip
    for file, out in ((table, "csv.jsonl"), ("leads.parquet", "parquet.jsonl")):
        assert run("import", file, "--map", map_file, "--out", out)[0] == 0
    assert Path("csv.jsonl").read_bytes() == Path("parquet.jsonl").read_bytes()


@pytest.mark.parametrize("missing", ["table", "map"])
def test_a_file_that_is_not_there_is_named(folder: Path, run: Run, missing: str) -> None:
    table, map_file = written(folder, leads=5)
    Path(table if missing == "table" else map_file).unlink()
    code, _, err = run("import", table, "--map", map_file)
    assert code == 1
    assert f"{'leads.csv' if missing == 'table' else 'map.yaml'}: No such file" in err


def test_without_the_libraries_it_says_how_to_get_them(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, map_file = written(folder, leads=5)
    for name in [name for name in sys.modules if name.partition(".")[0] == "analysis"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)
    code, _, err = run("import", table, "--map", map_file)
    assert code == 1
    assert "pip install '.[analysis]'" in err
    assert len(err.splitlines()) == 1
