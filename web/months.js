// The month a report is of: the address names it, else it is the present one; a field chooses another.

import { el } from "./element.js";
import { say } from "./words.js";

let chosen = false; // whether this page was asked for anew by the field

export function monthOf(asked) {
  return isMonth(asked.month) ? asked.month : new Date(Date.now()).toISOString().slice(0, 7);
}

/** What the address names where that is no month: it is said, and nothing is asked for. */
export function misnamed(asked) {
  return asked.month && !isMonth(asked.month) ? asked.month : null;
}

export function noMonth(name) {
  return el("section", { class: "notice" }, el("h2", {}, say("no_month", { month: name })), el("p", {}, say("no_quality_how")));
}

/** The month so many before another. */
export function monthsBefore(month, number) {
  const [year, place] = month.split("-").map(Number);
  const months = year * 12 + place - 1 - number;
  return `${String(Math.floor(months / 12)).padStart(4, "0")}-${String(months % 12 + 1).padStart(2, "0")}`;
}

function isMonth(text) {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text ?? "");
}

/** The field, and `shown()`, which leaves the reader at it when it was what they used. */
export function monthField(month, choose) {
  const input = el("input", { type: "month", name: "month", value: month, onchange: ({ target }) => {
    if (!target.value) return;
    chosen = true;
    choose(target.value);
  } });
  const shown = () => {
    const was = chosen;
    chosen = false;
    if (was) input.focus();
    return was;
  };
  return { field: el("label", {}, say("month"), input), shown };
}
