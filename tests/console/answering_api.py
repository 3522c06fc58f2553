"""Stands for the sales API and the sign-in: answers the contract from a small list of leads.

The sign-in redirects straight back with a code, and gives tokens for it only to whoever has the
verifier. Everything asked is kept in `asked`; `fail` and `hold` make it fail or wait.
"""

import ast
import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.console.listed_leads import (
    KASIA,
    NOW,
    Lead,
    happening,
    instant,
    lead,
    measured,
    people,
    row_of,
    team,
)
from tests.console.quality_figures import completeness_report, goals_report, quality_report

CLIENT = "console-client"
TOKEN_SECONDS = 1800
HELD_SECONDS = 20  # a test that forgets to let go does not stand for ever
TABLE = "name,score\r\nAnna Nowak,78\r\n"
PROBLEM = "application/problem+json; charset=utf-8"
JSON = "application/json; charset=utf-8"
FIELDS = {
    "company": "text", "company_size": "number", "country": "country", "first_call": "date",
    "industry": "text", "job_title": "text", "message": "message", "name": "text",
    "phone": "phone", "reseller": "yes_no", "revenue": "number", "website": "url",
}  # fmt: skip
_RESULTS = {
    "contacted": ("reached", "no_answer", "left_message"),
    "outcome": ("won", "lost", "not_interested", "disqualified", None),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and where the rest of it is."""

    text: str
    link: str = ""


class RefusedError(Exception):
    """A request that is answered with an error of the contract."""

    def __init__(self, status: int, code: str, *mistakes: tuple[str, str]) -> None:
        """Keep what is answered."""
        super().__init__(code)
        self.status, self.code, self.mistakes = status, code, mistakes


@dataclass
class AnsweringApi:
    """`leads` are in call order; `person` and `role` say who signs in. With `pkce=False` codes are
    given for tokens without a verifier, as by a sign-in that knows none. Lists come as tables of so
    many `parts`; one page of a list looks at no more than `looks_at` leads.
    """

    leads: list[Lead] = field(default_factory=people)
    person: str | None = KASIA
    role: str = "rep"
    language: str = "en"
    pkce: bool = True
    asked: list[Asked] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    token_seconds: int = TOKEN_SECONDS
    team: list[dict[str, Any]] = field(default_factory=team)
    called: int = 0
    parts: int = 1
    looks_at: int | None = None

    def __post_init__(self) -> None:
        """Take a free port."""
        self._failing: list[tuple[str, int, str]] = []
        self._held: dict[str, threading.Event] = {}
        self._challenges: dict[str, str] = {}
        self._refresh: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), _Answerer)
        self._server.api = self
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for event in self._held.values():
            event.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def config(self, **more: Any) -> dict[str, Any]:
        """Give what the page is told."""
        told = {"api": f"{self.address}/api", "sign_in": self.address, "client": CLIENT}
        return told | {"pkce": self.pkce} | more

    def fail(self, path: str, status: int, method: str = "") -> None:
        """Answer the next request whose path begins so with this status; 0 gives no answer."""
        self._failing.append((path, status, method))

    def hold(self, path: str) -> threading.Event:
        """Let requests whose path begins so wait until the event is set."""
        return self._held.setdefault(path, threading.Event())

    def signed_in(self) -> dict[str, Any]:
        """Give tokens as the page keeps them, without the way through the sign-in."""
        self.tokens.add("token-kept")
        return {"access": "token-kept", "refresh": None, "until": 1e15}

    def end_sessions(self) -> None:
        """Take no token that was given so far, nor a refresh token."""
        self.tokens.clear()
        self._refresh.clear()

    def end_tokens(self) -> None:
        """Take no access token that was given so far; refresh tokens still count."""
        self.tokens.clear()

    def writes(self) -> list[tuple[str, str, Any]]:
        """What was asked to be written: method, what, body."""
        return [
            (one.method, one.path.rsplit("/", 1)[-1], one.body)
            for one in self.asked
            if one.method not in {"GET", "OPTIONS"} and one.path.startswith("/api")
        ]

    def find(self, name: str) -> Lead:
        """Find a lead by its id. Raises RefusedError."""
        for each in self.leads:
            if each["id"] == name:
                return each
        raise RefusedError(404, "not_found")

    # what the sign-in answers

    def authorize(self, query: Mapping[str, str]) -> str:
        """Give where the browser goes with its code."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert {"openid", "leads/read", "leads/write"} <= set(query["scope"].split())
        if self.pkce:
            assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self._challenges)}"
        self._challenges[code] = query.get("code_challenge", "")
        back = urlencode({"code": code, "state": query["state"]})
        return f"{query['redirect_uri']}?{back}"

    def token(self, body: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Change a code or a refresh token for tokens; a code counts once."""
        if body.get("grant_type") == "refresh_token":
            taken = body.get("refresh_token") in self._refresh
        else:
            challenge = self._challenges.pop(body.get("code", ""), None)
            proved = not self.pkce or challenge == _challenge(body.get("code_verifier", ""))
            taken = challenge is not None and proved
        if not taken or body.get("client_id") != CLIENT:
            return 400, {"error": "invalid_grant"}
        number = len(self.asked)
        self.tokens.add(f"token-{number}")
        told = {"access_token": f"token-{number}", "expires_in": self.token_seconds}
        if body.get("grant_type") != "refresh_token":
            self._refresh.add(f"refresh-{number}")
            told["refresh_token"] = f"refresh-{number}"
        return 200, told | {"token_type": "Bearer", "id_token": "an ID token is of no use here"}

    # what the API answers

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Answer one request of the API. Raises RefusedError."""
        path = asked.path.removeprefix("/api")
        if asked.method == "GET":
            return 200, self._read(path, asked.query)
        if (asked.method, path) == ("POST", "/leads"):
            return 201, self._enter(asked)
        if asked.method == "DELETE":
            self._for_admins()
            self.leads.remove(self.find(path.removeprefix("/leads/")))
            return 202, {"status": "erasing"}
        found = re.fullmatch(r"/leads/([^/]+)/(\w+)", path)
        if not found:
            raise RefusedError(404, "not_found")
        lead = self.find(unquote(found[1]))
        self._check(lead, asked)
        self._write(lead, asked.method, found[2], asked.body)
        lead["revision"] += 1
        return 200, lead

    def status_of(self, method: str, path: str, query: Mapping[str, str]) -> int | None:
        """Say with which status this request is to fail, and wait where it is to wait. The counts,
        which a page asks for behind a person's back, fail for nobody.
        """
        for beginning, event in self._held.items():
            if path.startswith(beginning):
                event.wait(HELD_SECONDS)
        for one in self._failing:
            if path.startswith(one[0]) and "counts" not in query and one[2] in {"", method}:
                self._failing.remove(one)
                return one[1]
        return None

    def _read(self, path: str, query: Mapping[str, str]) -> Any:
        if path == "/me":
            fields = [{"field": name, "type": kind} for name, kind in FIELDS.items()]
            told = {"name": self.person, "role": self.role, "language": self.language}
            return told | {"team": self.team, "fields": fields}
        if path == "/reports/goals":
            return goals_report(query)
        if path == "/reports/completeness":
            return completeness_report(query)
        if path == "/reports/quality":
            return quality_report(query)
        if path == "/leads":
            return self._page(query)
        if path.endswith(".csv"):
            if self.role == "rep":
                raise RefusedError(403, "forbidden")
            return self._part(query) if path == "/leads.csv" else Table(TABLE)
        if path.endswith("/export"):
            self._for_admins()
            lead = self.find(path.removeprefix("/leads/").removesuffix("/export"))
            return {"lead": lead, "stored": {"lead": lead["id"]}, "facts": []}
        if path.startswith("/leads/"):
            return self.find(unquote(path.removeprefix("/leads/")))
        raise RefusedError(404, "not_found")

    def _part(self, query: Mapping[str, str]) -> "Table":
        part = int(query.get("cursor", "0")) + 1
        if part < self.parts and "pages" not in query:
            raise RefusedError(422, "validation_failed", ("pages", "list_too_long"))
        rest = urlencode({**query, "cursor": part}) if part < self.parts else ""
        return Table(TABLE, rest and f'<?{rest}>; rel="next"')

    def _for_admins(self) -> None:
        if self.role != "admin":
            raise RefusedError(403, "forbidden")

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        rows = [row_of(one) for one in self.leads if self._fits(one, query)]
        if "today" in query:
            return self._todays(rows, query)
        if "attention" in query or "counts" in query:
            return _looked_at(rows, query)
        if self.looks_at:
            seen = _cut(self.leads, {**query, "limit": str(self.looks_at)})
            return seen | {
                "leads": [row_of(one) for one in seen["leads"] if self._fits(one, query)]
            }
        return _cut(rows, query)

    def _todays(self, rows: list[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
        owner = self.person if query["owner"] == "me" else query["owner"]
        member = next(one for one in self.team if one["mail"] == owner)
        left = 0 if member["away"] else (member["calls_a_day"] or len(rows)) - self.called
        share = {
            "owner": owner,
            "calls_a_day": member["calls_a_day"],
            "called": self.called,
            "away": member["away"],
        }
        told = {"as_of": instant(), "leads": rows[: max(0, left)], "next": None}
        return told | {"looked_at": None, "counts": None, "share": share}

    def _fits(self, lead: Lead, query: Mapping[str, str]) -> bool:
        if "email" in query:
            return bool(lead["email"] == query["email"].strip().lower())
        if "do_not_contact" in query and not lead["do_not_contact"]:
            return False
        if "do_not_contact" not in query and (lead["band"] == "cold" or lead["outcome"]):
            return False
        owners = {"me": self.person, "nobody": None}
        if "owner" in query and lead["owner"] != owners.get(query["owner"], query["owner"]):
            return False
        return all(
            name not in query or str(lead[name] or "").casefold() == query[name].casefold()
            for name in ("band", "channel", "country")
        )

    def _enter(self, asked: Asked) -> Lead:
        email, answers = asked.body["email"].strip().lower(), asked.body["answers"]
        mistakes = [] if "@" in email[1:] else [("email", "invalid_email")]
        mistakes += [("phone", "invalid_phone")] if "none" in answers.get("phone", "") else []
        mistakes += [("revenue", "invalid_number")] if "much" in answers.get("revenue", "") else []
        if mistakes:
            raise RefusedError(422, "validation_failed", *mistakes)
        known = next((one for one in self.leads if one["email"] == email), None)
        if known is None:
            known = lead(500 + len(self.leads), email, [])
            self.leads.append(known)
        self._check_owner(known)
        self._answers(known, asked.body)
        shown = ("name", "company", "job_title", "country", "phone")
        known |= {name: answers[name] for name in shown if name in answers}
        return known

    def _check_owner(self, lead: Lead) -> None:
        if self.role == "rep" and lead["owner"] not in {None, self.person}:
            raise RefusedError(403, "forbidden")

    def _check(self, lead: Lead, asked: Asked) -> None:
        self._check_owner(lead)
        stated = asked.headers.get("if-match")
        if stated is not None and stated.strip('"') != str(lead["revision"]):
            raise RefusedError(412, "revision_changed")

    def _write(self, lead: Lead, method: str, what: str, body: Any) -> None:
        acts: dict[tuple[str, str], Callable[[Lead, Any], None]] = {
            ("POST", "contacted"): self._contacted,
            ("PUT", "outcome"): self._outcome,
            ("PUT", "owner"): self._owner,
            ("PUT", "ticks"): self._ticks,
            ("PUT", "later"): self._later,
            ("POST", "reject"): self._reject,
            ("PATCH", "answers"): self._answers,
        }
        if (method, what) not in acts:
            raise RefusedError(404, "not_found")
        acts[method, what](lead, body)

    def _contacted(self, lead: Lead, body: Any) -> None:
        result = _choice("contacted", body)
        lead["contacted"] = {"at": instant(), "result": result, "by": self.person}
        lead["moved_since_contact"] = False
        lead["happened"].insert(0, happening("sales_contacted", 0, result=result, by=self.person))

    def _outcome(self, lead: Lead, body: Any) -> None:
        result = _choice("outcome", body)
        told = {"at": instant(), "result": result, "by": self.person}
        told |= {name: body.get(name) for name in ("amount", "reason")}
        lead["outcome"] = told if result else None

    def _owner(self, lead: Lead, body: Any) -> None:
        if self.role == "rep" and body["owner"] not in {None, self.person}:
            raise RefusedError(403, "forbidden")
        lead["owner"] = body["owner"]

    def _ticks(self, lead: Lead, body: Any) -> None:
        named = body.get("definition")
        (quality,) = (one for one in lead["definitions"] if named in {None, one["definition"]})
        criteria = {one["criterion"]: one for one in quality["criteria"]}
        for name, given in body["ticks"].items():
            if name not in criteria:
                raise RefusedError(422, "validation_failed", ("ticks", "unknown_criterion"))
            criteria[name] |= {"answer": given, "from": "tick"}
        answers = [one["answer"] for one in criteria.values()]
        missing, unknown = answers.count("no"), answers.count("unknown")
        distance = None if unknown else missing
        quality |= {"missing": missing, "unknown": unknown, "distance": distance}
        lead |= measured(lead)

    def _later(self, lead: Lead, body: Any) -> None:
        lead["later"] = body["until"]

    def _reject(self, lead: Lead, body: Any) -> None:
        if not body.get("reason"):
            raise RefusedError(422, "validation_failed", ("reason", "missing"))
        lead["rejected"] = {"at": instant(), "reason": body["reason"]}

    def _answers(self, lead: Lead, body: Any) -> None:
        for name, value in body["answers"].items():
            kept = [one for one in lead["answers"] if one["field"] != name]
            told = {"field": name, "value": value, "origin": "sales", "at": instant()}
            lead["answers"] = [*kept, told] if value is not None else kept


def _choice(what: str, body: Any) -> Any:
    if body.get("result", "") not in _RESULTS[what]:
        raise RefusedError(422, "validation_failed", ("result", "invalid_choice"))
    return body["result"]


def _looked_at(rows: Sequence[Lead], query: Mapping[str, str]) -> dict[str, Any]:
    """A page of what is asked for, and how many leads each question finds."""
    answers: dict[str, Callable[[Lead], bool]] = {
        "waiting": _is_waiting,
        "no_response": lambda row: row["contacted"] is not None and not row["moved_since_contact"],
        "needs_answer": lambda row: bool(row["unknown"]),
        "cooling": lambda row: row["band"] == "hot" and row["cools_at"] is not None,
        "stuck": lambda row: _since(row) >= int(query.get("days", "14")),
        "stagnating": lambda _: False,
    }
    counts = {name: sum(map(wants, rows)) for name, wants in answers.items()}
    asked = query.get("attention")
    wanted = [row for row in rows if asked is None or answers[asked](row)]
    told = _cut(wanted, query)
    return told | {"looked_at": len(rows), "counts": counts}


def _since(row: Lead) -> int:
    """For how many days it has been in its band."""
    return (NOW - datetime.fromisoformat(row["band_since"])).days


def _cut(rows: list[Lead], query: Mapping[str, str]) -> dict[str, Any]:
    """One page of rows, and the cursor of the following one."""
    start = int(query.get("cursor", "after-0").removeprefix("after-"))
    end = start + int(query.get("limit", "25"))
    following = f"after-{end}" if end < len(rows) else None
    return {"as_of": instant(), "leads": rows[start:end], "next": following}


def _is_waiting(row: Lead) -> bool:
    """Hot, and nobody contacted it since it was told of, or ever."""
    contacted, alerted = row["contacted"], row["alerted_at"] or ""
    return bool(row["band"] == "hot" and (contacted is None or contacted["at"] < alerted))


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: AnsweringApi


class _Answerer(BaseHTTPRequestHandler):
    """One request."""

    server: _Server
    timeout = 5  # a browser opens connections that it may never use

    def handle(self) -> None:
        """Mind no browser that left before the answer came."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        asked = self._asked()
        if asked.path == "/oauth2/authorize":
            return self._send(302, None, location=self.server.api.authorize(asked.query))
        if asked.path == "/logout":
            return self._send(302, None, location=asked.query["logout_uri"])
        return self._answer(asked)

    def do_POST(self) -> None:
        asked = self._asked()
        if asked.path == "/oauth2/token":
            return self._send(*self.server.api.token(asked.body))
        return self._answer(asked)

    def do_PUT(self) -> None:
        self._answer(self._asked())

    def do_PATCH(self) -> None:
        self._answer(self._asked())

    def do_DELETE(self) -> None:
        self._answer(self._asked())

    def do_OPTIONS(self) -> None:
        self._send(204, None)

    def _answer(self, asked: Asked) -> None:
        failing = self.server.api.status_of(asked.method, asked.path, asked.query)
        if failing == 0:
            self.close_connection = True
            return None
        if failing is not None:
            return self._problem(RefusedError(failing, "internal_error"))
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer not in self.server.api.tokens:
            return self._send(401, {"message": "Unauthorized"})
        try:
            status, told = self.server.api.answer(asked)
        except RefusedError as refused:
            return self._problem(refused)
        return self._send(status, told)

    def _problem(self, refused: RefusedError) -> None:
        told: dict[str, Any] = {
            "type": f"/errors/{refused.code}",
            "status": refused.status,
            "code": refused.code,
            "request_id": "request-1",
        }
        if refused.mistakes:
            told["errors"] = [{"field": where, "code": why} for where, why in refused.mistakes]
        self._send(refused.status, told, kind=PROBLEM)

    def _asked(self) -> Asked:
        place = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        form = "urlencoded" in (self.headers.get("content-type") or "")
        body = _flat(raw) if form else json.loads(raw or "null")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, place.path, _flat(place.query), headers, body)
        self.server.api.asked.append(asked)
        return asked

    def _send(self, status: int, told: Any, *, kind: str = JSON, location: str = "") -> None:
        if isinstance(told, Table):
            kind, body = "text/csv; charset=utf-8", f"\ufeff{told.text}".encode()
        else:
            body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        for name, value in _cors(self.headers.get("origin")).items():
            self.send_header(name, value)
        if location:
            self.send_header("location", location)
        if body:
            self.send_header("content-type", kind)
        if isinstance(told, Table) and told.link:
            self.send_header("link", told.link)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _settings(source: Path, names: set[str]) -> dict[str, Any]:
    """Read constants without the import, which takes the CDK along."""
    return {
        target.id: ast.literal_eval(node.value)
        for node in ast.parse(source.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in names
    }


_GATEWAY = _settings(
    Path(__file__).parents[2] / "infra" / "sales_entrance.py", {"METHODS", "HEADERS"}
)


def _flat(query: str) -> dict[str, str]:
    values: Mapping[str, Sequence[str]] = parse_qs(query, keep_blank_values=True)
    return {name: given[0] for name, given in values.items()}


def _cors(origin: str | None) -> dict[str, str]:
    """What the gateway lets a page read and send: its own settings, not a kinder copy of them."""
    if not origin:
        return {}
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": ",".join(_GATEWAY["METHODS"]),
        "access-control-allow-headers": ",".join(_GATEWAY["HEADERS"]),
        "access-control-expose-headers": "etag,link",
    }
