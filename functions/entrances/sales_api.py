"""The routes of sales: HTTP in, the desk's answer out, every error in one shape.

Nothing is decided here but what HTTP decides: which route, which status. Whatever a caller sends is
answered; what fails is ours and is told without a person's words (G17).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel

from functions.entrances.sales_requests import let_in
from functions.entrances.sales_shapes import (
    AnswersBody,
    Band,
    CompletenessReport,
    ContactedBody,
    Erasing,
    Everything,
    GoalsReport,
    LaterBody,
    LeadBody,
    LeadPage,
    Me,
    OutcomeBody,
    OwnerBody,
    Problem,
    QualityReport,
    RejectBody,
    ScoreAt,
    Share,
    TicksBody,
    WholeLead,
)
from functions.intake.answer_reading import AnswerError, Mistake
from functions.intake.email_address import AddressError, read_address
from functions.intake.fact_line import read_id
from functions.intake.form_answer import ALWAYS
from functions.intake.form_request import RequestError
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import TryLater
from functions.leads.surroundings import place_of
from functions.leads.team import Team
from functions.sales.attention import DAYS, Question
from functions.sales.call_list import LISTED_BANDS, ListQuery, Page
from functions.sales.caller import ADMIN, READ, WRITE, Caller, ForbiddenError, caller_of
from functions.sales.day_share import DayShare
from functions.sales.list_cursor import CursorError, Cursors
from functions.sales.period import Period, PeriodError, is_month, read_period
from functions.sales.repeats import mark_of
from functions.sales.sales_desk import (
    MistakesError,
    NoLeadError,
    RevisionError,
    SalesDesk,
    Wish,
)
from functions.sales.table_file import (
    LEAD_COLUMNS,
    QUALITY_COLUMNS,
    lead_columns,
    quality_columns,
    table_file,
)
from functions.scoring.facts import (
    SALES_ANSWERED,
    SALES_ASSIGNED,
    SALES_CONCLUDED,
    SALES_CONTACTED,
    SALES_POSTPONED,
    SALES_REJECTED,
    SALES_TICKED,
)
from functions.scoring.instants import format_instant, parse_instant

LIMIT, LIMIT_MAX = 25, 100
ME, NOBODY = "me", "nobody"
_RETRY_AFTER_SECONDS = 30
Language = Literal["en", "pl"]
By = Literal["channel", "campaign", "experiment", "form", "definition", "owner", "month"]
_KEYS = {"definition": "ideal"}  # what a report calls otherwise than the index does
LeadName = Annotated[
    str, Path(min_length=1, max_length=512, description="A lead's id, or external_id:VALUE.")
]
_PROBLEMS = {
    400: "It cannot be read",
    403: "Not allowed",
    404: "No such lead",
    412: "The lead has another revision",
    413: "Too long",
    415: "Not JSON",
    422: "Something in it cannot be; `errors` names it",
    503: "Try again in half a minute",
}


def _responses(status: int, answer: type[BaseModel], *problems: int) -> dict[int, Any]:
    """Say what a route may answer, for its document."""
    problem = {"application/problem+json": {"model": Problem}}
    told: dict[int, Any] = {
        status: {"description": "Done", "content": {"application/json": {"model": answer}}}
    }
    return told | {
        code: {"description": _PROBLEMS[code], "content": problem}
        for code in (403, 422, 503, *problems)
    }


_CSV: dict[int, Any] = {
    200: {"description": "A table", "content": {"text/csv": {"schema": {"type": "string"}}}},
    **{
        code: {
            "description": _PROBLEMS[code],
            "content": {"application/problem+json": {"model": Problem}},
        }
        for code in (403, 422, 503)
    },
}
_LIST_CSV = _CSV | {400: _responses(200, Problem, 400)[400]}
_READ, _WROTE = (404,), (400, 404, 412, 413, 415)


class SalesApi:
    """Answers requests of the sales API at one desk."""

    def __init__(
        self,
        desk: SalesDesk,
        *,
        key: bytes,
        count: Callable[[str, int], None],
        tell: Callable[..., None],
    ) -> None:
        """Build the routes once; `key` signs cursors."""
        self.desk, self.key = desk, key
        self._count, self._tell = count, tell
        self._app = sales_app(self)

    def answer(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one request (payload 2.0). Raises nothing."""
        request_id = _request_id(event)
        try:
            answer = dict(self._app.resolve(let_in(event), context))
        except RequestError as refused:
            answer = _problem(refused.status, refused.code, request_id, refused.mistakes)
        except Exception as bug:  # noqa: BLE001  ours: told without its words (decision 12)
            self._count("bug", 1)
            self._tell("bug", kind=type(bug).__name__, place=place_of(bug))
            answer = _problem(500, "internal_error", request_id)
        self._tell("sales answered", status=answer["statusCode"], request_id=request_id)
        headers = {name.lower(): value for name, value in answer.pop("headers", {}).items()}
        answer.pop("multiValueHeaders", None)
        return {**answer, "headers": {**headers, **ALWAYS}}

    def audit(self, what: str, caller: Caller, lead: str) -> None:
        """Write down who did what to which lead."""
        self._count(f"audit_{what}", 1)
        self._tell(f"audit: {what}", who=caller.name or caller.subject, lead=lead)

    def document(self) -> dict[str, Any]:
        """Give the OpenAPI document of these routes."""
        text = self._app.get_openapi_json_schema(
            title="Lead scoring: sales", version="1", description="Who to call now, and why."
        )
        document: dict[str, Any] = json.loads(text)
        return document


def sales_app(api: SalesApi) -> APIGatewayHttpResolver:
    """Build the routes. Their handlers only translate."""
    routes = _Routes(api, APIGatewayHttpResolver(enable_validation=True))
    _errors(routes.app)
    routes.lists()
    routes.leads()
    routes.what_is_known()
    routes.what_was_done()
    routes.reports()
    routes.what_is_stored()
    routes.tables()
    return routes.app


@dataclass(frozen=True, slots=True)
class _Routes:
    """The routes by what they are about, and what all of them ask of a request."""

    api: SalesApi
    app: APIGatewayHttpResolver

    def lists(self) -> None:
        """Lists, and who asks."""
        api, desk = self.api, self.api.desk

        @self.app.get(
            "/leads",
            summary="The call list, or one lead by its address",
            responses=_responses(200, LeadPage, 400),
        )
        def leads(
            band: Annotated[Band | None, Query()] = None,
            channel: Annotated[str | None, Query(max_length=100)] = None,
            country: Annotated[str | None, Query(max_length=2, min_length=2)] = None,
            owner: Annotated[str | None, Query(max_length=254, min_length=1)] = None,
            email: Annotated[str | None, Query(max_length=254, min_length=1)] = None,
            do_not_contact: Annotated[bool, Query()] = False,
            limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT,
            cursor: Annotated[str | None, Query(max_length=1000, min_length=1)] = None,
            attention: Annotated[Question | None, Query()] = None,
            counts: Annotated[bool, Query()] = False,
            days: Annotated[int, Query(ge=1, le=90)] = DAYS,
            today: Annotated[bool, Query(description="Whom the owner is to call today.")] = False,
        ) -> LeadPage:
            known = self.caller(READ)
            now = desk.clock()
            if email is not None:
                rows = desk.by_address(_canonical(email, "email"))
                return _page(rows, None, now)
            query = ListQuery(
                bands=LISTED_BANDS if band is None else (band,),
                owner=_owner(owner, known),
                channel=channel,
                country=country,
                do_not_contact=do_not_contact,
            )
            if today:
                whose = _owner(ME, known) if query.owner is None else query.owner
                return _todays(desk.today(replace(query, owner=whose)), now)
            cursors = self.cursors(known, query, attention=attention, days=days, counts=counts)
            after = None if cursor is None else cursors.read(cursor, now=now)
            if attention is not None or counts:
                found = desk.attention(query, attention, days=days, after=after, limit=limit)
                told = {"looked_at": found.page.looked_at, "counts": found.counts}
                return _page(found.page.rows, _next(cursors, found.page, now), now, **told)
            page = desk.page(query, after=after, limit=limit)
            stopped = page.next is not None and len(page.rows) < limit
            looked_at = page.looked_at if stopped else None
            return _page(page.rows, _next(cursors, page, now), now, looked_at=looked_at)

        @self.app.get("/me", summary="Who asks", responses=_responses(200, Me))
        def me() -> Me:
            known = self.caller(READ)
            team = _colleagues(desk.team, desk.clock())
            told = {"name": known.name, "role": known.role, "language": self.language(None)}
            declared = desk.book.model["fields"].items()
            fields = [{"field": name, "type": field["type"]} for name, field in declared]
            return Me.model_validate(told | {"team": team, "fields": fields})

        @self.app.get("/openapi.json", summary="This document", include_in_schema=False)
        def document() -> Response[Any]:
            self.caller(READ)
            return Response(200, "application/json; charset=utf-8", json.dumps(api.document()))

    def leads(self) -> None:
        """One lead, and a new one."""
        desk = self.api.desk

        @self.app.post(
            "/leads",
            summary="Enter a lead after a call",
            responses=_responses(201, WholeLead, 400, 404, 412, 413, 415),
        )
        def enter(body: LeadBody) -> Response[WholeLead]:
            known = self.caller(WRITE)
            address = _canonical(body.email, "email")
            said = self.wish(SALES_ANSWERED, {"answers": body.answers})
            return _lead(201, desk.enter(known, address, said, language=self.language(None)))

        @self.app.get(
            "/leads/<lead>",
            summary="One lead: score, why, forecast, answers, what happened",
            responses=_responses(200, WholeLead, *_READ),
        )
        def lead(
            lead: LeadName, language_: Annotated[Language | None, Query(alias="language")] = None
        ) -> Response[WholeLead]:
            self.caller(READ)
            return _lead(200, desk.whole(unquote(lead), language=self.language(language_)))

        @self.app.get(
            "/leads/<lead>/score",
            summary="The score at an instant, and why",
            responses=_responses(200, ScoreAt, *_READ),
        )
        def score(
            lead: LeadName,
            at: Annotated[str | None, Query(max_length=40, min_length=1)] = None,
            language_: Annotated[Language | None, Query(alias="language")] = None,
        ) -> ScoreAt:
            self.caller(READ)
            instant = desk.clock() if at is None else _instant(at, "at")
            told = desk.explained(unquote(lead), at=instant, language=self.language(language_))
            return ScoreAt.model_validate(told)

    def what_is_known(self) -> None:
        """What sales learned of a lead."""
        desk = self.api.desk

        @self.app.patch(
            "/leads/<lead>/answers",
            summary="What sales learned",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def answers(lead: LeadName, body: AnswersBody) -> Response[WholeLead]:
            return self.wrote(lead, [self.wish(SALES_ANSWERED, {"answers": body.answers})])

        @self.app.put(
            "/leads/<lead>/ticks",
            summary="Yes and no on the criteria of an ideal lead",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def ticks(lead: LeadName, body: TicksBody) -> Response[WholeLead]:
            said = self.wish(SALES_TICKED, {})
            return self.wrote(lead, desk.ticks(body.ticks, body.definition, like=said))

        @self.app.put(
            "/leads/<lead>/owner",
            summary="Whose lead it is",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def owner(lead: LeadName, body: OwnerBody) -> Response[WholeLead]:
            self.caller(WRITE)
            to = "" if body.owner is None else _canonical(body.owner, "owner")
            return self.wrote(lead, [self.wish(SALES_ASSIGNED, {"owner": to})])

    def what_was_done(self) -> None:
        """What sales did with a lead."""

        @self.app.put(
            "/leads/<lead>/outcome",
            summary="How it ended",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def outcome(lead: LeadName, body: OutcomeBody) -> Response[WholeLead]:
            says = {"result": body.result or "", "amount": body.amount, "reason": body.reason}
            return self.wrote(lead, [self.wish(SALES_CONCLUDED, says)])

        @self.app.post(
            "/leads/<lead>/contacted",
            summary="Sales contacted the lead",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def contacted(lead: LeadName, body: ContactedBody) -> Response[WholeLead]:
            return self.wrote(lead, [self.wish(SALES_CONTACTED, {"result": body.result}, body.at)])

        @self.app.put(
            "/leads/<lead>/later",
            summary="Call again later",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def later(lead: LeadName, body: LaterBody) -> Response[WholeLead]:
            self.caller(WRITE)
            until = "" if body.until is None else format_instant(_instant(body.until, "until"))
            return self.wrote(lead, [self.wish(SALES_POSTPONED, {"until": until})])

        @self.app.post(
            "/leads/<lead>/reject",
            summary="Sales complains of the lead",
            responses=_responses(200, WholeLead, *_WROTE),
        )
        def reject(lead: LeadName, body: RejectBody) -> Response[WholeLead]:
            return self.wrote(lead, [self.wish(SALES_REJECTED, {"reason": body.reason})])

    def reports(self) -> None:
        """How good leads were."""
        desk = self.api.desk

        @self.app.get(
            "/reports/quality",
            summary="The quality of leads, by channel or else, beside the period before",
            responses=_responses(200, QualityReport),
        )
        def quality(
            first: Annotated[str | None, Query(alias="from", max_length=7, min_length=7)] = None,
            last: Annotated[str | None, Query(alias="to", max_length=7, min_length=7)] = None,
            by: Annotated[By, Query()] = "channel",
            language_: Annotated[Language | None, Query(alias="language")] = None,
        ) -> Response[QualityReport]:
            self.caller(READ)
            told = self.quality(first, last, by, self.language(language_))
            return Response(
                200, "application/json", QualityReport.model_validate(told | {"by": by})
            )

        @self.app.get(
            "/reports/completeness",
            summary="Of how many leads each field is known",
            responses=_responses(200, CompletenessReport),
        )
        def complete(
            first: Annotated[str | None, Query(alias="from", max_length=7, min_length=7)] = None,
            last: Annotated[str | None, Query(alias="to", max_length=7, min_length=7)] = None,
        ) -> Response[CompletenessReport]:
            self.caller(READ)
            told = desk.completeness(self.period(first, last))
            return Response(200, "application/json", CompletenessReport.model_validate(told))

        @self.app.get(
            "/reports/goals",
            summary="What each channel brought in a month, beside its goals",
            responses=_responses(200, GoalsReport),
        )
        def goals(
            month: Annotated[str | None, Query(max_length=7, min_length=7)] = None,
        ) -> Response[GoalsReport]:
            self.caller(READ)
            months = self.period(month, month, first_name="month", last_name="month")
            told = desk.goals(months.first)
            return Response(200, "application/json", GoalsReport.model_validate(told))

    def tables(self) -> None:
        """Lists and reports for a spreadsheet: not for reps, and written down who asked."""
        desk = self.api.desk

        @self.app.get(
            "/leads.csv",
            summary="The call list, whole or part by part",
            description="What no single answer holds is refused unless `pages` is true: then each "
            "answer is a part, and its header `Link` with `rel=next` says where the next one is.",
            responses=_LIST_CSV,
        )
        def leads_table(
            band: Annotated[Band | None, Query()] = None,
            channel: Annotated[str | None, Query(max_length=100)] = None,
            country: Annotated[str | None, Query(max_length=2, min_length=2)] = None,
            owner: Annotated[str | None, Query(max_length=254, min_length=1)] = None,
            do_not_contact: Annotated[bool, Query()] = False,
            pages: Annotated[bool, Query(description="The caller goes on behind a part.")] = False,
            cursor: Annotated[str | None, Query(max_length=1000, min_length=1)] = None,
        ) -> Response[str]:
            known = self.caller(READ)
            known.check_takes_tables()
            now = desk.clock()
            bands = LISTED_BANDS if band is None else (band,)
            query = ListQuery(bands, _owner(owner, known), channel, country, do_not_contact)
            cursors = self.cursors(known, query)
            after = None if cursor is None else cursors.read(cursor, now=now)
            page = desk.table(query, after=after)
            following = _next(cursors, page, desk.clock())
            if following is not None and not (pages or cursor):
                raise MistakesError(Mistake("pages", "list_too_long"))
            self.api.audit("table", known, f"{len(page.rows)} leads")
            link = {} if following is None else {"link": self.link(following)}
            return _table("leads.csv", LEAD_COLUMNS, map(lead_columns, page.rows), link)

        @self.app.get("/reports/quality.csv", summary="The quality of leads", responses=_CSV)
        def quality_table(
            first: Annotated[str | None, Query(alias="from", max_length=7, min_length=7)] = None,
            last: Annotated[str | None, Query(alias="to", max_length=7, min_length=7)] = None,
            by: Annotated[By, Query()] = "channel",
            language_: Annotated[Language | None, Query(alias="language")] = None,
        ) -> Response[str]:
            known = self.caller(READ)
            known.check_takes_tables()
            language = self.language(language_)
            told = self.quality(first, last, by, language)
            self.api.audit("table", known, "a report")
            rows = (quality_columns(group, language) for group in told["groups"])
            return _table("quality.csv", QUALITY_COLUMNS, rows)

    def what_is_stored(self) -> None:
        """All that is stored of a person, and its end: admins only, and written down who asked."""
        desk = self.api.desk

        @self.app.get(
            "/leads/<lead>/export",
            summary="All that is stored of a person",
            responses=_responses(200, Everything, *_READ),
        )
        def export(lead: LeadName) -> Response[Everything]:
            known = self.caller(ADMIN)
            name, told = desk.everything(unquote(lead), language=self.language(None))
            self.api.audit("exported", known, name)
            return Response(200, "application/json", Everything.model_validate(told))

        @self.app.delete(
            "/leads/<lead>",
            summary="Forget a person for good",
            responses=_responses(202, Erasing, *_READ),
        )
        def erase(lead: LeadName) -> Response[Erasing]:
            known = self.caller(ADMIN)
            self.api.audit("erased", known, desk.erase(unquote(lead)))
            return Response(202, "application/json", Erasing(status="erasing"))

    def quality(self, first: str | None, last: str | None, by: By, language: str) -> dict[str, Any]:
        """The report of these months, worded in this language."""
        period = self.period(first, last)
        return self.api.desk.quality(period, by=_KEYS.get(by, by), language=language)

    def period(
        self,
        first: str | None,
        last: str | None,
        *,
        first_name: str = "from",
        last_name: str = "to",
    ) -> Period:
        """The months asked for; this month alone where none is."""
        today = format_instant(self.api.desk.clock())[:7]
        wrong = [
            Mistake(name, "invalid_period")
            for name, month in ((first_name, first), (last_name, last))
            if month is not None and not is_month(month)
        ]
        if wrong:
            raise MistakesError(*dict.fromkeys(wrong))
        try:
            return read_period(first or last or today, last or today)
        except PeriodError as error:
            raise MistakesError(Mistake(first_name, "invalid_period")) from error

    def caller(self, scope: str) -> Caller:
        """Who asks. Raises ForbiddenError where this scope is not theirs."""
        known = caller_of(self.app.current_event.raw_event)
        known.check_scope(scope)
        return known

    def cursors(self, known: Caller, query: ListQuery, **more: Any) -> Cursors:
        """Cursors of one caller's query; `more` is what else decides which leads are meant."""
        return Cursors(self.api.key, known.subject, asdict(query) | more)

    def link(self, cursor: str) -> str:
        """Name the next part of what is asked for (RFC 8288)."""
        asked = dict(self.app.current_event.query_string_parameters or {}) | {"cursor": cursor}
        return f'<?{urlencode(asked)}>; rel="next"'

    def language(self, asked: str | None) -> str:
        """The language to word rules in."""
        return asked or str(self.api.desk.book.model["alerts"]["language"])

    def wish(self, kind: str, says: Mapping[str, Any], at: str | None = None) -> Wish:
        """Make a wish of what a request asks to be written. Raises ForbiddenError before it looks
        for mistakes.
        """
        self.caller(WRITE)
        headers = self.app.current_event.headers
        key, revision = _key(headers), _revision(headers)
        if key is None:
            return Wish(kind, says, secrets.token_hex(12), at, revision)
        mark = mark_of(kind, key, json.loads(self.app.current_event.body or "null"))
        return Wish(kind, says, key, at, revision, mark)

    def wrote(self, lead: str, wishes: list[Wish]) -> Response[WholeLead]:
        """Write, and answer with the lead as it is then."""
        told = self.api.desk.write(
            self.caller(WRITE), unquote(lead), wishes, language=self.language(None)
        )
        return _lead(200, told)


def _errors(app: APIGatewayHttpResolver) -> None:
    """One shape for every error, whatever raised it."""

    def problem(status: int, code: str, mistakes: Any = (), headers: Any = None) -> Response[Any]:
        told = _problem(status, code, _request_id(app.current_event.raw_event), mistakes)
        return Response(status, told["headers"]["content-type"], told["body"], headers=headers)

    def changed(error: RevisionError) -> Response[Any]:
        return problem(412, "revision_changed", headers={"etag": f'"{error.revision}"'})

    def misshapen(error: RequestValidationError) -> Response[Any]:
        return problem(422, "validation_failed", [_mistake(one) for one in error.errors()])

    after = {"retry-after": str(_RETRY_AFTER_SECONDS)}
    answers: Mapping[type[Exception], Callable[[Any], Response[Any]]] = {
        ForbiddenError: lambda _: problem(403, "forbidden"),
        NoLeadError: lambda _: problem(404, "not_found"),
        LeadUnreadableError: lambda _: problem(404, "not_found"),
        CursorError: lambda _: problem(400, "invalid_cursor"),
        RevisionError: changed,
        MistakesError: lambda error: problem(422, "validation_failed", error.mistakes),
        RequestValidationError: misshapen,
        TryLater: lambda _: problem(503, "temporarily_unavailable", headers=after),
    }
    for kind, answer in answers.items():
        app.exception_handler(kind)(answer)

    @app.not_found
    def no_route(_: Exception) -> Response[Any]:
        return problem(404, "not_found")


def _lead(status: int, told: Mapping[str, Any]) -> Response[WholeLead]:
    return Response(
        status,
        "application/json",
        WholeLead.model_validate(told),
        headers={"etag": f'"{told["revision"]}"'},
    )


def _page(rows: list[dict[str, Any]], following: str | None, now: int, **told: Any) -> LeadPage:
    page = {"as_of": format_instant(now), "leads": rows, "next": following}
    return LeadPage.model_validate(page | told)


def _next(cursors: Cursors, page: Page, now: int) -> str | None:
    return page.next and cursors.write(page.next[0], page.next[1], now=now)


def _table(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response[str]:
    named = {"content-disposition": f'attachment; filename="{name}"', **headers}
    return Response(200, "text/csv; charset=utf-8", table_file(columns, rows), headers=named)


def _todays(share: DayShare, now: int) -> LeadPage:
    """Whom to call today, all of them, and of how many; such a page has no next one."""
    told = Share(
        owner=share.owner or None,
        calls_a_day=share.calls_a_day,
        called=share.called,
        away=share.away,
    )
    return _page(share.rows, None, now).model_copy(update={"share": told})


def _colleagues(team: Team, now: int) -> list[dict[str, Any]]:
    """Who sells, as everybody signed in may know it, by name."""
    names = ("mail", "name", "role", "calls_a_day")
    return [
        {name: getattr(one, name) for name in names} | {"away": one.is_away(now)}
        for one in sorted(team.members, key=lambda one: (one.name, one.mail))
    ]


def _problem(status: int, code: str, request_id: str, mistakes: Any = ()) -> dict[str, Any]:
    told = Problem(
        type=f"/errors/{code}",
        status=status,
        code=code,
        request_id=request_id,
        errors=[mistake._asdict() for mistake in mistakes] or None,
    )
    return {
        "statusCode": status,
        "headers": {"content-type": "application/problem+json; charset=utf-8"},
        "body": told.model_dump_json(exclude_none=True),
        "isBase64Encoded": False,
    }


_CODES = {"extra_forbidden": "unknown_field", "literal_error": "invalid_choice"}


def _mistake(error: Mapping[str, Any]) -> Mistake:
    """Name the field and what is wrong with it; what was sent is never told."""
    place = [str(part) for part in error["loc"] if part not in {"body", "query", "path"}]
    field = place[0] if place and place[0].isascii() and len(place[0]) <= 100 else "body"
    if error["type"] == "extra_forbidden":
        return Mistake("body", "unknown_field")  # its name is a stranger's
    code = "missing" if error["type"] == "missing" else _CODES.get(error["type"], "invalid_value")
    return Mistake(field, code)


def _owner(asked: str | None, known: Caller) -> str | None:
    if asked == ME:
        if known.name is None:
            raise MistakesError(Mistake("owner", "missing_owner"))
        return known.name
    if asked == NOBODY:
        return ""
    return None if asked is None else _canonical(asked, "owner")


def _canonical(address: str, field: str) -> str:
    try:
        return read_address(address).canonical
    except AddressError as error:
        raise MistakesError(Mistake(field, error.code)) from error


def _instant(text: str, field: str) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise MistakesError(Mistake(field, "invalid_time")) from error


def _key(headers: Mapping[str, str]) -> str | None:
    """Read the caller's key, which is the fact's id: a repeat under it is the same fact."""
    try:
        return read_id(headers.get("idempotency-key"))
    except AnswerError as error:
        raise MistakesError(Mistake("idempotency-key", error.code)) from error


def _revision(headers: Mapping[str, str]) -> int | None:
    stated = headers.get("if-match")
    if stated is None or stated.strip() == "*":
        return None
    number = stated.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise MistakesError(Mistake("if-match", "invalid_revision"))
    return int(number)


def _request_id(event: Mapping[str, Any]) -> str:
    context = event.get("requestContext")
    name = context.get("requestId") if isinstance(context, Mapping) else None
    return name if isinstance(name, str) and name.isascii() and len(name) <= 64 else ""
