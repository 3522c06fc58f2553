"""The page of what was learned: whole, without network or script, and true to the lines."""

import re

from analysis.learned_report import learned_report
from tests.analysis.made_up_leads import made_up_past
from tests.analysis.measure import learned_from


def test_the_page_shows_what_is_shared_the_rules_and_their_measure() -> None:
    past = made_up_past(450, seed=8)
    learned = learned_from(past, past.examples)
    page = learned_report(learned, about="facts.jsonl", said=["450 leads", "", "  more"])
    assert learned.proposal is not None
    assert all(rule.name in page for rule in learned.proposal.rules)
    assert page.count("<svg") >= 3
    assert "On the later 135 leads" in page
    assert "no times" in page
    assert not re.search(r"<script|src=|href=\"http", page)


def test_without_a_proposal_it_still_shows_what_is_shared() -> None:
    past = made_up_past(40, seed=6)
    page = learned_report(learned_from(past, past.examples), about="few", said=["40 leads"])
    assert "What won leads share" in page
    assert "The rules proposed" not in page


def test_what_leads_wrote_is_text_and_never_markup() -> None:
    past = made_up_past(60, seed=6)
    page = learned_report(learned_from(past, past.examples), about="<b>", said=["<i>"])
    assert "<b>" not in page
    assert "<i>" not in page
