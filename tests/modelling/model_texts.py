"""A small model without a fault, and changes to it: each test says what it changes."""

SOUND = """\
bands: {hot: above 70, cold: below 30}
halves:
  fit: {cap: 50, floor: -50}
  engagement: {cap: 50, floor: -50}
groups:
  web: {cap: 30}
activities: [webinar_attended, webinar_registered]
fields:
  job_title: {type: text}
  company_size: {type: number}
  country: {type: country}
  email_kind: {read_from: email}
  seniority:
    read_from: job_title
    words:
      c_level: {any: [ceo, "prezes*"], unless: ["asystent*"]}
      student: {any: ["student*"]}
fit:
  - rule: ceo
    when: {seniority: c_level}
    points: 30
  - rule: size
    when: {company_size: {from: 10, below: 250}}
    points: 20
  - rule: private-address
    when: {email_kind: free}
    points: -10
engagement:
  - rule: demo
    activity: form_submitted
    where: {form: demo}
    points: 20
    lasts: 60 days
  - rule: pricing
    activity: page_viewed
    where: {path: {starts_with: /pricing}}
    points: 15
    lasts: 30 days
    at_most: 2
    group: web
  - rule: careers
    activity: page_viewed
    where: {path: {starts_with: /careers}}
    points: -10
    lasts: 60 days
  - rule: ignores
    unanswered: {sent: email_sent, by: [email_clicked], at_least: 5, after: 3 days, within: 90 days}
    points: -10
  - rule: quiet
    quiet_for: 60 days
    points: -5
channels:
  ads: {utm_medium: [cpc, paid]}
forms:
  demo: {thanks: https://www.example.com/thanks}
"""


def changed(*changes: tuple[str, str]) -> str:
    """Give the sound model with each first text replaced by the second; it must be there once."""
    text = SOUND
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the sound model"
        text = text.replace(old, new)
    return text


def line_of(text: str, part: str) -> int:
    """Give the line, from 1, in which a text stands for the first time."""
    return text[: text.index(part)].count("\n") + 1
