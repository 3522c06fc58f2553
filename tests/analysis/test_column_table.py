"""Tables as spreadsheets write them: encodings, separators, and columns that are none."""

from pathlib import Path

import pytest

from analysis.column_table import Table, UnreadableTableError, read_csv_text, read_table

POLISH = "Imię;Miasto\nŻaneta;Łódź\n"
READ = (("Imię", "Miasto"), (("Żaneta", "Łódź"),))


def written(folder: Path, raw: bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"], ids=["plain", "marked", "16", "32"]
)
def test_what_is_marked_or_utf_8_is_read_without_a_word(tmp_path: Path, encoding: str) -> None:
    table = read_table(written(tmp_path, POLISH.encode(encoding)), "cp1252")
    assert table == Table(*READ)


def test_utf_16_of_either_byte_order_is_told_by_its_mark(tmp_path: Path) -> None:
    raw = b"\xfe\xff" + POLISH.encode("utf-16-be")
    assert read_table(written(tmp_path, raw)) == Table(*READ)


def test_what_excel_writes_in_poland_is_guessed_and_told_with_an_example(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, POLISH.encode("cp1250")))
    assert (table.columns, table.rows) == READ
    (note,) = table.notes
    assert "was read as cp1250, such as `Imię`" in note
    assert "`encoding`" in note


def test_the_encoding_a_mapping_names_is_believed_where_bytes_tell_nothing(tmp_path: Path) -> None:
    raw = POLISH.encode("iso-8859-2")
    assert read_table(written(tmp_path, raw), "iso-8859-2") == Table(*READ)
    raw = POLISH.encode("utf-16-le")
    assert read_table(written(tmp_path, raw), "utf-16-le") == Table(*READ)


@pytest.mark.parametrize(
    ("raw", "encoding", "says"),
    [
        (b"a;b\n\x81;1\n", None, "t.csv is not cp1250"),
        (b"a;b\n\xe9;1\n", "ascii", "t.csv is not ascii"),
        ("a;b\n1;2\n".encode("utf-16-le"), None, "encoding: utf-16-le"),
        (b"\xff\xfea", None, "t.csv is not utf-16"),
    ],
)
def test_bytes_in_no_such_encoding_say_what_to_write(
    tmp_path: Path, raw: bytes, encoding: str | None, says: str
) -> None:
    with pytest.raises(UnreadableTableError, match=says):
        read_table(written(tmp_path, raw), encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(tmp_path: Path, end: str) -> None:
    raw = end.join(["a;b", "1;2", ""]).encode()
    assert read_table(written(tmp_path, raw)) == Table(("a", "b"), (("1", "2"),))


@pytest.mark.parametrize(
    "text",
    [
        "a;b;\n1;2;\n",
        "a;b\n1;2;\n",
        "a;b;;\n1;2;;\n",
        "\n\na;b\n\n1;2\n",
    ],
)
def test_separators_that_spreadsheets_add_are_passed_over(text: str) -> None:
    assert read_csv_text(text) == Table(("a", "b"), (("1", "2"),))


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;;"])
def test_a_first_line_that_names_the_separator_is_believed(first: str) -> None:
    table = read_csv_text(f"{first}\na,x;b,y\n1;2\n")
    assert table == Table(("a,x", "b,y"), (("1", "2"),))


def test_separators_inside_quotes_do_not_count() -> None:
    table = read_csv_text('a,b,"x; y; z; q"\n1,2,"3\n;"\n')
    assert table == Table(("a", "b", "x; y; z; q"), (("1", "2", "3\n;"),))
    assert read_csv_text('"a,\n(one)";b\n1;2\n').columns == ("a,\n(one)", "b")


def test_a_short_row_is_filled_up_and_told() -> None:
    table = read_csv_text("a;b\n1;2\n3\n")
    assert table.rows == (("1", "2"), ("3", ""))
    assert table.notes == ("the table has 1 rows with fewer cells than columns; the rest is empty",)


def test_a_first_column_that_only_counts_rows_is_passed_over_and_told() -> None:
    table = read_csv_text(",a\n0,x\n1,y\n")
    assert (table.columns, table.rows) == (("a",), (("x",), ("y",)))
    assert table.notes == ("the table: the first column has no name and is passed over",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n", "no rows"),
        ("", "no rows"),
        ("a,a\n1,2\n", "`a` twice"),
        ("a,b\n1,2,3\n", "3 cells"),
        ("a,b,,\n1,2,,x\n", "column 4 has cells such as `x` and no name"),
        (",a,\n0,x,\n", "column 1 has cells such as `0` and no name"),
        (f"a,b\n{'x' * 200_000},1\n", "cannot be read as CSV"),
    ],
)
def test_what_is_no_table_says_why(text: str, says: str) -> None:
    with pytest.raises(UnreadableTableError, match=says):
        read_csv_text(text)
