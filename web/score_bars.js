// Why a score is what it is: a bar a line, each half by itself, adding up to the number shown.

import { el, svg, typed } from "./element.js";
import { say, signed, when } from "./words.js";

const HALVES = ["fit", "engagement"];
const BOUND = /^(cap|floor) (.+)$/; // a line that keeps a group or a half within its bounds

export function scoreBars(lead) {
  if (!lead.lines.length) return el("p", {}, say("no_points"));
  const lines = withHalves(lead.lines);
  const scale = scaleOf(lines);
  return el(
    "table", { class: "bars" }, el("caption", { class: "unseen" }, say("why")),
    HALVES.map((half) => el("tbody", {}, headOf(half, lead[half]),
      lines.filter((line) => line.half === half).map((line) => row(line, scale)))),
    el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, say("together")),
      el("td", { class: "points" }, el("strong", {}, lead.score)), el("td"))),
  );
}

/** A bound is told without its half; it stands behind the lines of the half it bounds. */
function withHalves(lines) {
  let half = HALVES[0];
  return lines.map((line) => {
    half = line.half ?? half;
    return { ...line, half };
  });
}

/** One scale for all bars: as far below zero and above it as any line reaches. */
function scaleOf(lines) {
  const points = lines.map((line) => line.points);
  const low = Math.min(0, ...points), high = Math.max(0, ...points);
  return { low, width: Math.max(high - low, 1) };
}

function headOf(half, points) {
  return el(
    "tr", { class: "half" },
    el("th", { scope: "rowgroup" }, el("span", { class: "of" }, say(half)), ` – ${say(`${half}_is`)}`),
    el("td", { class: "points" }, el("strong", {}, points)), el("td"),
  );
}

function row(line, scale) {
  const bound = line.since === null && line.until === null && BOUND.exec(line.says);
  const says = bound ? say("limit_of", { name: bound[2] }) : line.says;
  const ends = bound ? null : el("small", {}, line.until ? say("until", { when: when(line.until) }) : say("for_good"));
  return el(
    "tr", {}, el("th", { scope: "row" }, typed(says), ends),
    el("td", { class: "points" }, signed(line.points)), el("td", { class: "drawn" }, bar(line.points, scale)),
  );
}

function bar(points, { low, width }) {
  const percent = (of) => (100 * of) / width;
  const zero = percent(-low);
  return svg(
    "svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", {
      x: points < 0 ? zero - percent(-points) : zero, width: percent(Math.abs(points)), y: 1, height: 8,
      class: points < 0 ? "less" : "more",
    }),
    svg("line", { x1: zero, x2: zero, y1: 0, y2: 10, class: "zero" }),
  );
}
