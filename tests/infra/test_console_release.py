"""A release is the files of `web/`, named by what is in them; its page names them, and the page is
told what its modules read.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from infra.console_headers import HEADERS, connected_to, content_policy, origin_of
from infra.console_release import PAGE, WEB, build_release, narrowed
from tests.infra.console_promises import TOLD

HERE_ONLY = {"form", "pkce", "refresh"}  # only a console on one machine is told


def test_the_same_files_are_the_same_release_and_others_are_another(tmp_path: Path) -> None:
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy)
    assert build_release(copy) == build_release()
    with (copy / "style.css").open("a", encoding="utf-8") as style:
        style.write("\n")
    assert build_release(copy).name != build_release().name


def test_the_publisher_lies_beside_the_files_and_nothing_else_does() -> None:
    release = build_release()
    held = {path.relative_to(release.asset).as_posix() for path in release.asset.rglob("*.*")}
    files = {f"web/{path.name}" for path in WEB.iterdir() if path.name != PAGE}
    assert held == files | {"console_publisher.py"}


def test_modules_find_each_other_wherever_their_folder_lies() -> None:
    for module in WEB.glob("*.js"):
        text = module.read_text("utf-8")
        for name in re.findall(r'^(?:import|export) .*from "(.*)";$', text, re.MULTILINE):
            assert (WEB / name).is_file()
            assert name.startswith("./")


def test_beside_the_page_itself_lies_only_what_it_is_told() -> None:
    asked = [re.findall(r'fetch\("(.*?)"', path.read_text("utf-8")) for path in WEB.glob("*.js")]
    assert [name for names in asked for name in names] == ["config.json"]


def test_the_page_is_told_what_its_modules_read_and_nothing_else() -> None:
    read = {
        name
        for path in WEB.glob("*.js")
        for name in re.findall(r"\bconfig\.(\w+)", path.read_text("utf-8"))
    }
    assert read - {"json"} == TOLD | HERE_ONLY


def test_the_page_of_a_release_has_a_policy_of_its_own_before_anything_is_loaded() -> None:
    page = narrowed(build_release().page, connected_to(["https://api.example.com/x"]))
    policy = "connect-src 'self' https://api.example.com"
    meta = f'<meta http-equiv="content-security-policy" content="{policy}">'
    assert page.index(meta) < page.index("<link")


def test_nothing_of_the_page_needs_what_its_policy_refuses() -> None:
    page = (WEB / PAGE).read_text("utf-8")
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)
    assert all(
        source in {"'none'", "'self'"} for source in re.findall(r"'[\w-]+'", content_policy())
    )


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://sales.example.com/", "https://sales.example.com"),
        ("http://127.0.0.1:32000/console/", "http://127.0.0.1:32000"),
        ("https://${Token[TOKEN.5]}/", "https://${Token[TOKEN.5]}"),
    ],
)
def test_an_origin_is_what_stands_before_the_path(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_headers_are_written_as_browsers_take_them() -> None:
    assert json.dumps(HEADERS).isascii()
    assert all(name == name.lower() for name in HEADERS)
