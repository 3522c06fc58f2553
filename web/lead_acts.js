// What a rep does with a lead after the call: contact, owner, outcome, later, reject. Each act is a
// button or a small form; `write(method, what, body)` sends it.

import { RESULTS } from "./dialogs.js";
import { el, typed } from "./element.js";
import { isPutOff, REASONS } from "./lead_words.js";
import { colleagueWords, segments } from "./list_filters.js";
import { say } from "./words.js";

const OUTCOMES = ["won", "lost", "not_interested", "disqualified"];
const REASON_MAX = 200; // letters, as the API takes them
const CALL_AT = "09:00";

/** Whether the API lets this person write to this lead: a rep to nobody's and its own. */
export function mayWrite(me, lead) {
  return me.role !== "rep" || lead.owner === null || lead.owner === me.name;
}

export function leadActs(lead, me, write) {
  if (!mayWrite(me, lead)) return el("p", { class: "aside" }, say("not_yours"));
  return el(
    "div", { class: "acts" },
    el("div", { class: "row" },
      el("fieldset", { class: "results" }, el("legend", {}, say("contact")), RESULTS.map((result) =>
        button(say(`result.${result}`), `contacted-${result}`, () => write("POST", "contacted", { result })))),
      el("fieldset", {}, el("legend", {}, say("owner")), ownerActs(lead, me, write))),
    folds([outcome(lead, write), later(lead, write), reject(write)]),
  );
}

function ownerActs(lead, me, write) {
  const to = (owner) => write("PUT", "owner", { owner });
  const acts = [];
  if (me.name) {
    acts.push(lead.owner === me.name
      ? button(say("give_back"), "owner", () => to(null))
      : button(say("take"), "owner", () => to(me.name), "main"));
  }
  if (me.role === "rep") return acts;
  return [...acts, me.team.length ? giveToColleague(lead, me.team, to) : giveToAddress(to)];
}

function giveToColleague(lead, team, to) {
  const others = team.filter((one) => one.mail !== lead.owner);
  if (!others.length) return null;
  const names = others.map((one) => el("option", { value: one.mail }, typed(colleagueWords(one))));
  const chosen = el("select", { name: "give_to", required: true }, el("option", { value: "" }), names);
  return form([labelled("give_to", chosen)], "give", () => to(chosen.value));
}

/** Where nobody wrote down who sells. */
function giveToAddress(to) {
  const address = el("input", { type: "email", name: "give_to", required: true, maxlength: 254, size: 18, autocomplete: "off" });
  return form([labelled("give_to_address", address)], "give", () => to(address.value.trim()));
}

/** Nothing is chosen beforehand: how it ended is said and never slips in. */
function outcome(lead, write) {
  const value = el("input", { name: "amount", type: "number", min: 0, step: "any", inputmode: "decimal" });
  const unknown = el("input", { name: "amount_unknown", type: "checkbox", onchange: () => show() });
  const why = el("input", { name: "reason", maxlength: REASON_MAX });
  const amount = labelled("amount", value), reason = labelled("reason", why);
  const instead = el("label", { class: "check" }, unknown, " ", say("amount_unknown"));
  let result = null;
  const show = () => { // only a sale has an amount; only what was not sold has a reason
    amount.hidden = instead.hidden = result !== "won";
    reason.hidden = result === null || result === "won";
    value.disabled = unknown.checked;
    value.required = result === "won";
    why.required = result === "lost";
  };
  const results = segments("outcome", OUTCOMES, (one) => say(`outcome.${one}`), null, (event) => {
    result = event.target.value;
    show();
  });
  results.querySelector("input").required = true;
  show();
  const sent = form([results, amount, instead, reason], "save", (given) => write("PUT", "outcome", {
    result: given.outcome,
    ...(given.outcome === "won" && given.amount ? { amount: Number(given.amount) } : {}),
    ...(given.outcome !== "won" && given.reason.trim() ? { reason: given.reason.trim() } : {}),
  }));
  const back = lead.outcome && button(say("take_back"), "take-back", () => write("PUT", "outcome", { result: null }));
  return { key: "outcome", content: [sent, back] };
}

function later(lead, write) {
  const until = (date) => write("PUT", "later", { until: date && date.toISOString() });
  const day = el("input", { type: "date", name: "day", required: true, min: isoDay(ahead(1)) });
  const time = el("input", { type: "time", name: "time", required: true, value: CALL_AT });
  const quick = [["in_a_day", 1], ["in_a_week", 7]].map(([key, days]) => button(say(key), key, () => until(ahead(days))));
  const sent = form([labelled("on_day", day), labelled("at_time", time)], "put_off",
    (given) => until(new Date(`${given.day}T${given.time}`)));
  const back = isPutOff(lead) && button(say("back_at_once"), "back-at-once", () => until(null));
  return { key: "later", content: [el("div", { class: "row" }, quick), sent, back] };
}

function reject(write) {
  const reasons = REASONS.map((reason) => el("option", { value: say(`reject.${reason}`) }));
  const reason = el("input", { name: "why", maxlength: REASON_MAX, required: true, list: "reasons", autocomplete: "off" });
  const sent = form([labelled("reason", reason)], "reject_act",
    (given) => write("POST", "reject", { reason: coded(given.why.trim()) }));
  return { key: "reject", content: [el("p", { class: "aside" }, say("reject_how")), el("datalist", { id: "reasons" }, reasons), sent] };
}

/** A reason that was chosen is sent by its code, which is the same in every language. */
function coded(words) {
  return REASONS.find((reason) => say(`reject.${reason}`) === words) ?? words;
}

/** Acts behind their names, one open at a time: names in a row, what is open under them. */
function folds(acts) {
  const panels = acts.map(({ key, content }) => el("div", {
    class: "panel", id: `panel-${key}`, "data-fold": key, role: "group", "aria-label": say(key), hidden: true,
  }, content));
  const names = acts.map(({ key }) => el("button", {
    type: "button", class: "name", "data-keep": key, "aria-expanded": "false", "aria-controls": `panel-${key}`,
    onclick: () => open(key),
  }, say(key)));
  const open = (key) => acts.forEach((act, place) => {
    const opens = act.key === key && panels[place].hidden;
    panels[place].hidden = !opens;
    names[place].setAttribute("aria-expanded", String(opens));
  });
  return [el("div", { class: "folds" }, names), panels];
}

function button(words, keep, act, kind = null) {
  return el("button", { type: "button", class: kind, "data-keep": keep, onclick: act }, words);
}

export function form(fields, label, send) {
  const sent = (event) => {
    event.preventDefault();
    event.target.setAttribute("data-sent", "");
    send(Object.fromEntries(new FormData(event.target)));
  };
  return el("form", { onsubmit: sent }, fields, el("button", { "data-keep": label }, say(label)));
}

export function labelled(key, input) {
  return el("label", {}, say(key), input);
}

function ahead(days) {
  const [hours, minutes] = CALL_AT.split(":").map(Number);
  const today = new Date(Date.now());
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hours, minutes);
}

function isoDay(at) {
  const two = (part) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
