// Is enough known of the leads to judge them by (R13)? One bar a field; the table is the same in figures.

import { el, svg, typed } from "./element.js";
import { misnamed, monthField, monthOf, noMonth } from "./months.js";
import { addressOf } from "./route.js";
import { named, number, say } from "./words.js";

export class CompletenessPage {
  constructor(console_, asked) {
    this.console = console_;
    this.month = monthOf(asked);
    this.misnamed = misnamed(asked);
  }

  async content() {
    const report = this.misnamed ? null : await this.console.api.completeness(this.month);
    return el(
      "div", { class: "quality" },
      el("h1", { tabindex: "-1" }, say("completeness")), this.choices(),
      !report ? noMonth(this.misnamed) : report.leads ? known(report) : el("section", { class: "notice" },
        el("h2", {}, say("no_quality")), el("p", {}, say("no_quality_how"))),
    );
  }

  shown() {
    return this.months.shown();
  }

  choices() {
    this.months = monthField(this.misnamed ? "" : this.month, (month) => this.console.go(addressOf("completeness", { month })));
    return el("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, this.months.field);
  }
}

function known({ leads, fields, distance_unknown: unmeasured }) {
  const ordered = [...fields].sort((a, b) => b.known - a.known);
  const head = (key, kind = null) => el("th", { scope: "col", class: kind }, say(key));
  return el("section", { "aria-labelledby": "known" },
    el("h2", { id: "known" }, say("completeness_title", { leads: number(leads) })),
    el("p", {}, say("unmeasured", { number: number(unmeasured), share: percent(unmeasured, leads) })),
    el("table", { class: "bars known" }, el("caption", { class: "unseen" }, say("completeness_title", { leads: number(leads) })),
      el("thead", {}, el("tr", {}, head("field"), head("known", "points"), head("known_share", "points"), el("td"))),
      el("tbody", {}, ordered.map((one) => row(one, leads)))));
}

function row({ field, known: of }, leads) {
  return el("tr", {}, el("th", { scope: "row" }, typed(named("field", field))),
    el("td", { class: "points" }, number(of)), el("td", { class: "points" }, percent(of, leads)),
    el("td", { class: "drawn" }, bar(of / leads)));
}

function percent(part, whole) {
  return `${Math.round((100 * part) / whole)} %`;
}

function bar(share) {
  return svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { width: 100, y: 1, height: 8, class: "rest" }), svg("rect", { width: 100 * share, y: 1, height: 8, class: "share" }));
}
