"""Row 7: requests of an alert beyond the write that owes it, through the real handlers."""

from bench.counted_lambdas import CountedLambdas, counted_lambdas
from bench.figure import Figure

ROW = "7"
_LEAD = "maria.nowak@example.com"
_FORM = {
    "email": _LEAD,
    "submission_id": "form-of-maria",
    "name": "Maria Nowak",
    "company": "Example Sp. z o.o.",
    "job_title": "CEO",
    "company_size": "11-50",
    "country": "Polska",
    "industry": "Software",
    "revenue": "2000000",
}


def measure() -> list[Figure]:
    """Let a lead turn hot, and then do one thing more."""
    with counted_lambdas() as lambdas:
        lambdas.post("demo", _FORM)
        warm = _extra(lambdas, "/blog")
        hot = _extra(lambdas, "/pricing")
        later = _extra(lambdas, "/product")
    return [
        _figure(2, "an activity that turns a lead hot", len(hot)),
        _figure(0, "an activity that leaves it warm", len(warm)),
        _figure(0, "an activity of a lead that is hot already", len(later)),
    ]


def _extra(lambdas: CountedLambdas, path: str) -> list[str]:
    """Requests beyond those of any activity: read, history, write."""
    visit = {"kind": "page_viewed", "path": path, "id": f"visit of {path}", "lead": _LEAD}
    requests = lambdas.record([visit])
    for usual in ("BatchGetItem", "BatchWriteItem", "PutItem leads"):
        requests.remove(usual)
    return requests


def _figure(goal: int, what: str, value: int) -> Figure:
    return Figure(ROW, what, value, "requests more", f"{goal}", value == goal)
