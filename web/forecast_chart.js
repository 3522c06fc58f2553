// What becomes of a score if nothing more happens: steps over time across the bands. One sentence and
// a table say the same in words; the table is whole, the picture ends where it stops to matter.

import { el, svg } from "./element.js";
import { date, exactly, say, when } from "./words.js";

const WIDTH = 520, HEIGHT = 190, LEFT = 34, RIGHT = 12, TOP = 12, BOTTOM = 24;
const DAY = 86_400_000;
const WARM_DAYS = 90, COLD_DAYS = 14; // shown of a lead that stays; at least shown of one that gets cold
const NEAR_DAYS = 180; // so far ahead a turn is shown without squeezing what comes before it
const BEYOND = 1.15; // so much of the time until it is cold, that one sees it stay
const TICKS_MAX = 5, TICK_ROOM = 70; // a date needs so much room beside the next

export function forecastChart(lead) {
  if (!lead.forecast.length) return el("p", {}, say("stays_so"));
  const sentence = inWords(lead);
  const steps = [{ at: lead.as_of, score: lead.score, band: lead.band }, ...lead.forecast]
    .map((step) => ({ ...step, at: new Date(step.at).getTime() }));
  const end = endOf(steps), rest = steps.filter((step) => step.at > end);
  return el("div", {}, el("p", {}, sentence), chart(lead, sentence, steps.slice(0, steps.length - rest.length), end),
    rest.length ? el("p", {}, el("small", {}, beyond(rest, end))) : null, table(lead));
}

/** Until it is cold for good and a while longer, where that is near or the most happens by then; else
    three months. Never far behind the last step. */
function endOf(steps) {
  const start = steps[0].at, last = steps.at(-1).at, soon = start + WARM_DAYS * DAY;
  const turn = steps.findLast((step, place) => place > 0 && step.band !== steps[place - 1].band)?.at ?? start;
  const [early, late] = [[start, soon], [soon, turn]].map(([from, to]) => steps.filter((step) => step.at > from && step.at <= to));
  const isShown = turn > start && (turn - start <= NEAR_DAYS * DAY || late.length > early.length);
  const isGone = isShown && steps.at(-1).band === "cold";
  const wanted = isGone ? Math.max((turn - start) * BEYOND, COLD_DAYS * DAY) : Math.max(isShown ? turn - start : 0, WARM_DAYS * DAY);
  return Math.min(start + wanted, last + Math.max((last - start) * 0.08, DAY / 4));
}

function beyond(rest, end) {
  const { at, score } = rest.at(-1);
  return say("forecast_rest", { end: date(end), number: rest.length, when: date(at), score });
}

/** The score now, and each change of band. */
function inWords(lead) {
  const said = [say("forecast_now", { score: lead.score, band: say(`band.${lead.band}`) })];
  let band = lead.band;
  for (const step of lead.forecast) {
    if (step.band === band) continue;
    band = step.band;
    said.push(say("forecast_turns", { band: say(`band.${band}`), when: when(step.at) }));
  }
  if (band === lead.band) said.push(say("forecast_stays", { band: say(`band.${band}`) }));
  return said.join(" ");
}

function chart(lead, sentence, steps, end) {
  const axes = axesOf(steps, end, lead.bands);
  return svg(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": sentence },
    bandsOf(lead.bands, axes), dates(steps, axes), svg("path", { d: pathOf(steps, axes), class: "steps" }),
    steps.filter((step, place) => place === 0 || step.band !== steps[place - 1].band).map((step) =>
      svg("circle", { cx: axes.x(step.at), cy: axes.y(step.score), r: 5, class: `turn ${step.band}` })),
    namesOf(axes),
  );
}

/** Places of an instant and a score. */
function axesOf(steps, end, bands) {
  const start = steps[0].at;
  const scores = steps.map((step) => step.score);
  const high = Math.max(...scores, bands.hot_above) + 10;
  const low = Math.min(...scores, 0);
  return {
    start, end, high, low,
    x: (at) => LEFT + ((at - start) / (end - start)) * (WIDTH - LEFT - RIGHT),
    y: (score) => TOP + ((high - score) / (high - low)) * (HEIGHT - TOP - BOTTOM),
  };
}

function bandsOf(bands, { x, y, start, end, high, low }) {
  const area = (from, to, band) => svg("rect", {
    x: x(start), width: x(end) - x(start), y: y(from), height: Math.max(0, y(to) - y(from)), class: `area ${band}`,
  });
  const line = (score, band) => [
    svg("line", { x1: x(start), x2: x(end), y1: y(score), y2: y(score), class: `edge ${band}` }),
    svg("text", { x: LEFT - 6, y: y(score) + 4, class: "axis", "text-anchor": "end" }, score),
  ];
  return [
    area(high, bands.hot_above, "hot"), area(bands.cold_below, low, "cold"),
    line(bands.hot_above, "hot"), line(bands.cold_below, "cold"),
  ];
}

/** Written last, so that no step runs through a word. */
function namesOf({ x, y, end, high, low }) {
  return [
    svg("text", { x: x(end) - 6, y: y(high) + 14, class: "axis hot", "text-anchor": "end" }, say("band.hot")),
    svg("text", { x: x(end) - 6, y: y(low) - 6, class: "axis cold", "text-anchor": "end" }, say("band.cold")),
  ];
}

/** Dates under the steps, as many as have room: now, then the changes of band, then the others. */
function dates(steps, { x }) {
  const wanted = [...steps.keys()].sort((a, b) => turns(steps, b) - turns(steps, a) || a - b);
  const placed = [];
  for (const place of [0, ...wanted]) {
    const at = x(steps[place].at);
    if (placed.length < TICKS_MAX && placed.every((one) => Math.abs(one.at - at) >= TICK_ROOM)) placed.push({ at, place });
  }
  return placed.map(({ at, place }) => {
    const anchor = place === 0 ? "start" : at > WIDTH - TICK_ROOM / 2 ? "end" : "middle";
    return svg("text", { x: at, y: HEIGHT - 6, class: "axis", "text-anchor": anchor },
      place === 0 ? say("now") : date(steps[place].at));
  });
}

function turns(steps, place) {
  return Number(place > 0 && steps[place].band !== steps[place - 1].band);
}

function pathOf(steps, { x, y, end }) {
  const [first, ...others] = steps;
  const drawn = others.map((step) => `H ${x(step.at)} V ${y(step.score)}`);
  return [`M ${x(first.at)} ${y(first.score)}`, ...drawn, `H ${x(end)}`].join(" ");
}

function table(lead) {
  const heads = ["from_when", "score", "band"].map((key) => el("th", { scope: "col" }, say(key)));
  const rows = lead.forecast.map((step) =>
    el("tr", {}, el("td", {}, exactly(step.at)), el("td", {}, step.score), el("td", {}, say(`band.${step.band}`))));
  return el("details", { name: "changes" }, el("summary", {}, say("changes")),
    el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
}
