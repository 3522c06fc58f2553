"""The console as it lies in AWS, its modules in the folder of a release, runs as it does here."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infra.console_headers import connected_to
from infra.console_release import PAGE, build_release, narrowed
from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import anna

pytestmark = pytest.mark.xdist_group("console")


def released(folder: Path, *called: str) -> Path:
    """What the publisher puts, for a page that may call these addresses."""
    release = build_release()
    shutil.copytree(release.asset / "web", folder / release.name)
    page = narrowed(release.page, connected_to(called))
    (folder / PAGE).write_text(page, encoding="utf-8")
    return folder


def test_each_page_opens_without_a_breach_of_its_policies(begin: Begin, tmp_path: Path) -> None:
    api = AnsweringApi()
    with begin(api, folder=released(tmp_path, api.address)) as visit:
        visit.sign_in(f"#/leads/{anna()['id']}")
        expect(visit.heading()).to_have_text("Anna Nowak")
        visit.go("#/quality")
        visit.go("#/leads")
        expect(visit.heading()).to_contain_text("Call list")
        icon = visit.page.locator(".product img")
        assert icon.evaluate("image => image.naturalWidth") > 0


def test_a_page_calls_nobody_but_those_it_was_released_for(begin: Begin, tmp_path: Path) -> None:
    with begin(folder=released(tmp_path, "https://elsewhere.example.com")) as visit:
        visit.open()
        refused = visit.page.evaluate(
            "(address) => fetch(`${address}/api/me`).then(() => false, () => true)",
            visit.api.address,
        )
        assert refused
        assert any("connect-src" in complaint for complaint in visit.complaints)
        visit.complaints.clear()
    assert visit.api.asked == []
