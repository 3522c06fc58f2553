"""The console's files reach the bucket in an order in which no visitor meets half a release, and
CloudFormation is always told how it went.
"""

import importlib.util
import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.console_release import PAGE, WEB, build_release

BUCKET = "files"
PAGES = {"index.html": "<!doctype html>", "config.json": "{}"}


def _publisher(folder: Path) -> Any:
    """The module as Lambda imports it: unpacked from its asset, beside the files it puts."""
    file = shutil.copytree(build_release().asset, folder / "asset") / "console_publisher.py"
    spec = importlib.util.spec_from_file_location("console_publisher", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CloudFormation(ThreadingHTTPServer):
    """Asks the publisher of an asset, and keeps what it is told at `address`."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Told)
        self.told: list[dict[str, str]] = []
        self._handler = _publisher(folder).handler
        self.address = f"http://127.0.0.1:{self.server_port}/answer"

    def ask(self, kind: str, *, bucket: str = BUCKET, keep: bool = True) -> dict[str, str]:
        """What the publisher tells of one request."""
        self._handler(
            {
                "RequestType": kind,
                "ResponseURL": self.address,
                "StackId": "stack",
                "RequestId": "1",
                "LogicalResourceId": "Release",
                "ResourceProperties": {
                    "Bucket": bucket,
                    "Release": "r1",
                    "Pages": PAGES,
                    "KeepFiles": "true" if keep else "false",
                },
            },
            None,
        )
        return self.told.pop()


class Told(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.told.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def formation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CloudFormation]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = CloudFormation(tmp_path)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket. The clients of a test come from a session of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws(config={"core": {"passthrough": {"urls": [r"http://127\.0\.0\.1.*"]}}}):
        boto3.setup_default_session()
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
        cast("Any", boto3).DEFAULT_SESSION = None


def held(store: Any) -> dict[str, dict[str, Any]]:
    """Each file as it is handed out."""
    names = [one["Key"] for one in store.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {name: store.get_object(Bucket=BUCKET, Key=name) for name in names}


def test_a_release_is_kept_for_good_and_the_pages_that_name_it_are_asked_for_each_time(
    store: Any, formation: CloudFormation
) -> None:
    assert formation.ask("Create") == {
        "Status": "SUCCESS",
        "PhysicalResourceId": BUCKET,
        "StackId": "stack",
        "RequestId": "1",
        "LogicalResourceId": "Release",
    }
    files = held(store)
    released = {f"r1/{path.name}": path for path in WEB.iterdir() if path.name != PAGE}
    assert set(files) == {*released, *PAGES}
    for name, path in released.items():
        assert files[name]["Body"].read() == path.read_bytes()
        assert files[name]["CacheControl"] == "public, max-age=31536000, immutable"
    for name, text in PAGES.items():
        assert files[name]["Body"].read().decode() == text
        assert files[name]["CacheControl"] == "no-cache"


def test_each_kind_of_file_says_what_it_is(store: Any, formation: CloudFormation) -> None:
    formation.ask("Create")
    kinds = {name.rpartition(".")[2]: one["ContentType"] for name, one in held(store).items()}
    assert kinds == {
        "css": "text/css; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "svg": "image/svg+xml; charset=utf-8",
    }


def test_the_page_comes_after_everything_that_it_names(
    store: Any, formation: CloudFormation
) -> None:
    put: list[str] = []
    session = cast("Any", boto3).DEFAULT_SESSION
    session.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: put.append(params["Key"])
    )
    assert formation.ask("Update")["Status"] == "SUCCESS"
    assert put[-2:] == ["config.json", "index.html"]
    assert all(name.startswith("r1/") for name in put[:-2])


def test_a_bucket_is_emptied_only_where_it_is_to_be_deleted(
    store: Any, formation: CloudFormation
) -> None:
    formation.ask("Create")
    assert formation.ask("Delete")["Status"] == "SUCCESS"
    assert held(store)
    assert formation.ask("Delete", keep=False)["Status"] == "SUCCESS"
    assert not held(store)
    assert formation.ask("Delete", keep=False)["Status"] == "SUCCESS", "and may be asked again"


def test_what_fails_is_told_with_its_reason(store: Any, formation: CloudFormation) -> None:
    told = formation.ask("Create", bucket="elsewhere")
    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "elsewhere")
    assert "NoSuchBucket" in told["Reason"]


@pytest.mark.parametrize(
    ("times", "status"), [(3, "SUCCESS"), (99, "FAILED")], ids=["soon", "never"]
)
def test_a_permission_that_is_too_new_is_waited_for_and_one_that_is_not_there_is_told(
    store: Any, formation: CloudFormation, monkeypatch: pytest.MonkeyPatch, times: int, status: str
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    others, refused = vars(BaseClient)["_make_api_call"], iter(range(times))

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "PutObject" and next(refused, None) is not None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yet"}}, operation)
        return others(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    answer = formation.ask("Create")
    assert (answer["Status"], answer.get("Reason", "").startswith("ClientError")) == (
        status,
        status == "FAILED",
    )
    assert waited == [1, 2, 4, 8, 15][:times]
    assert (PAGE in held(store)) is (status == "SUCCESS")
