"""What the linter says of a model, each beside the nearest model of which it does not say it."""

# ruff: noqa: E501 - a case is one line

import pytest

from modelling.lint import CHECKS, Finding, lint_model_text
from tests.modelling.model_texts import SOUND, changed, line_of

Changes = list[tuple[str, str]]

CEO = "when: {seniority: c_level}"
SIZE = "{company_size: {from: 10, below: 250}}"
CAREERS = "    where: {path: {starts_with: /careers}}\n    points: -10\n    lasts: 60 days\n"
QUIET = "  - rule: quiet\n    quiet_for: 60 days\n    points: -5\n"
IGNORES = (
    "  - rule: ignores\n    unanswered: {sent: email_sent, by: [email_clicked], at_least: 5, "
    "after: 3 days, within: 90 days}\n    points: -10\n"
)
PAGES = SOUND[SOUND.index("  - rule: pricing\n") : SOUND.index("  - rule: ignores\n")]
ENGAGEMENT = SOUND[SOUND.index("engagement:\n  - rule") : SOUND.index("channels:\n")]
FIT = SOUND[SOUND.index("fit:\n  - rule") : SOUND.index("engagement:\n  - rule")]
FIT_CAP = "  fit: {cap: 50, floor: -50}"


def rule(text: str) -> tuple[str, str]:
    """A rule more, at the head of engagement."""
    return ("engagement:\n  - rule: demo\n", f"engagement:\n  - {{{text}}}\n  - rule: demo\n")


def fit_rule(text: str) -> tuple[str, str]:
    return ("  - rule: ceo\n", f"  - {{{text}}}\n  - rule: ceo\n")


def ideal(agreed: str, count: int) -> tuple[str, str]:
    criteria = ", ".join(f"{{criterion: c{number}, asks: Yes?}}" for number in range(count))
    text = f"ideal_leads: [{{ideal: b2b, agreed: {{{agreed}}}, criteria: [{criteria}]}}]\n"
    return ("channels:\n", f"{text}channels:\n")


ALL_THREE = "marketing: A, sales: B, customer_service: C"

# the finding, with the changes that bring it, and the nearest changes that do not
FINDINGS: dict[str, tuple[str, str, str, str, Changes, Changes]] = {
    "hot out of reach by one point": (
        "error", "bands", "Nobody can become hot: at best 50 for fit and 50 for engagement", "R76",
        [("above 70", "above 100")], [("above 70", "above 99")],
    ),
    "hot out of reach by a group's cap": (
        "error", "bands", "at best 50 for fit and 25 for engagement are 75", "R76",
        [("cap: 30", "cap: 5"), ("above 70", "above 75")], [("cap: 30", "cap: 6"), ("above 70", "above 75")],
    ),
    "hot out of reach because values exclude each other": (
        "error", "bands", "at best 20 for fit and 50 for engagement are 70", "R76",
        [(CEO, "when: {company_size: {from: 250}}"), ("    points: 30\n", "    points: 20\n")],
        [(CEO, "when: {company_size: {from: 249}}"), ("    points: 30\n", "    points: 20\n")],
    ),
    "a rule whose conditions exclude each other": (
        "error", "ceo", "can never match: the conditions of its `when` exclude each other", "R49",
        [(CEO, "when: {seniority: c_level, all: [{seniority: student}]}"), fit_rule("rule: a, when: {seniority: c_level}, points: 30")],
        [(CEO, "when: {seniority: c_level, any: [{seniority: student}, {country: pl}]}"), fit_rule("rule: a, when: {seniority: c_level}, points: 30")],
    ),
    "a rule on a range that no number is in": (
        "error", "size", "can never match", "R49",
        [(SIZE, "{company_size: {from: 10}, all: [{company_size: {below: 10}}]}"), fit_rule("rule: a, when: {country: pl}, points: 20")],
        [(SIZE, "{company_size: {from: 10}, all: [{company_size: {below: 11}}]}"), fit_rule("rule: a, when: {country: pl}, points: 20")],
    ),
    "a rule on a path that is two paths at once": (
        "error", "careers", "the conditions of its `where` exclude each other", "R49",
        [("{starts_with: /careers}", "/careers, all: [{path: {starts_with: /jobs}}]"), rule("rule: a, activity: page_viewed, where: {path: /blog}, points: -1, lasts: 1 day")],
        [("{starts_with: /careers}", "/careers, all: [{path: {starts_with: /c}}]"), rule("rule: a, activity: page_viewed, where: {path: /blog}, points: -1, lasts: 1 day")],
    ),
    "a rule on a form that is not there": (
        "error", "a", "the model's forms are demo", "R49",
        [rule("rule: a, activity: form_submitted, where: {form: contact}, points: 5, lasts: 9 days")],
        [rule("rule: a, activity: form_submitted, where: {form: {none_of: contact}}, points: 5, lasts: 9 days")],
    ),
    "a rule that gives nothing": (
        "error", "quiet", "never counts: it gives 0 points", "R49",
        [("    points: -5\n", "    points: 0\n")], [("    points: -5\n", "    points: -1\n")],
    ),
    "points under a cap of zero": (
        "error", "pricing", "the cap it lies under is 0", "R49",
        [("cap: 30", "cap: 0"), ("    points: 20\n    lasts", "    points: 40\n    lasts")],
        [("cap: 30", "cap: 1"), ("    points: 20\n    lasts", "    points: 40\n    lasts")],
    ),
    "points below a floor of zero": (
        "error", "careers", "the floor it lies on is 0", "R49",
        [("  web: {cap: 30}", "  web: {cap: 30}\n  low: {floor: 0}"), (CAREERS, f"{CAREERS}    group: low\n")],
        [("  web: {cap: 30}", "  web: {cap: 30}\n  low: {floor: -1}"), (CAREERS, f"{CAREERS}    group: low\n")],
    ),
    "opens as what was sent": (
        "error", "ignores", "opens are recorded and count for nothing, name what was sent", "R49",
        [("sent: email_sent", "sent: email_opened")], [("sent: email_sent", "sent: email_delivered")],
    ),
    "a channel nobody can come from": (
        "error", "channels.ads", "can never match", "R101",
        [("[cpc, paid]}", "cpc, all: [{utm_medium: paid}]}")], [("[cpc, paid]}", "cpc, all: [{utm_medium: [cpc, paid]}]}")],
    ),
    "a list of words in one pair of quotes": (
        "warning", "fields.seniority.words.student.any", 'put them round each, ["student*", "trainee*"]', "R26",
        [('["student*"]', '["student*, trainee*"]')], [('["student*"]', '["student*", "trainee*"]')],
    ),
    "a list of texts in one pair of quotes": (
        "warning", "a", 'put them round each, ["sales", "marketing"]', "R49",
        [fit_rule('rule: a, when: {job_title: {contains: ["sales, marketing"]}}, points: 5')],
        [fit_rule('rule: a, when: {job_title: {contains: ["sales", "marketing, sales"]}}, points: 5')],
    ),
    "a star in a path": (
        "error", "a", 'the `*` of `/blog*` is a star. Write `path: {like: "/blog*"}`', "R49",
        [rule("rule: a, activity: page_viewed, where: {path: /blog*}, points: 5, lasts: 7 days")],
        [rule('rule: a, activity: page_viewed, where: {path: {like: "/blog*"}}, points: 5, lasts: 7 days')],
    ),
    "a star at the end of what a path starts with": (
        "error", "a", "can never match: outside of `like`, the `*` of `/blog*`", "R49",
        [rule("rule: a, activity: page_viewed, where: {path: {starts_with: [/news, /blog*]}}, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: page_viewed, where: {path: {starts_with: [/news, /blog]}}, points: 5, lasts: 7 days")],
    ),
    "a star in an answer": (
        "warning", "a", 'hardly what you mean: outside of `like`, the `*` of `ceo*` is a star. Write `job_title: {like: "*ceo*"}`', "R49",
        [fit_rule('rule: a, when: {job_title: {contains: "ceo*"}}, points: 5')],
        [fit_rule('rule: a, when: {job_title: {contains: "ceo"}}, points: 5')],
    ),
    "a star in a channel": (
        "warning", "channels.ads", "the `*` of `cp*` is a star", "R49",
        [("[cpc, paid]}", '["cp*", paid]}')], [("[cpc, paid]}", '{like: ["cp*", "pai?"]}}')],
    ),
    "like without a star": (
        "warning", "a", "`like: ceo` has no `*`, so it must be the whole text", "R49",
        [fit_rule("rule: a, when: {job_title: {like: ceo}}, points: 5")],
        [fit_rule('rule: a, when: {job_title: {like: "ceo?"}}, points: 5')],
    ),
    "a path without its slash": (
        "error", "a", "`blog` can never match: a path begins with / and has no website before it, such as `/blog`", "R64",
        [rule("rule: a, activity: page_viewed, where: {path: {starts_with: blog}}, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: page_viewed, where: {path: {contains: blog}}, points: 5, lasts: 7 days")],
    ),
    "a path with its website": (
        "error", "a", "such as `/blog/*`", "R64",
        [rule('rule: a, activity: page_viewed, where: {path: {like: "https://www.example.com/blog/*"}}, points: 5, lasts: 7 days')],
        [rule('rule: a, activity: page_viewed, where: {path: {like: "*/blog/*"}}, points: 5, lasts: 7 days')],
    ),
    "a property with a slip": (
        "warning", "a", "has a property `paht`: did you mean `path`?", "R49",
        [rule("rule: a, activity: page_viewed, where: {paht: /blog}, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: page_viewed, where: {topic: /blog}, points: 5, lasts: 7 days")],
    ),
    "a property with a capital": (
        "warning", "a", "has a property `File`: did you mean `file`?", "R49",
        [rule("rule: a, activity: file_downloaded, where: {File: prices}, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: file_downloaded, where: {file: prices}, points: 5, lasts: 7 days")],
    ),
    "one half alone reaches hot": (
        "warning", "halves.fit", "hot by fit alone (71 points", "R51",
        [(FIT_CAP, "  fit: {floor: -50}"), fit_rule("rule: a, when: {country: pl}, points: 21")],
        [(FIT_CAP, "  fit: {floor: -50}"), fit_rule("rule: a, when: {country: pl}, points: 20")],
    ),
    "one half and what a stranger has reach hot": (
        "warning", "halves.engagement", "hot by engagement alone (50 points and the 21 for fit of somebody unknown, hot begins above 70): give the half a cap of at most 49", "R51",
        [fit_rule("rule: a, when: {country: {missing: true}}, points: 21")],
        [fit_rule("rule: a, when: {country: {missing: true}}, points: 20")],
    ),
    "a stranger is hot": (
        "warning", "bands", "A lead of whom nothing is known and who did nothing is hot: it has 71 points, and hot begins above 70", "R51",
        [(FIT_CAP, "  fit: {cap: 71, floor: -50}"), fit_rule("rule: a, when: {any: [{country: {missing: true}}, {country: {missing: false}}]}, points: 71")],
        [(FIT_CAP, "  fit: {cap: 70, floor: -50}"), fit_rule("rule: a, when: {country: {missing: false}}, points: 71")],
    ),
    "a stranger is hot after one activity": (
        "warning", "bands", "nothing is known is, after one activity (webinar_attended), hot: it has 71 points", "R51",
        [("engagement: {cap: 50", "engagement: {cap: 71"), rule("rule: a, activity: webinar_attended, points: 71, lasts: 7 days")],
        [("engagement: {cap: 50", "engagement: {cap: 70"), rule("rule: a, activity: webinar_attended, points: 71, lasts: 7 days")],
    ),
    "no rule about what they do": (
        "warning", "engagement", "No rule looks at what they do", "R46",
        [(ENGAGEMENT, ""), ("groups:\n  web: {cap: 30}\n", ""), ("above 70", "above 45"), ("cap: 50, floor: -50}\n  eng", "cap: 45, floor: -50}\n  eng")],
        [("engagement:\n  - rule: demo", "engagement:\n  - rule: demos")],
    ),
    "halves out of balance": (
        "warning", "halves", "out of balance: at best 50 points for fit and 24 for engagement", "R50",
        [("  engagement: {cap: 50", "  engagement: {cap: 24")], [("  engagement: {cap: 50", "  engagement: {cap: 25")],
    ),
    "nothing speaks against who they are": (
        "warning", "fit", "No rule under `fit` takes points away", "R61",
        [("    points: -10\nengagement", "    points: 10\nengagement"), rule("rule: a, activity: email_clicked, when: {email_kind: free}, points: -1, lasts: 7 days")],
        [("    points: -10\nengagement", "    points: -1\nengagement"), rule("rule: a, activity: email_clicked, when: {email_kind: free}, points: -1, lasts: 7 days")],
    ),
    "a private address without consequences": (
        "warning", "fit", "A private mail address takes no points away", "R68",
        [("email_kind: free}", "email_kind: disposable}")], [("email_kind: free}", "email_kind: {none_of: business}}")],
    ),
    "silence without consequences": (
        "warning", "engagement", "Nobody loses points for not reacting", "R69",
        [(QUIET, ""), (IGNORES, "")], [(IGNORES, "")],
    ),
    "a group nobody is in": (
        "warning", "groups.mail", "No rule is in this group", "R49",
        [("  web: {cap: 30}", "  web: {cap: 30}\n  mail: {cap: 9}")],
        [("  web: {cap: 30}", "  web: {cap: 30}\n  mail: {cap: 9}"), (CAREERS, f"{CAREERS}    group: mail\n")],
    ),
    "every page worth the same": (
        "warning", "pricing", "Every page is worth the same", "R66",
        [("{starts_with: /careers}}\n    points: -10", "{starts_with: /blog}}\n    points: 15")],
        [("{starts_with: /careers}}\n    points: -10", "{starts_with: /blog}}\n    points: 14")],
    ),
    "any page worth the same": (
        "warning", "pages", "Every page is worth the same", "R66",
        [(PAGES, "  - {rule: pages, activity: page_viewed, points: 30, lasts: 9 days, group: web}\n")],
        [(PAGES, "  - {rule: pages, activity: page_viewed, where: {path: /x}, points: 30, lasts: 9 days, group: web}\n")],
    ),
    "a visit to the careers page that earns": (
        "warning", "careers", "who looks for a job does not buy", "R57",
        [("{starts_with: /careers}}\n    points: -10", "{starts_with: /careers}}\n    points: 1")],
        [("{starts_with: /careers}}\n    points: -10", "{starts_with: /caring}}\n    points: 1")],
    ),
    "opens that earn": (
        "warning", "a", "Opens are recorded and earn nothing", "R62",
        [rule("rule: a, activity: email_opened, points: 1, lasts: 7 days")],
        [rule("rule: a, activity: email_clicked, points: 1, lasts: 7 days")],
    ),
    "an open as a reaction": (
        "warning", "ignores", "An open is no reaction", "R62",
        [("by: [email_clicked]", "by: [email_clicked, email_opened]")], [("by: [email_clicked]", "by: [email_clicked, email_replied]")],
    ),
    "a webinar that counts before it is attended": (
        "warning", "a", "attending it does not", "R67",
        [rule("rule: a, activity: webinar_registered, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: webinar_registered, points: 5, lasts: 7 days}\n  - {rule: b, activity: webinar_attended, points: 5, lasts: 7 days")],
    ),
    "points that stay": (
        "warning", "demo", "`forever` keeps points as long as facts are kept", "R73",
        [("    points: 20\n    lasts: 60 days", "    points: 20\n    lasts: forever")],
        [("    points: 20\n    lasts: 60 days", "    points: 20\n    lasts: 400 days")],
    ),
    "every activity for the same time": (
        "warning", "demo", "Every activity counts equally long", "R71",
        [("lasts: 30 days", "lasts: 60 days")], [("lasts: 30 days", "lasts: 59 days")],
    ),
    "points that grow with age": (
        "warning", "pricing", "The points grow with age", "R72",
        [("    at_most: 2\n", "    at_most: 2\n    decays: {7 days: 16}\n")], [("    at_most: 2\n", "    at_most: 2\n    decays: {7 days: 14}\n")],
    ),
    "two rules with the same match": (
        "warning", "demo", "matches exactly what `a` matches", "R49",
        [rule("rule: a, activity: form_submitted, where: {form: demo}, points: 5, lasts: 7 days")],
        [rule("rule: a, activity: form_submitted, where: {form: demo}, when: {country: pl}, points: 5, lasts: 7 days")],
    ),
    "an activity under fit": (
        "warning", "a", "belongs under `engagement`", "R29",
        [fit_rule("rule: a, activity: email_clicked, points: 5, lasts: 7 days")], [fit_rule("rule: a, when: {country: pl}, points: 5")],
    ),
    "an answer under engagement": (
        "warning", "a", "belongs under `fit`", "R29",
        [rule("rule: a, when: {country: pl}, points: 5")], [rule("rule: a, when: {country: pl}, activity: email_clicked, points: 5, lasts: 7 days")],
    ),
    "a reason in another language": (
        "warning", "quiet", "Alerts are in `pl`", "R7",
        [("    points: -5\n", "    points: -5\n    says: {en: Quiet}\n"), ("channels:\n", "alerts: {language: pl}\nchannels:\n")],
        [("    points: -5\n", "    points: -5\n    says: {en: Quiet, pl: Cisza}\n"), ("channels:\n", "alerts: {language: pl}\nchannels:\n")],
    ),
    "a lead announced twice a day": (
        "warning", "alerts.cooldown", "announced again on the same day", "R79",
        [("channels:\n", "alerts: {cooldown: 23 hours}\nchannels:\n")], [("channels:\n", "alerts: {cooldown: 24 hours}\nchannels:\n")],
    ),
    "an ideal lead one department did not agree to": (
        "warning", "ideal_leads.0", "does not say who agreed to it in customer service", "R89",
        [ideal("marketing: A, sales: B", 3)], [ideal(ALL_THREE, 3)],
    ),
    "an ideal lead of five criteria": (
        "warning", "ideal_leads.0", "has 5 criteria", "R96",
        [ideal(ALL_THREE, 5)], [ideal(ALL_THREE, 4)],
    ),
}  # fmt: skip


def findings(changes: Changes) -> list[Finding]:
    return lint_model_text(changed(*changes))


@pytest.mark.parametrize(
    ("level", "place", "part", "row", "having", "_"), FINDINGS.values(), ids=FINDINGS.keys()
)
def test_a_model_that_has_it_is_told_so(
    level: str, place: str, part: str, row: str, having: Changes, _: Changes
) -> None:
    found = [finding for finding in findings(having) if part in finding.sentence]

    assert [(one.level, one.rule, one.row) for one in found] == [(level, place, row)], findings(
        having
    )
    assert found[0].line is not None or f"\n{place}:" not in changed(*having)


@pytest.mark.parametrize(
    ("level", "place", "part", "row", "_", "lacking"), FINDINGS.values(), ids=FINDINGS.keys()
)
def test_the_nearest_model_that_lacks_it_is_not_told_so(
    level: str, place: str, part: str, row: str, _: Changes, lacking: Changes
) -> None:
    assert findings(lacking) == []


@pytest.mark.parametrize(
    "name", ["campaign_id", "format", "filter", "post", "page", "name", "size"]
)
def test_a_property_of_ones_own_is_no_slip(name: str) -> None:
    text = f"rule: a, activity: page_viewed, where: {{{name}: x}}, points: 5, lasts: 7 days"

    assert findings([rule(text)]) == []


def test_a_star_under_not_or_none_of_is_told_and_may_well_match() -> None:
    for where in ('{path: {none_of: "/blog*"}}', '{not: {path: "/blog*"}}'):
        text = f"rule: a, activity: page_viewed, where: {where}, points: 5, lasts: 7 days"

        assert [one.level for one in findings([rule(text)])] == ["warning"]


def test_the_sound_model_has_no_findings() -> None:
    assert findings([]) == []


def test_a_rule_on_silence_needs_an_activity_to_be_silent_after() -> None:
    text = changed((ENGAGEMENT, f"engagement:\n{QUIET}"), ("  web: {cap: 30}\n", "  {}\n"))

    said = {finding.rule: finding.sentence for finding in lint_model_text(text)}

    assert "quiet is what comes after an activity" in said["quiet"]


def test_the_pricing_page_below_the_careers_page_is_told() -> None:
    swapped = [
        ("{starts_with: /pricing}", "{starts_with: /kariera}"),
        ("{starts_with: /careers}", "{starts_with: /cennik}"),
    ]

    assert {"R65", "R57"} <= {finding.row for finding in findings(swapped)}


def test_a_model_about_activities_alone_is_not_reliable() -> None:
    assert "R46" in {finding.row for finding in lint_model_text(changed((FIT, "")))}


def test_a_model_with_mistakes_shows_all_of_them_as_errors_and_no_advice() -> None:
    text = changed(("points: 30", "points: many"), ("lasts: 30 days", "lasts: 30"))

    found = lint_model_text(text)

    assert [(one.level, one.rule, one.line) for one in found] == [
        ("error", "ceo", line_of(text, "points: many")),
        ("error", "pricing", line_of(text, "lasts: 30\n")),
    ]
    assert "Write a number" in found[0].sentence


def test_bands_out_of_order_are_an_error() -> None:
    assert [one.level for one in findings([("below 30", "below 71")])] == ["error"]
    assert findings([("below 30", "below 70")]) == []


def test_a_finding_reads_as_one_line_with_its_row_in_brackets() -> None:
    finding = Finding("warning", "opens", 12, "Opens earn nothing.", "R62")

    assert str(finding) == "warning: line 12: opens: Opens earn nothing. (R62)"


def test_every_check_says_which_row_it_rests_on() -> None:
    assert all(check.__doc__ and check.__doc__.startswith("R") for check in CHECKS)


def test_very_large_conditions_are_linted_in_time() -> None:
    names = ", ".join(f"{{path: {{starts_with: /{number}}}}}" for number in range(400))
    text = changed(("{path: {starts_with: /careers}}", f"{{any: [{names}]}}"))

    assert findings([]) == lint_model_text(text)
