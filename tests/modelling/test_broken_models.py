"""Each mistake an author can make is shown with its rule, its line, the reason and what to do."""

# ruff: noqa: E501 - a case is one line

from pathlib import Path

import pytest

from functions.intake.answer_reading import field_names
from functions.intake.fact_line import NO_PROPERTIES
from modelling.compile import compile_document, compile_model_file, compile_model_text
from modelling.mistakes import Mistake, ModelInvalid
from tests.modelling.model_texts import SOUND, changed, line_of


def mistakes_of(text: str, *, retention_days: int = 400) -> list[Mistake]:
    try:
        compile_model_text(text, retention_days=retention_days)
    except ModelInvalid as invalid:
        return list(invalid.mistakes)
    return []


PRICING = "    points: 15\n    lasts: 30 days\n    at_most: 2\n    group: web\n"
SIZE = "{company_size: {from: 10, below: 250}}"
CEO = "when: {seniority: c_level}"
IGNORES = "{sent: email_sent, by: [email_clicked], at_least: 5, after: 3 days, within: 90 days}"
SENIORITY = "    read_from: job_title\n"

# what is written instead, the rule (or place) and part of the line that must be named, the reason and the advice
BROKEN = {
    "a verdict on everything": ("channels:\n", "ignore:\n  - verdict: all\nchannels:\n", "ignore.0", "verdict: all", "would pass over what every lead did", "`domain`"),
    "a verdict on forms": ("channels:\n", "ignore:\n  - {verdict: forms, domain: [a.pl], activity: [form_submitted]}\nchannels:\n", "ignore.0", "verdict: forms", "what people wrote themselves", "email_clicked"),
    "a verdict on an unknown activity": ("channels:\n", "ignore:\n  - {verdict: one, domain: [a.pl], activity: [page_vewed]}\nchannels:\n", "ignore.0", "verdict: one", "There is no activity `page_vewed`", "Did you mean `page_viewed`?"),
    "a verdict on a domain that is none": ("channels:\n", "ignore:\n  - {verdict: one, domain: [pl]}\nchannels:\n", "ignore.0", "verdict: one", "`pl` is no domain of mail addresses", "example.com"),
    "a verdict from a day on that is none": ("channels:\n", "ignore:\n  - {verdict: one, domain: [a.pl], since: 2026-02-30}\nchannels:\n", "ignore.0", "verdict: one", "`2026-02-30` is no day", "2026-10-01"),
    "a verdict that ends before it begins": ("channels:\n", "ignore:\n  - {verdict: one, domain: [a.pl], since: 2026-02-03, before: 2026-02-03}\nchannels:\n", "ignore.0", "verdict: one", "Nothing is from 2026-02-03 and before", "earlier day"),
    "two verdicts of one name": ("channels:\n", "ignore:\n  - {verdict: one, domain: [a.pl]}\n  - {verdict: one, domain: [b.pl]}\nchannels:\n", "ignore.1", "domain: [b.pl]", "Two verdicts are called `one`", "another name"),
    "a verdict about what no activity keeps": ("channels:\n", "ignore:\n  - {verdict: one, where: {score: 5}}\nchannels:\n", "ignore.0", "verdict: one", "An activity keeps no `score`", "such as `path`"),
    "a misspelt section": ("channels:\n", "chanels:\n", "chanels", "chanels:", "There is no `chanels` here", "`channels`"),
    "a misspelt key of a rule": ("    at_most: 2", "    atmost: 2", "pricing", "atmost", "There is no `atmost` here", "Did you mean `at_most`?"),
    "a key that stands twice": ("    points: 30", "    points: 30\n    points: 3", "ceo", "points: 3\n", "`points` stands here twice", "Keep one"),
    "a rule without a name": ("  - rule: careers\n    activity", "  - activity", "engagement.2", "  - activity: page_viewed\n    where: {path: {starts_with: /careers", "The rule has no name", "Add `rule:"),
    "two rules of one name": ("rule: careers", "rule: pricing", "pricing", "rule: pricing\n    activity: page_viewed\n    where: {path: {starts_with: /careers", "Two rules are called `pricing`", "another name"),
    "a name with spaces": ("rule: careers", "rule: careers page", "careers page", "careers page", "`rule` cannot be `careers page`", "without spaces"),
    "a rule without points": ("    points: 30\n", "", "ceo", "rule: ceo", "The rule gives no points", "Add `points: 10`"),
    "points as a text": ("points: 30", 'points: "30"', "ceo", 'points: "30"', "`points` takes a whole number, not `30`", "without quotes"),
    "points with a decimal": ("points: 30", "points: 2.5", "ceo", "points: 2.5", "`points` takes a whole number, not `2.5`", "without quotes or decimals"),
    "points beyond all measure": ("points: 30", "points: 3000", "ceo", "points: 3000", "`points` cannot be `3000`: the most is 1000", "1000 or less"),
    "a rule that looks at nothing": ("    when: {seniority: c_level}\n", "", "ceo", "rule: ceo", "The rule looks at nothing", "Add `when`"),
    "an activity without a time limit": ("    points: 20\n    lasts: 60 days\n", "    points: 20\n", "demo", "rule: demo", "how long its points count (R70)", "Add `lasts: 30 days`"),
    "a lifetime without a unit": ("lasts: 30 days", "lasts: 30", "pricing", "lasts: 30\n", "`30` is no length of time", "for example `lasts: 30 days`"),
    "a lifetime longer than facts are kept": ("lasts: 30 days", "lasts: 401 days", "pricing", "lasts: 401", "Facts are kept for 400 days, and 401 days is longer", "at most 400 days"),
    "a lifetime too long for its bucket": ("lasts: 30 days", "lasts: 400 days\n    once_per: day", "pricing", "lasts: 400", "plus `once_per` 1 day is longer", "at most 399 days"),
    "a lifetime of no time": ("lasts: 30 days", "lasts: 0 days", "pricing", "lasts: 0", "The points would end at once", "above zero"),
    "a bucket that is no day": ("    group: web", "    once_per: 36 hours", "pricing", "once_per", "neither an hour, a day nor whole days", "hour, day"),
    "more occurrences than are kept": ("at_most: 2", "at_most: 51", "pricing", "at_most", "`at_most` cannot be `51`: the most is 50", "50 or less"),
    "an occurrence counted no times": ("at_most: 2", "at_most: 0", "pricing", "at_most", "`at_most` cannot be `0`: the least is 1", "1 or more"),
    "a decay after the end": ("    group: web", "    decays: {30 days: 4}", "pricing", "decays", "The points have ended by then", "below 30 days"),
    "a decay at no age": ("    group: web", "    decays: {soon: 4}", "pricing", "decays", "`soon` is no length of time", "an age such as 7 days"),
    "the same age twice in other words": ("    group: web", "    decays: {7 days: 4, 1 week: 3}", "pricing", "decays", "An age stands here twice", "Keep one"),
    "two ways to fade": ("    group: web", "    decays: {7 days: 4}\n    half_life: 14 days", "pricing", "half_life", "both `decays` and `half_life`", "Keep one"),
    "a hold beside decays": ("    group: web", "    decays: {7 days: 4}\n    holds: 3 days", "pricing", "holds", "`holds` belongs to `half_life`", "under `decays`"),
    "a hold alone": ("    group: web", "    holds: 3 days", "pricing", "holds", "`holds` belongs to `half_life`", "Add `half_life`"),
    "a hold until the end": ("    group: web", "    half_life: 3 days\n    holds: 30 days", "pricing", "holds", "The points end before `holds` is over", "Make `lasts` longer"),
    "an unknown group": ("    group: web", "    group: wep", "pricing", "group: wep", "There is no group `wep`", "Did you mean `web`?"),
    "a group in both halves": ("    points: 20\n  - rule: private", "    points: 20\n    group: web\n  - rule: private", "pricing", "    group: web\n  - rule: careers", "The group `web` lies in fit already", "a group for each half"),
    "an unknown activity": ("activity: form_submitted", "activity: form_submited", "demo", "form_submited", "There is no activity `form_submited`", "Did you mean `form_submitted`?"),
    "an activity of one's own, undeclared": ("activity: form_submitted\n    where: {form: demo}", "activity: zoo_visited", "demo", "zoo", "There is no activity `zoo_visited`", "under `activities:`"),
    "an unknown field": ("when: {seniority: c_level}", "when: {senority: c_level}", "ceo", "senority", "There is no field `senority`", "Did you mean `seniority`?"),
    "an unknown category": ("when: {seniority: c_level}", "when: {seniority: clevel}", "ceo", "clevel", "`clevel` is none of its categories", "Did you mean `c_level`?"),
    "an unknown country": (SIZE, "{country: Polnad}", "size", "Polnad", "`Polnad` is no country we know", "Did you mean `poland`"),
    "an unknown test": (SIZE, "{company_size: {above: 10}}", "size", "above: 10", "There is no test `above`", "Write `from`"),
    "a range without room": (SIZE, "{company_size: {from: 250, below: 10}}", "size", "from: 250", "Nothing is from 250 and below 10", "smaller one at `from`"),
    "a number that is a text": (SIZE, "{company_size: many}", "size", "many", "`many` is no number", "without quotes"),
    "a text's test on a number": (SIZE, "{company_size: {contains: 5}}", "size", "contains", "`contains` is for texts", "`from` or `below`"),
    "a number's test on a text": ("when: {seniority: c_level}", "when: {job_title: {from: 5}}", "ceo", "job_title: {from", "`from` and `below` are for numbers and dates", "`contains`"),
    "an empty list": ("when: {email_kind: free}", "when: {email_kind: []}", "private-address", "[]", "The list of values is empty", "between 1 and"),
    "a condition that is a value": ("when: {seniority: c_level}", "when: c_level", "ceo", "when: c_level", "`when` takes names with values, not `c_level`", "indented below it"),
    "a condition left out": ("    where: {path: {starts_with: /careers}}", "    where:", "careers", "where:\n", "Nothing stands after `where`", "indented below it"),
    "any without a list": ("when: {seniority: c_level}", "when: {any: {seniority: c_level}}", "ceo", "any: {sen", "`any` takes a list of conditions", "Write `any:"),
    "missing with a word": ("when: {seniority: c_level}", "when: {seniority: {missing: often}}", "ceo", "often", "`missing` takes true or false", "`missing: true`"),
    "an answer asked of a form's activity further in": ("where: {form: demo}", "where: {any: [{form: demo}, {not: {country: pl}}]}", "demo", "country: pl", "A submitted form has no `country` here", "under `when`"),
    "what no activity keeps": ("{path: {starts_with: /careers}}", "{score: {from: 5}}", "careers", "score", "An activity keeps no `score`", "such as `path`"),
    "what no activity keeps, further in": ("{path: {starts_with: /careers}}", "{any: [{path: /jobs}, {not: {machine: true}}]}", "careers", "machine", "An activity keeps no `machine`", "such as `path`"),
    "an address asked of an activity": ("{path: {starts_with: /careers}}", "{email: {ends_with: .pl}}", "careers", "email: {ends", "An activity keeps no `email`", "under `when`"),
    "an answer asked of a form's activity": ("where: {form: demo}", "where: {country: Poland}", "demo", "country: Poland", "A submitted form has no `country` here", "under `when`"),
    "an activity's key on a rule of answers": ("    points: 30", "    points: 30\n    lasts: 3 days", "ceo", "lasts: 3", "`lasts` means nothing on a rule on answers", "Leave out `lasts`"),
    "two things looked at": ("    quiet_for: 60 days", "    quiet_for: 60 days\n    activity: page_viewed\n    lasts: 1 day", "quiet", "quiet_for", "both `activity` and `quiet_for`", "two rules"),
    "quiet for longer than facts are kept": ("quiet_for: 60 days", "quiet_for: 2 years", "quiet", "quiet_for", "nobody is known to be quiet", "such as 60 days"),
    "unanswered without reactions": (IGNORES, "{sent: email_sent, at_least: 5, within: 9 days}", "ignores", "sent: email_sent", "`by` is missing", "Add `by`"),
    "unanswered after its window": (IGNORES, "{sent: email_sent, by: [email_clicked], at_least: 5, after: 9 days, within: 9 days}", "ignores", "within: 9", "older than `after` and younger than `within`", "`within` longer"),
    "a message that answers itself": (IGNORES, "{sent: email_sent, by: [email_sent], at_least: 5, within: 9 days}", "ignores", "by: [email_sent]", "cannot be the reaction to itself", "what the lead does"),
    "a field without a type": ("country: {type: country}", "country: {also: [kraj]}", "fields.country", "kraj", "The field has no type", "Write `type: text`"),
    "a field of an unknown type": ("country: {type: country}", "country: {type: land}", "fields.country", "land", "`type` cannot be `land`", "'country'"),
    "a field that is always there": ("country: {type: country}", "country: {type: country}\n  utm_source: {type: text}", "fields.utm_source", "utm_source", "`utm_source` is always there", "Leave it out"),
    "one name for two fields": ("country: {type: country}", "country: {type: country, also: [Job_Title]}", "fields.country", "Job_Title", "`Job_Title` is a name of the field job_title already", "one of the two"),
    "one name for two fields that differ by a hyphen": ("country: {type: country}", "country: {type: country, also: [Company size]}", "fields.country", "Company size", "`Company size` is a name of the field company_size already", "one of the two"),
    "two fields that differ by their capitals": ("country: {type: country}", "country: {type: country}\n  Job_Title: {type: text}", "fields.Job_Title", "Job_Title", "`Job_Title` is a name of the field job_title already", "one of the two"),
    "the address as another field's name": ("country: {type: country}", "country: {type: country, also: [E Mail, Email]}", "fields.country", "Email", "`Email` is always there", "Leave it out"),
    "a link's parameter as a field's name": ("country: {type: country}", "country: {type: country, also: [utm_term]}", "fields.country", "utm_term", "`utm_term` is always there", "Leave it out"),
    "words read from nowhere": (SENIORITY, "    read_from: position\n", "fields.seniority", "read_from: position", "There is no field `position`", "Known here"),
    "words read from a number": (SENIORITY, "    read_from: company_size\n", "fields.seniority", "read_from: company_size", "company_size is no text to find words in", "type text"),
    "words without a source": (SENIORITY, "", "fields.seniority", "seniority:", "`words` without `read_from`", "`read_from: job_title`"),
    "a category without words": ('{any: ["student*"]}', "{unless: [dean]}", "fields.seniority", "dean", "The category has no words", "any: [...]"),
    "a word without a letter": ('{any: ["student*"]}', '{any: ["*"]}', "fields.seniority", 'any: ["*"]', "`*` holds no letter", "Write a word"),
    "a band without a word": ("hot: above 70", "hot: 70", "bands.hot", "hot: 70", "`70` does not say `above` and a number", "`hot: above 70`"),
    "bands out of order": ("cold: below 30", "cold: below 80", "bands", "cold: below 80", "Cold (below 80) reaches into hot (above 70)", "the smaller one"),
    "a group called like a half": ("  web: {cap: 30}", "  web: {cap: 30}\n  fit: {cap: 30}", "groups.fit", "  fit: {cap: 30}", "`fit` is the name of a half", "another name"),
    "a cap below zero": ("web: {cap: 30}", "web: {cap: -5}", "groups.web", "cap: -5", "`cap` cannot be `-5`: the least is 0", "0 or more"),
    "a floor above zero": ("  fit: {cap: 50, floor: -50}", "  fit: {cap: 50, floor: 5}", "halves.fit", "floor: 5}", "`floor` cannot be `5`: the most is 0", "0 or less"),
    "a channel by something that is no part of a link": ("{utm_medium: [cpc, paid]}", "{utm_medum: cpc}", "channels.ads", "utm_medum", "There is no part of a link `utm_medum`", "Did you mean `utm_medium`?"),
    "a form without a page of thanks": ("demo: {thanks: https://www.example.com/thanks}", "demo: {open: true}", "forms.demo", "open: true", "which page to show after a submission", "Add `thanks:"),
    "a page of thanks that is no address": ("https://www.example.com/thanks", "www.example.com", "forms.demo", "www.example.com", "`thanks` cannot be `www.example.com`", "beginning with https://"),
    "an origin with a path": ("https://www.example.com/thanks}", "https://www.example.com/thanks, origins: [https://www.example.com/demo]}", "forms.demo", "origins", "cannot be `https://www.example.com/demo`", "without a path"),
    "a trap that people fill in": ("https://www.example.com/thanks}", "https://www.example.com/thanks, honeypot: country}", "forms.demo", "honeypot", "`country` is a field people fill in", "no field has"),
    "a trap that people fill in under another name": ("https://www.example.com/thanks}", "https://www.example.com/thanks, honeypot: company-size}", "forms.demo", "honeypot", "`company-size` is a field people fill in", "no field has"),
    "a cooldown of no time": ("channels:\n", "alerts: {cooldown: 0 days}\nchannels:\n", "alerts.cooldown", "cooldown", "A lead would be announced again and again", "an hour or more, such as 7 days"),
    "a cooldown of minutes": ("channels:\n", "alerts: {cooldown: 59 minutes}\nchannels:\n", "alerts.cooldown", "cooldown", "A lead would be announced again and again", "an hour or more, such as 7 days"),
    "a cooldown below zero": ("channels:\n", "alerts: {cooldown: -1 days}\nchannels:\n", "alerts.cooldown", "cooldown", "`-1 days` is no length of time", "a number and minutes, hours"),
    "a language alerts do not speak": ("channels:\n", "alerts: {language: de}\nchannels:\n", "alerts.language", "language: de", "`language` cannot be `de`", "'en' or 'pl'"),
    "a time zone that is none": ("channels:\n", "alerts: {time_zone: Europe/Warszawa}\nchannels:\n", "alerts.time_zone", "Warszawa", "There is no time zone `Europe/Warszawa`", "Did you mean `Europe/Warsaw`?"),
    "conditions that lie too deep": (CEO, "when: " + "{any: [" * 12 + "{country: pl}" + "]}" * 12, "ceo", "when: {any", "Conditions lie more than 10 deep", "two rules"),
    "an empty test": (CEO, "when: {country: {}}", "ceo", "country: {}", "Nothing is asked here", "Write a value"),
    "an empty text": (CEO, 'when: {job_title: {contains: " "}}', "ceo", "contains", "none of them empty", "Write `contains"),
    "an empty condition": (CEO, "when: {}", "ceo", "when: {}", "A condition needs a name", "for example"),
    "a half-life of no time": ("    group: web", "    half_life: 0 days", "pricing", "half_life", "Half of no time is no time", "above zero"),
    "a decay at age zero": ("    group: web", "    decays: {0 days: 4}", "pricing", "decays", "Age zero has the rule's `points`", "Keep one"),
    "a field named like a word of conditions": ("country: {type: country}", "country: {type: country}\n  any: {type: text}", "fields.any", "any: {type", "`any` is a word of conditions", "another name"),
    "words read from an address": (SENIORITY, "    read_from: email\n", "fields.seniority", "words:", "Words are not read from a mail address", "text field"),
    "a source without words": ("email_kind: {read_from: email}", "email_kind: {read_from: email}\n  kind: {read_from: job_title}", "fields.kind", "kind: {read_from: job", "Nothing says what to read from job_title", "Add `words`"),
    "a type of what is read from elsewhere": ("{read_from: email}", "{read_from: email, type: text}", "fields.email_kind", "type: text}\n  seniority", "has no type or other names", "Leave out"),
    "a box for mailings that is a field": ("https://www.example.com/thanks}", "https://www.example.com/thanks, consent: {field: country}}", "forms.demo", "consent", "`country` is another field already", "no field has"),
    "a box for mailings that is the trap": ("https://www.example.com/thanks}", "https://www.example.com/thanks, consent: {field: fax}, honeypot: fax}", "forms.demo", "consent", "have the same name", "another name"),
    "two ideal leads of one name": ("channels:\n", "ideal_leads:\n  - {ideal: a, criteria: [{criterion: c, asks: C?}]}\n  - {ideal: a, criteria: [{criterion: d, asks: D?}]}\nchannels:\n", "ideal_leads.1", "  - {ideal: a, criteria: [{criterion: d", "Two ideal leads are called `a`", "another name"),
    "quiet for no time": ("quiet_for: 60 days", "quiet_for: 0 days", "quiet", "quiet_for", "Quiet for no time is not quiet", "such as 60 days"),
    "an infinite number": ("points: 30", "points: .inf", "ceo", "points: .inf", "`.inf` is no number here", "Write a number"),
    "an ideal lead without criteria": ("channels:\n", "ideal_leads: [{ideal: ceo, criteria: []}]\nchannels:\n", "ideal_leads.0", "ideal: ceo", "`criteria` is empty", "at least one"),
    "a guess at an unknown field": ("channels:\n", "ideal_leads: [{ideal: ceo, criteria: [{criterion: b2b, asks: B2B?, guess: {market: b2b}}]}]\nchannels:\n", "ideal_leads.0", "market: b2b", "There is no field `market`", "Known here"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rule", "part", "reason", "advice"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_mistake_is_shown_alone_with_rule_line_reason_and_advice(
    old: str, new: str, rule: str, part: str, reason: str, advice: str
) -> None:
    text = changed((old, new))

    found = mistakes_of(text)

    assert [mistake.rule for mistake in found] == [rule], found
    assert reason in found[0].reason
    assert advice in found[0].advice
    assert found[0].line == line_of(text, part)


# what the YAML parser trips over, said in a marketer's words
UNREADABLE = {
    "a star": ("starts_with: /pricing", "like: */pricing", "`*`", "quotes around it"),
    "an at sign": ("[cpc, paid]", "@cpc", "`@`", "quotes around it"),
    "a question mark": ("[cpc, paid]", "[cpc, ? paid]", "`?`", "quotes around it"),
    "a colon and a space": ("    points: 30", "    points: 30\n    says: Prices: looked", "`: `", "quotes around it"),
    "an exclamation mark": ("rule: quiet", "rule: !quiet", "`!`", "quotes around it"),
    "a percent sign": ("rule: quiet", "rule: %quiet", "`%`", "quotes around it"),
    "a backtick": ("rule: quiet", "rule: `quiet`", "backtick", "quotes around it"),
    "a tab": ("    points: 30", "\tpoints: 30", "A tab", "Use spaces"),
    "an open bracket": ("[cpc, paid]", "[cpc, paid", "bracket or brace", "Close it"),
    "an open quotation mark": ("rule: quiet", 'rule: "quiet', "quotation mark", "Close it"),
    "a second document": ("channels:\n", "---\nchannels:\n", "second document", "one model"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason", "advice"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_yaml_cannot_read_is_said_in_plain_words(
    old: str, new: str, reason: str, advice: str
) -> None:
    text = changed((old, new))

    found = mistakes_of(text)

    assert len(found) == 1
    assert reason in found[0].reason
    assert advice in found[0].advice
    assert found[0].line is not None
    assert found[0].line >= line_of(text, new.splitlines()[0])


MOVED = "    points: 15\n"
# what the eye does not see: the rule that is named, the part of the line that is, the reason and the advice
UNSEEN = {
    "a space too few": (MOVED, "   points: 15\n", "pricing", "   points: 15", "`points` stands further left than `rule` above it", "the same column"),
    "a space too many": (MOVED, "     points: 15\n", "pricing", "     points: 15", "`points` stands further right than `rule` above it", "the same column"),
    "a space too many under a value": ("    activity: page_viewed\n    where: {path: {starts_with: /pricing}}", "     activity: page_viewed\n    where: {path: {starts_with: /pricing}}", "pricing", "     activity", "`activity` stands further right than `rule` above it", "the same column"),
    "a space too few before a rule": ("  - rule: careers", " - rule: careers", "careers", " - rule: careers", "`- ` stands further left than the `- ` above it", "the same column"),
    "a space too many before a rule": ("  - rule: careers", "   - rule: careers", "careers", "   - rule: careers", "`- ` stands further right than the `- ` above it", "the same column"),
    "a space too few outside of the rules": ("    words:\n", "   words:\n", "", "   words:", "`words` stands further left than `read_from` above it", "the same column"),
    "a space before a section": ("groups:\n", " groups:\n", "", " groups:", "`groups` stands further right than `halves` above it", "the same column"),
    "no space after a colon": (MOVED, "    points:15\n", "pricing", "points:15", "No space stands after the colon of `points:15`", "Write `points: 15`"),
    "no space after the last colon of a section": ("    points: -5\n", "    points:-5  # quiet\n\n", "quiet", "points:-5", "No space stands after the colon of `points:-5`", "Write `points: -5`"),
    "no space after the colon before the next rule": ("    group: web\n", "    group:web\n", "pricing", "group:web", "No space stands after the colon of `group:web`", "Write `group: web`"),
    "no space after the colon of a rule": ("  - rule: careers", "  - rule:careers", "careers", "rule:careers", "No space stands after the colon of `rule:careers`", "Write `rule: careers`"),
    "no space after a colon in braces": ("{email_kind: free}", "{email_kind:free}", "private-address", "email_kind:free", "No space stands after the colon of `email_kind:free`", "Write `email_kind: free`"),
    "no space after a hyphen": ("  - rule: careers", "  -rule: careers", "", "-rule", "No space stands after the hyphen of `-rule: careers`", "Write `- rule: careers`"),
    "a space of a word processor": (MOVED, "    points:\u00a015\n", "pricing", "points:\u00a0", "A non-breaking space", "type a plain one"),
    "a space of a word processor before a key": (MOVED, "   \u00a0points: 15\n", "pricing", "\u00a0points", "A non-breaking space", "type a plain one"),
    "a space of a word processor more than enough": (MOVED, "    \u00a0points: 15\n", "pricing", "\u00a0points", "A non-breaking space", "type a plain one"),
    "only spaces of a word processor before a key": (MOVED, "\u00a0\u00a0\u00a0\u00a0points: 15\n", "pricing", "\u00a0points", "A non-breaking space", "type a plain one"),
    "a space of a word processor in braces": ("{email_kind: free}", "{email_kind:\u00a0free}", "private-address", "email_kind:\u00a0", "A non-breaking space", "type a plain one"),
    "a rule without its hyphen": ("  - rule: careers\n", "    rule: careers\n", "pricing", "rule: careers", "A rule begins here, and nothing says so", "Begin a new rule with `- `: `- rule: careers`"),
    "the first rule without its hyphen": ("  - rule: ceo\n", "    rule: ceo\n", "ceo", "rule: ceo", "A rule begins here, and nothing says so", "Begin a new rule with `- `: `- rule: ceo`"),
    "no space before a brace": ("when: {email_kind: free}", "when:{email_kind: free}", "private-address", "when:{email", "No space stands after the colon of `when:{email_kind: free}`", "Write `when: {email_kind: free}`"),
    "a space of a word processor before a brace": ("when: {email_kind: free}", "when:\u00a0{email_kind: free}", "private-address", "when:\u00a0", "A non-breaking space", "type a plain one"),
    "no space after an age": ("    group: web", "    decays: {7 days:10, 14 days: 5}", "pricing", "decays", "No space stands after the colon of `7 days:10`", "Write `7 days: 10`"),
    "a space before the first section": ("bands: {", " bands: {", "", "halves:", "`halves` stands further left than `bands` above it", "the same column"),
    "commas in a number": (SIZE, "{company_size: {from: 1,000,000}}", "size", "1,000,000", "`from: 1,000,000` is no number", "Write 1000000"),
    "a comma in a number and more after it": (SIZE, "{company_size: {from: 10, below: 1,000}, country: pl}", "size", "1,000", "`below: 1,000` is no number", "Write 1000"),
    "spaces in a number": (SIZE, "{company_size: {from: 1 000}}", "size", "1 000", "`from: 1 000` is no number", "Write 1000"),
    "a comma in points": ("    points: 30", "    points: 1,000", "ceo", "1,000", "not `1,000`", "Write `points: 1000`"),
    "quotes around points": ("    points: 30", '    points: "12"', "ceo", '"12"', "not `12`", "Write it without quotes: `points: 12`"),
    "a long dash": ("    points: 30", "    points: \u201310", "ceo", "\u201310", "not `\u201310`", "Use the keyboard's -: `points: -10`"),
    "a minus of a word processor": ("    points: 30", "    points: \u221210", "ceo", "\u221210", "`points` takes", "Use the keyboard's -: `points: -10`"),
    "a long dash in a condition": (SIZE, "{company_size: {from: \u201310}}", "size", "\u201310", "`from: \u201310` is no number", "Use the keyboard's -: -10"),
    "quotes around a bound": (SIZE, '{company_size: {from: "1000"}}', "size", '"1000"', "is no number", "Write it without quotes: 1000"),
    "a name with accents": ("rule: careers", "rule: właściciel-żółty", "właściciel-żółty", "właściciel", "cannot be `właściciel-żółty`", "letters a to z, without accents: `wlasciciel-zolty`"),
    "a field with accents": ("  country: {type: country}", "  country: {type: country}\n  płeć: {type: text}", "fields.płeć", "płeć", "`płeć` is no fitting name", "letters a to z, without accents: `plec`"),
    "a language of three letters": ("    points: -5\n", "    points: -5\n    says: {eng: Quiet}\n", "quiet", "{eng", "`eng` is no language here", "Write `en` or `pl`"),
    "a bucket named week": ("    group: web", "    once_per: week", "pricing", "once_per", "`week` is no length of time", "Write `once_per: 7 days`"),
    "a lifetime named month": ("lasts: 30 days", "lasts: month", "pricing", "lasts: month", "`month` is no length of time", "Write `lasts: 30 days`"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rule", "part", "reason", "advice"), UNSEEN.values(), ids=UNSEEN.keys()
)
def test_a_slip_of_the_keyboard_is_shown_alone_where_it_was_made(
    old: str, new: str, rule: str, part: str, reason: str, advice: str
) -> None:
    text = changed((old, new))

    found = mistakes_of(text)

    assert [mistake.rule for mistake in found] == [rule], found
    assert reason in found[0].reason
    assert advice in found[0].advice
    assert found[0].line == line_of(text, part)


def test_a_non_breaking_space_within_a_text_is_no_mistake() -> None:
    assert (
        mistakes_of(changed(("    points: 30", "    says: Prezes\u00a0firmy\n    points: 30")))
        == []
    )


def test_the_sound_model_has_no_mistake() -> None:
    assert mistakes_of(SOUND) == []


def test_three_mistakes_in_one_model_are_shown_together_in_the_order_of_lines() -> None:
    text = changed(
        ("points: 30", "points: many"),
        ("lasts: 30 days", "lasts: 30"),
        ("cpc, paid]}", "cpc], x: 1}"),
    )

    found = mistakes_of(text)

    assert [(mistake.rule, mistake.line) for mistake in found] == [
        ("ceo", line_of(text, "points: many")),
        ("pricing", line_of(text, "lasts: 30\n")),
        ("channels.ads", line_of(text, "x: 1")),
    ]


def test_three_mistakes_in_one_rule_are_shown_together() -> None:
    text = changed(
        ("    points: 15\n    lasts: 30 days\n", "    points: 1.5\n    lasts: 30\n    grup: web\n")
    )

    assert [mistake.reason for mistake in mistakes_of(text)] == [
        "`points` takes a whole number, not `1.5`",
        "`30` is no length of time",
        "There is no `grup` here",
    ]


def test_a_mistake_in_a_field_does_not_become_a_mistake_of_each_rule_that_names_it() -> None:
    text = changed(("company_size: {type: number}", "company_size: {type: numbr}"))

    assert [mistake.rule for mistake in mistakes_of(text)] == ["fields.company_size"]


def test_the_ledger_of_a_lead_has_a_limit() -> None:
    rule = "  - {rule: r%d, activity: page_viewed, where: {path: /%d}, points: 1, lasts: 1 day, at_most: 50}\n"
    many = "".join(rule % (number, number) for number in range(19))

    assert mistakes_of(changed(("engagement:\n", f"engagement:\n{many}"))) != []
    assert "1004" in mistakes_of(changed(("engagement:\n", f"engagement:\n{many}")))[0].reason
    fewer = many.replace("50}", "49}")
    assert mistakes_of(changed(("engagement:\n", f"engagement:\n{fewer}"))) == []


def test_at_most_fifty_fields() -> None:
    def with_fields(count: int) -> str:
        more = "".join(f"  f{number}: {{type: text}}\n" for number in range(count - 5))
        return changed(("fields:\n", f"fields:\n{more}"))

    assert mistakes_of(with_fields(50)) == []
    assert "50 is the limit" in mistakes_of(with_fields(51))[0].reason


def test_the_retention_decides_how_long_points_may_last() -> None:
    assert mistakes_of(SOUND, retention_days=90) == []
    assert {mistake.rule for mistake in mistakes_of(SOUND, retention_days=59)} == {
        "demo",
        "careers",
        "ignores",
        "quiet",
    }


@pytest.mark.parametrize(
    "content",
    [[], 5, "text", None, {"fit": 5}, {"fit": [[]]}, {"fields": {"a": 1}}, {"ideal_leads": [3]}],
)
def test_whatever_the_document_is_it_is_refused_and_nothing_raises(content: object) -> None:
    with pytest.raises(ModelInvalid) as refused:
        compile_document(content)
    assert refused.value.mistakes


def test_an_empty_file_says_so() -> None:
    assert "empty" in mistakes_of("# nothing yet\n")[0].reason


def test_a_file_that_is_not_there_is_a_mistake_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="no such file"):
        compile_model_file(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_a_mistake_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_bytes("model: wartość\n".encode("iso-8859-2"))

    with pytest.raises(ModelInvalid, match="UTF-8"):
        compile_model_file(tmp_path / "model.yaml")


def test_aliases_that_unfold_to_millions_of_values_are_refused() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    laughs += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8))

    assert any("too many values" in mistake.reason for mistake in mistakes_of(laughs))


def test_a_mistake_reads_as_one_line() -> None:
    mistake = Mistake("pricing-page", 12, "`30` is no length of time", "Write `lasts: 30 days`")

    assert (
        str(mistake) == "line 12: pricing-page: `30` is no length of time. Write `lasts: 30 days`."
    )


@pytest.mark.parametrize(
    ("type_", "value", "reason"),
    [
        ("yes_no", "perhaps", "neither yes nor no"),
        ("date", "tomorrow", "is no date"),
        ("text", 5, "is no text"),
        ("number", "5", "is no number"),
        ("country", True, "is no country"),
    ],
)
def test_a_value_that_is_none_of_its_fields_is_told(type_: str, value: object, reason: str) -> None:
    rule = {"rule": "r", "when": {"asked": value}, "points": 1}

    with pytest.raises(ModelInvalid, match=reason):
        compile_document({"fields": {"asked": {"type": type_}}, "fit": [rule]})


def test_a_file_of_megabytes_is_not_read() -> None:
    assert "megabyte" in mistakes_of("# " + "x" * 1_000_000)[0].reason


def test_brackets_in_brackets_without_end_are_refused() -> None:
    assert "too deep" in mistakes_of("[" * 5_000)[0].reason
    assert "too deep" in mistakes_of("fit: &a [*a]\n")[0].reason


@pytest.mark.parametrize("name", sorted(NO_PROPERTIES))
def test_where_asks_for_nothing_that_intake_keeps_from_an_activity(name: str) -> None:
    rule = {"rule": "r", "activity": "page_viewed", "points": 1, "lasts": "1 day"}

    with pytest.raises(ModelInvalid, match=f"An activity keeps no `{name}`"):
        compile_document({"engagement": [{**rule, "where": {name: 5}}]})


@pytest.mark.parametrize(
    "alias", ["Other size", "other-size", "OTHER_SIZE", "óther  size", "other size"]
)
def test_names_that_intake_takes_for_one_cannot_be_of_two_fields(alias: str) -> None:
    fields = {"other_size": {"type": "number"}, "country": {"type": "country", "also": [alias]}}

    assert len(field_names({"fields": fields})) == len(fields)
    with pytest.raises(ModelInvalid, match="is a name of the field other_size already"):
        compile_document({"fields": fields})
