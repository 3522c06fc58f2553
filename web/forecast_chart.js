// What becomes of a score if nothing more happens: steps over time between the two band lines. The
// table beside it says the same in words.

import { el, svg } from "./element.js";
import { exactly, say } from "./words.js";

const WIDTH = 480, HEIGHT = 150, LEFT = 30, BOTTOM = 20, TOP = 8;

export function forecastChart(lead) {
  if (!lead.forecast.length) return el("p", {}, say("stays_so"));
  return el("div", {}, chart(lead), table(lead));
}

function chart(lead) {
  const start = new Date(lead.as_of).getTime();
  const steps = [{ at: lead.as_of, score: lead.score }, ...lead.forecast];
  const last = new Date(steps.at(-1).at).getTime();
  const end = last + Math.max((last - start) * 0.08, 3_600_000);
  const scores = steps.map((step) => step.score);
  const high = Math.max(...scores, lead.bands.hot_above) + 5;
  const low = Math.min(...scores, 0) - 2;
  const x = (at) => LEFT + ((at - start) / (end - start)) * (WIDTH - LEFT - 4);
  const y = (score) => TOP + ((high - score) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  let path = `M ${x(start)} ${y(steps[0].score)}`;
  for (const step of steps.slice(1)) path += ` H ${x(new Date(step.at).getTime())} V ${y(step.score)}`;
  path += ` H ${x(end)}`;
  const line = (score, name) => [
    svg("line", { x1: LEFT, x2: WIDTH - 4, y1: y(score), y2: y(score), class: `band ${name}` }),
    svg("text", { x: LEFT - 4, y: y(score) + 4, class: "axis", "text-anchor": "end" }, String(score)),
  ];
  return svg(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": say("forecast") },
    line(lead.bands.hot_above, "hot"), line(lead.bands.cold_below, "cold"),
    svg("path", { d: path, class: "steps" }),
    svg("text", { x: LEFT, y: HEIGHT - 4, class: "axis" }, day(start)),
    svg("text", { x: WIDTH - 4, y: HEIGHT - 4, class: "axis", "text-anchor": "end" }, day(last)),
  );
}

function table(lead) {
  const heads = ["from_when", "score", "band"].map((key) => el("th", { scope: "col" }, say(key)));
  const rows = lead.forecast.map((step) =>
    el("tr", {}, el("td", {}, exactly(step.at)), el("td", {}, step.score), el("td", {}, say(step.band))));
  return el("details", {}, el("summary", {}, say("changes")),
    el("table", { class: "plain" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
}

function day(at) {
  return exactly(at).split(",")[0];
}
