// What a lead did and what sales did with it, newest first.

import { dotted, el, typed } from "./element.js";
import { ownerWords, reasonWords } from "./lead_words.js";
import { exactly, named, number, say, when } from "./words.js";

const SHOWN = 12; // the others are a click away: a page is read from its top
const WORDED = { // what sales writes, or the team's list, is our own and has words; an empty one takes something back
  result: (value, kind) => named(kind === "sales_contacted" ? "result" : "outcome", value),
  answer: (value) => named("tick", value),
  until: (value) => exactly(value),
  amount: (value) => number(value),
  owner: (value, _, team) => ownerWords(value, team),
  reason: (value, kind) => (kind === "sales_rejected" ? reasonWords(value) : value),
  criterion: (value) => value,
  by: (value) => value,
};
const UNSAID = new Set(["definition"]); // told by the criterion

/** `older.shown` says whether those of long ago are unfolded, and is told. */
export function happenings(lead, team, older) {
  if (!lead.happened.length) return el("p", {}, say("nothing_happened"));
  const items = lead.happened.map((one) => happening(one, team));
  const list = el("ol", { class: "happened" }, older.shown ? items : items.slice(0, SHOWN));
  if (older.shown || items.length <= SHOWN) return list;
  const more = el("button", { type: "button", "data-keep": "older", onclick: () => {
    older.shown = true;
    list.append(...items.slice(SHOWN));
    more.remove();
    items[SHOWN].focus();
  } }, say("show_older"));
  items[SHOWN].tabIndex = -1;
  return el("div", {}, list, more);
}

function happening(one, team) {
  const told = Object.entries(one.properties).filter(([name]) => !(isOurs(one) && UNSAID.has(name)));
  return el(
    "li", { class: one.machine || one.ignored ? "machine" : null },
    el("time", { datetime: one.at }, when(one.at)),
    el("span", {}, typed(named("kind", one.kind)), one.machine ? ` (${say("by_machine")})` : one.ignored ? ` (${say("ignored_as")} ${one.ignored})` : null,
      told.length ? el("small", {}, dotted(...told.map(([name, value]) => property(one, name, value, team)))) : null),
  );
}

function property(one, name, value, team) {
  if (isOurs(one) && Object.hasOwn(WORDED, name)) {
    const words = value === "" ? say("taken_back") : WORDED[name](value, one.kind, team);
    return words instanceof Element ? words : typed(words);
  }
  if (name === "path") return typed(value); // the commonest, and it speaks for itself
  return [typed(name.replaceAll("_", " ")), ": ", typed(value)];
}

/** Whether sales did it, by hand or by the team's list, and not the lead. */
function isOurs(one) {
  return one.kind.startsWith("sales_") || one.kind === "team_assigned";
}
