// Whom to call next: rows in call order, filters that stay in the address, and keys for the hand
// that does not hold the telephone.

import { askResult } from "./dialogs.js";
import { dotted, el } from "./element.js";
import { HEADS, leadRow } from "./lead_row.js";
import { askedOf, filterBar, filtersOf, isFound, isTyping, narrows, offer, showCounts, showFilters } from "./list_filters.js";
import { fault, isAway, notice, refusal, saveFile, tell } from "./notices.js";
import { addressOf, addressOfLead } from "./route.js";
import { say } from "./words.js";

const PAGE = 25, PAGE_MAX = 100;
const LOOKED_AT_MAX = 1000; // leads of a list that questions of attention look at

export class CallList {
  constructor(console_, asked) {
    this.console = console_;
    this.filters = filtersOf(asked.attention ? asked : { days: console_.days, ...asked }); // so many days stay chosen
    if (this.filters.days && !asked.days) history.replaceState(null, "", addressOf("leads", this.filters));
    this.rows = [];
    this.next = null;
  }

  /** Fetch as many rows as were shown before, so that who comes back finds the place again. */
  async content() {
    const before = this.console.place;
    const known = before?.address === addressOf("leads", this.filters) ? before : null;
    await this.fetch(Math.min(Math.max(known?.leads.length ?? 0, PAGE), PAGE_MAX));
    this.bar = filterBar(this.filters, this.console.me.team, (filters) => this.isAskedFor(filters) || this.filter(filters));
    this.results = el("div", { class: "results" });
    this.count = el("span", { class: "count" });
    this.console.days = this.filters.days;
    this.fill();
    this.comesFrom = known?.lead ? [known.lead, ...known.leads.slice(known.leads.indexOf(known.lead) + 1)] : [];
    this.countAttention();
    return el("div", { class: "list" },
      el("div", { class: "title" }, el("h1", { tabindex: "-1" }, say("call_list")), this.count, el("small", { class: "stale" }),
        el("a", { class: "act", href: addressOf("new"), "aria-keyshortcuts": "n" }, say("enter_lead"))), this.bar, this.results);
  }

  /** Focus the lead that was read last; where it has left the list, the one that came next. */
  shown() {
    const link = this.comesFrom.map((id) => this.link(id)).find(Boolean);
    link?.focus();
    return Boolean(link);
  }

  async fetch(limit = PAGE) {
    const { filters } = this;
    const page = await this.ask(limit, this.next ? { cursor: this.next } : {});
    if (this.filters !== filters) return; // somebody changed them meanwhile
    if (!this.next) this.first = { length: page.leads.length, next: page.next };
    this.rows.push(...page.leads);
    this.next = page.next;
    this.learn(page);
  }

  ask(limit, more = {}) {
    const asked = { ...askedOf(this.filters), limit, ...more };
    if (asked.attention) asked.limit = PAGE_MAX; // each page of such a list looks at all of it
    return this.console.api.list(asked).catch((error) => {
      if (error.status !== 422) throw error;
      return { leads: [], next: null }; // half an address is nobody's
    });
  }

  /** What a page says beside its leads. */
  learn(page) {
    this.counts = page.counts ?? null;
    this.lookedAt = page.looked_at ?? null;
    this.share = page.share ?? null;
  }

  /** Whether it must stand still: somebody types, or waits for it. */
  isTouched() {
    return isTyping(this.bar, this.filters) || this.results.hasAttribute("aria-busy");
  }

  /** Fetch what is shown, or the first hundred of it, and give what puts it in place. */
  async now() {
    const { filters, rows } = this, { length } = rows;
    const page = await this.ask(Math.min(Math.max(length, PAGE), PAGE_MAX));
    return () => {
      if (this.filters === filters && this.rows === rows && rows.length === length) this.renew(page);
    };
  }

  renew(page) {
    const before = this.rows, [top] = page.leads, stood = this.stand();
    const isAll = !page.next || this.next === this.first.next || page.leads.length >= Math.max(before.length, 1);
    this.rows = isAll ? page.leads : [...page.leads, ...this.beyond(page.leads)];
    if (isAll) this.next = page.next;
    this.first = { length: page.leads.length, next: page.next };
    this.learn(page);
    if (this.stand() !== stood) this.fillInPlace();
    if (this.counts) showCounts(this.bar, this.counts);
    const isNews = top?.band === "hot" && !before.some((row) => row.id === top.id && row.band === "hot");
    if (isNews) tell(say("new_hot", { name: top.name ?? top.email }));
  }

  /** What stands after the place that a fresh first page reached: that of its last row, or of the first page before. */
  beyond(fresh) {
    const ids = fresh.map(({ id }) => id), reached = this.rows.findIndex(({ id }) => id === ids.at(-1)) + 1;
    return this.rows.slice(Math.max(reached, this.first.length)).filter(({ id }) => !ids.includes(id));
  }

  /** All that is shown, to be compared. */
  stand() {
    const { rows, next, share, counts } = this;
    return JSON.stringify([rows, !next, share, counts], (name, value) => (name === "as_of" ? null : value));
  }

  /** Fill, and leave the reader where they are: at a lead, or at the same height. */
  fillInPlace() {
    const focused = document.activeElement, all = [...this.results.querySelectorAll("tr[data-id]")];
    const row = focused.closest("tr[data-id]") ?? (scrollY > 0 ? all.find((one) => one.getBoundingClientRect().top >= 0) : null);
    const ids = row ? all.slice(all.indexOf(row)).map((one) => one.dataset.id) : [], height = row?.getBoundingClientRect().top;
    const home = [this.results, this.count].find((one) => one.contains(focused)), isLead = home && focused.closest("tr");
    this.fill();
    const there = ids.map((id) => this.link(id)?.closest("tr")).find(Boolean);
    if (there) scrollBy(0, there.getBoundingClientRect().top - height);
    if (!home) return;
    const again = isLead ? there?.querySelector(`.${focused.classList[0]}`) : home.querySelector(":scope > p button, :scope > button");
    (again ?? there?.querySelector("a.who") ?? document.querySelector("h1")).focus({ preventScroll: true });
  }

  /** The leads that are shown: of those fetched so far the ones that are looked for. */
  shownRows() {
    return this.rows.filter((row) => isFound(row, this.filters.find));
  }

  /** Count what wants attention, once the list is there: it looks at a thousand leads. */
  async countAttention() {
    const filters = this.filters;
    showCounts(this.bar, this.counts);
    if (filters.email || this.counts) return;
    const told = await this.console.api.list({ ...askedOf({ ...filters, counts: true }), limit: 1 }).catch(() => null);
    if (this.filters === filters) showCounts(this.bar, told?.counts);
  }

  fill() {
    showFilters(this.bar, this.filters);
    offer(this.bar, this.rows);
    this.count.replaceChildren(...this.howMany());
    this.results.replaceChildren(this.shownRows().length ? this.table() : this.nothing());
    if (this.next) this.results.append(el("p", { class: "foot" }, this.moreButton()));
    this.remember();
  }

  howMany() {
    if (this.share) return dotted(...shareWords(this.share));
    if (!this.rows.length) return this.next ? dotted(say("looked_at", { number: this.lookedAt })) : [];
    return dotted(this.shownWords(), this.lookedAt >= LOOKED_AT_MAX && say("looked_at", { number: this.lookedAt }), this.tableButton());
  }

  /** How many are shown, and of how many where there are more. */
  shownWords() {
    const { filters, rows } = this, { length } = rows, all = (filters.attention && this.counts?.[filters.attention]) ?? 0;
    if (filters.find) return say("found_among", { number: this.shownRows().length, of: length });
    if (all > length) return say("shown_of", { number: length, of: all });
    return say(this.next ? "shown" : "shown_all", { number: length });
  }

  /** Lists leave the house by managers and admins; a table knows no search, no question and no day. */
  tableButton() {
    const { filters } = this;
    if (!["manager", "admin"].includes(this.console.me.role)) return null;
    if (filters.email || filters.find || filters.attention || filters.owner === "today") return null;
    const take = () => this.tried(async () => saveFile("leads.csv", await this.console.api.listTable(askedOf(filters))));
    return el("button", { type: "button", class: "plain", onclick: take }, say("table_file"));
  }

  table() {
    const heads = HEADS.map((key) => el("th", { scope: "col" }, say(key)));
    const acts = { open: (lead) => this.open(lead), contacted: (lead) => this.contacted(lead), team: this.console.me.team };
    return el("table", {}, el("caption", { class: "unseen" }, say("call_list")),
      el("thead", {}, el("tr", {}, heads)), el("tbody", {}, this.shownRows().map((row) => leadRow(row, acts))));
  }

  nothing() {
    const all = { label: say("show_all"), act: () => this.filter({}), within: true };
    if (this.filters.email) {
      const enter = el("p", {}, el("a", { href: addressOf("new", { email: this.filters.email }) }, say("enter_lead")));
      return notice({ title: say("empty_search"), sentence: say("empty_search_how"), more: [enter], ...all });
    }
    if (this.rows.length) {
      return notice({ title: say("empty_find"), sentence: say("empty_find_how", { number: this.rows.length }), ...all });
    }
    if (this.share) {
      const how = this.share.away ? "empty_today_away" : "empty_today_how";
      return notice({ title: say("empty_today"), sentence: say(how), ...all });
    }
    if (narrows(this.filters)) {
      return notice({ title: say("empty_filtered"), sentence: say("empty_filtered_how"), ...all });
    }
    const form = this.console.config.form;
    const again = { label: say("look_again"), act: () => this.filter({}), within: true };
    if (!form) return notice({ title: say("empty"), sentence: say("empty_how_form"), ...again });
    return notice({ title: say("empty"), sentence: say("empty_how"), ...again, more: [command(form)] });
  }

  moreButton() {
    return el("button", { type: "button", onclick: () => this.more() }, say("more"));
  }

  async more() {
    const before = this.rows.length;
    const { next } = this;
    await this.tried(() => this.fetch());
    if (this.next === next) return;
    this.fill();
    const foot = this.results.querySelector(".foot button"); // none fitted of those looked at now
    (this.rows.length > before ? this.link(this.rows[before].id) : foot)?.focus();
    tell(this.shownWords());
  }

  /** Ask anew by other filters; the bar stays, and with it the reader's place in it. */
  async filter(filters) {
    const isFoundHere = this.rows.length > 0 && isSameList(filters, this.filters) && filters.find !== this.filters.find;
    this.filters = filters;
    this.console.days = filters.days;
    history.replaceState(null, "", addressOf("leads", filters));
    if (isFoundHere) return this.showFound();
    const [rows, next] = [this.rows, this.next];
    this.rows = [];
    this.next = null;
    showFilters(this.bar, filters);
    this.results.setAttribute("aria-busy", "true");
    try {
      await this.fetch();
    } catch (error) {
      if (this.filters !== filters) return;
      [this.rows, this.next] = [rows, next];
      const again = () => this.filter(filters);
      return this.results.replaceChildren(fault(error, { ...this.console.ways(), again }, true));
    } finally {
      if (this.filters === filters) this.results.removeAttribute("aria-busy");
    }
    if (this.filters !== filters) return; // somebody changed them again meanwhile
    this.fill();
    this.countAttention();
    tell(this.filters.find || !this.next ? this.shownWords() : say("shown_all", { number: `${this.rows.length}+` }));
  }

  /** Look among the leads that are here. */
  showFound() {
    this.fill();
    tell(this.shownWords());
  }

  /** Enter in a changed field changes it and sends it: that is asked once. */
  isAskedFor(filters) {
    return this.results.hasAttribute("aria-busy") && addressOf("leads", filters) === addressOf("leads", this.filters);
  }

  key(event) {
    const acts = {
      j: () => this.move(1), ArrowDown: () => this.move(1), k: () => this.move(-1), ArrowUp: () => this.move(-1),
      c: () => this.contacted(this.here()), "/": () => document.getElementById("search")?.focus(), r: () => this.anew(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  /** Fetch the list anew; who stood at a lead stands there again. */
  async anew() {
    const lead = this.here();
    await this.filter({ ...this.filters });
    if (lead) this.link(lead.id)?.focus();
  }

  move(by) {
    const rows = this.shownRows(), here = rows.indexOf(this.here());
    const there = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
    if (there >= rows.length && this.next) return this.more();
    const row = rows[Math.max(0, Math.min(rows.length - 1, there))];
    if (row) this.link(row.id)?.focus();
  }

  here() {
    const id = document.activeElement?.closest?.("tr")?.dataset.id;
    return this.rows.find((row) => row.id === id);
  }

  link(id) {
    return this.results.querySelector(`tr[data-id="${CSS.escape(id)}"] a.who`);
  }

  open(lead) {
    this.console.go(addressOfLead(lead.id));
  }

  async contacted(lead) {
    const result = lead && await askResult(lead);
    if (!result) return;
    await this.tried(async () => {
      this.took(await this.console.outbox.write("POST", lead, "contacted", { result }));
      tell(say("saved"));
    }, lead);
    this.link(lead.id)?.focus();
  }

  /** A lead was written: count anew what wants attention. */
  took(lead) {
    this.take(lead);
    this.counts = null;
    this.countAttention();
  }

  /** A lead is not as it was shown. */
  changed(id) {
    return this.console.api.lead(id).then((lead) => this.take(lead), () => null);
  }

  /** Show a lead as it is now, in the place where it stands. */
  take(lead) {
    this.rows = this.rows.map((row) => (row.id === lead.id ? lead : row));
    this.fill();
  }

  async tried(act, lead = null) {
    try {
      await act();
    } catch (error) {
      if (error.status === undefined) throw error;
      if (lead && isAway(error)) return; // it waits, and was told of
      if (!lead) return this.console.outbox.failed(error);
      tell(refusal(error));
    }
  }

  remember(lead = null) {
    this.console.place = { address: addressOf("leads", this.filters), leads: this.rows.map((row) => row.id), lead };
  }

  leave(route) {
    this.remember(route.name === "leads" ? route.id : null);
  }
}

/** Whether two filters ask the API the same. */
function isSameList(one, other) {
  return addressOf("leads", { ...one, find: "" }) === addressOf("leads", { ...other, find: "" });
}

/** Today's share in words: how many calls of how many are done. */
function shareWords({ called, calls_a_day: calls, away }) {
  return [say(calls === null ? "share_open" : "share", { called, calls }), away && say("away_you")];
}

function command(form) {
  const answers = JSON.stringify({ email: "anna@example.com", name: "Anna", job_title: "CEO" });
  return el("pre", { tabindex: "0" }, `curl ${form} \\\n  -H 'content-type: application/json' \\\n  -d '${answers}'`);
}
