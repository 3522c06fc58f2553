"""The console on one machine has the headers it has in AWS (reliability E)."""

import json
import urllib.error
import urllib.request
from email.message import Message

import pytest

from infra.local.website import NoPortError, Website

CONFIG = {"api": "http://127.0.0.1:1/api", "sign_in": "http://127.0.0.1:2", "client": "c"}


def get(address: str) -> tuple[int, "Message[str, str]", str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read().decode()


def test_every_answer_has_the_headers_of_the_console() -> None:
    with Website(CONFIG) as website:
        for path in ("", "main.js", "style.css", "config.json", "there-is-none"):
            _, headers, _ = get(website.address + path)
            policy = dict(
                part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
            )
            assert policy["default-src"] == "'none'"
            assert policy["script-src"] == policy["style-src"] == "'self'"
            assert policy["connect-src"] == "'self' http://127.0.0.1:1 http://127.0.0.1:2"
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "microphone=()" in headers["permissions-policy"]
            assert headers["cache-control"] == "no-store"


def test_texts_say_their_charset() -> None:
    with Website(CONFIG) as website:
        for path in ("", "main.js", "style.css", "config.json"):
            status, headers, _ = get(website.address + path)
            assert status == 200
            assert headers["content-type"].endswith("charset=utf-8")


def test_the_page_is_told_what_was_given_and_its_own_address() -> None:
    with Website({**CONFIG, "pkce": False}) as website:
        _, _, body = get(website.address + "config.json")
        assert json.loads(body) == {**CONFIG, "pkce": False, "redirect": website.address}


@pytest.mark.parametrize("path", ["../pyproject.toml", "%2e%2e/pyproject.toml", "//etc/passwd"])
def test_nothing_outside_the_folder_is_served(path: str) -> None:
    with Website(CONFIG) as website:
        status, _, body = get(website.address + path)
        assert status == 404
        assert "project" not in body


def test_the_first_free_address_is_taken_and_given_back() -> None:
    with Website(CONFIG) as first:
        with pytest.raises(NoPortError):
            Website(CONFIG, [first.address])
        with Website(CONFIG, [first.address, "http://127.0.0.1:0/"]) as second:
            assert second.address != first.address
    with Website(CONFIG, [first.address]) as again:
        assert again.address == first.address
