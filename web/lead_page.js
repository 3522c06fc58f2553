// One lead: who, why this score, what becomes of it, what to do now. Every write is answered with
// the lead as it is then, and the page shows that.

import { askResult, askToErase } from "./dialogs.js";
import { dotted, el, typed } from "./element.js";
import { forecastChart } from "./forecast_chart.js";
import { happenings } from "./happenings.js";
import { idealTicks } from "./ideal_ticks.js";
import { form, labelled, leadActs, mayWrite } from "./lead_acts.js";
import { answerWords, badge, bandBadge, contactWords, coolsWords, halves, isPutOff, outcomeWords, ownerWords, phoneLink, position, reasonWords, source, warnings } from "./lead_words.js";
import { isAway, refusal, saveFile, tell } from "./notices.js";
import { addressOf, addressOfLead } from "./route.js";
import { scoreBars } from "./score_bars.js";
import { current, named, say, signed, when } from "./words.js";

const FIELDS = ".fold input, .fold select, .acts input, .acts select"; // where a rep writes

export class LeadPage {
  constructor(console_, id) {
    this.console = console_;
    this.id = id;
    this.writing = Promise.resolve();
    this.older = { shown: false }; // whether what happened long ago was unfolded
  }

  async content() {
    this.lead = await this.console.api.lead(this.id);
    this.definition = this.lead.quality?.definition; // whose questions are shown, whatever is nearest later
    this.page = el("article", { class: "lead" });
    this.page.append(...this.parts());
    return this.page;
  }

  parts() {
    const { lead, console: { me } } = this;
    const may = mayWrite(me, lead);
    const write = (method, what, body) => this.write(method, what, body);
    return [
      this.head(), part("acts", leadActs(lead, me, write)),
      el("div", { class: "columns" },
        el("div", {}, part("why", scoreBars(lead)), part("forecast", forecastChart(lead)), part("to_hot", waysToHot(lead))),
        el("div", {}, lead.quality && part("criteria", this.criteria(may)),
          part("answers", answers(lead, me, may && ((given) => this.write("PATCH", "answers", { answers: given })))),
          part("happened", happenings(lead, me.team, this.older)),
          me.role === "admin" && part("person_rights", this.personsRights()))),
    ];
  }

  /** The questions stay while a rep ticks, even where another definition is nearest by then. */
  criteria(may) {
    const all = this.lead.definitions;
    const shown = all.find((one) => one.definition === this.definition) ?? all[0];
    const choose = (definition) => {
      this.definition = definition;
      this.fill();
    };
    // two definitions may ask by one name and mean another thing
    const tick = may && ((criterion, answer) => this.write("PUT", "ticks", {
      definition: shown.definition, ticks: { [criterion]: answer },
    }));
    return idealTicks(shown, all, { choose, tick });
  }

  head() {
    const { lead } = this;
    return el(
      "header", { class: `head ${lead.band}` },
      el("p", { class: "back" }, el("a", { href: this.console.place?.address ?? addressOf("leads") }, `← ${say("back")}`), " ",
        el("small", { class: "stale" })),
      el("div", { class: "person" },
        el("h1", { tabindex: "-1" }, typed(lead.name ?? lead.email)),
        el("p", {}, position(lead)),
        el("p", { class: "reach" }, phoneLink(lead), el("a", { href: mailAddress(lead.email) }, typed(lead.email))),
        el("p", {}, warnings(lead))),
      el("div", { class: "standing" },
        el("p", { class: "big" }, el("strong", {}, lead.score), " ", bandBadge(lead.band), " ",
          badge(lead.label, say(`label.${lead.label}`))),
        halves(lead), el("p", { class: "cools" }, dotted(coolsWords(lead),
          lead.band_since && say("band_since", { band: say(`band.${lead.band}`), when: when(lead.band_since) })))),
      el("p", { class: "dealings" }, dotted(...this.dealings())),
    );
  }

  /** What sales did with it so far, in one line. */
  dealings() {
    const { lead } = this, { outcome, rejected } = lead;
    return [
      el("span", {}, contactWords(lead)),
      [el("span", {}, around("owner_is", { owner: ownerWords(lead.owner, this.console.me.team) }))],
      [el("span", {}, around("came_from", { source: source(lead) }))],
      isPutOff(lead) && say("later_is", { when: when(lead.later) }),
      outcome && outcomeWords(outcome),
      rejected && el("span", {}, around("rejected_line", { when: when(rejected.at), reason: reasonWords(rejected.reason) })),
    ];
  }

  personsRights() {
    const { api } = this.console, { lead } = this;
    const tried = (act) => act().catch((error) => {
      if (error.status === undefined) throw error;
      this.console.outbox.failed(error);
    });
    const take = async () => {
      const told = JSON.stringify(await api.everything(lead.id), null, 2);
      saveFile("stored.json", new Blob([told], { type: "application/json" }));
    };
    const erase = async () => {
      if (!await askToErase(lead)) return;
      await api.erase(lead.id);
      this.console.go(addressOf("leads"));
      tell(say("erased", { name: lead.name ?? lead.email }));
    };
    return el("div", { class: "row" },
      el("button", { type: "button", onclick: () => tried(take) }, say("export")),
      el("button", { type: "button", class: "danger", onclick: () => tried(erase) }, say("erase")));
  }

  key(event) {
    const acts = { j: () => this.move(1), k: () => this.move(-1), c: () => this.contacted(), r: () => this.anew() };
    if (!acts[event.key] || !this.lead) return;
    event.preventDefault();
    acts[event.key]();
  }

  /** Go on to the next lead of the list, in the order it was seen in. */
  move(by) {
    const leads = this.console.place?.leads ?? [], here = leads.indexOf(this.lead.id);
    const there = here < 0 ? undefined : leads[here + by];
    if (there) this.console.go(addressOfLead(there));
  }

  async contacted() {
    if (!mayWrite(this.console.me, this.lead)) return tell(say("not_yours"));
    const result = await askResult(this.lead);
    if (result) await this.write("POST", "contacted", { result });
  }

  /** The list puts whoever comes back at the lead that was read last. */
  leave() {
    if (this.console.place && this.lead) this.console.place.lead = this.lead.id;
  }

  /** Write one after the other, so that a quick second click stands on the answer to the first. */
  write(method, what, body) {
    this.writing = this.writing.then(() => this.writeNow(method, what, body));
    return this.writing;
  }

  async writeNow(method, what, body) {
    try {
      await this.took(await this.console.outbox.write(method, this.lead, what, body));
      tell(say("saved"));
    } catch (error) {
      if (error.status === undefined) throw error;
      this.fill(error.lead ?? this.lead, { keepSent: true }); // ticks go back to what is stored
      if (!isAway(error) && !error.lead) tell(refusal(error)); // else it is told of above the page
    }
  }

  /** Show what a write was answered with; `what` names one that had waited: its form is done. */
  async took(lead, what = null) {
    if (lead.id !== this.lead?.id) return;
    const { api, me } = this.console;
    // writes are answered in the model's language
    const shown = current() === me.language ? lead : await api.lead(lead.id).catch(() => lead);
    const fold = what === "answers" ? "correct" : what;
    for (const sent of this.page.querySelectorAll(`[data-fold="${fold}"] form`)) sent.setAttribute("data-sent", "");
    this.fill(shown);
  }

  /** The lead is not as it was shown. */
  changed(id) {
    if (id === this.lead?.id) return this.console.api.lead(id).then((lead) => this.fill(lead), () => null);
  }

  /** Whether it must stand still: somebody types, chooses or has chosen something here. */
  isTouched() {
    const active = document.activeElement;
    if (this.page.contains(active) && active.matches("select, textarea, input:not([type=radio], [type=checkbox])")) return true;
    return [...this.page.querySelectorAll(FIELDS)].some(isChanged);
  }

  /** Fetch the lead, and give what shows it where it is another by now. */
  async now() {
    const { lead } = this, now = await this.console.api.lead(this.id);
    const told = (one) => JSON.stringify({ ...one, as_of: null });
    return () => {
      if (this.lead === lead && told(now) !== told(lead)) this.fill(now);
    };
  }

  async anew() {
    await this.changed(this.lead.id);
    tell(say("fetched"));
  }

  /** What is half typed here, for who leaves to sign in; and the same typed again. */
  typed() {
    return this.page && stateOf(this.page, true);
  }

  resume(state) {
    takeUp(this.page, state);
  }

  /** Show the lead anew, and leave the reader where it was: focus, open folds, half-typed words. */
  fill(lead = this.lead, { keepSent = false } = {}) {
    this.lead = lead;
    const focused = this.page.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && placeOf(focused);
    const left = stateOf(this.page, keepSent);
    this.page.replaceChildren(...this.parts());
    takeUp(this.page, left);
    if (place) (atPlace(this.page, place) ?? this.page.querySelector("h1")).focus({ preventScroll: true });
  }
}

function waysToHot(lead) {
  if (lead.band === "hot") return el("p", {}, say("is_hot"));
  if (!lead.to_hot.length) return el("p", {}, say("nothing_alone"));
  return el("ul", { class: "ways" }, lead.to_hot.map((way) => el("li", {}, typed(way.says), " ",
    el("small", {}, say("way_to_hot", { points: signed(way.points), score: way.score })))));
}

function answers(lead, me, answer) {
  const given = lead.answers.map((one) => [
    el("dt", {}, typed(named("field", one.field))),
    el("dd", {}, typed(answerWords(one)), el("small", {}, `${say(`origin.${one.origin}`)}, ${when(one.at)}`)),
  ]);
  const list = given.length ? el("dl", { class: "answers" }, given) : el("p", {}, say("no_answers"));
  return el("div", {}, list, answer && correction(lead, me, answer));
}

/** What a rep learned on the telephone; it outranks what a form said. */
function correction(lead, me, answer) {
  const names = [...new Set([...me.fields.map((one) => one.field), ...lead.answers.map((one) => one.field)])];
  const field = el("select", { name: "field" }, names.map((name) => el("option", { value: name }, named("field", name))));
  const value = el("input", { name: "value", required: true, maxlength: 200, autocomplete: "off" });
  return el("details", { class: "fold", "data-fold": "correct" }, el("summary", {}, say("correct")),
    form([labelled("field", field), labelled("value", value)], "save",
      (given) => answer({ [given.field]: given.value.trim() })));
}

function part(key, content) {
  return el("section", { "aria-labelledby": `part-${key}` }, el("h2", { id: `part-${key}` }, say(key)), content);
}

/** Word a key with elements in its places. */
function around(key, places) {
  const marks = Object.fromEntries(Object.keys(places).map((name) => [name, `\0${name}\0`]));
  return say(key, marks).split("\0").map((part, place) => (place % 2 ? places[part] : part));
}

/** A link to write to an address; whatever is in it cannot add headers of a mail. */
function mailAddress(email) {
  return `mailto:${encodeURIComponent(email).replace("%40", "@")}`;
}

/** How an element is found again in a page built anew. */
function placeOf(element) {
  return {
    fold: element.closest("[data-fold]")?.dataset.fold, keep: element.dataset.keep ?? element.name,
    link: element.getAttribute("href"),
  };
}

function atPlace(page, { fold, keep, link }) {
  if (link) return page.querySelector(`a[href="${CSS.escape(link)}"]`);
  if (!fold && !keep) return null;
  const within = (fold && page.querySelector(`[data-fold="${CSS.escape(fold)}"]`)) ?? page;
  const name = CSS.escape(keep ?? "");
  const again = within.querySelector(`[data-keep="${name}"]`) ?? within.querySelector(`[name="${name}"]`);
  return again ?? within.querySelector("summary");
}

/** What was opened and typed, but for the form that was just sent and the ticks, which are the lead's. */
function stateOf(page, keepSent) {
  const fields = [...page.querySelectorAll(FIELDS)];
  const kept = fields.filter((field) => keepSent || !field.closest("form[data-sent]"));
  return {
    open: [...page.querySelectorAll("details[open]")].map((fold) => fold.dataset.fold ?? fold.name),
    panel: page.querySelector(".panel:not([hidden])")?.dataset.fold,
    typed: kept.map(({ name, type, value, checked }) => ({ name, type, value, checked })),
  };
}

/** Whether a field is not as the page made it. */
function isChanged(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
}

function takeUp(page, left) {
  for (const fold of page.querySelectorAll("details")) fold.open = left.open.includes(fold.dataset.fold ?? fold.name);
  if (left.panel) page.querySelector(`.folds [data-keep="${left.panel}"]`)?.click();
  for (const was of left.typed) {
    for (const field of page.querySelectorAll(`[name="${CSS.escape(was.name)}"]`)) {
      if (was.type === "checkbox") was.checked !== field.checked && field.click();
      else if (was.type !== "radio") field.value = was.value;
      else if (was.checked && field.value === was.value) field.click();
    }
  }
}
