"""One page of charts: leads, contacts and wins by band over the weeks, whether hot is right, and a
table of the rules.

Bands are metrics, written once a week: a metric costs by the hour in which it is written. Rules are
too many for that; each is one line of the log a week, which the table reads.
"""

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from functions.leads.week_count import BANDS
from infra.alarms import NAMESPACE
from infra.deploy_settings import DeploySettings

COLOURS = {"hot": "#d62728", "warm": "#ff9f1c", "cold": "#1f77b4"}
WEEK, DAY = Duration.days(7), Duration.days(1)
SHOWN = Duration.days(182)  # half a year, after which the model is looked at again
WIDTH = 24  # of a dashboard, in its units
RULES = (  # the newest week of each rule, as far back as logs are kept and the page shows
    'filter message = "rule counted"',
    (
        "stats latest(week) as counted, latest(leads) as all_leads, latest(contacted) as called, "
        "latest(won) as bought, latest(lost) as did_not, latest(other) as otherwise by rule"
    ),
    "sort all_leads desc",
    "limit 1000",
)


class WatchDashboard(Construct):
    """`wished` is the percentage of hot leads that should be won, None where the model says
    nothing; `log` is that of the function which counts.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: DeploySettings,
        log: logs.ILogGroup,
        wished: int | None,
    ) -> None:
        super().__init__(scope, name)
        self._service = settings.service
        title = f"{settings.stack_name}-{Aws.REGION}"  # names are of an account, not of a Region
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=title,
            default_interval=SHOWN,
            widgets=[
                [self._by_band(what) for what in ("leads", "contacted", "won")],
                [self._hot_wins(wished), self._age()],
                [_rules(log)],
            ],
        )
        self.address = (
            f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
            f"#dashboards/dashboard/{title}"
        )

    def _by_band(self, what: str) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title=f"{what.capitalize()}, by week",
            width=WIDTH // 3,
            left=[
                self._metric(f"{band}_{what}", band, WEEK, color=COLOURS[band]) for band in BANDS
            ],
            left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        )

    def _hot_wins(self, wished: int | None) -> cloudwatch.GraphWidget:
        line = cloudwatch.HorizontalAnnotation(value=wished or 0, label="review: hot_wins_below")
        return cloudwatch.GraphWidget(
            title="Percent won of the hot leads that ended within 90 days",
            width=WIDTH * 2 // 3,
            left=[self._metric("hot_wins_percent", "won", DAY, color=COLOURS["hot"])],
            left_annotations=[line] if wished else [],
            left_y_axis=cloudwatch.YAxisProps(min=0, max=100, show_units=False),
        )

    def _age(self) -> cloudwatch.SingleValueWidget:
        return cloudwatch.SingleValueWidget(
            title="Days since the model was changed",
            width=WIDTH // 3,
            metrics=[self._metric("model_age_days", "days", DAY)],
        )

    def _metric(
        self, name: str, label: str, period: Duration, *, color: str | None = None
    ) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={"service": self._service},
            statistic="Maximum",
            period=period,
            label=label,
            color=color,
        )


def _rules(log: logs.ILogGroup) -> cloudwatch.LogQueryWidget:
    return cloudwatch.LogQueryWidget(
        title="Rules, in the newest week: leads that have its points, of them called and bought",
        width=WIDTH,
        height=12,
        view=cloudwatch.LogQueryVisualizationType.TABLE,
        log_group_names=[log.log_group_name],
        query_lines=list(RULES),
    )
