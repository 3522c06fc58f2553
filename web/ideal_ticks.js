// Is it an ideal lead? A few yes/no questions, one click each; what nobody ticked may be guessed. Where
// the model defines several ideals, one is asked about; a sentence says which is nearest.

import { el, typed } from "./element.js";
import { badge } from "./lead_words.js";
import { say } from "./words.js";

const ANSWERS = ["yes", "no", "unknown"];

/** `all` definitions, the nearest first; `choose(definition)` asks by another one. `tick(criterion,
    answer)` is called by each click; without it the answers are only shown. */
export function idealTicks(shown, all, { choose, tick }) {
  return el("div", { class: "ticks" },
    all.length > 1 ? choice(shown, all, choose) : null,
    el("p", {}, all.length > 1 ? null : [typed(shown.says), " "], badge(shown.distance === 0 ? "ready" : "", distance(shown))),
    all[0].definition === shown.definition ? null : nearest(all[0], choose),
    shown.criteria.map((one, place) => question(one, place, tick)));
}

function choice(shown, all, choose) {
  const options = all.map(({ definition, says }) => el("option", { value: definition, selected: definition === shown.definition }, says));
  return el("label", { class: "ideal" }, say("definition"), el("select", {
    name: "ideal", onchange: ({ target }) => choose(target.value),
  }, options));
}

function nearest(quality, choose) {
  const [before, after] = say("nearest_is", { says: "\0", distance: distance(quality) }).split("\0");
  return el("p", { class: "nearest" }, before, typed(quality.says), after, " ", el("button", {
    type: "button", class: "plain", onclick: () => choose(quality.definition),
  }, say("ask_those")));
}

function distance(quality) {
  if (quality.distance === 0) return say("ideal");
  const places = { missing: quality.missing, of: quality.criteria.length, unknown: quality.unknown };
  return say(quality.unknown ? "distance_open" : "distance", places);
}

/** A guess is confirmed by a click on what it has checked already, which is no change for a browser;
    nor is Space a click there. Each answer is sent once. */
function question(one, place, tick) {
  let told = one.from === "guess" ? null : one.answer;
  const send = (answer) => {
    if (answer === told) return;
    told = answer;
    tick(one.criterion, answer);
  };
  const choose = (answer) => el("label", {}, el("input", {
    type: "radio", name: `tick-${place}`, value: answer, checked: one.answer === answer, disabled: !tick,
    "data-keep": one.answer === answer ? `tick-${place}` : null,
    onclick: () => send(answer), onchange: () => send(answer),
    onkeydown: ({ key, target }) => key === " " && target.checked && send(answer),
  }), el("span", {}, say(`tick.${answer}`)));
  return el("fieldset", { class: "segments tick" },
    el("legend", {}, typed(one.asks), one.from ? el("small", {}, say(`from.${one.from}`)) : null),
    el("div", {}, ANSWERS.map(choose)));
}
