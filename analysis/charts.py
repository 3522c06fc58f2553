"""Charts as inline SVG: text, lines and boxes that print sharply and that screen readers can read.

They are drawn by hand, as the console's are (docs/decisions/0019): no script, no font, no network.
Colours are variables of the page (`report_page.html`), so that one drawing serves both schemes.
Every chart says in words what it shows, and carries the table of its figures. Widths are those of a
telephone: labels stand above their bars, and nothing has to be scrolled sideways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from math import ceil, floor, log, log10

WIDTH = 460  # drawn; a page shows it from 300 to 700 wide
_LEFT, _RIGHT = 8, 8
_AXIS = 46  # room for the numbers of an upright axis
_ROW = 38
_HEIGHT = 240
_BELOW = 34
_TICKS = 5
_FACTORS_MANY = 60.0  # between the least and the greatest; more have no room for 2 and 5
_LINES_MAX = 5  # more cannot be told apart
_LABELS_MAX = 6  # along the bottom

Number = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under heads, all of one length; `caption` names it for those who cannot see
    the chart beside it.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing: its title, what it shows in a sentence, the SVG, and the figures."""

    title: str
    says: str
    svg: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: value, the ends of its interval, and a mark to compare with, where there are any.
    `tone` is hot, warm, cold, good, bad or plain.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    note: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One line through the points of a chart; None is a gap."""

    name: str
    values: Sequence[float | None]
    lows: Sequence[float | None] = field(default=())
    highs: Sequence[float | None] = field(default=())


def whole(value: float) -> str:
    """Write a number without decimals."""
    return f"{round(value):,}"


def percent(value: float) -> str:
    """Write a share of 1 in percent."""
    return f"{value:.0%}"


def factor(value: float) -> str:
    """Write how many times as much: 0.05, 1.5, 128."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def bars(
    title: str,
    says: str,
    rows: Sequence[Bar],
    *,
    number: Number = percent,
    table: Table | None = None,
) -> Chart:
    """Draw bars from 0, one under the other, each with its interval as a thin line and what it is
    compared with as an upright mark.
    """
    ends = [
        end for row in rows for end in (row.value, row.low, row.high, row.mark) if end is not None
    ]
    low, high = _bounds([0.0, *ends])
    at = _scale(low, high, _LEFT, WIDTH - _RIGHT)
    drawn = _drawn(rows, at, number, ground=0.0, ticks=_ticks(low, high))
    return Chart(title, says, _svg(title, says, _tall(rows), drawn), table)


def ratios(
    title: str,
    says: str,
    rows: Sequence[Bar],
    *,
    table: Table | None = None,
) -> Chart:
    """Draw bars from 1, no difference, on a scale where equal factors are equal lengths: a fifth
    reaches as far to the left as five times to the right, and the greatest ratio fits.
    """
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end]
    ticks = _factors(min(1.0, *ends), max(1.0, *ends))
    across = _scale(log(ticks[0]), log(ticks[-1]), _LEFT, WIDTH - _RIGHT)
    drawn = _drawn(rows, lambda value: across(log(value)), factor, ground=1.0, ticks=ticks)
    return Chart(title, says, _svg(title, says, _tall(rows), drawn), table)


def lines(
    title: str,
    says: str,
    labels: Sequence[str],
    drawn: Sequence[Line],
    *,
    number: Number = percent,
    table: Table | None = None,
) -> Chart:
    """Draw lines over periods in order; a line's interval is a soft band behind it."""
    drawn = drawn[:_LINES_MAX]
    all_values = [
        value
        for line in drawn
        for value in (*line.values, *line.lows, *line.highs)
        if value is not None
    ]
    low, high = _bounds([0.0, *all_values])
    across = _scale(0, max(1, len(labels) - 1), _AXIS, WIDTH - _RIGHT - 14)
    upward = _scale(low, high, _HEIGHT - _BELOW, 10)
    parts = [_ticks_beside(low, high, upward, number), _labels_below(labels, across)]
    for place, line in enumerate(drawn, start=1):
        if line.lows:
            parts.append(_band(line, across, upward, place))
    for place, line in enumerate(drawn, start=1):
        parts.append(_path(line, across, upward, place))
    return Chart(title, says, _legend(drawn) + _svg(title, says, _HEIGHT, parts), table)


def curves(
    title: str,
    says: str,
    drawn: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    *,
    across_says: str,
    marked: float | None = None,
    table: Table | None = None,
) -> Chart:
    """Draw curves of shares over shares, 0 to 1, above the diagonal that chance would give;
    `marked` is a share along the bottom to look at.
    """
    across = _scale(0, 1, _AXIS, WIDTH - _RIGHT - 14)
    upward = _scale(0, 1, _HEIGHT - _BELOW - 12, 10)
    parts = [
        _ticks_beside(0, 1, upward, percent),
        *(
            _text(across(step / 4), _HEIGHT - _BELOW + 4, percent(step / 4), "tick", "middle")
            for step in range(5)
        ),
        _text((across(0) + across(1)) / 2, _HEIGHT - 6, across_says, "tick", "middle"),
        _stroke([(across(0), upward(0)), (across(1), upward(1))], "chance"),
    ]
    if marked is not None:
        parts.append(_upright(across(marked), 10, upward(0), "marked"))
    for place, (_, points) in enumerate(drawn, start=1):
        parts.append(_stroke([(across(x), upward(y)) for x, y in points], f"line c{place}"))
    legend = _legend([Line(name, ()) for name, _ in drawn])
    return Chart(title, says, legend + _svg(title, says, _HEIGHT, parts), table)


def calibration(
    title: str,
    says: str,
    points: Sequence[tuple[float, float, float, float]],
    *,
    table: Table | None = None,
) -> Chart:
    """Draw what was expected against what happened: (expected, happened, low, high), shares 0 to
    1; on the diagonal they agree.
    """
    top = min(1.0, _bounds([0.0, *(end for point in points for end in (point[0], point[3]))])[1])
    across = _scale(0, top, _AXIS, WIDTH - _RIGHT - 14)
    upward = _scale(0, top, _HEIGHT - _BELOW - 12, 10)
    parts = [
        _ticks_beside(0, top, upward, percent),
        *(
            _text(across(tick), _HEIGHT - _BELOW + 4, percent(tick), "tick", "middle")
            for tick in _ticks(0, top)
        ),
        _text((across(0) + across(top)) / 2, _HEIGHT - 6, "expected by score", "tick", "middle"),
        _stroke([(across(0), upward(0)), (across(top), upward(top))], "chance"),
    ]
    for expected, happened, low, high in points:
        parts.append(_upright(across(expected), upward(high), upward(low), "interval"))
        parts.append(
            f'<circle class="dot" cx="{_n(across(expected))}" cy="{_n(upward(happened))}" r="4.5"/>'
        )
    return Chart(title, says, _svg(title, says, _HEIGHT, parts), table)


def _tall(rows: Sequence[Bar]) -> float:
    return _ROW * len(rows) + 22


def _drawn(
    rows: Sequence[Bar],
    at: Callable[[float], float],
    number: Number,
    *,
    ground: float,
    ticks: Sequence[float],
) -> list[str]:
    """Bars that begin at the ground, over their ticks."""
    height = _tall(rows)
    parts = [_ticks_below(ticks, at, height, number)]
    for place, row in enumerate(rows):
        parts.append(_bar(row, place * _ROW, at, number, ground))
    return [*parts, _upright(at(ground), 0, height - 20, "axis")]


def _bar(row: Bar, top: float, at: Callable[[float], float], number: Number, ground: float) -> str:
    begin, end = sorted((at(ground), at(row.value)))
    parts = [
        _text(_LEFT + 3, top + 13, row.label, "label", "start"),
        _text(WIDTH - _RIGHT, top + 13, row.note or number(row.value), "value", "end"),
        (
            f'<rect class="bar {row.tone}" x="{_n(begin)}" y="{_n(top + 19)}" '
            f'width="{_n(max(1.0, end - begin))}" height="11" rx="2"/>'
        ),
    ]
    if row.low is not None and row.high is not None:
        middle = top + 24.5
        parts.append(_stroke([(at(row.low), middle), (at(row.high), middle)], "interval"))
        parts += [
            _upright(at(one), middle - 3.5, middle + 3.5, "interval") for one in (row.low, row.high)
        ]
    if row.mark is not None:
        parts.append(_upright(at(row.mark), top + 16, top + 33, "mark"))
    return "".join(parts)


def _ticks_below(
    ticks: Sequence[float], at: Callable[[float], float], height: float, number: Number
) -> str:
    parts = []
    for tick in ticks:
        anchor = "start" if at(tick) < 30 else "end" if at(tick) > WIDTH - 30 else "middle"
        parts.append(_upright(at(tick), 0, height - 20, "grid"))
        parts.append(_text(at(tick), height - 5, number(tick), "tick", anchor))
    return "".join(parts)


def _ticks_beside(low: float, high: float, at: Callable[[float], float], number: Number) -> str:
    parts = []
    for tick in _ticks(low, high):
        parts.append(_stroke([(_AXIS, at(tick)), (WIDTH - _RIGHT, at(tick))], "grid"))
        parts.append(_text(_AXIS - 6, at(tick) + 4, number(tick), "tick", "end"))
    return "".join(parts)


def _labels_below(labels: Sequence[str], across: Callable[[float], float]) -> str:
    every = ceil(len(labels) / _LABELS_MAX) if labels else 1
    return "".join(
        _text(across(place), _HEIGHT - 12, label, "tick", "middle")
        for place, label in enumerate(labels)
        if place % every == 0
    )


def _path(
    line: Line, across: Callable[[float], float], upward: Callable[[float], float], place: int
) -> str:
    spots = [
        None if value is None else (across(number), upward(value))
        for number, value in enumerate(line.values)
    ]
    parts = [
        _stroke([one, other], f"line c{place}") for one, other in pairwise(spots) if one and other
    ]
    parts += [
        f'<circle class="spot c{place}" cx="{_n(spot[0])}" cy="{_n(spot[1])}" r="2.6"/>'
        for spot in spots
        if spot
    ]
    return "".join(parts)


def _band(
    line: Line, across: Callable[[float], float], upward: Callable[[float], float], place: int
) -> str:
    known = [
        (across(number), upward(low), upward(high))
        for number, (low, high) in enumerate(zip(line.lows, line.highs, strict=True))
        if low is not None and high is not None
    ]
    edge = [(x, y) for x, _, y in known] + [(x, y) for x, y, _ in reversed(known)]
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in edge)
    return f'<polygon class="band c{place}" points="{points}"/>' if len(known) > 1 else ""


def _legend(drawn: Sequence[Line]) -> str:
    if len(drawn) < 2:
        return ""
    names = "".join(
        f'<li><svg class="key" viewBox="0 0 26 8" aria-hidden="true">'
        f"{_stroke([(1, 4), (25, 4)], f'line c{place}')}</svg>{escape(line.name)}</li>"
        for place, line in enumerate(drawn, start=1)
    )
    return f'<ul class="legend">{names}</ul>'


def _svg(title: str, says: str, height: float, parts: Sequence[str]) -> str:
    name = escape(f"{title}. {says}", quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {_n(height)}" role="img" aria-label="{name}">'
        f"<title>{escape(title)}</title><desc>{escape(says)}</desc>{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, kind: str, anchor: str) -> str:
    return (
        f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _upright(x: float, top: float, bottom: float, kind: str) -> str:
    return _stroke([(x, top), (x, bottom)], kind)


def _stroke(points: Sequence[tuple[float, float]], kind: str) -> str:
    told = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<polyline class="{kind}" points="{told}"/>'


def _scale(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: begin + (value - low) / span * (end - begin)


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """The round numbers around these."""
    low, high = min(values), max(values)
    if low == high:
        return low, low + 1
    step = _step(low, high)
    return floor(low / step) * step, ceil(high / step) * step


def _ticks(low: float, high: float) -> list[float]:
    step = _step(low, high)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def _factors(low: float, high: float) -> list[float]:
    """The round numbers from below these to above them, of which each is about as many times the
    one before: 1, 2, 5, 10, or 1, 10, 100 where they are far apart.
    """
    parts = (1, 2, 5) if high / low <= _FACTORS_MANY else (1,)
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    every = [part * 10.0**power for power in range(first, last + 1) for part in parts]
    below = max(one for one in every if one <= low * (1 + 1e-9))
    above = min(one for one in every if one >= high * (1 - 1e-9))
    return [one for one in every if below <= one <= max(above, below * 2)]


def _step(low: float, high: float) -> float:
    raw = (high - low) / _TICKS
    size = 10.0 ** floor(log10(raw)) if raw > 0 else 1.0
    return next(part * size for part in (1, 2, 5, 10) if part * size >= raw * 0.999)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
