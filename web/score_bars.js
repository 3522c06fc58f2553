// Why a score is what it is: a bar a line, each half by itself, adding up to the number shown.

import { el, typed } from "./element.js";
import { say, when } from "./words.js";

export function scoreBars(lead) {
  if (!lead.lines.length) return el("p", {}, say("no_points"));
  const most = Math.max(...lead.lines.map((line) => Math.abs(line.points)), 1);
  const halves = ["fit", "engagement", null].map((half) => lead.lines.filter((line) => line.half === half));
  const body = halves.flatMap((lines) => lines.map((line) => row(line, most)));
  return el(
    "table", { class: "bars" },
    el("tbody", {}, body),
    el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, say("sums_to", { score: "" })), el("td", {}, el("strong", {}, lead.score)), el("td"))),
  );
}

function row(line, most) {
  const width = Math.round((100 * Math.abs(line.points)) / most);
  const ends = line.until ? say("until", { when: when(line.until) }) : say("for_good");
  const meter = el("meter", { min: 0, max: 100, value: width, class: line.points < 0 ? "less" : "more", "aria-hidden": "true" });
  return el(
    "tr", {},
    el("th", { scope: "row" }, typed(line.says), el("small", {}, `${line.half ? `${say(line.half)} · ` : ""}${ends}`)),
    el("td", { class: "points" }, line.points > 0 ? `+${line.points}` : line.points),
    el("td", { class: "meter" }, meter),
  );
}
