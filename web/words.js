// Words keys, dates and numbers in the language in use.

import { ENGLISH } from "./english.js";
import { POLISH } from "./polish.js";

const WORDS = { en: ENGLISH, pl: POLISH };
const PLACES = { en: "en-GB", pl: "pl-PL" }; // how dates are written: 24 hours, day before month
const KEPT = "language";
const HOUR = 3_600_000, DAY = 24 * HOUR;
const NEAR_DAYS = 6; // within it a weekday names one day

let language = localStorage.getItem(KEPT) ?? "";

/** The language in use: the chosen one, else that of the company's model, else the browser's. */
export function current() {
  return language || (navigator.language.startsWith("pl") ? "pl" : "en");
}

/** Speak a language; `keep` remembers that a person chose it, and nothing else outdoes that. */
export function speak(name, keep = false) {
  if (!keep && localStorage.getItem(KEPT)) return;
  language = name in WORDS ? name : "en";
  document.documentElement.lang = language;
  if (keep) localStorage.setItem(KEPT, language);
}

/** Word a key, its {places} filled in. */
export function say(key, places = {}) {
  const words = WORDS[current()][key];
  if (words === undefined) console.error(`no words for ${key}`);
  return (words ?? key).replace(/\{(\w+)\}/g, (_, name) => String(places[name] ?? ""));
}

/** Word what the API names (a kind, a field): our words for it, else its own name with spaces. */
export function named(family, name) {
  return Object.hasOwn(ENGLISH, `${family}.${name}`) ? say(`${family}.${name}`) : name.replaceAll("_", " ");
}

/** A date and time as people say it: today and tomorrow, a weekday when it is near, else the date. */
export function when(instant) {
  const at = new Date(instant), time = clock(at), days = daysAhead(at);
  if (days === 0) return say("today", { time });
  if (days === 1) return say("tomorrow", { time });
  if (days === -1) return say("yesterday", { time });
  if (Math.abs(days) <= NEAR_DAYS) return `${shaped(at, { weekday: "short" })} ${time}`;
  return date(at);
}

/** A date, with its year where that is another. */
export function date(instant) {
  const at = new Date(instant);
  const year = at.getFullYear() === new Date(Date.now()).getFullYear() ? {} : { year: "numeric" };
  return shaped(at, { day: "numeric", month: "short", ...year });
}

/** A date with its hour. */
export function exactly(instant) {
  return `${date(instant)} ${clock(new Date(instant))}`;
}

/** How long ago, in the largest unit that is whole. */
export function ago(instant) {
  const passed = Date.now() - new Date(instant);
  const [number, unit] =
    passed >= 2 * DAY ? [passed / DAY, "day"] : passed >= HOUR ? [passed / HOUR, "hour"] : [passed / 60_000, "minute"];
  return new Intl.RelativeTimeFormat(PLACES[current()], { style: "short" }).format(-Math.floor(number), unit);
}

/** A number as people here write it. */
export function number(value) {
  return new Intl.NumberFormat(PLACES[current()], { maximumFractionDigits: 2 }).format(value);
}

/** A span of minutes in the unit that people would say it in. */
export function span(minutes) {
  const [value, unit] =
    minutes < 120 ? [minutes, "minute"] : minutes < 2880 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  const shape = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 && unit !== "minute" ? 1 : 0 };
  return new Intl.NumberFormat(PLACES[current()], shape).format(value);
}

/** Points with their sign; the minus is a real one, so that columns align and readers say it. */
export function signed(points) {
  return points > 0 ? `+${points}` : String(points).replace("-", "−");
}

/** A country's name for its two letters; whatever else was typed stays as it is. */
export function country(code) {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames([PLACES[current()]], { type: "region", fallback: "code" }).of(code);
}

/** The hour of an instant. */
export function clock(at) {
  return shaped(at, { hour: "2-digit", minute: "2-digit" });
}

function shaped(at, shape) {
  return new Intl.DateTimeFormat(PLACES[current()], shape).format(at);
}

function daysAhead(at) {
  const midnight = (each) => new Date(each.getFullYear(), each.getMonth(), each.getDate());
  return Math.round((midnight(at) - midnight(new Date(Date.now()))) / DAY);
}
