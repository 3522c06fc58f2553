"""`lead-scoring import`: facts written, and the report of what of a table could not be used."""

import json
import sys
from pathlib import Path

import pytest

from tests.analysis.made_up_leads import COLUMNS, MAPPING, made_up_rows
from tests.cli.conftest import Run

MODEL = """\
model: Trial
fields: {size: {type: number}, news: {type: text}}
bands: {hot: above 20, cold: below 5}
fit:
  - {rule: large, when: {size: {from: 10}}, points: 5}
  - {rule: reads, when: {news: "yes"}, points: 7}
engagement:
  - {rule: visits, activity: page_viewed, points: 10, at_most: 5, lasts: 90 days}
"""


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


def test_two_tables_of_one_lead_count_both_and_an_export_sorted_otherwise_counts_once(
    folder: Path, run: Run
) -> None:
    Path("model.yaml").write_text(MODEL, "utf-8")
    Path("leads.yaml").write_text(
        "lead: Mail\nat: Day\nanswers: {size: {column: Size, type: number}}\n", "utf-8"
    )
    Path("news.yaml").write_text("lead: Mail\nat: Day\nanswers: {news: News}\n", "utf-8")
    Path("events.yaml").write_text(
        "lead: Mail\nat: Day\nevent: {column: What, kinds: {Visit: page_viewed}}\n", "utf-8"
    )
    Path("leads.csv").write_text("Mail;Day;Size\na@x.pl;2026-01-02;30\n", "utf-8")
    Path("news.csv").write_text("Mail;Day;News\na@x.pl;2026-01-05;yes\n", "utf-8")
    visits = ["a@x.pl;2026-01-03;Visit", "b@x.pl;2026-01-04;Visit"]
    for name, rows in (("events", visits), ("again", visits[::-1])):
        Path(f"{name}.csv").write_text("\n".join(["Mail;Day;What", *rows]) + "\n", "utf-8")
    for name, mapping in (
        ("leads", "leads"), ("news", "news"), ("events", "events"), ("again", "events"),
    ):  # fmt: skip
        arguments = (f"{name}.csv", "--map", f"{mapping}.yaml", "--out", f"{name}.jsonl")
        assert run("import", *arguments, "--model", "model.yaml")[0] == 0

    def score(*names: str) -> int:
        files = [f"{name}.jsonl" for name in names]
        _, out, _ = run("score", *files, "--model", "model.yaml", "--at", "2026-01-10T00:00:00Z",
                        "--json")  # fmt: skip
        scores = [json.loads(line) for line in out.splitlines()]
        return next(int(one["score"]) for one in scores if one["lead"] == "a@x.pl")

    assert (score("leads"), score("news"), score("leads", "news")) == (5, 7, 12)
    assert (score("events"), score("events", "again")) == (10, 10)


def test_a_monthly_export_with_changed_answers_scores_by_the_newest(folder: Path, run: Run) -> None:
    Path("model.yaml").write_text(MODEL, "utf-8")
    Path("map.yaml").write_text(
        "lead: Mail\nat: Day\nchanged: Changed\nanswers: {size: {column: Size, type: number}}\n",
        "utf-8",
    )
    for name, row in (("jan", "5;2026-01-02"), ("feb", "30;2026-02-05"), ("mar", "6;2026-03-05")):
        text = f"Mail;Day;Size;Changed\na@x.pl;2026-01-02;{row}\n"
        Path(f"{name}.csv").write_text(text, "utf-8")
        arguments = (f"{name}.csv", "--map", "map.yaml", "--out", f"{name}.jsonl")
        assert run("import", *arguments, "--model", "model.yaml")[0] == 0

    def score(*names: str) -> int:
        files = [f"{name}.jsonl" for name in names]
        _, out, _ = run("score", *files, "--model", "model.yaml", "--at", "2026-04-01T00:00:00Z",
                        "--json")  # fmt: skip
        return int(json.loads(out)["score"])

    assert [score("jan"), score("jan", "feb"), score("mar", "feb", "jan")] == [0, 5, 0]


def test_leads_won_on_the_day_they_came_are_verified(folder: Path, run: Run) -> None:
    rows = [
        f"u{n}@x.pl;{day} 14:00;{n};{'Won' if n % 2 else 'Lost'};{day}"
        for n, day in ((n, f"2026-0{1 + n % 9}-02") for n in range(60))
    ]
    Path("t.csv").write_text("\n".join(["Mail;Day;Size;Stage;Closed", *rows]) + "\n", "utf-8")
    Path("map.yaml").write_text(
        "lead: Mail\nat: {column: Day, zone: Europe/Warsaw}\n"
        "answers: {company_size: {column: Size, type: number}}\noutcome: {column: Stage, "
        "won: Won, lost: Lost, at: {column: Closed, zone: Europe/Warsaw}}\n",
        "utf-8",
    )
    code, out, _ = run("import", "t.csv", "--map", "map.yaml", "--out", "t.jsonl", "--json")
    assert code == 0
    assert json.loads(out)["outcomes"] == {"won": 30, "lost": 30}
    _, out, _ = run("verify", "t.jsonl", "--json")
    told = json.loads(out)
    assert (told["leads"], told["won"]["number"]) == (60, 30)


def test_a_table_of_which_no_date_can_be_read_is_an_error_and_nothing_is_written(
    folder: Path, run: Run
) -> None:
    Path("t.csv").write_text("Mail;Day\na@x.pl;31.12.2025\nb@x.pl;01.01.2026\n", "utf-8")
    Path("map.yaml").write_text("lead: Mail\nat: Day\n", "utf-8")
    code, out, err = run("import", "t.csv", "--map", "map.yaml", "--out", "t.jsonl")
    assert code == 1
    assert "Facts are in" not in out
    assert not Path("t.jsonl").exists()
    assert "2 rows without a readable instant" in err
    assert "`31.12.2025`" in err
    assert 'by `format: "%d.%m.%Y"`' in err
    assert len(err.splitlines()) == 1


def test_a_table_of_which_nothing_is_mapped_says_so(folder: Path, run: Run) -> None:
    Path("t.csv").write_text("Mail;Day;What\na@x.pl;2026-01-01;\n", "utf-8")
    Path("map.yaml").write_text(
        "lead: Mail\nat: Day\nevent: {column: What, kinds: {Visit: page_viewed}}\n", "utf-8"
    )
    code, _, err = run("import", "t.csv", "--map", "map.yaml")
    assert code == 1
    assert "no row says anything that the mapping asks for" in err


def test_what_was_decided_and_left_out_stands_in_the_report(folder: Path, run: Run) -> None:
    text = (
        "Mail;Day;Stage;Closed;Wert\na@x.pl;2026-01-01;Won;2026-01-02;1.200\nb;x;Neu;;1,5 z\u0142\n"
    )
    Path("t.csv").write_bytes(text.encode("cp1250"))
    Path("map.yaml").write_text(
        "lead: Mail\nat: Day\noutcome: {column: Stage, won: Won, at: Closed, amount: Wert}\n",
        "utf-8",
    )
    code, out, _ = run("import", "t.csv", "--map", "map.yaml", "--out", "t.jsonl")
    assert code == 0
    assert "left out: 1 rows without a readable instant" in out
    assert "read as cp1250, such as `1,5 z\u0142`" in out
    assert "`1.200` is read as 1200, as `1,5 z\u0142` has a comma" in out
    assert "1 cells are no outcome, and their leads open: 1 `Neu`" in out
    lines = [json.loads(line) for line in Path("t.jsonl").read_text("utf-8").splitlines()]
    assert lines[-1]["amount"] == 1200
    mapping = Path("map.yaml").read_text("utf-8")
    Path("map.yaml").write_text(f"decimal: point\nencoding: cp1250\n{mapping}", "utf-8")
    _, out, _ = run("import", "t.csv", "--map", "map.yaml", "--out", "t.jsonl", "--json")
    told = json.loads(out)
    assert not [note for note in told["notes"] if "cp1250" in note or "decimal" in note]
    assert told["columns"]["Day"]["unread"] == {"x": 1}


def test_what_is_closed_today_is_said_to_lie_ahead(folder: Path, run: Run) -> None:
    Path("t.csv").write_text("Mail;Day;Closed\na@x.pl;2026-01-01;2999-01-02\n", "utf-8")
    Path("map.yaml").write_text(
        "lead: Mail\nat: Day\noutcome: {column: Closed, won: filled, at: Closed}\n", "utf-8"
    )
    _, out, _ = run("import", "t.csv", "--map", "map.yaml")
    assert "1 facts lie ahead of now" in out


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
