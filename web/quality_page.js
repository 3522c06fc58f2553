// The page both teams open: left what marketing delivered, right what sales did with it, each figure
// beside the period before with whether the difference is more than chance; below one chart of groups.

import { dotted, el, svg, typed } from "./element.js";
import { badge, reasonWords } from "./lead_words.js";
import { misnamed, monthOf, monthsBefore, noMonth } from "./months.js";
import { saveFile } from "./notices.js";
import { qualityChart } from "./quality_chart.js";
import { addressOf } from "./route.js";
import { current, number, say, span } from "./words.js";

const BY = ["channel", "campaign", "experiment", "form", "definition", "owner", "month"];
const MONTHS = 6; // that are shown by month: one alone says nothing of how quality varies (R103)
const FAR = 3; // criteria missing; further away one lead is as good as another

let chosen = null; // the name of the field by which this page was asked for anew

export class QualityPage {
  constructor(console_, asked) {
    this.console = console_;
    this.month = monthOf(asked);
    this.misnamed = misnamed(asked);
    this.by = BY.includes(asked.by) ? asked.by : BY[0];
  }

  async content() {
    return el(
      "div", { class: "quality" },
      el("div", { class: "title" }, el("h1", { tabindex: "-1" }, say("quality")), this.misnamed ? null : this.tableButton()), this.choices(),
      this.misnamed ? noMonth(this.misnamed) : await this.report(),
    );
  }

  async report() {
    const { api } = this.console;
    const [{ groups }, { channels }] = await Promise.all([api.report(this.asked()), api.goals(this.month)]);
    return [
      this.by === "month" ? el("p", { class: "aside" }, say("months_shown", { number: MONTHS })) : null,
      groups.some((group) => group.leads) ? [
        el("div", { class: "sides" }, part("marketing", delivered(groups)), part("sales_did", sold(groups))),
        el("figure", {}, el("figcaption", {}, say("chart_title")), qualityChart(groups)),
      ] : el("section", { class: "notice" }, el("h2", {}, say("no_quality")), el("p", {}, say("no_quality_how"))),
      channels.some(hasGoal) ? part("goals", goals(channels.filter(hasGoal))) : null,
    ];
  }

  asked() {
    const from = this.by === "month" ? monthsBefore(this.month, MONTHS - 1) : this.month;
    return { from, to: this.month, by: this.by, language: current() };
  }

  /** Leave the reader at what was just chosen: whoever goes through a choice by arrows is not done. */
  shown() {
    const field = chosen && document.querySelector(`.filters [name="${chosen}"]`);
    chosen = null;
    field?.focus();
    return Boolean(field);
  }

  /** Reports leave the house by managers and admins. */
  tableButton() {
    const { api, me } = this.console;
    if (!["manager", "admin"].includes(me.role)) return null;
    const take = () => api.table("/reports/quality.csv", this.asked()).then((file) => saveFile("quality.csv", file), (error) => this.console.outbox.failed(error));
    return el("button", { type: "button", class: "plain", onclick: take }, say("table_file"));
  }

  choices() {
    const go = (name, asked) => {
      chosen = name;
      this.console.go(addressOf("quality", { month: this.month, by: this.by, ...asked }));
    };
    return el(
      "form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      el("label", {}, say("month"), el("input", {
        type: "month", name: "month", value: this.misnamed ? "" : this.month,
        onchange: ({ target }) => target.value && go("month", { month: target.value }),
      })),
      el("label", {}, say("by"), el("select", { name: "by", onchange: ({ target }) => go("by", { by: target.value }) },
        BY.map((name) => el("option", { value: name, selected: name === this.by }, say(`by.${name}`))))),
    );
  }
}

function delivered(groups) {
  return table("marketing", ["group", "number", "ideal_share", "distance_of", "missing_most"], groups, (group) => [
    typed(group.group), [number(group.leads), before(number(group.before.leads))],
    idealShare(group), distances(group), missing(group),
  ]);
}

function sold(groups) {
  return table("sales_did", ["group", "hot_share", "won_share", "won_value", "rejected", "to_contact"], groups, (group) => [
    typed(group.group), share(group, "hot"), share(group, "won"),
    [number(group.won_value), before(number(group.before.won_value)),
      group.leads ? el("small", {}, say("single_sale", { verdict: verdict(group.differs.won_value) })) : null],
    [share(group, "rejected"), group.rejected_for.map((one) => el("small", {}, reasonWords(one.reason), ` × ${one.leads}`))],
    compared(group, "minutes_to_contact", span),
  ]);
}

function hasGoal(channel) {
  return channel.leads_goal !== null || channel.ideal_goal !== null;
}

/** What each channel brought beside what was agreed: quantity and quality (R106, R107). */
function goals(channels) {
  return table("goals", ["channel", "number", "ideal_share"], channels, (one) => [
    typed(one.channel), besideGoal(number(one.leads), one.leads_goal, one.leads_reached, ""),
    [besideGoal(one.ideal_percent === null ? say("nothing_known") : `${number(one.ideal_percent)} %`, one.ideal_goal, one.ideal_reached, " %"),
      one.ideal_by_few ? el("small", {}, say("by_few")) : null, known(one)],
  ]);
}

/** Where nothing is known nothing is reached or missed. */
function besideGoal(brought, goal, reached, unit) {
  if (goal === null) return brought;
  const words = say("goal_is", { goal: `${number(goal)}${unit}` });
  const told = reached === null ? null : badge(reached ? "ready" : "warn", say(reached ? "reached_goal" : "missed_goal"));
  return [brought, " ", told, el("small", {}, words)];
}

/** A table that a telephone shows as a card for each row: each cell carries its head, and each part its role. */
function table(name, heads, groups, cells) {
  const cell = (content, index) => (index
    ? el("td", { role: "cell", "data-head": say(heads[index]) }, content)
    : el("th", { role: "rowheader", scope: "row" }, content));
  return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say(name) },
    el("table", { class: "plain cards", role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads.map((key) => el("th", { role: "columnheader", scope: "col" }, say(key))))),
      el("tbody", { role: "rowgroup" }, groups.map((group) => el("tr", { role: "row" }, cells(group).map(cell))))));
}

/** A share of all leads of a group, that of the period before, and whether chance explains the difference. */
function share(group, name) {
  const percent = (one) => (one.leads ? `${Math.round((100 * one[name]) / one.leads)} %` : "–");
  if (!group.leads) return [percent(group), before(percent(group.before))];
  return [`${percent(group)} (${number(group[name])})`, before(percent(group.before), group.differs[name])];
}

/** The share of ideal leads among those whose distance is known: what nobody knows is not no. */
function idealShare(group) {
  const percent = (one) => (one.ideal_percent === null ? say("nothing_known") : `${Math.round(one.ideal_percent)} %`);
  if (!group.leads) return ["–", before(percent(group.before))];
  const ideal = group.distance_known ? ` (${number(group.by_distance["0"] ?? 0)})` : "";
  return [percent(group) + ideal, known(group), before(percent(group.before), group.differs.ideal)];
}

function known({ distance_known: leads, distance_unknown: unknown }) {
  return leads + unknown ? el("small", {}, say("known_of", { known: number(leads), unknown: number(unknown) })) : null;
}

/** How far leads are from the ideal: each distance, the mean and the variance. */
function distances(group) {
  if (!group.leads) return "–";
  const far = Object.entries(group.by_distance).reduce((sum, [away, leads]) => (away >= FAR ? sum + leads : sum), 0);
  const near = [0, 1, 2].map((away) => [away, group.by_distance[away] ?? 0]);
  const parts = group.distance_known ? [...near, [`${FAR}+`, far]] : [];
  const unknown = group.distance_unknown ? [[say("tick.unknown"), group.distance_unknown]] : [];
  const line = (key, name) => el("div", { class: "measure" }, `${say(key)} `, compared(group, name, number));
  return [
    bar([...parts.map(([, leads]) => leads), group.distance_unknown]),
    el("small", {}, dotted(...[...parts, ...unknown].map(([away, leads]) => el("span", { class: "part" }, `${away}: ${number(leads)}`)))),
    line("mean", "distance_mean"), line("variance", "distance_variance"),
  ];
}

function bar(leads) {
  const all = leads.reduce((sum, one) => sum + one, 0) || 1;
  let from = 0;
  return svg("svg", { class: "stack", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, leads.map((one, place) => {
    const kind = place === leads.length - 1 ? "unknown" : `away-${place}`;
    const part = svg("rect", { x: from, width: (100 * one) / all, height: 8, class: kind });
    from += (100 * one) / all;
    return part;
  }));
}

/** Which criterion is missing from most leads, as a rep is asked for it, and from how many. */
function missing(group) {
  const words = (one) => (one.missing_most === null ? "–" : [typed(one.missing_most_asks), ` × ${number(one.missing_most_leads)}`]);
  return [words(group), before(words(group.before), group.missing_most === null ? undefined : group.differs.missing_most)];
}

/** A figure and that of the period before, with the verdict; "–" where there is none. */
function compared(group, name, shown) {
  const words = (one) => (one[name] === null ? "–" : shown(one[name]));
  return [words(group), before(words(group.before), group.leads ? group.differs[name] : undefined)];
}

/** What it was, and the verdict, where there can be one. */
function before(value, differs) {
  const [start, end] = say("before", { value: "\0" }).split("\0");
  return el("small", {}, dotted([start, value, end], differs !== undefined && verdict(differs)));
}

function verdict(differs) {
  return say({ true: "differs", false: "chance" }[differs] ?? "too_few");
}

function part(key, content) {
  return el("section", {}, el("h2", {}, say(key)), content);
}
