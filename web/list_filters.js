// What narrows the call list: band and owner by one click, channel and country by typing, and a search. By
// a whole address it finds everybody, and stands alone because the API answers it alone; anything else is
// looked for among the leads that are listed.

import { codeOf, countryNames, folded } from "./countries.js";
import { el, typed } from "./element.js";
import { country, current, say } from "./words.js";

const OWNERS = ["", "today", "me", "nobody"];
const BANDS = ["", "hot", "warm"];
const MAILING = ["", "true"];
const QUESTIONS = ["waiting", "no_response", "needs_answer", "cooling", "stuck", "stagnating"];
const SEEN = new Set(["band", "owner", "email", "find", "sought"]); // on a telephone too
const FILTERS = ["band", "owner", "channel", "country", "find", "email", "do_not_contact", "attention", "days"];
const DAYS = 14, DAYS_MAX = 90, DAYS_OFFERED = [7, 14, 30]; // the first is what the API takes where nobody says
const DIGITS_MIN = 3; // of a telephone number that is looked for

/** Keep of what an address asks for the filters there are, and the search alone where it searches. */
export function filtersOf(asked) {
  const given = { ...asked, country: asked.country && (codeOf(asked.country) ?? asked.country), days: daysOf(asked.days) };
  const names = asked.email ? ["email"] : FILTERS.filter((name) => name !== "attention" || asked.owner !== "today");
  return Object.fromEntries(names.filter((name) => given[name]).map((name) => [name, given[name]]));
}

/** What the API is asked for by filters: it knows nothing of what is looked for among its answer. */
export function askedOf({ find, days, ...asked }) {
  return days && (asked.attention || asked.counts) ? { ...asked, days } : asked;
}

/** Whether leads are left out at all. */
export function narrows({ days, ...filters }) {
  return Object.keys(filters).length > 0;
}

/** Whether a lead is one that is looked for: by name, company, address or telephone number. */
export function isFound({ name, company, email, phone }, find = "") {
  const words = [name, company, email].map((text) => folded(text ?? "")), digits = find.replace(/\D/g, "");
  const isNumber = digits.length >= DIGITS_MIN && /^[\d\s()./+-]+$/.test(find);
  return words.some((text) => text.includes(folded(find))) || (isNumber && (phone ?? "").replace(/\D/g, "").includes(digits));
}

/** So many days as text; nothing where they are none, or those the API takes anyway. */
function daysOf(text) {
  const days = /^\d{1,2}$/.test(text ?? "") ? Number(text) : DAYS;
  return days >= 1 && days <= DAYS_MAX && days !== DAYS ? String(days) : "";
}

/** Build the bar; `change(filters)` is called with all filters whenever one changes. A colleague of the
    team is chosen by name. */
export function filterBar(filters, team, change) {
  const bar = el("form", { class: "filters", role: "search", "aria-label": say("filters") });
  const chosen = () => {
    const { colleague, sought, ...rest } = trimmed(Object.fromEntries(new FormData(bar)));
    const narrowed = colleague ? { ...rest, owner: colleague } : rest;
    return sought.includes("@") ? { ...narrowed, email: sought } : { ...narrowed, find: sought };
  };
  const owned = () => {
    if (bar.elements.colleague) bar.elements.colleague.value = "";
    narrow();
  };
  const wondered = () => { // a question is asked of the whole list
    if (bar.elements.owner.value === "today") bar.elements.owner.value = "me";
    narrow();
  };
  const narrow = () => bar.reportValidity() && change(filtersOf({ ...chosen(), email: "" }));
  const send = (event) => {
    event.preventDefault();
    change(filtersOf(chosen()));
  };
  const named = (event) => {
    const { target } = event, text = target.value.trim();
    target.setCustomValidity(text && !codeOf(text) ? say("mistake.invalid_country") : "");
  };
  const typedOne = (name, more) => el("label", {}, say(name),
    el("input", { name, list: `${name}s`, onchange: narrow, autocomplete: "off", ...more }));
  bar.addEventListener("submit", send);
  bar.append(
    segments("band", BANDS, (band) => say(band ? `band.${band}` : "owner.all"), filters.band, narrow),
    segments("owner", OWNERS, (owner) => say(`owner.${owner || "all"}`), filters.owner, owned),
    team.length ? colleagues(team, narrow) : null,
    typedOne("channel", { size: 8, maxlength: 100 }),
    typedOne("country", { size: 8, maxlength: 60, title: say("country_hint"), oninput: named }),
    el("datalist", { id: "channels" }),
    el("datalist", { id: "countrys" }, countryNames(current()).map((name) => el("option", { value: name }))),
    el("button", { type: "button", class: "plain clear", onclick: () => change({}) }, say("clear")),
    el("label", { class: "search" }, say("search"), el("input", {
      name: "sought", id: "search", type: "search", size: 22, maxlength: 254, placeholder: say("search_place"),
      "aria-describedby": "search-how", title: say("search_how"), autocomplete: "off", spellcheck: "false",
    }), el("span", { id: "search-how", class: "unseen" }, say("search_how"))),
    segments("attention", ["", ...QUESTIONS], (one) => [say(`attention.${one || "all"}`), el("small", { "data-count": one })],
      filters.attention, wondered),
    typedOne("days", { type: "number", min: 1, max: DAYS_MAX, title: say("days_how") }),
    el("datalist", { id: "dayss" }, DAYS_OFFERED.map((days) => el("option", { value: days }))),
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
    const value = shownOf(filters, field.name);
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
    field.setCustomValidity("");
  }
  const ofRest = ([name, value]) => !SEEN.has(name) || (name === "owner" && !OWNERS.includes(value));
  if (Object.entries(filters).some(ofRest)) {
    bar.classList.add("open"); // a filter that works is seen
    bar.querySelector(".unfold").setAttribute("aria-expanded", "true");
  }
  bar.querySelector(".clear").hidden = Object.keys(filters).length === 0;
}

/** Whether somebody has typed what is not asked for yet. */
export function isTyping(bar, filters) {
  const fields = [...bar.querySelectorAll("input")].filter(({ type }) => type !== "radio");
  return fields.some(({ name, value }) => value !== shownOf(filters, name));
}

function shownOf(filters, name) {
  if (name === "sought") return filters.email ?? filters.find ?? "";
  if (name === "country" && filters.country) return country(filters.country);
  return filters[name] ?? (name === "days" ? String(DAYS) : "");
}

/** Say how many leads each question of attention finds; nothing where that is not known. */
export function showCounts(bar, counts) {
  for (const place of bar.querySelectorAll("[data-count]")) {
    const found = counts?.[place.dataset.count];
    place.textContent = found === undefined ? "" : ` ${found}`;
  }
}

/** Offer the channels of the rows that were seen. */
export function offer(bar, rows) {
  const seen = [...new Set(rows.map((row) => row.channel).filter(Boolean))].sort();
  bar.querySelector("#channels").replaceChildren(...seen.map((value) => el("option", { value })));
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
