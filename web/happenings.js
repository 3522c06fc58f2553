// What a lead did and what sales did with it, newest first.

import { el, typed } from "./element.js";
import { named, say, when } from "./words.js";

const SHOWN = 12; // the others are a click away: a page is read from its top
const HIDDEN = new Set(["by"]); // told by what it is about

export function happenings(lead) {
  if (!lead.happened.length) return el("p", {}, say("nothing_happened"));
  const items = lead.happened.map(happening);
  const list = el("ol", { class: "happened" }, items.slice(0, SHOWN));
  if (items.length <= SHOWN) return list;
  const more = el("button", { type: "button", onclick: () => {
    list.append(...items.slice(SHOWN));
    more.remove();
    items[SHOWN].focus();
  } }, say("show_older"));
  items[SHOWN].tabIndex = -1;
  return el("div", {}, list, more);
}

function happening(one) {
  const told = Object.entries(one.properties).filter(([name]) => !HIDDEN.has(name));
  return el(
    "li", { class: one.machine ? "machine" : null },
    el("time", { datetime: one.at }, when(one.at)),
    el("span", {}, typed(named("kind", one.kind)), one.machine ? ` (${say("by_machine")})` : null,
      told.length ? el("small", {}, told.map(([name, value], place) => [place ? " · " : "", property(name, value)])) : null),
  );
}

function property(name, value) {
  if (name === "path") return typed(value); // the commonest, and it speaks for itself
  return [typed(name.replaceAll("_", " ")), ": ", typed(value)];
}
