"""The picture of `docs/alerts.md`: one alert as mail, SMS, Slack and Teams show it."""

from playwright.sync_api import Browser

from tests.console.picture_of_alerts import picture
from tests.console.visit import SCREENS
from tests.documentation.alert_of_the_readme import alert_of_the_readme


def test_an_alert_is_drawn_as_each_program_shows_it(browser: Browser) -> None:
    page = browser.new_page()
    page.set_viewport_size({"width": 1112, "height": 900})
    page.set_content(picture(alert_of_the_readme()))
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "alerts.png", full_page=True)
    assert page.locator("section").count() == 4
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
