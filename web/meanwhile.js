// Says what somebody else of sales wrote to a lead while this person wrote, and what was not saved for
// that. It stands above the page until it is dismissed.

import { el, typed } from "./element.js";
import { answerWords, outcomeWords, ownerWords } from "./lead_words.js";
import { tell } from "./notices.js";
import { exactly, named, say } from "./words.js";

const SHOWN_MAX = 5; // the newest; who leaves more unread has the leads themselves

/** `what` is the name of the act that was not saved, `names` those of what others said. */
export function tellMeanwhile({ lead, what, names, team }) {
  const region = document.getElementById("meanwhile");
  const name = lead.name ?? lead.email, key = names.length ? "meanwhile" : "moves_too_fast";
  const [before, after] = say(key, { name: "\0", what }).split("\0");
  const entry = el("div", { class: "unsent", role: "group", "data-about": `${lead.id} ${what}` },
    el("div", {}, el("p", {}, before, typed(name), after), names.length ? el("ul", {}, names.map((one) => el("li", {}, change(one, lead, team)))) : null),
    el("div", { class: "ways" }, el("button", { type: "button", onclick: () => dismiss(entry) }, say("close"))));
  region.setAttribute("aria-label", say("not_saved_for"));
  region.querySelector(`[data-about="${CSS.escape(entry.dataset.about)}"]`)?.remove();
  region.prepend(entry);
  [...region.children].slice(SHOWN_MAX).forEach((old) => old.remove());
  region.hidden = false;
  tell(`${before}${name}${after}`, { seen: false });
}

/** Another person is here, or nobody. */
export function forgetMeanwhile() {
  const region = document.getElementById("meanwhile");
  region.replaceChildren();
  region.hidden = true;
}

function dismiss(entry) {
  entry.remove();
  const region = document.getElementById("meanwhile");
  region.hidden = !region.children.length;
  document.getElementById("main").focus({ preventScroll: true });
}

/** One thing as it is now: whose it is, how it ended, an answer. */
function change(name, lead, team) {
  const [part, ...rest] = name.split("/"), back = say("taken_back");
  if (part === "owner") return [say("owner"), ": ", ownerWords(lead.owner, team)];
  if (part === "outcome") return [say("outcome"), ": ", lead.outcome ? [outcomeWords(lead.outcome), by(lead.outcome, team)] : back];
  if (part === "later") return [say("later"), ": ", lead.later ? exactly(lead.later) : back];
  if (part === "contacted") {
    return [say("contact"), ": ", named("result", lead.contacted?.result ?? ""), by(lead.contacted, team)];
  }
  if (part === "ticks") return tick(rest, lead, back);
  const field = rest.join("/"), answer = lead.answers.find((one) => one.field === field && one.origin === "sales");
  return [typed(named("field", field)), ": ", answer ? typed(answerWords(answer)) : back];
}

function tick([definition, ...rest], lead, back) {
  const all = lead.definitions.find((one) => one.definition === definition)?.criteria ?? [];
  const one = all.find(({ criterion }) => criterion === rest.join("/"));
  return [typed(one?.asks ?? rest.join("/")), " ", one?.from === "tick" ? say(`tick.${one.answer}`) : back];
}

function by(said, team) {
  return said?.by ? [", ", ownerWords(said.by, team)] : null;
}
