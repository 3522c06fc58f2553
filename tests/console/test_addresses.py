"""Whatever stands in the address bar, a page answers."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Begin
from tests.console.listed_leads import anna
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")

UNKNOWN = [
    "#/constructor", "#/toString", "#/__proto__", "#/null", "#/nowhere", "#/quality/2026",
    "#/leads/%E0%A4%A", "#/%E0%A4%A", "#/leads/one/two",
]  # fmt: skip


@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_address_says_so_and_leads_back(visit: Visit, address: str) -> None:
    visit.go(address)
    expect(visit.heading()).to_have_text("There is no such page")
    visit.page.get_by_role("button", name="Back to the list").click()
    expect(visit.page.get_by_role("link", name="Anna Nowak")).to_be_visible()
    visit.go(address)
    visit.page.reload()
    expect(visit.heading()).to_have_text("There is no such page")
    expect(visit.page.get_by_role("navigation")).to_be_visible()


def test_a_page_that_is_not_there_has_no_barrier(begin: Begin) -> None:
    with begin(language="pl") as visit:
        visit.enter("#/nowhere")
        expect(visit.heading()).to_have_text("Nie ma takiej strony")
        visit.screen("no-page-pl")
        assert visit.barriers() == []


def test_the_list_is_the_page_without_a_name(visit: Visit) -> None:
    for address in ("#/", "#", "#/leads/", f"#/leads/{anna()['id']}?from=mail"):
        visit.go(address)
        expect(visit.heading()).to_contain_text("Anna" if "from" in address else "Call list")
