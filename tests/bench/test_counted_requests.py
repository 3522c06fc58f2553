"""What the bench counts exactly is promised here too: requests of events, alerts and the sweep."""

from bench import alert_requests, requests_per_event
from bench.counted_lambdas import counted_lambdas
from bench.expiry_requests import swept
from bench.figure import Figure
from bench.requests_per_event import form, page
from bench.units_per_event import next_events
from functions.runtime import wiring


def test_an_event_is_three_requests_whatever_the_lead_has_done() -> None:
    counted = {figure.what: figure.value for figure in of_ours(requests_per_event.measure())}
    assert counted == {
        "an activity of a new lead": 3,
        "an activity of a lead that did 1000 things": 3,
        "a form of a new lead": 3,
        "a form of a known lead": 3,
        "a batch of 10 activities of 10 leads": 12,
        "a batch of 10 activities of one lead": 3,
        "writes of the lead by an activity that changes nothing": 0,
    }


def test_an_alert_is_two_requests_more_and_only_where_a_lead_turns_hot() -> None:
    counted = [figure.value for figure in alert_requests.measure()]
    assert counted == [2, 0, 0]


def test_an_event_reads_first_keeps_then_and_writes_last() -> None:
    with counted_lambdas() as lambdas:
        assert lambdas.record([page(1, "anna")]) == [
            "BatchGetItem",
            "BatchWriteItem",
            "PutItem leads",
        ]
        assert lambdas.post("demo", form("anna", 1)) == [
            "BatchGetItem",
            "PutItem facts",
            "PutItem leads",
        ]


def test_an_event_makes_no_client_but_that_of_the_tables() -> None:
    """Each costs a start some milliseconds; those of topic and queues wait until they are used."""
    with counted_lambdas() as lambdas:
        lambdas.record([page(1, "anna")])
        assert wiring.client.cache_info().currsize == 1


def test_a_repeat_is_read_and_kept_again_and_writes_no_lead() -> None:
    with counted_lambdas() as lambdas:
        lambdas.record([page(1, "anna")])
        assert lambdas.record([page(1, "anna")]) == ["BatchGetItem", "BatchWriteItem"]
        lambdas.post("demo", form("anna", 1))
        assert lambdas.post("demo", form("anna", 1)) == ["BatchGetItem", "PutItem facts"]


def test_the_sweep_asks_for_due_leads_alone_however_many_there_are() -> None:
    meter = swept(2000, due=40)
    assert meter.requests == swept(100, due=40).requests
    assert meter.requests["PutItem leads"] == 40
    assert meter.requests["BatchGetItem"] <= 16, "many leads of a shard are read at once"
    assert meter.requests["Query due"] == 17, "16 shards, and the one of waiting alerts"


def test_an_event_reads_one_unit_whatever_the_lead_has_done() -> None:
    few, many = next_events(10), next_events(300)
    assert few.reads == many.reads
    assert few.writes["facts"] == many.writes["facts"]


def of_ours(figures: list[Figure]) -> list[Figure]:
    return [figure for figure in figures if not figure.what.startswith("peer")]
