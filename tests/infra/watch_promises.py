"""What the template promises of watching the model: when it is counted, and what is shown of it."""

import json
from typing import Any

from tests.infra.template_reading import Template, lead_functions, named, properties

COLOURS = {"hot": "#d62728", "warm": "#ff9f1c", "cold": "#1f77b4"}
WEEK, DAY = 604_800, 86_400
RULES = (
    "SOURCE '<FunctionsWatchModelLog>' | filter message = \"rule counted\"\n"
    "| stats latest(week) as counted, latest(leads) as all_leads, latest(contacted) as called, "
    "latest(won) as bought, latest(lost) as did_not, latest(other) as otherwise by rule\n"
    "| sort all_leads desc\n"
    "| limit 1000"
)


def the_model_is_watched_every_hour(template: Template) -> None:
    """The first call of a week counts; each says the newest figures again."""
    schedule = named(template, "AWS::Scheduler::Schedule", "WatchHourly")
    assert (schedule["ScheduleExpression"], schedule["State"]) == ("rate(1 hour)", "ENABLED")
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsWatchModel")
    assert json.loads(target["Input"]) == {}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 1800, "MaximumRetryAttempts": 2}
    late = named(template, "AWS::Lambda::EventInvokeConfig", "WatchGiveUp")
    assert late["Qualifier"] == "$LATEST"
    assert late["FunctionName"]["Ref"].startswith("FunctionsWatchModel")
    assert (late["MaximumRetryAttempts"], late["MaximumEventAgeInSeconds"]) == (2, 1800)
    ends = (
        target["DeadLetterConfig"]["Arn"],
        late["DestinationConfig"]["OnFailure"]["Destination"],
    )
    assert all(end["Fn::GetAtt"][0].startswith("WatchDeadLetters") for end in ends)


def weeks_are_shown_on_one_page(template: Template) -> None:
    """Names of dashboards are of an account: another Region, another name."""
    (page,) = properties(template, "AWS::CloudWatch::Dashboard").values()
    service = _service(template)
    stack = service.replace("lead-scoring", "LeadScoring").removesuffix("-prod")
    assert page["DashboardName"] == {"Fn::Join": ["", [f"{stack}-", {"Ref": "AWS::Region"}]]}
    shown = json.loads(_text(page["DashboardBody"]))
    assert shown["start"] == "-P182D"
    assert [_place(one) for one in shown["widgets"]] == [
        ("metric", 0, 0, 8, 6), ("metric", 8, 0, 8, 6), ("metric", 16, 0, 8, 6),
        ("metric", 0, 6, 16, 6), ("metric", 16, 6, 8, 3), ("log", 0, 12, 24, 12),
    ]  # fmt: skip
    widgets = [one["properties"] for one in shown["widgets"]]
    assert {one["region"] for one in widgets} == {"<AWS::Region>"}
    assert [one["view"] for one in widgets] == [*["timeSeries"] * 4, "singleValue", "table"]
    for widget, what in zip(widgets, ("leads", "contacted", "won"), strict=False):
        assert widget["title"] == f"{what.capitalize()}, by week"
        assert widget["metrics"] == [
            _metric(service, f"{band}_{what}", color=colour, label=band, period=WEEK)
            for band, colour in COLOURS.items()
        ]
    *bands, hot, age, rules = widgets
    assert hot["title"] == "Percent won of the hot leads that ended within 90 days"
    assert hot["metrics"] == [
        _metric(service, "hot_wins_percent", color=COLOURS["hot"], label="won", period=DAY)
    ]
    (wished,) = hot["annotations"]["horizontal"]
    assert wished == {"value": 10, "label": "review: hot_wins_below", "yAxis": "left"}
    axes = [one["yAxis"]["left"] for one in (*bands, hot)]
    assert axes == [{"min": 0, "showUnits": False}] * 3 + [
        {"min": 0, "max": 100, "showUnits": False}
    ]
    assert age["title"] == "Days since the model was changed"
    assert age["metrics"] == [_metric(service, "model_age_days", label="days", period=DAY)]
    assert rules["title"].startswith("Rules, in the newest week: leads that have its points")
    assert rules["query"] == RULES


def _service(template: Template) -> str:
    """The name under which the stack's functions write metrics."""
    (service,) = {
        str(function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"])
        for function in lead_functions(template).values()
    }
    return service


def _metric(service: str, name: str, **shown: Any) -> list[Any]:
    return ["LeadScoring", name, "service", service, {"stat": "Maximum", **shown}]


def _place(widget: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(widget[name] for name in ("type", "x", "y", "width", "height"))


def _text(joined: dict[str, Any]) -> str:
    """The text that a join makes, each reference in it by its construct's name."""
    between, parts = joined["Fn::Join"]
    named_parts = (one if isinstance(one, str) else f"<{_referred(one['Ref'])}>" for one in parts)
    return str(between).join(named_parts)


def _referred(name: str) -> str:
    return name if "::" in name else name[:-8]
