// The two dialogs: which keys there are, and how a contact went.

import { el, typed } from "./element.js";
import { say } from "./words.js";

const KEYS = [
  [["j", "k", "↓", "↑"], "keys.move"], [["Enter"], "keys.open"], [["c"], "keys.contacted"],
  [["/"], "keys.search"], [["n"], "keys.new"], [["r"], "keys.again"], [["t"], "keys.unsent"], [["b"], "keys.back"],
  [["?"], "keys.help"],
];
export const RESULTS = ["reached", "no_answer", "left_message"];

/** Show the keys until they are closed. */
export function showKeys() {
  const rows = KEYS.map(([keys, says]) => [
    el("dt", {}, keys.map((key) => [el("kbd", {}, key), " "])), el("dd", {}, say(says)),
  ]);
  open(say("keys"), el("dl", { class: "keys" }, rows), el("button", { class: "main", value: "" }, say("close")));
}

/** Ask how the contact with a lead went; gives the result, "" where it was no contact after all. */
export function askResult(lead) {
  const title = aboutLead("how_contacted", lead);
  const choices = RESULTS.map((result, place) => el(
    "button", { value: result, class: place ? null : "main", autofocus: place === 0 },
    say(`result.${result}`), " ", el("kbd", { "aria-hidden": "true" }, place + 1),
  ));
  const dialog = open(title, el("div", { class: "choices" }, choices), el("button", { value: "" }, say("cancel")));
  dialog.addEventListener("keydown", (event) => choices[Number(event.key) - 1]?.click());
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue)));
}

/** Ask whether a person is really to be forgotten; nothing is chosen beforehand. */
export function askToErase(lead) {
  const dialog = open(aboutLead("erase_sure", lead), el("p", {}, say("erase_what")), el("div", { class: "row" },
    el("button", { value: "", autofocus: true }, say("cancel")), el("button", { value: "erase", class: "danger" }, say("erase_act"))));
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "erase")));
}

/** Whether a dialog is open: keys are its own then. */
export function isAsking() {
  return document.querySelector("dialog[open]") !== null;
}

function aboutLead(key, lead) {
  const [before, after] = say(key, { name: "\0" }).split("\0");
  return [before, typed(lead.name ?? lead.email), after];
}

function open(title, ...content) {
  const form = el("form", { method: "dialog" }, el("h2", { id: "asked" }, title), content);
  const dialog = el("dialog", { "aria-labelledby": "asked" }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
