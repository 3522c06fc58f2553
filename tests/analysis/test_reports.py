"""Reports in a real Chromium: in both colour schemes, at a desk, on a telephone and on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analysis.charts import WIDTH, Bar, Line, Table, bars, lines, ratios
from analysis.comparison import compare
from analysis.comparison_report import comparison_report
from analysis.learned_report import learned_report
from analysis.past_leads import past_leads
from analysis.report_page import Report, Section, page
from analysis.scored_leads import score_past
from analysis.verification import verify
from analysis.verification_report import verification_report
from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_model_text
from tests.analysis.made_leads import MODEL, Truth, made_facts, made_model
from tests.analysis.made_up_leads import made_up_past
from tests.analysis.measure import learned_from
from tests.console.visit import DESK, SCREENS, TELEPHONE

SAID = ("1,000 leads with an outcome.", "AUC 0.720 (0.692 to 0.748).")
NAUGHTY = "<script>alert(1)</script> & Söhne"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    truth = Truth({"pricing": 0, "webinar": 28}, rising="Energy", leads=1000)
    past = past_leads(made_facts(truth, made_model(), seed=1))
    mended = MODEL.replace("webinar_attended, points: 14", "webinar_attended, points: 28")
    books = (RuleBook(made_model()), RuleBook(compile_model_text(mended)))
    before, after = (score_past(past.leads, book) for book in books)
    written = {
        "verified": verification_report(verify(before, books[0]), model="made.yaml", said=SAID),
        "compared": comparison_report(
            compare(before, after, books), names=("made.yaml", "mended.yaml"), said=SAID
        ),
    }
    leads = made_up_past(450, seed=8)
    learned = learned_from(leads, leads.examples)
    written["learned"] = learned_report(learned, about="made-up leads", said=SAID)
    folder = tmp_path_factory.mktemp("reports")
    for name, text in written.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in written}


@pytest.mark.parametrize("name", ["verified", "compared", "learned"])
def test_a_report_opens_in_both_schemes_and_widths_without_complaint(
    name: str, reports: dict[str, Path], browser: Browser
) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    for scheme, viewport in (("light", DESK), ("dark", DESK), ("light", TELEPHONE)):
        shown = browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        shown.on("console", lambda said: complaints.append(said.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("request", lambda asked: complaints.extend(_elsewhere(asked.url)))
        shown.goto(reports[name].as_uri())
        _fits(shown)
        file = f"report-{name}-{scheme}-{viewport['width']}.png"
        shown.screenshot(path=SCREENS / file, full_page=True)
        shown.close()
    assert complaints == []


def test_a_report_prints_dark_on_white(reports: dict[str, Path], browser: Browser) -> None:
    shown = browser.new_page(color_scheme="dark")
    shown.goto(reports["verified"].as_uri())
    shown.emulate_media(media="print")
    colour = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = shown.evaluate("getComputedStyle(document.body).color")
    shown.close()
    assert (colour, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


def test_every_chart_is_told_in_words_and_has_its_table_near() -> None:
    table = Table("Won", ("", "Share"), (("hot", "57%"),))
    chart = bars("Won per band", "Hot wins most.", [Bar("hot", 0.57, 0.5, 0.64)], table=table)
    written = page(Report("Title", "about", ("one line",), (Section("Bands", charts=(chart,)),)))
    assert 'role="img" aria-label="Won per band. Hot wins most."' in written
    assert "<title>Won per band</title><desc>Hot wins most.</desc>" in written
    assert "<td>57%</td>" in written


def test_lifts_of_all_sizes_are_drawn_in_proportion_and_none_beyond_its_chart() -> None:
    lifts = [(128.2, 20.0, 730.0), (19.7, 14.0, 28.0), (2.0, 1.5, 2.6), (0.5, 0.3, 0.8)]
    chart = ratios("Lift", "How much more often.", [Bar(f"{one[0]}", *one) for one in lifts])
    drawn = [
        (float(x), float(wide))
        for x, wide in re.findall(
            r'<rect class="bar plain" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart.svg
        )
    ]
    lengths = [wide for _, wide in drawn]
    assert lengths[0] > lengths[1] > lengths[2]
    # on a scale of equal factors 2 and a half reach as far, 128.2 seven times as far as 2
    assert lengths[3] == pytest.approx(lengths[2], abs=0.1)
    assert lengths[0] == pytest.approx(7.0 * lengths[2], rel=0.01)
    ends = [float(x) for x in re.findall(r"([\d.]+),[\d.]+", chart.svg)]
    assert 0 <= min(ends) <= max(ends) <= WIDTH
    assert all(f">{tick}<" in chart.svg for tick in ("0.1", "1", "10", "100", "1,000"))


def test_lifts_near_each_other_have_a_scale_of_their_own() -> None:
    chart = ratios("Lift", "How much more often.", [Bar("one", 1.2, 1.1, 1.4), Bar("two", 4.0)])
    ticks = re.findall(r'class="tick"[^>]*>([^<]+)<', chart.svg)
    assert ticks == ["1", "2", "5"]
    alone = ratios("Lift", "How much more often.", [Bar("one", 1.0)])
    assert re.findall(r'class="tick"[^>]*>([^<]+)<', alone.svg) == ["1", "2"]


def test_what_people_wrote_is_never_taken_for_html() -> None:
    chart = lines(NAUGHTY, NAUGHTY, [NAUGHTY], [Line(NAUGHTY, [0.5]), Line("other", [None])])
    table = Table(NAUGHTY, (NAUGHTY,), ((NAUGHTY,),))
    section = Section(NAUGHTY, (NAUGHTY,), (NAUGHTY,), (chart,), (table,))
    written = page(Report(NAUGHTY, NAUGHTY, (NAUGHTY,), (section,)))
    assert "<script" not in written


def _fits(shown: Page) -> None:
    wide = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def _elsewhere(url: str) -> list[str]:
    return [] if url.startswith("file://") else [url]
