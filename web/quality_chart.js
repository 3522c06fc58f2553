// One chart of groups: how many leads across, the share of those near the ideal up. A group of whose
// leads no distance is known has no place in it, and is named below.

import { el, svg, typed } from "./element.js";
import { say } from "./words.js";

const WIDTH = 640, HEIGHT = 260, EDGE = 44, DOT = 6, GAP = 4;
const NAME_MAX = 22; // letters of a name that are shown; the whole is its title
const LETTERS = [["(min-width: 1000px)", 8], ["(max-width: 48rem)", 21], ["all", 12]]; // heights, as style.css has them

/** Leads that at most one criterion is missing from, of those whose distance is known. */
function nearIdeal({ by_distance: leads, distance_known: known }) {
  return ((leads["0"] ?? 0) + (leads["1"] ?? 0)) / known;
}

export function qualityChart(groups) {
  const some = groups.filter((group) => group.leads);
  const drawn = some.filter((group) => group.distance_known);
  const unknown = some.filter((group) => !group.distance_known).flatMap((group, place) => [place ? ", " : "", typed(group.group)]);
  return [chart(drawn), unknown.length ? el("p", { class: "aside" }, say("chart_unknown"), " ", unknown) : null];
}

function chart(groups) {
  const most = Math.max(...groups.map((group) => group.leads), 1);
  const x = (leads) => EDGE + (leads / most) * (WIDTH - 3 * EDGE);
  const y = (near) => HEIGHT - EDGE - near * (HEIGHT - 2 * EDGE);
  const dots = groups.map((group) => ({ name: group.group, x: x(group.leads), y: y(nearIdeal(group)) }));
  const names = [];
  return svg(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": say("chart_title") },
    svg("line", { x1: EDGE, x2: WIDTH - 8, y1: y(0), y2: y(0), class: "edge" }),
    svg("line", { x1: EDGE, x2: EDGE, y1: y(1), y2: y(0), class: "edge" }),
    svg("text", { x: EDGE - 6, y: y(1) + 4, class: "axis", "text-anchor": "end" }, "100 %"),
    svg("text", { x: EDGE - 6, y: y(0) + 4, class: "axis", "text-anchor": "end" }, "0 %"),
    svg("text", { x: x(most), y: HEIGHT - 18, class: "axis", "text-anchor": "middle" }, String(most)),
    dots.map((dot) => named(dot, dots, names)),
  );
}

/** A dot and its name beside it; a line leads to a name that had to go up or down. */
function named(dot, dots, names) {
  const shown = dot.name.length > NAME_MAX ? `${dot.name.slice(0, NAME_MAX - 1)}…` : dot.name;
  const { box, side, shift } = freePlace(dot, shown.length, { dots, names });
  names.push(box);
  const end = side > 0 ? box.left : box.right, middle = (box.top + box.bottom) / 2;
  return svg("g", {}, svg("title", {}, dot.name),
    shift ? svg("line", { x1: dot.x, y1: dot.y, x2: end, y2: middle, class: "leader" }) : null,
    svg("circle", { cx: dot.x, cy: dot.y, r: DOT, class: "dot" }),
    svg("text", { x: end, y: middle, class: "axis", "dominant-baseline": "central", "text-anchor": side > 0 ? "start" : "end" }, shown));
}

/** The nearest place that no other name or dot has: right of the dot, left of it, then lines up and down. */
function freePlace(dot, letters, { dots, names }) {
  const [, height] = LETTERS.find(([media]) => matchMedia(media).matches);
  const width = letters * height * 0.6, line = height * 1.2; // letters are about so wide, in any typeface
  const at = (side, shift) => {
    const near = dot.x + side * (DOT + GAP), middle = dot.y + shift * line;
    const [left, right] = side > 0 ? [near, near + width] : [near - width, near];
    return { box: { left, right, top: middle - line / 2, bottom: middle + line / 2 }, side, shift };
  };
  const shifts = [0, ...[1, 2, 3, 4, 5, 6].flatMap((lines) => [-lines, lines])];
  const places = shifts.flatMap((shift) => [at(1, shift), at(-1, shift)]);
  const circles = dots.map(({ x, y }) => ({ left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT }));
  const isFree = (box) => !circles.some((one) => overlaps(box, one)) && !names.some((one) => overlaps(box, one, height));
  return places.find(({ box }) => isInside(box) && isFree(box)) ?? places[0];
}

function isInside({ left, right, top, bottom }) {
  return left >= EDGE && right <= WIDTH && top >= 0 && bottom <= HEIGHT - EDGE / 2;
}

/** Whether one covers another, or comes closer to its side than `apart`. */
function overlaps(one, other, apart = 0) {
  return one.left < other.right + apart && other.left < one.right + apart && one.top < other.bottom && other.top < one.bottom;
}
