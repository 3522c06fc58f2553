// How a lead is put into words wherever it is shown: badges, contact, how long it stays, its halves.

import { dotted, el, svg, typed } from "./element.js";
import { ago, country, number, say, when } from "./words.js";

const RANGE_MIN = 5; // below it a half may well have been said
export const REASONS = ["no_company", "wrong_contact", "student", "competitor", "too_small"]; // to complain

/** A coloured word: nothing is told by colour alone. */
export function badge(kind, words) {
  return el("span", { class: `badge ${kind}` }, words);
}

export function bandBadge(band) {
  return badge(band, say(`band.${band}`));
}

/** What else is worth knowing before one calls: do not mail, a test. */
export function warnings(lead) {
  const silenced = lead.do_not_contact;
  return [
    silenced ? badge("warn", say("silenced", { reason: say(`silenced.${silenced}`) })) : null,
    lead.test ? badge("test", say("test_lead")) : null,
  ];
}

/** Job title, company and country, as far as they are known. */
export function position(lead) {
  const known = [lead.job_title, lead.company, lead.country && country(lead.country)];
  return dotted(...known.map((text) => text && typed(text)));
}

/** How the newest contact went, whether the lead did something since, and for how long it waits. */
export function contactWords(lead) {
  const { contacted, alerted_at: alerted } = lead;
  const alert = alerted && say("since_alert", { ago: ago(alerted) });
  if (!contacted) return dotted(say("not_contacted"), alert);
  const waits = alert && lead.band === "hot" && new Date(contacted.at) < new Date(alerted);
  return dotted(`${say(`result.${contacted.result}`)} ${when(contacted.at)}`,
    lead.moved_since_contact && el("strong", { class: "moved" }, say("moved")), waits && alert);
}

export function coolsWords(lead) {
  return lead.cools_at ? say("cools", { when: when(lead.cools_at) }) : say("stays", { band: say(`band.${lead.band}`) });
}

/** How it ended: the result and its day, what it brought, why. */
export function outcomeWords({ result, at, amount, reason }) {
  return [el("strong", {}, say("ended", { result: say(`outcome.${result}`), when: when(at) })),
    amount === null ? "" : ` (${number(amount)})`, reason ? [": ", typed(reason)] : ""];
}

/** An answer. The middle of a range, which alone has a half, was never said so: "11-50" is about 30. */
export function answerWords({ field, value }) {
  if (field === "country") return country(String(value));
  if (typeof value === "boolean") return say(value ? "tick.yes" : "tick.no");
  if (typeof value !== "number") return value;
  const isMiddle = value >= RANGE_MIN && value % 1 === 0.5;
  return isMiddle ? say("about", { number: number(Math.floor(value)) }) : number(value);
}

/** Why sales complained: a reason with a code in the reader's language, else as it was typed. */
export function reasonWords(reason) {
  return typed(REASONS.includes(reason) ? say(`reject.${reason}`) : reason);
}

/** Whose a lead is: by name where the team knows one, else by the address. */
export function ownerWords(owner, team) {
  if (!owner) return say("nobody");
  const name = team.find((one) => one.mail === owner)?.name;
  return name ? el("span", { title: owner }, typed(name)) : typed(owner);
}

/** Where a lead came from. */
export function source(lead) {
  return [typed(lead.channel), lead.campaign ? [" / ", typed(lead.campaign)] : null];
}

/** Whether a call again is still ahead. */
export function isPutOff(lead) {
  return lead.later !== null && new Date(lead.later).getTime() > Date.now();
}

/** A link that dials, where the number has digits to dial. */
export function phoneLink(lead) {
  const dialled = (lead.phone ?? "").replace(/[^+\d]/g, "");
  return dialled ? el("a", { href: `tel:${dialled}`, class: "phone" }, typed(lead.phone)) : null;
}

/** Both halves: numbers, and a bar of two parts. Negative halves have no length. */
export function halves(lead) {
  const fit = Math.max(0, lead.fit), engaged = Math.max(0, lead.engagement);
  return el(
    "span", { class: "halves" },
    svg(
      "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 100, height: 4, class: "rest" }),
      svg("rect", { width: fit, height: 4, class: "fit" }),
      svg("rect", { x: fit, width: engaged, height: 4, class: "engagement" }),
    ),
    el("small", {}, `${say("fit")} ${lead.fit} · ${say("engagement")} ${lead.engagement}`),
  );
}
