// The page both teams open: left what marketing delivered, right what sales did with it, below one
// chart of groups: how many leads across, the share of those near the ideal up.

import { el, svg, typed } from "./element.js";
import { badge } from "./lead_words.js";
import { monthOf } from "./months.js";
import { saveFile } from "./notices.js";
import { addressOf } from "./route.js";
import { number, say, span } from "./words.js";

const BY = ["channel", "campaign", "experiment", "form", "definition", "owner", "month"];
const WIDTH = 640, HEIGHT = 260, EDGE = 44;
const NAME_WIDTH = 150, NAME_HEIGHT = 22;

let chosen = null; // the name of the field by which this page was asked for anew

export class QualityPage {
  constructor(console_, asked) {
    this.console = console_;
    this.month = monthOf(asked);
    this.by = BY.includes(asked.by) ? asked.by : BY[0];
  }

  async content() {
    const { api } = this.console;
    const asked = [api.report({ from: this.month, to: this.month, by: this.by }), api.goals(this.month)];
    const [{ groups }, { channels }] = await Promise.all(asked);
    return el(
      "div", { class: "quality" },
      el("div", { class: "title" }, el("h1", { tabindex: "-1" }, say("quality")), this.tableButton()), this.choices(),
      groups.some((group) => group.leads) ? [
        el("div", { class: "sides" }, part("marketing", delivered(groups)), part("sales_did", sold(groups))),
        el("figure", {}, el("figcaption", {}, say("chart_title")), chart(groups)),
      ] : el("section", { class: "notice" }, el("h2", {}, say("no_quality")), el("p", {}, say("no_quality_how"))),
      channels.some(hasGoal) ? part("goals", goals(channels.filter(hasGoal))) : null,
    );
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
    const asked = { from: this.month, to: this.month, by: this.by };
    const take = () => api.table("/reports/quality.csv", asked).then((file) => saveFile("quality.csv", file), (error) => this.console.outbox.failed(error));
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
        type: "month", name: "month", value: this.month,
        onchange: ({ target }) => target.value && go("month", { month: target.value }),
      })),
      el("label", {}, say("by"), el("select", { name: "by", onchange: ({ target }) => go("by", { by: target.value }) },
        BY.map((name) => el("option", { value: name, selected: name === this.by }, say(`by.${name}`))))),
    );
  }
}

function delivered(groups) {
  return table("marketing", ["group", "number", "ideal_share", "mean", "missing_most"], groups, (group) => [
    typed(group.group), beside(group.leads, group.before.leads),
    share(group, ideal, group.differs.ideal),
    group.distance_mean === null ? "–" : number(group.distance_mean), typed(group.missing_most ?? "–"),
  ]);
}

function sold(groups) {
  return table("sales_did", ["group", "hot_share", "won_share", "won_value", "rejected", "to_contact"], groups, (group) => [
    typed(group.group), share(group, ({ hot }) => hot, group.differs.hot), share(group, ({ won }) => won, group.differs.won),
    beside(group.won_value, group.before.won_value),
    [share(group, ({ rejected }) => rejected, group.differs.rejected),
      group.rejected_for.map((one) => el("small", {}, typed(one.reason), ` × ${one.leads}`))],
    group.minutes_to_contact === null ? "–" : span(group.minutes_to_contact),
  ]);
}

function hasGoal(channel) {
  return channel.leads_goal !== null || channel.ideal_goal !== null;
}

/** What each channel brought beside what was agreed: quantity and quality (R106, R107). */
function goals(channels) {
  return table("goals", ["channel", "number", "ideal_share"], channels, (one) => [
    typed(one.channel), besideGoal(number(one.leads), one.leads_goal, one.leads_reached, ""),
    besideGoal(one.ideal_percent === null ? "–" : `${number(one.ideal_percent)} %`, one.ideal_goal, one.ideal_reached, " %"),
  ]);
}

function besideGoal(brought, goal, reached, unit) {
  if (goal === null) return brought;
  const words = say("goal_is", { goal: `${number(goal)}${unit}` });
  return [brought, " ", badge(reached ? "ready" : "warn", say(reached ? "reached_goal" : "missed_goal")), el("small", {}, words)];
}

function table(name, heads, groups, cells) {
  return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say(name) },
    el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, heads.map((key) => el("th", { scope: "col" }, say(key))))),
      el("tbody", {}, groups.map((group) => el("tr", {}, cells(group).map((cell, index) =>
        el(index ? "td" : "th", index ? {} : { scope: "row" }, cell)))))));
}

/** A share of a group's leads, that of the period before, and whether chance explains the difference. */
function share(group, casesOf, verdict) {
  const percent = (one) => (one.leads ? `${Math.round((100 * casesOf(one)) / one.leads)} %` : "–");
  const before = el("small", {}, say("before", { value: percent(group.before) }));
  if (!group.leads) return [percent(group), before];
  const words = { true: "differs", false: "chance" }[verdict] ?? "too_few";
  return [`${percent(group)} (${casesOf(group)})`, before, el("small", {}, say(words))];
}

function ideal({ by_distance: leads }) {
  return leads["0"] ?? 0;
}

/** Leads that at most one criterion is missing from. */
function nearIdeal({ by_distance: leads }) {
  return (leads["0"] ?? 0) + (leads["1"] ?? 0);
}

function beside(now, before) {
  return [number(now), el("small", {}, say("before", { value: number(before) }))];
}

function part(key, content) {
  return el("section", {}, el("h2", {}, say(key)), content);
}

function chart(groups) {
  const most = Math.max(...groups.map((group) => group.leads), 1);
  const x = (leads) => EDGE + (leads / most) * (WIDTH - 3 * EDGE);
  const y = (near) => HEIGHT - EDGE - near * (HEIGHT - 2 * EDGE);
  const placed = [];
  const dots = groups.filter((group) => group.leads).map((group) => {
    const at = x(group.leads), up = y(nearIdeal(group) / group.leads);
    const text = freePlace(placed, at + 10, up + 5);
    return svg("g", {}, svg("circle", { cx: at, cy: up, r: 6, class: "dot" }),
      svg("text", { ...text, class: "axis" }, group.group));
  });
  return svg(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": say("chart_title") },
    svg("line", { x1: EDGE, x2: WIDTH - 8, y1: y(0), y2: y(0), class: "edge" }),
    svg("line", { x1: EDGE, x2: EDGE, y1: y(1), y2: y(0), class: "edge" }),
    svg("text", { x: EDGE - 6, y: y(1) + 4, class: "axis", "text-anchor": "end" }, "100 %"),
    svg("text", { x: EDGE - 6, y: y(0) + 4, class: "axis", "text-anchor": "end" }, "0 %"),
    svg("text", { x: x(most), y: HEIGHT - 18, class: "axis", "text-anchor": "middle" }, String(most)),
    dots,
  );
}

/** Where a name is written: beside its dot, or as far above as no other name is. */
function freePlace(placed, x, wanted) {
  let y = wanted;
  while (placed.some((one) => Math.abs(one.x - x) < NAME_WIDTH && Math.abs(one.y - y) < NAME_HEIGHT)) y -= NAME_HEIGHT;
  placed.push({ x, y });
  return { x, y };
}
