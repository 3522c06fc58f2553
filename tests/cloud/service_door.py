"""A door between the functions and one service of the cloud, which can be shut while it runs.

Shut it gives what an outage gives: no answer at all, or an error of the service. The functions come
to it by the endpoint in their environment; what tests do themselves passes beside it.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["silent", "failing"]

SILENT_SECONDS = 3.0  # longer than any client of ours waits for an answer
ANSWER = b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}'


class Door:
    """Listens on `endpoint`; `fault` is None while it is open."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.refused = 0
        self.target = ""  # host:port of the cloud
        self._opened = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _listener(self))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def standing_before(self, endpoint: str) -> Iterator["Door"]:
        self.target = urlsplit(endpoint).netloc
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._opened.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    @contextmanager
    def shut(self, fault: Fault) -> Iterator[None]:
        """While the block runs nothing passes."""
        self._opened.clear()
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None
            self._opened.set()

    def be_silent(self) -> None:
        self._opened.wait(SILENT_SECONDS)


def _listener(door: Door) -> type[BaseHTTPRequestHandler]:
    class Listener(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = door.fault
            if fault is None:
                self._pass_on(body)
                return
            door.refused += 1
            if fault == "silent":
                door.be_silent()
                self.close_connection = True
            else:
                self._answer(500, {"Content-Type": "application/x-amz-json-1.0"}, ANSWER)

        def _pass_on(self, body: bytes) -> None:
            with closing(HTTPConnection(door.target, timeout=30)) as cloud:
                cloud.request("POST", self.path, body, dict(self.headers))
                with cloud.getresponse() as answer:
                    self._answer(answer.status, dict(answer.headers), answer.read())

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            """Whoever asked may have given up before the answer came: that is what is tried."""
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, *_: object) -> None:
            pass

    return Listener
