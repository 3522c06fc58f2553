"""How one alert looks where people read it, drawn from the very bodies that are published."""

import json
from html import escape

from functions.leads.hot_alert import Alert

_PAGE = """<!doctype html><meta charset="utf-8"><title>Alerts</title>
<style>
body {{ margin: 0; padding: 24px; background: #f3f4f6; font: 14px/1.45 sans-serif; color: #1d1c1d;
  display: grid; grid-template-columns: 520px 520px; gap: 24px; width: 1064px }}
section {{ background: #fff; border: 1px solid #d9dce1; border-radius: 8px; padding: 16px }}
h2 {{ font-size: 12px; color: #5b6270; margin: 0 0 10px; font-weight: 600 }}
pre {{ font: 12.5px/1.45 monospace; white-space: pre-wrap; margin: 0 }}
b.subject {{ display: block; margin-bottom: 8px; font-size: 15px }}
.sms {{ background: #e5e7eb; border-radius: 16px; padding: 10px 14px; width: 320px }}
.bar {{ border-left: 4px solid {bar}; padding-left: 12px; white-space: pre-wrap }}
.card {{ border: 1px solid #e1dfdd; border-radius: 4px; padding: 12px 16px; white-space: pre-wrap }}
.who {{ font-weight: 700; margin-bottom: 6px }} .who span {{ font-weight: 400; color: #616061 }}
</style>
<section><h2>Mail</h2><b class="subject">{subject}</b><pre>{mail}</pre></section>
<div style="display: grid; gap: 24px; align-content: start">
<section><h2>SMS</h2><div class="sms">{sms}</div></section>
<section><h2>Slack</h2><div class="who">Amazon Q <span>APP 10:00</span></div>
<div class="bar"><b>{title}</b>
{said}</div></section></div>
<section style="grid-column: span 2"><h2>Microsoft Teams</h2>
<div class="who">Amazon Q <span>10:00</span></div>
<div class="card"><b>{title}</b>
{said}</div></section>
"""


def picture(alert: Alert) -> str:
    """Give the page; chat programs read the description as text, entities and all."""
    chat = json.loads(alert.bodies["https"])["content"]
    said = chat["description"].replace("\u200b", "").rstrip()
    return _PAGE.format(
        bar="#1264a3",
        subject=escape(alert.subject),
        mail=escape(alert.bodies["email"].rstrip()),
        sms=escape(alert.bodies["sms"]),
        title=escape(chat["title"]),
        said=said,  # what is markup in it was made text by the product
    )
