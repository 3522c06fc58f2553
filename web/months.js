// The month a report is of: the address names it, else it is the present one; a field chooses another.

import { el } from "./element.js";
import { say } from "./words.js";

let chosen = false; // whether this page was asked for anew by the field

export function monthOf(asked) {
  return /^\d{4}-\d\d$/.test(asked.month ?? "") ? asked.month : new Date(Date.now()).toISOString().slice(0, 7);
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
