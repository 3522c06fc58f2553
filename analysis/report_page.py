"""One report as one HTML file: nothing is fetched, nothing runs, and it prints.

A report is made of values: sections of paragraphs, charts and tables (`charts` draws them). The
page's policy forbids scripts and the network, so that a report may be mailed to anybody.

    page(Report(
        title="Is the model right?",
        about="scoring-model.yaml, 2,000 leads",
        lines=("...what decides, one line each",),
        sections=(Section("Rules", paragraphs=("...",), charts=(bars(...),), tables=(...)),),
    ))
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from analysis.charts import Chart, Table

ROWS_MAX = 100  # of one table on the page; --json has them all


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it: paragraphs, a list, charts side by side, tables."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A page: title, what it is about in a line, the lines that decide, and its sections."""

    title: str
    about: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def page(report: Report) -> str:
    """Write the page. Every text is escaped; only charts are taken as they are drawn."""
    return _template().render(report=report, rows_max=ROWS_MAX)


@cache
def _template() -> Template:
    text = (files("analysis") / "report_page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(text)
