"""Puts the console's files into their bucket: a function that CloudFormation calls at a deployment.

Modules come first, into a folder named by their content, where browsers may keep them for good;
then the pages that name this folder, about which browsers ask each time. A page therefore never
meets modules of another release, and one that is open while a new release comes finds its own.
Releases stay: one weighs 150 KB, and an older deployment, rolled back to, is there at once.

It stands alone in its asset beside the folder it puts, and imports what Lambda itself brings.
"""

import json
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

FILES = Path(__file__).with_name("web")
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
SETTLES_SECONDS = (1, 2, 4, 8, 15)  # of a new permission; a call ends after sixty
REASON_MAX = 1000  # characters; CloudFormation takes answers of 4 KB


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Do what is asked and tell CloudFormation, which waits until it is told.

    `ResourceProperties` are `Bucket`, `Release` (the folder), `Pages` (text by name) and
    `KeepFiles`, "false" for a bucket that is emptied before it is deleted.
    """
    asked = event["ResourceProperties"]
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": asked["Bucket"], "Status": "SUCCESS"}
    try:
        if event["RequestType"] != "Delete":
            publish(asked["Bucket"], asked["Release"], asked["Pages"])
        elif asked["KeepFiles"] == "false":
            empty(asked["Bucket"])
    except Exception as fault:  # noqa: BLE001  untold, a deployment would hang without a reason
        reason = f"{type(fault).__name__}: {fault}"[:REASON_MAX]
        answer |= {"Status": "FAILED", "Reason": reason}
    _tell(event["ResponseURL"], answer)


def publish(bucket: str, release: str, pages: Mapping[str, str]) -> None:
    """Put the release, then the pages; `index.html`, which makes it seen, is the last by name."""
    store = boto3.client("s3")
    files = [(f"{release}/{path.name}", path.read_bytes(), FOR_GOOD) for path in FILES.iterdir()]
    texts = [(name, pages[name].encode(), ASK_EACH_TIME) for name in sorted(pages)]
    for name, content, caching in [*files, *texts]:
        kind = KINDS[Path(name).suffix]
        _put(store, Bucket=bucket, Key=name, Body=content, ContentType=kind, CacheControl=caching)


def _put(store: Any, **what: Any) -> None:
    """Put one file; on a first deployment the role is so new that S3 may not know it yet."""
    for seconds in (*SETTLES_SECONDS, None):
        try:
            store.put_object(**what)
        except ClientError as refused:
            if seconds is None or refused.response["Error"]["Code"] != "AccessDenied":
                raise
            time.sleep(seconds)
        else:
            return


def empty(bucket: str) -> None:
    """Delete every file: CloudFormation deletes only an empty bucket."""
    store: Any = boto3.client("s3")
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        if found := [{"Key": one["Key"]} for one in page.get("Contents", [])]:
            store.delete_objects(Bucket=bucket, Delete={"Objects": found})


def _tell(address: str, answer: Mapping[str, str]) -> None:
    request = urllib.request.Request(  # noqa: S310  CloudFormation's own address
        address,
        data=json.dumps(answer).encode(),
        method="PUT",
        headers={"content-type": ""},  # the address is signed for none
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
