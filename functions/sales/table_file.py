"""Lists and reports as a table for a spreadsheet: RFC 4180, in UTF-8 with its mark.

A spreadsheet takes a text that begins with one of a few characters for a formula. Such a text gets
an apostrophe in front, which shows it as it is (B35; OWASP ASVS 1.2.10).
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from functions.sales.complaints import reason_in

_FORMULA = ("=", "+", "-", "@", "\t", "\0", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_MARK = "\ufeff"  # by which spreadsheets know UTF-8
LEAD_COLUMNS = (
    "id", "email", "name", "company", "job_title", "country", "phone", "score", "fit",
    "engagement", "band", "label", "channel", "campaign", "owner", "contacted_at",
    "contacted_result", "alerted_at", "cools_at", "do_not_contact", "outcome", "outcome_amount",
    "as_of",
)  # fmt: skip
_FIGURES = (
    "leads", "distance_0", "distance_1", "distance_2", "distance_3_or_more", "distance_known",
    "distance_unknown", "ideal_percent", "distance_mean", "distance_variance", "missing_most",
    "missing_most_leads", "hot", "won", "won_value", "rejected", "rejected_for",
    "minutes_to_contact",
)  # fmt: skip
_JUDGED = (
    "ideal", "distance_mean", "distance_variance", "missing_most", "hot", "won", "won_value",
    "rejected", "minutes_to_contact",
)  # fmt: skip
QUALITY_COLUMNS = (
    "group",
    *_FIGURES,
    *(f"{name}_before" for name in _FIGURES),
    *(f"{name}_differs" for name in _JUDGED),
)
_VERDICTS = {True: "more than chance", False: "within chance", None: "too few to tell"}
_FAR = 3  # criteria missing; further away one lead is as good as another


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


def quality_columns(group: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Lay a group of a report flat, the period before and each verdict beside it; reasons that have
    a code in the words of this language.
    """
    before = _figures(group["before"], language)
    return {
        "group": group["group"],
        **_figures(group, language),
        **{f"{name}_before": value for name, value in before.items()},
        **{f"{name}_differs": _VERDICTS[group["differs"][name]] for name in _JUDGED},
    }


def _figures(told: Mapping[str, Any], language: str) -> dict[str, Any]:
    away = {int(distance): leads for distance, leads in told["by_distance"].items()}
    reasons = (
        f"{reason_in(language, one['reason'])} ({one['leads']})" for one in told["rejected_for"]
    )
    return {
        **told,
        **{f"distance_{each}": away.get(each, 0) for each in range(_FAR)},
        f"distance_{_FAR}_or_more": sum(away[each] for each in away if each >= _FAR),
        "missing_most": told["missing_most_asks"],
        "rejected_for": "; ".join(reasons),
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return str(value)
