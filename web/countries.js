// Countries by their names in both languages, as the browser knows them, and by their two letters.

const LANGUAGES = ["en", "pl"];
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const NO_COUNTRIES = new Set(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"]); // unions, and what stands for none
const BEGINNING_MIN = 3; // letters that may stand for the whole name, where only one begins so

let known = null; // codes, and codes by folded name; made when they are first asked for

/** The two letters of a country named in any way; null where none is meant, or more than one. */
export function codeOf(text) {
  const { codes, names } = all(), name = folded(text);
  if (codes.has(text.trim().toUpperCase())) return text.trim().toUpperCase();
  if (names.has(name)) return names.get(name);
  if (name.length < BEGINNING_MIN) return null;
  const meant = new Set([...names].filter(([each]) => each.startsWith(name)).map(([, code]) => code));
  return meant.size === 1 ? [...meant][0] : null;
}

/** The names of all countries in one language, in its order. */
export function countryNames(language) {
  const names = new Intl.DisplayNames([language], { type: "region" });
  return [...all().codes].map((code) => names.of(code)).sort(new Intl.Collator(language).compare);
}

/** Letters as they are compared: without capitals, accents and what is between words. */
export function folded(text) {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("ł", "l").replaceAll(/[\s.’'-]+/g, " ").trim();
}

function all() {
  if (known) return known;
  const codes = new Set(LETTERS.flatMap((one) => LETTERS.map((two) => one + two)).filter(isCountry)), names = new Map();
  for (const style of ["short", "long"]) { // the long one last: it is nobody else's
    for (const language of LANGUAGES) {
      const worded = new Intl.DisplayNames([language], { type: "region", style });
      for (const code of codes) names.set(folded(worded.of(code)), code);
    }
  }
  known = { codes, names };
  return known;
}

/** Not a name that was given up either: those mean today's. */
function isCountry(code) {
  if (NO_COUNTRIES.has(code)) return false;
  const name = new Intl.DisplayNames(LANGUAGES, { type: "region", fallback: "none" }).of(code);
  return name !== undefined && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
}
