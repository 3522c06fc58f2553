"""One visit of the console in a browser: the page, the API behind it, and whatever went wrong.

A visit takes nothing amiss silently: what the page writes to its console as an error, an exception
nobody caught and a breach of its Content-Security-Policy are kept in `complaints`.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from infra.local.website import WEB, Website
from tests.console.answering_api import AnsweringApi
from tests.console.listed_leads import NOW

SCREENS = Path(__file__).parents[2] / ".local" / "screens"
DESK: ViewportSize = {"width": 1280, "height": 900}
TELEPHONE: ViewportSize = {"width": 360, "height": 740}
FORM = "https://forms.example.com/forms/demo"
SERIOUS = {"serious", "critical"}
WAIT_MS = 10_000
Scheme = Literal["light", "dark"]
_TELLS_BREACHES = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
_FAILED_LOAD = re.compile("Failed to load resource|blocked by CORS policy|net::ERR_")

expect.set_options(timeout=WAIT_MS)


@dataclass
class Visit:
    """A page of the console. `failing_loads` says that the API fails on purpose."""

    page: Page
    api: AnsweringApi
    address: str
    complaints: list[str] = field(default_factory=list)
    failing_loads: bool = False

    def __post_init__(self) -> None:
        """Listen to what goes wrong."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.add_init_script(_TELLS_BREACHES)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._complain(said.text)

    def _complain(self, text: str) -> None:
        if not (self.failing_loads and _FAILED_LOAD.search(text)):
            self.complaints.append(text)

    def open(self, hash_: str = "") -> Self:
        """Come as somebody who is not signed in, by a link with this hash."""
        self.page.goto(f"{self.address}{hash_}")
        return self

    def sign_in(self, hash_: str = "") -> Self:
        """Come by this link and sign in."""
        self.open(hash_)
        self.page.get_by_role("button", name=re.compile("Sign in|Zaloguj się")).click()
        expect(self.page.get_by_role("navigation")).to_be_visible()
        expect(self.page.locator(".skeleton")).to_have_count(0)
        return self

    def enter(self, hash_: str = "") -> Self:
        """Come by this link as somebody whose tab has its tokens already."""
        kept = json.dumps(self.api.signed_in())
        self.page.add_init_script(f"sessionStorage.token ??= {json.dumps(kept)};")
        self.open(hash_)
        expect(self.page.get_by_role("navigation")).to_be_visible()
        expect(self.page.locator(".skeleton")).to_have_count(0)
        return self

    def go(self, hash_: str) -> Self:
        """Go to another page as a link would."""
        self.page.evaluate("(hash) => { location.hash = hash; }", hash_)
        expect(self.page.locator(".skeleton")).to_have_count(0)
        return self

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def section(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name)

    def names(self) -> list[str]:
        """The names in the call list, in its order."""
        return self.page.locator("a.who").all_inner_texts()

    def said(self) -> Locator:
        return self.page.locator("#said")

    def screen(self, name: str) -> None:
        """Keep a picture of the whole page under `.local/screens/`."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    def is_too_wide(self) -> bool:
        """Whether the page can be scrolled sideways."""
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wider))

    def barriers(self, *rules: str) -> list[str]:
        """What keeps people from using the page as it is now, by axe; serious and critical ones.
        Of these rules alone, where any are named.
        """
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(_axe())
        asked: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            asked["runOnly"] = list(rules)
        found: dict[str, Any] = self.page.evaluate("(asked) => axe.run(document, asked)", asked)
        return [
            f"{violation['id']}: {[node['target'] for node in violation['nodes']]}"
            for violation in found["violations"]
            if violation["impact"] in SERIOUS
        ]


@dataclass
class Visits:
    """Begins visits in one browser and ends them; every visit must have gone without complaint."""

    browser: Browser
    opened: list[Visit] = field(default_factory=list)

    @contextmanager
    def begin(
        self,
        api: AnsweringApi | None = None,
        *,
        language: str = "en",
        scheme: Scheme = "light",
        size: ViewportSize = DESK,
        folder: Path = WEB,
        **config: Any,
    ) -> Iterator[Visit]:
        with api or AnsweringApi(language=language) as answering:
            told = answering.config(form=FORM) | config
            with (
                Website(told, folder=folder) as website,
                self._context(language, scheme, size) as context,
            ):
                visit = Visit(context.new_page(), answering, website.address)
                visit.page.clock.set_fixed_time(NOW)
                yield visit
                assert visit.complaints == []

    @contextmanager
    def _context(
        self, language: str, scheme: Scheme, size: ViewportSize
    ) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            locale={"en": "en-GB", "pl": "pl-PL"}[language],
            timezone_id="Europe/Warsaw",
            color_scheme=scheme,
            viewport=size,
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MS)
        try:
            yield context
        finally:
            context.close()


@contextmanager
def held(visit: Visit, path: str) -> Iterator[None]:
    """Requests whose path begins so wait while the block runs."""
    event: threading.Event = visit.api.hold(path)
    try:
        yield
    finally:
        event.set()


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
