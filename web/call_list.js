// Whom to call next: rows in call order, filters that stay in the address, and keys for the hand
// that holds the telephone.

import { el, typed } from "./element.js";
import { notice, tell } from "./notices.js";
import { say, when } from "./words.js";

const FILTERS = ["band", "channel", "country", "owner", "email"];
const PAGE = 25;

export class CallList {
  constructor(console_) {
    this.console = console_;
    this.filters = Object.fromEntries(new URLSearchParams(location.hash.split("?")[1] ?? ""));
    this.rows = [];
    this.next = null;
    this.at = 0;
  }

  async content() {
    await this.fetch();
    if (!this.rows.length && !Object.keys(this.filters).length) return this.empty();
    this.body = el("tbody");
    this.foot = el("p", { class: "foot" });
    this.fill();
    const heads = ["score", "who", "what_next", "owner"].map((key) => el("th", { scope: "col" }, say(key)));
    return el(
      "div", { class: "list" },
      el("h1", { tabindex: "-1" }, say("call_list")), this.filterBar(),
      this.rows.length
        ? el("table", {}, el("thead", {}, el("tr", {}, heads)), this.body)
        : notice(say("empty_filtered"), null, say("show_all"), () => this.console.go("#/leads")),
      this.foot, this.keys(),
    );
  }

  async fetch() {
    const asked = { ...this.filters, limit: PAGE, ...(this.next ? { cursor: this.next } : {}) };
    const page = await this.console.api.list(asked);
    this.rows.push(...page.leads);
    this.next = page.next;
  }

  fill() {
    this.body.replaceChildren(...this.rows.map((row, place) => this.row(row, place)));
    const more = el("button", { type: "button", onclick: () => this.more() }, say("more"));
    this.foot.replaceChildren(say("shown", { number: this.rows.length }), " ", this.next ? more : "");
  }

  async more() {
    const before = this.rows.length;
    await this.fetch();
    this.fill();
    this.move(before - this.at);
  }

  row(row, place) {
    const title = [row.job_title, row.company, row.country].filter(Boolean);
    const link = el("a", { href: `#/leads/${row.id}`, class: "who" }, typed(row.name ?? row.email));
    return el(
      "tr", { class: row.band, "data-id": row.id, onclick: (event) => this.clicked(event, place) },
      el("td", { class: "score" }, el("strong", {}, row.score), badge(row.band),
        el("small", {}, `${say("fit")} ${row.fit} · ${say("engagement")} ${row.engagement}`)),
      el("td", {}, link, row.test ? badge("test_lead") : null,
        el("small", {}, title.map((part, index) => [index ? " · " : "", typed(part)]).flat()),
        row.do_not_contact ? el("small", { class: "warn" }, say("do_not_mail", { reason: say(row.do_not_contact) })) : null),
      el("td", {}, el("span", {}, say(row.label)), el("small", {}, contactedWords(row)), el("small", {}, coolsWords(row))),
      el("td", {}, row.owner ? typed(row.owner) : say("nobody"), el("small", {}, typed(row.channel))),
    );
  }

  clicked(event, place) {
    this.at = place;
    if (!event.target.closest("a")) this.console.go(`#/leads/${this.rows[place].id}`);
  }

  filterBar() {
    const { filters } = this;
    const choice = (name, options) =>
      el("label", {}, say(name), el("select", { name, onchange: (event) => this.filter(name, event.target.value) },
        options.map(([value, words]) => el("option", { value, selected: (filters[name] ?? "") === value }, words))));
    const field = (name, more) =>
      el("label", {}, say(name === "email" ? "search" : name),
        el("input", { name, value: filters[name] ?? "", onchange: (event) => this.filter(name, event.target.value.trim()), ...more }));
    return el(
      "form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      choice("band", [["", say("all")], ["hot", say("hot")], ["warm", say("warm")]]),
      choice("owner", [["", say("everybody")], ["me", say("mine")], ["nobody", say("nobody")]]),
      field("channel", { size: 10, maxlength: 100 }),
      field("country", { size: 3, maxlength: 2, autocapitalize: "characters" }),
      field("email", { type: "email", id: "search", size: 22, maxlength: 254 }),
      Object.keys(filters).length
        ? el("button", { type: "button", onclick: () => this.console.go("#/leads") }, say("clear")) : null,
    );
  }

  filter(name, value) {
    const filters = { ...this.filters, [name]: value };
    const asked = new URLSearchParams(FILTERS.filter((one) => filters[one]).map((one) => [one, filters[one]]));
    this.console.go(asked.size ? `#/leads?${asked}` : "#/leads");
  }

  keys() {
    this.help = el("details", { class: "keys" }, el("summary", {}, say("keys")), el("p", {}, say("keys_list")));
    return this.help;
  }

  key(event) {
    const acts = {
      j: () => this.move(1), ArrowDown: () => this.move(1), k: () => this.move(-1), ArrowUp: () => this.move(-1),
      c: () => this.reached(), "/": () => document.getElementById("search")?.focus(),
      "?": () => { if (this.help) this.help.open = !this.help.open; },
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  move(by) {
    const links = this.body ? [...this.body.querySelectorAll("a.who")] : [];
    const here = links.indexOf(document.activeElement);
    this.at = Math.max(0, Math.min(links.length - 1, here < 0 ? (by > 0 ? this.at : 0) : here + by));
    links[this.at]?.focus();
  }

  async reached() {
    const row = document.activeElement?.closest?.("tr");
    const lead = this.rows.find((one) => one.id === row?.dataset.id);
    if (!lead) return;
    try {
      const told = await this.console.api.write("POST", lead, "contacted", { result: "reached" });
      this.rows[this.rows.indexOf(lead)] = told;
      this.fill();
      this.move(0);
      tell(say("saved"));
    } catch (error) {
      tell(error.status === 412 ? say("changed") : say("refused", { codes: error.code }));
    }
  }

  empty() {
    const how = this.console.config.form;
    const curl = how
      ? el("pre", { tabindex: "0" }, `curl ${how} -H 'content-type: application/json' \\\n  -d '{"email": "anna@example.com", "name": "Anna", "job_title": "CEO"}'`)
      : null;
    return notice(say("empty"), say("empty_how"), say("again"), () => this.console.go("#/leads"), curl);
  }
}

/** A coloured word: nothing is told by colour alone. */
export function badge(key) {
  return el("span", { class: `badge ${key}` }, say(key));
}

export function contactedWords(row) {
  if (row.contacted) {
    const said = `${say(row.contacted.result)} ${when(row.contacted.at)}`;
    return row.moved_since_contact ? `${said} · ${say("moved")}` : said;
  }
  if (!row.alerted_at) return say("not_contacted");
  const hours = Math.max(0, Math.round((Date.now() - new Date(row.alerted_at)) / 3_600_000));
  return `${say("not_contacted")} · ${say("since_alert", { hours })}`;
}

export function coolsWords(row) {
  return row.cools_at ? say("cools", { when: when(row.cools_at) }) : say("stays", { band: say(row.band) });
}
