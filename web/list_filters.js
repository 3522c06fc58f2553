// What narrows the call list: band and owner by one click, channel and country by typing, and a search
// by address, which stands alone because the API answers it alone.

import { el, typed } from "./element.js";
import { say } from "./words.js";

const OWNERS = ["", "today", "me", "nobody"];
const BANDS = ["", "hot", "warm"];
const MAILING = ["", "true"];
export const QUESTIONS = ["waiting", "no_response", "needs_answer", "cooling", "stuck", "stagnating"];
const SEEN = new Set(["band", "owner", "email"]); // on a telephone too
const FILTERS = ["band", "owner", "channel", "country", "email", "do_not_contact", "attention"];

/** Keep of what an address asks for the filters there are, and the search alone where it searches. */
export function filtersOf(asked) {
  const names = asked.email ? ["email"] : FILTERS.filter((name) => name !== "attention" || asked.owner !== "today");
  return Object.fromEntries(names.filter((name) => asked[name]).map((name) => [name, asked[name]]));
}

/** Build the bar; `change(filters)` is called with all filters whenever one changes. A colleague of the
    team is chosen by name. */
export function filterBar(filters, team, change) {
  const bar = el("form", { class: "filters", role: "search", "aria-label": say("filters") });
  const chosen = () => {
    const { colleague, ...rest } = Object.fromEntries(new FormData(bar));
    return colleague ? { ...rest, owner: colleague } : rest;
  };
  const owned = () => {
    if (bar.elements.colleague) bar.elements.colleague.value = "";
    narrow();
  };
  const wondered = () => { // a question is asked of the whole list
    if (bar.elements.owner.value === "today") bar.elements.owner.value = "me";
    narrow();
  };
  const narrow = () => bar.reportValidity() && change(filtersOf({ ...trimmed(chosen()), email: "" }));
  const send = (event) => {
    event.preventDefault();
    change(filtersOf(trimmed(chosen())));
  };
  const typedOne = (name, more) => el("label", {}, say(name),
    el("input", { name, value: filters[name] ?? "", list: `${name}s`, onchange: narrow, autocomplete: "off", ...more }));
  bar.addEventListener("submit", send);
  bar.append(
    segments("band", BANDS, (band) => say(band ? `band.${band}` : "owner.all"), filters.band, narrow),
    segments("owner", OWNERS, (owner) => say(`owner.${owner || "all"}`), filters.owner, owned),
    team.length ? colleagues(team, narrow) : null,
    typedOne("channel", { size: 11, maxlength: 100 }),
    typedOne("country", { size: 4, minlength: 2, maxlength: 2, title: say("country_how"), autocapitalize: "characters" }),
    el("datalist", { id: "channels" }), el("datalist", { id: "countrys" }),
    el("button", { type: "button", class: "plain clear", onclick: () => change({}) }, say("clear")),
    el("label", { class: "search" }, say("search"), el("input", {
      name: "email", id: "search", type: "search", inputmode: "email", size: 22, maxlength: 254,
      value: filters.email ?? "", title: say("search_how"), autocomplete: "off", spellcheck: "false",
    })),
    segments("attention", ["", ...QUESTIONS], (one) => [say(`attention.${one || "all"}`), el("small", { "data-count": one })],
      filters.attention, wondered),
    segments("do_not_contact", MAILING, (only) => say(only ? "mailing.none" : "mailing.all"), filters.do_not_contact, narrow),
    el("button", { class: "unseen" }, say("search")), // Enter in a field sends; this says so to readers
  );
  fold(bar);
  return bar;
}

function colleagues(team, narrow) {
  const names = team.map((one) => el("option", { value: one.mail }, typed(colleagueWords(one))));
  return el("label", {}, say("colleague"),
    el("select", { name: "colleague", onchange: narrow }, el("option", { value: "" }, say("colleague.any")), names));
}

/** A colleague by name, and whether they are there. */
export function colleagueWords({ name, away }) {
  return away ? `${name} (${say("away")})` : name;
}

/** On a telephone leads come first: whoever wants to narrow by more than band, owner and address unfolds
    the rest. */
function fold(bar) {
  const rest = [...bar.querySelectorAll("[name]")].filter(({ name }) => !SEEN.has(name));
  for (const field of rest) (field.closest("fieldset") ?? field.closest("label")).classList.add("rest");
  const unfold = el("button", { type: "button", class: "unfold", "aria-expanded": "false", onclick: () => {
    unfold.setAttribute("aria-expanded", String(bar.classList.toggle("open")));
  } }, say("filters"));
  bar.elements.owner[0].closest("fieldset").after(unfold);
}

/** Show in the bar what is filtered by now, whoever changed it. */
export function showFilters(bar, filters) {
  if (bar.elements.colleague) bar.elements.colleague.value = filters.owner?.includes("@") ? filters.owner : "";
  for (const field of bar.querySelectorAll("input")) {
    const value = filters[field.name] ?? "";
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
  const ofRest = ([name, value]) => !SEEN.has(name) || (name === "owner" && !OWNERS.includes(value));
  if (Object.entries(filters).some(ofRest)) {
    bar.classList.add("open"); // a filter that works is seen
    bar.querySelector(".unfold").setAttribute("aria-expanded", "true");
  }
  bar.querySelector(".clear").hidden = Object.keys(filters).length === 0;
}

/** Say how many leads each question of attention finds; nothing where that is not known. */
export function showCounts(bar, counts) {
  for (const place of bar.querySelectorAll("[data-count]")) {
    const found = counts?.[place.dataset.count];
    place.textContent = found === undefined ? "" : ` ${found}`;
  }
}

/** Offer the channels and countries of the rows that were seen. */
export function offer(bar, rows) {
  for (const [id, name] of [["channels", "channel"], ["countrys", "country"]]) {
    const seen = [...new Set(rows.map((row) => row[name]).filter(Boolean))].sort();
    bar.querySelector(`#${id}`).replaceChildren(...seen.map((value) => el("option", { value })));
  }
}

/** One of a few, by one click; `legend` is the key of its words where that is not the name. */
export function segments(name, values, words, chosen = "", onchange = null, legend = name) {
  const choices = values.map((value) => el("label", {},
    el("input", { type: "radio", name, value, checked: value === chosen, onchange }), el("span", {}, words(value))));
  return el("fieldset", { class: "segments" }, el("legend", {}, say(legend)), el("div", {}, choices));
}

function trimmed(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
}
