"""A customer's website on this machine: home, prices, a form, and the back end that tells the bus.

Who has sent a form is known by a cookie from then on; each page such a visitor opens becomes an
activity. That is all a website has to do (`docs/websites.md`).
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from infra.local.local_stack import LocalStack
from infra.local.synthesis import LOCAL_SITES
from infra.local.visitors import put_activity
from infra.local.website import NoPortError

PAGES = {"/": "index.html", "/pricing": "pricing.html", "/demo": "demo.html"}
FILES = {"/style.css": "text/css", "/visits.js": "text/javascript"}
FOLDER = Path(__file__).with_name("site")
COOKIE = "visitor"
BODY_BYTES_MAX = 300


@contextmanager
def sample_site(stack: LocalStack) -> Iterator[str]:
    """Serve the site while the block runs; gives its address, without a slash at its end. Raises
    NoPortError.
    """

    def seen(lead: str, path: str) -> None:
        put_activity(stack, {"kind": "page_viewed", "lead": lead, "path": path})

    server, address = _bound(seen, f"{stack.form_address}demo")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Site(ThreadingHTTPServer):
    daemon_threads = True
    seen: Callable[[str, str], None]
    form = ""


class _Request(BaseHTTPRequestHandler):
    """One request of a visitor's browser."""

    server: _Site

    def do_GET(self) -> None:
        """Give a page, a file, or where the form goes."""
        path = urlsplit(self.path).path
        if path == "/site.json":
            self._answer(200, "application/json", json.dumps({"form": self.server.form}).encode())
        elif path in PAGES:
            self._answer(200, "text/html; charset=utf-8", (FOLDER / PAGES[path]).read_bytes())
        elif path in FILES:
            self._answer(200, FILES[path], (FOLDER / path[1:]).read_bytes())
        else:
            self._answer(404, "text/plain", b"There is no such page.")

    def do_POST(self) -> None:
        """Note who a visitor is, or which page a known visitor has opened."""
        length = min(int(self.headers.get("content-length") or 0), BODY_BYTES_MAX)
        told = self.rfile.read(length).decode(errors="replace")
        if self.path == "/known":
            self._answer(204, cookie=f"{COOKIE}={quote(told)}; HttpOnly; SameSite=Lax; Path=/")
            return
        visitor = self._visitor()
        if self.path == "/seen" and visitor and told in PAGES:
            self.server.seen(visitor, told)
        self._answer(204)

    def _visitor(self) -> str:
        try:
            known = SimpleCookie(self.headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return unquote(known.value) if known else ""

    def _answer(self, status: int, kind: str = "", body: bytes = b"", cookie: str = "") -> None:
        self.send_response(status)
        for name, value in (("content-type", kind), ("set-cookie", cookie)):
            if value:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """Mind no visitor who left before the answer came."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Say nothing: the terminal is for the leads."""


def _bound(seen: Callable[[str, str], None], form: str) -> tuple[_Site, str]:
    for address in LOCAL_SITES:
        place = urlsplit(address)
        try:
            server = _Site((place.hostname or "", place.port or 0), _Request)
        except OSError:
            continue
        server.seen, server.form = seen, form
        return server, address
    raise NoPortError("no port of the sample site is free; stop what runs on 32010 to 32019")
