"""Row 3: requests for one event, counted below the SDK, through the real handlers."""

from bench.counted_lambdas import CountedLambdas, counted_lambdas
from bench.figure import Figure
from functions.runtime import wiring
from functions.scoring.instants import HOUR_MS, format_instant

ROW = "3"
MANY = 1000  # what a busy lead did before
_BATCH, _APART_MS = 50, 9 * HOUR_MS  # within the retention
_FORM = {"name": "Anna Nowak", "job_title": "CEO", "company_size": "11-50", "country": "PL"}


def measure() -> list[Figure]:
    """Count requests; nothing here is timed."""
    with counted_lambdas() as lambdas:
        return [
            _exactly(3, "an activity of a new lead", len(lambdas.record([page(1, "new")]))),
            _exactly(3, f"an activity of a lead that did {MANY} things", _of_a_busy_lead(lambdas)),
            _exactly(3, "a form of a new lead", len(lambdas.post("demo", form("new form", 1)))),
            _exactly(3, "a form of a known lead", len(lambdas.post("demo", form("new", 2)))),
            _at_most(12, "a batch of 10 activities of 10 leads", _of_ten_leads(lambdas)),
            _exactly(3, "a batch of 10 activities of one lead", _of_one_lead(lambdas)),
            _exactly(0, "writes of the lead by an activity that changes nothing", _again(lambdas)),
            Figure(
                ROW, "peer, by its design: idempotency record, read-modify-write", 4, "requests"
            ),
        ]


def page(number: int, lead: str) -> dict[str, str]:
    """A page viewed by one of the leads, each with an id of its own."""
    address = f"{lead.replace(' ', '-')}@example.com"
    name = f"page-{lead}-{number}"
    return {"kind": "page_viewed", "path": "/pricing", "id": name, "lead": address}


def form(lead: str, number: int) -> dict[str, str]:
    """The demo form of one of the leads."""
    address = f"{lead.replace(' ', '-')}@example.com"
    return _FORM | {"email": address, "submission_id": f"form-{lead}-{number}"}


def _of_a_busy_lead(lambdas: CountedLambdas) -> int:
    """A thing of a new kind by a lead that looked at prices for more than a year."""
    now = wiring.clock()
    visits = [
        page(number, "busy") | {"at": format_instant(now - number * _APART_MS)}
        for number in range(MANY)
    ]
    for first in range(0, MANY, _BATCH):
        lambdas.record(visits[first : first + _BATCH])
    download = {"kind": "file_downloaded", "file": "specification.pdf"}
    return len(lambdas.record([page(MANY, "busy") | download]))


def _of_ten_leads(lambdas: CountedLambdas) -> int:
    return len(lambdas.record([page(number, f"one of ten {number}") for number in range(10)]))


def _of_one_lead(lambdas: CountedLambdas) -> int:
    return len(lambdas.record([page(number, "alone") for number in range(10)]))


def _again(lambdas: CountedLambdas) -> int:
    opened = page(1, "alone") | {"kind": "email_opened", "id": "opened"}
    return lambdas.record([opened]).count("PutItem leads")


def _exactly(goal: int, what: str, value: int) -> Figure:
    return Figure(ROW, what, value, "requests", f"{goal}", value == goal)


def _at_most(goal: int, what: str, value: int) -> Figure:
    return Figure(ROW, what, value, "requests", f"<= {goal}", value <= goal)
