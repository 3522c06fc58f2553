// What stands in a page's place while it loads, when it cannot, and when there is nothing; and what
// is said aloud once something was done.

import { el } from "./element.js";
import { named, say } from "./words.js";

const SHOWN_MS = 6000, LETTER_MS = 90; // so long a sentence stands; longer ones so much a letter
const EMPTY_MS = 80; // a region has to be empty for a moment, else the same words twice are read once
const KEPT_MS = 60_000; // a browser may ask first where to put a file
let filling = 0, emptying = 0;

/** A grey page while the real one is fetched. */
export function skeleton() {
  const bars = Array.from({ length: 6 }, () => el("div", { class: "bar" }));
  return el(
    "div", { class: "skeleton" },
    el("p", { class: "unseen" }, say("loading")), el("div", { "aria-hidden": "true" }, bars),
  );
}

/** A heading, a sentence that says what to do, and a button that does it. `within` a page that has
    its first heading already. */
export function notice({ title, sentence, label, act, more = [], within = false }) {
  return el(
    "section", { class: "notice" },
    el(within ? "h2" : "h1", { tabindex: "-1" }, title), sentence ? el("p", {}, sentence) : null, more,
    label ? el("button", { type: "button", class: "main", onclick: act }, label) : null,
  );
}

/** What to say of a fault that keeps a page away. */
export function fault(error, { again, signIn, back }, within = false) {
  const toList = { label: say("back"), act: back, within };
  if (error.status === 401) {
    return notice({
      title: say("sign_in_first"), sentence: say("session_over"), label: say("sign_in"), act: signIn, within,
    });
  }
  if (error.status === 403) return notice({ title: say("forbidden"), sentence: say("forbidden_how"), ...toList });
  if (error.status === 404) return notice({ title: say("not_found"), sentence: say("not_found_how"), ...toList });
  const aside = el("button", { type: "button", onclick: signIn }, say("sign_in"));
  return notice({
    title: say("failed"), sentence: say("failed_how"), label: say("again"), act: again, within,
    more: error.status ? [] : [aside], // no answer may be a session that is over
  });
}

/** Why something was not written, in one sentence. */
export function refusal(error) {
  if (error.status === 401) return say("session_over");
  if (error.status === 403) return say("not_yours");
  if (error.status === 404) return say("not_found");
  if (isAway(error)) return say("not_sent");
  const mistakes = error.mistakes.map((one) => `${named("field", one.field)}: ${named("mistake", one.code)}`);
  return say("refused", { mistakes: mistakes.join(", ") || error.code || error.status });
}

/** Give the reader a file. */
export function saveFile(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** Whether nobody answered for now, or only that the session is over: the same may be sent again. */
export function isAway(error) {
  return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}

/** Tell a screen reader and the eye that something was done: the region is always there, and filled.
    `seen: false` where the page shows the same words already. */
export function tell(text, { seen = true } = {}) {
  const said = document.getElementById("said");
  said.classList.toggle("unseen", !seen);
  clearTimeout(filling);
  clearTimeout(emptying);
  said.textContent = "";
  filling = setTimeout(() => { said.textContent = text; }, EMPTY_MS);
  emptying = setTimeout(() => { said.textContent = ""; }, EMPTY_MS + Math.max(SHOWN_MS, text.length * LETTER_MS));
}
