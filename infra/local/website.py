"""Serves the console on this machine, with the headers it has in AWS.

`config.json` beside the files tells the page where API and sign-in are; in AWS it is a file that
the deployment writes (`infra/console.py`). Strict-Transport-Security is left out: it means nothing
without TLS.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from infra.console_headers import HEADERS, content_policy
from infra.local.prepare import ROOT

WEB = ROOT / "web"
ANY_PORT = ("http://127.0.0.1:0/",)
IDLE_SECONDS = 20  # browsers open connections that they may never use


class NoPortError(RuntimeError):
    """None of the addresses that sign-ins come back to is free."""


class Website:
    """The console at the first free address, served by a thread between `start` and `stop`.

    `config` is what the page is told: `api`, `sign_in`, `client`, and what else it may need
    (`pkce`, `refresh`, `form`); it is told its own address as `redirect`. `address` ends with a
    slash.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        addresses: Iterable[str] = ANY_PORT,
        *,
        folder: Path = WEB,
    ) -> None:
        """Take hold of the address. Raises NoPortError."""
        self._server, self.address = _bound(addresses, folder)
        self._server.config = json.dumps({**config, "redirect": self.address}).encode()
        self._server.policy = content_policy(config["api"], config["sign_in"])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def start(self) -> Self:
        """Answer from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more, and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def served(addresses: Iterable[str], config: Mapping[str, Any]) -> Iterator[str]:
    """Serve the console while the block runs; gives its address. Raises NoPortError."""
    with Website(config, addresses) as website:
        yield website.address


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    config = b"{}"
    policy = "default-src 'none'"


class _Page(SimpleHTTPRequestHandler):
    """One request for a file of the console."""

    server: _Server
    timeout = IDLE_SECONDS
    extensions_map = {  # noqa: RUF012  the library's own way to say it
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
    }

    def handle(self) -> None:
        """Mind no visitor who left before the answer came."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer `config.json` from memory, everything else from the folder."""
        if urlsplit(self.path).path != "/config.json":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(self.server.config)))
        self.end_headers()
        self.wfile.write(self.server.config)

    def end_headers(self) -> None:
        """Add what every answer carries (reliability E)."""
        self.send_header("content-security-policy", self.server.policy)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("cache-control", "no-store")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Show no folder."""
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for the leads."""


def _bound(addresses: Iterable[str], folder: Path) -> tuple[_Server, str]:
    page = partial(_Page, directory=str(folder))
    for address in addresses:
        place = urlsplit(address)
        try:
            server = _Server((place.hostname or "", place.port or 0), page)
        except OSError:
            continue
        return server, f"{place.scheme}://{place.hostname}:{server.server_port}{place.path}"
    raise NoPortError("no port of the console is free; stop what runs on 32000 to 32009")
