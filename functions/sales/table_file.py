"""Lists and reports as a table for a spreadsheet: RFC 4180, in UTF-8 with its mark.

A spreadsheet takes a text that begins with one of a few characters for a formula. Such a text gets
an apostrophe in front, which shows it as it is (B35; OWASP ASVS 1.2.10).
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\0", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_MARK = "\ufeff"  # by which spreadsheets know UTF-8
LEAD_COLUMNS = (
    "id", "email", "name", "company", "job_title", "country", "phone", "score", "fit",
    "engagement", "band", "label", "channel", "campaign", "owner", "contacted_at",
    "contacted_result", "alerted_at", "cools_at", "do_not_contact", "outcome", "outcome_amount",
    "as_of",
)  # fmt: skip
QUALITY_COLUMNS = (
    "group", "leads", "ideal", "distance_unknown", "missing_most", "distance_mean",
    "distance_variance", "hot", "won", "won_value", "rejected", "minutes_to_contact",
    "leads_before", "hot_before", "won_before", "won_value_before",
)  # fmt: skip


def table_file(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows under these columns; what a row lacks is empty."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return _MARK + file.getvalue()


def lead_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a row of the call list flat."""
    contacted, outcome = row["contacted"] or {}, row["outcome"] or {}
    return {
        **row,
        "contacted_at": contacted.get("at"),
        "contacted_result": contacted.get("result"),
        "outcome": outcome.get("result"),
        "outcome_amount": outcome.get("amount"),
    }


def quality_columns(group: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a group of a report flat, the period before beside it."""
    before = group["before"]
    past = {f"{name}_before": before[name] for name in ("leads", "hot", "won", "won_value")}
    return {**group, **past, "ideal": group["by_distance"].get("0", 0)}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return str(value)
