// What stands in a page's place while it loads, when it cannot, and when there is nothing.

import { el } from "./element.js";
import { say } from "./words.js";

/** A grey page while the real one is fetched. */
export function skeleton() {
  const bars = Array.from({ length: 6 }, () => el("div", { class: "bar", "aria-hidden": "true" }));
  return el("div", { class: "skeleton" }, el("p", {}, say("loading")), bars);
}

/** A heading, a sentence that says what to do, and a button that does it. */
export function notice(title, sentence, label, act, ...more) {
  return el(
    "section", { class: "notice" },
    el("h1", { tabindex: "-1" }, title), sentence ? el("p", {}, sentence) : null, ...more,
    label ? el("button", { type: "button", class: "main", onclick: act }, label) : null,
  );
}

/** What to say of a fault. */
export function fault(error, { again, signIn, back }) {
  if (error.status === 401) return notice(say("sign_in_first"), say("sign_in_why"), say("sign_in"), signIn);
  if (error.status === 403) return notice(say("forbidden"), say("forbidden_how"), say("back"), back);
  if (error.status === 404) return notice(say("not_found"), say("not_found_how"), say("back"), back);
  const aside = el("button", { type: "button", onclick: signIn }, say("sign_in"));
  return notice(say("failed"), say("failed_how"), say("again"), again, error.status ? null : aside);
}

/** Tell a screen reader and the eye that something was done. */
export function tell(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.add("shown");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => said.classList.remove("shown"), 5000);
}
