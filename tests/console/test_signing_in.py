"""Who signs in gets to the page they came for, and nobody else gets anything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import anna
from tests.console.visit import Visit, held

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def visit(begin: Begin) -> Iterator[Visit]:
    """Kasia, signed in by the page of the sign-in."""
    with begin() as visit:
        yield visit.sign_in()


def paths(visit: Visit) -> list[str]:
    return [asked.path for asked in visit.api.asked]


def test_nothing_is_asked_of_the_api_before_somebody_signs_in(begin: Begin) -> None:
    with begin() as visit:
        visit.open()
        expect(visit.heading()).to_have_text("Sign in to see your leads")
        assert visit.api.asked == []


def test_a_code_is_changed_for_a_token_with_the_verifier_of_its_challenge(visit: Visit) -> None:
    authorize, token = visit.api.asked[0], next(
        asked for asked in visit.api.asked if asked.path == "/oauth2/token"
    )  # fmt: skip
    assert authorize.query["code_challenge_method"] == "S256"
    assert len(token.body["code_verifier"]) >= 43
    assert "client_secret" not in token.body
    assert "code=" not in visit.page.url


def test_tokens_end_with_the_tab(visit: Visit) -> None:
    assert "token-" in str(visit.page.evaluate("JSON.stringify(sessionStorage)"))
    assert "token-" not in str(visit.page.evaluate("JSON.stringify(localStorage)"))
    assert visit.page.context.cookies() == []


def test_the_link_of_an_alert_opens_its_lead_after_signing_in(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in(f"#/leads/{anna()['id']}")
        expect(visit.heading()).to_have_text("Anna Nowak")
        assert visit.page.url.endswith(f"#/leads/{anna()['id']}")


def test_a_sign_in_without_pkce_is_asked_for_none(begin: Begin) -> None:
    with begin(AnsweringApi(pkce=False)) as visit:
        visit.sign_in()
        expect(visit.heading()).to_contain_text("Call list")
        assert "code_challenge" not in visit.api.asked[0].query
        token = next(asked for asked in visit.api.asked if asked.path == "/oauth2/token")
        assert "code_verifier" not in token.body


def test_a_code_with_another_state_is_not_used(begin: Begin) -> None:
    with begin() as visit:
        visit.open("?code=somebody-elses&state=made-up")
        expect(visit.page.get_by_text("The sign-in was not completed.")).to_be_visible()
        assert visit.api.asked == []
        assert "code=" not in visit.page.url


def test_a_sign_in_that_was_called_off_says_what_to_do(begin: Begin) -> None:
    with begin() as visit:
        visit.open("?error=access_denied&state=x")
        expect(visit.page.get_by_text("Try once more")).to_be_visible()
        visit.page.get_by_role("button", name="Sign in").click()
        expect(visit.heading()).to_contain_text("Call list")


def test_a_token_that_is_over_is_refreshed_before_it_is_refused(begin: Begin) -> None:
    with begin(AnsweringApi(token_seconds=20)) as visit:
        visit.sign_in()
        expect(visit.heading()).to_contain_text("Call list")
        refreshes = [a for a in visit.api.asked if "refresh_token" in str(a.body)]
        assert refreshes
        assert all(asked.body["grant_type"] == "refresh_token" for asked in refreshes)


def test_a_token_that_is_refused_is_refreshed_and_the_write_is_done_once(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in(f"#/leads/{anna()['id']}")
        visit.failing_loads = True
        visit.api.end_tokens()
        visit.page.get_by_role("button", name="reached").click()
        expect(visit.said()).to_have_text("Saved")
        keys = [a.headers["idempotency-key"] for a in visit.api.asked if a.method == "POST"
                and a.path.startswith("/api")]  # fmt: skip
        assert len(keys) == 2
        assert len(set(keys)) == 1


def test_who_has_no_session_any_more_signs_in_and_is_back_at_the_lead(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in()
        visit.failing_loads = True
        visit.api.end_sessions()
        visit.page.get_by_role("link", name="Anna Nowak").click()
        expect(visit.page.get_by_text("Your session is over.")).to_be_visible()
        visit.page.get_by_role("button", name="Sign in").click()
        expect(visit.heading()).to_have_text("Anna Nowak")


def test_a_sign_in_whose_refreshed_tokens_are_worth_less_is_asked_for_none(begin: Begin) -> None:
    with begin(refresh=False) as visit:
        visit.sign_in()
        visit.failing_loads = True
        visit.api.end_tokens()
        visit.page.get_by_role("link", name="Anna Nowak").click()
        expect(visit.page.get_by_text("Your session is over.")).to_be_visible()
        assert not any("refresh_token" in str(asked.body) for asked in visit.api.asked)


def test_signing_out_forgets_the_tokens_and_tells_the_sign_in(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.heading()).to_have_text("Sign in to see your leads")
    assert "/logout" in paths(visit)
    assert visit.page.evaluate("sessionStorage.getItem('token')") is None


def test_who_has_no_role_is_told_whom_to_ask(begin: Begin) -> None:
    with begin() as visit:
        visit.failing_loads = True
        visit.api.fail("/api/me", 403)
        visit.open()
        visit.page.get_by_role("button", name="Sign in").click()
        expect(visit.page.get_by_text("Ask an administrator")).to_be_visible()


def test_the_console_speaks_the_language_of_the_company_until_somebody_chooses(
    begin: Begin,
) -> None:
    with begin(AnsweringApi(language="pl"), language="en") as visit:
        visit.sign_in()
        expect(visit.heading()).to_contain_text("Lista rozmów")
        expect(visit.page.locator("html")).to_have_attribute("lang", "pl")
        visit.page.get_by_role("button", name="English").click()
        expect(visit.heading()).to_contain_text("Call list")
        visit.page.reload()
        expect(visit.heading()).to_contain_text("Call list")
        expect(visit.page.locator("html")).to_have_attribute("lang", "en")


def test_a_page_that_loads_says_so_and_one_that_failed_is_tried_again(begin: Begin) -> None:
    with begin() as visit:
        visit.failing_loads = True
        visit.api.fail("/api/leads", 0)
        with held(visit, "/api/leads"):
            visit.open()
            visit.page.get_by_role("button", name="Sign in").click()
            expect(visit.page.get_by_text("Loading…")).to_be_attached()
            visit.screen("loading")
        expect(visit.heading()).to_have_text("This could not be loaded")
        expect(visit.heading()).to_be_focused()
        visit.screen("failed")
        visit.page.get_by_role("button", name="Try again").click()
        expect(visit.heading()).to_have_text("Call list")
        expect(visit.page.locator(".count")).to_have_text("Leads: 5")
