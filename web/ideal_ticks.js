// Is it an ideal lead? A few yes/no questions, one click each; what nobody ticked may be guessed.

import { el, typed } from "./element.js";
import { badge } from "./lead_words.js";
import { say } from "./words.js";

const ANSWERS = ["yes", "no", "unknown"];

/** `tick(criterion, answer)` is called by each click; without it the answers are only shown. */
export function idealTicks(quality, tick) {
  return el("div", { class: "ticks" },
    el("p", {}, typed(quality.says), " ", badge(quality.distance === 0 ? "ready" : "", distance(quality))),
    quality.criteria.map((one, place) => question(one, place, tick)));
}

function distance(quality) {
  if (quality.distance === 0) return say("ideal");
  const places = { missing: quality.missing, of: quality.criteria.length, unknown: quality.unknown };
  return say(quality.unknown ? "distance_open" : "distance", places);
}

function question(one, place, tick) {
  const choose = (answer) => el("label", {}, el("input", {
    type: "radio", name: `tick-${place}`, value: answer, checked: one.answer === answer, disabled: !tick,
    "data-keep": one.answer === answer ? `tick-${place}` : null, onchange: () => tick(one.criterion, answer, `tick-${place}`),
  }), el("span", {}, say(`tick.${answer}`)));
  return el("fieldset", { class: "segments tick" },
    el("legend", {}, typed(one.asks), one.from ? el("small", {}, say(`from.${one.from}`)) : null),
    el("div", {}, ANSWERS.map(choose)));
}
