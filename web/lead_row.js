// One lead in the call list: score and band, who, what next, how contact stands, whose it is.

import { el, typed } from "./element.js";
import { bandBadge, contactWords, coolsWords, halves, isPutOff, outcomeWords, ownerWords, phoneLink, position, source, warnings } from "./lead_words.js";
import { addressOfLead } from "./route.js";
import { say, when } from "./words.js";

export const HEADS = ["score", "who", "next_step", "contact", "source"];

export function leadRow(lead, { open, contacted, team }) {
  const name = lead.name ?? lead.email;
  return el(
    "tr", { class: lead.band, "data-id": lead.id, onclick: (event) => isForRow(event) && open(lead) },
    el("td", { class: "score" },
      el("span", {}, el("strong", {}, lead.score), " ", bandBadge(lead.band)), halves(lead)),
    el("td", { class: "person" },
      el("a", { href: addressOfLead(lead.id), class: "who" }, typed(name)), " ", warnings(lead),
      el("small", {}, position(lead))),
    el("td", { class: "next" }, el("span", { class: `label ${lead.label}` }, say(`label.${lead.label}`)),
      el("small", {}, coolsWords(lead)),
      lead.unknown.length ? el("small", {}, say("open_questions", { number: lead.unknown.length })) : null),
    el("td", {}, lead.outcome ? el("span", { class: "ended" }, outcomeWords(lead.outcome)) : null,
      el("span", {}, contactWords(lead)),
      isPutOff(lead) ? el("small", {}, say("later_is", { when: when(lead.later) })) : null,
      el("span", { class: "reach" }, phoneLink(lead), el("button", {
        type: "button", class: "plain", "aria-label": say("mark_contacted_of", { name }), onclick: () => contacted(lead),
      }, say("mark_contacted")))),
    el("td", { class: "source" }, ownerWords(lead.owner, team), el("small", {}, source(lead))),
  );
}

/** A click on a link or a button is its own, and whoever marks words to copy them does not open. */
function isForRow(event) {
  return !event.target.closest("a, button") && getSelection().isCollapsed;
}
