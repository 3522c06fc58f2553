"""Serves the console on this machine, with the headers it has in AWS.

`config.json` beside the files tells the page where API and sign-in are; in AWS it is a file that
the deployment writes.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.prepare import ROOT

WEB = ROOT / "web"


class NoPortError(RuntimeError):
    """None of the addresses that sign-ins come back to is free."""


@contextmanager
def served(addresses: Iterable[str], config: Mapping[str, str]) -> Iterator[str]:
    """Serve the console at the first free address while the block runs; gives the address, which
    ends with a slash. Raises NoPortError.

    `config` is what the page is told; it is told its own address as `redirect`.
    """
    server, address = _bound(addresses)
    server.config = json.dumps({**config, "redirect": address}).encode()
    server.policy = content_policy(config["api"], config["sign_in"])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def content_policy(*connected: str) -> str:
    """Give the page's Content-Security-Policy: its own files, and calls to these addresses."""
    origins = sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, connected)})
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {' '.join(origins)}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    config = b"{}"
    policy = "default-src 'none'"


class _Page(SimpleHTTPRequestHandler):
    """One request for a file of the console."""

    server: _Server
    extensions_map = {  # noqa: RUF012  the library's own way to say it
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
    }

    def do_GET(self) -> None:
        """Answer `config.json` from memory, everything else from the folder."""
        if urlsplit(self.path).path != "/config.json":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(self.server.config)))
        self.end_headers()
        self.wfile.write(self.server.config)

    def end_headers(self) -> None:
        """Add what every answer carries (reliability E)."""
        self.send_header("content-security-policy", self.server.policy)
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("referrer-policy", "no-referrer")
        self.send_header("cache-control", "no-store")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Show no folder."""
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for the leads."""


def _bound(addresses: Iterable[str]) -> tuple[_Server, str]:
    page = partial(_Page, directory=str(Path(WEB)))
    for address in addresses:
        place = urlsplit(address)
        try:
            return _Server((place.hostname or "", place.port or 0), page), address
        except OSError:
            continue
    raise NoPortError("no port of the console is free; stop what runs on 32000 to 32009")
