"""A DynamoDB that knows one lead and takes every write, in a process of its own.

The CPU time of a handler that asks it is the handler's alone: SDK, HTTP and all but TLS.

    python -m bench.answering_aws ITEM_AS_JSON     prints its port; ends when its input does
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(json.loads(sys.argv[1])))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


def _answering(item: dict[str, Any]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay open, as AWS keeps them
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(self._answer(asked)).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
            head += "Content-Type: application/x-amz-json-1.0\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
            if not self.headers["X-Amz-Target"].endswith(".BatchGetItem"):
                return {}
            ((table, wanted),) = asked["RequestItems"].items()
            return {"Responses": {table: [item | key for key in wanted["Keys"]]}}

        def log_message(self, *_: object) -> None:
            """Say nothing: the terminal belongs to the table."""

    return Answering


if __name__ == "__main__":
    main()
