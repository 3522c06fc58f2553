"""A mailbox for alerts on this machine: a subscriber of the topic, which gets the words a mail
would have.

A mail program shows the subject and the text; so does `as_mail`. Every alert is kept as a file.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.local_stack import LocalStack
from infra.local.prepare import LOCAL

ALERTS = LOCAL / "alerts"


@dataclass(frozen=True, slots=True)
class Mail:
    """One alert as it arrived; `attributes` are those that filter policies choose by."""

    subject: str
    text: str
    sent: str
    attributes: dict[str, str]

    def as_mail(self) -> str:
        head = f"From: Hot leads\nSubject: {self.subject}\nDate: {self.sent}"
        return f"{head}\n\n{self.text}"


@dataclass(slots=True)
class Mailbox:
    folder: Path | None = ALERTS
    mails: list[Mail] = field(default_factory=list)

    def take(self, mail: Mail) -> None:
        self.mails.append(mail)
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = mail.sent.replace(":", "-") + f"-{len(self.mails)}.txt"
            (self.folder / name).write_text(mail.as_mail(), encoding="utf-8")


@contextmanager
def open_mailbox(stack: LocalStack, folder: Path | None = ALERTS) -> Iterator[Mailbox]:
    """Listens on a port of its own while the block runs."""
    mailbox = Mailbox(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _listener(stack, mailbox))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        stack.client("sns").subscribe(
            TopicArn=stack.alert_topic,
            Protocol="http",
            Endpoint=f"http://127.0.0.1:{server.server_address[1]}/alerts",
        )
        yield mailbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listener(stack: LocalStack, mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            envelope = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            if envelope["Type"] == "SubscriptionConfirmation":
                stack.client("sns").confirm_subscription(
                    TopicArn=stack.alert_topic, Token=envelope["Token"]
                )
            else:
                mailbox.take(_mail(envelope))

        def log_message(self, *_: object) -> None:
            """Says nothing: the terminal belongs to the story."""

    return Listener


def _mail(envelope: dict[str, object]) -> Mail:
    attributes = envelope.get("MessageAttributes") or {}
    assert isinstance(attributes, dict)
    return Mail(
        subject=str(envelope.get("Subject") or ""),
        text=str(envelope["Message"]),
        sent=str(envelope["Timestamp"]),
        attributes={name: attribute["Value"] for name, attribute in attributes.items()},
    )
