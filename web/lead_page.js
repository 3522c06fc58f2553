// One lead: who, why this score, what becomes of it, what to do now. Every write is answered with
// the lead as it is then, and the page shows that.

import { badge, contactedWords, coolsWords } from "./call_list.js";
import { el, typed } from "./element.js";
import { forecastChart } from "./forecast_chart.js";
import { tell } from "./notices.js";
import { scoreBars } from "./score_bars.js";
import { current, exactly, say, when } from "./words.js";

export class LeadPage {
  constructor(console_, id) {
    this.console = console_;
    this.id = id;
  }

  async content() {
    this.lead = await this.console.api.lead(this.id, current());
    this.page = el("article", { class: "lead" });
    this.fill();
    return this.page;
  }

  fill() {
    const { lead } = this;
    this.page.replaceChildren(
      this.who(), el("div", { class: "columns" },
        el("div", {},
          part("why", scoreBars(lead)), part("forecast", forecastChart(lead)), part("to_hot", this.toHot())),
        el("div", {}, part("do_now", this.acts()), lead.quality ? part("criteria", this.criteria()) : null,
          part("answers", this.answers()), part("happened", this.happened()))),
    );
  }

  who() {
    const { lead } = this;
    const line = [lead.job_title, lead.company, lead.country].filter(Boolean);
    return el(
      "header", { class: `who ${lead.band}` },
      el("p", {}, el("a", { href: "#/leads" }, `← ${say("back")}`)),
      el("h1", { tabindex: "-1" }, typed(lead.name ?? lead.email)),
      line.length ? el("p", {}, line.map((text, index) => [index ? " · " : "", typed(text)]).flat()) : null,
      el("p", { class: "big" }, el("strong", {}, lead.score), " ", badge(lead.band), " ", badge(lead.label),
        lead.test ? badge("test_lead") : null,
        el("small", {}, `${say("fit")} ${lead.fit} · ${say("engagement")} ${lead.engagement} · ${coolsWords(lead)}`)),
      el("p", { class: "reach" },
        lead.phone ? el("a", { href: `tel:${lead.phone.replace(/[^+\d]/g, "")}` }, typed(lead.phone)) : null,
        el("a", { href: `mailto:${encodeURIComponent(lead.email)}` }, typed(lead.email))),
      lead.do_not_contact ? el("p", { class: "warn" }, say("do_not_mail", { reason: say(lead.do_not_contact) })) : null,
      el("p", { class: "facts" }, facts([
        contactedWords(lead),
        say("owner_is", { owner: lead.owner ?? say("nobody") }),
        `${say("came_from")}: ${[lead.channel, lead.campaign].filter(Boolean).join(" / ")}`,
        lead.outcome ? say("ended_line", { result: say(lead.outcome.result), when: when(lead.outcome.at) }) : null,
        lead.later && new Date(lead.later) > Date.now() ? say("later_is", { when: exactly(lead.later) }) : null,
      ])),
    );
  }

  toHot() {
    const { lead } = this;
    if (lead.band === "hot") return el("p", {}, say("stays", { band: say("hot") }));
    if (!lead.to_hot.length) return el("p", {}, say("nothing_alone"));
    return el("ul", {}, lead.to_hot.map((way) => el("li", {}, say("to_hot_line", { ...way, points: signed(way.points) }))));
  }

  acts() {
    const me = this.console.me.name, { lead } = this;
    const act = (label, method, what, body) =>
      el("button", { type: "button", onclick: () => this.write(method, what, body) }, label);
    const mine = me && lead.owner === me;
    return el(
      "div", { class: "acts" },
      group("contacted", ["reached", "no_answer", "left_message"].map((result) =>
        act(say(result), "POST", "contacted", { result }))),
      group("outcome", [this.outcomeForm(),
        lead.outcome ? act(say("take_back"), "PUT", "outcome", { result: null }) : null]),
      group("later", [this.laterForm(),
        lead.later ? act(say("back_at_once"), "PUT", "later", { until: null }) : null]),
      me ? group("owner", [mine
        ? act(say("give_back"), "PUT", "owner", { owner: null })
        : act(say("take"), "PUT", "owner", { owner: me })]) : null,
      group("reject", [this.rejectForm()]),
    );
  }

  outcomeForm() {
    const results = ["won", "lost", "not_interested", "disqualified"];
    const choice = el("select", { name: "result", "aria-label": say("outcome") },
      results.map((result) => el("option", { value: result }, say(result))));
    const amount = el("input", { name: "amount", type: "number", min: 0, step: "any", size: 8 });
    const reason = el("input", { name: "reason", maxlength: 200 });
    return form([choice, labelled("amount", amount), labelled("reason", reason)], () =>
      this.write("PUT", "outcome", {
        result: choice.value,
        ...(amount.value ? { amount: Number(amount.value) } : {}),
        ...(reason.value.trim() ? { reason: reason.value.trim() } : {}),
      }));
  }

  laterForm() {
    const until = el("input", { type: "datetime-local", required: true, "aria-label": say("later") });
    return form([until], () => this.write("PUT", "later", { until: new Date(until.value).toISOString() }), "put_off");
  }

  rejectForm() {
    const reason = el("input", { maxlength: 200, required: true });
    return form([labelled("reject_why", reason)], () => this.write("POST", "reject", { reason: reason.value.trim() }));
  }

  criteria() {
    const { quality } = this.lead;
    const places = { number: quality.missing, unknown: quality.unknown, of: quality.criteria.length };
    const words = say(quality.distance === null ? "distance_open" : "distance", places);
    return el("div", {}, el("p", {}, typed(quality.says), ": ", words), quality.criteria.map((one) => this.tick(one)));
  }

  tick(one) {
    const choose = (answer) =>
      el("label", {}, el("input", {
        type: "radio", name: `tick-${one.criterion}`, value: answer, checked: one.answer === answer,
        onchange: () => this.write("PUT", "ticks", { ticks: { [one.criterion]: answer } }, one.criterion),
      }), say(answer));
    return el("fieldset", { class: "tick" }, el("legend", {}, typed(one.asks)), ["yes", "no", "unknown"].map(choose));
  }

  answers() {
    const { answers } = this.lead;
    if (!answers.length) return el("p", {}, say("no_answers"));
    return el("dl", {}, answers.map((one) => [
      el("dt", {}, one.field.replaceAll("_", " ")),
      el("dd", {}, typed(String(one.value)), el("small", {}, ` ${say(one.origin)}, ${when(one.at)}`)),
    ]));
  }

  happened() {
    return el("ol", { class: "happened" }, this.lead.happened.map((one) => el(
      "li", {}, el("time", { datetime: one.at }, when(one.at)), " ", typed(one.kind.replaceAll("_", " ")),
      one.machine ? ` (${say("by_machine")})` : "",
      el("small", {}, Object.entries(one.properties).map(([name, value]) => el("span", {}, typed(`${name} ${value}`)))),
    )));
  }

  async write(method, what, body, focus = null) {
    try {
      this.lead = await this.console.api.write(method, this.lead, what, body);
      this.fill();
      tell(say("saved"));
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.status === 412) await this.content().then(() => this.console.show(this.page));
      tell(error.status === 412 ? say("changed") : reason(error));
    }
    const again = focus && this.page.querySelector(`input[name="tick-${focus}"]:checked`);
    (again ?? this.page.querySelector("h1"))?.focus();
  }
}

function part(key, content) {
  return el("section", {}, el("h2", {}, say(key)), content);
}

function group(key, children) {
  return el("fieldset", {}, el("legend", {}, say(key)), children);
}

function form(children, act, label = "save") {
  const send = (event) => {
    event.preventDefault();
    act();
  };
  return el("form", { onsubmit: send }, children, el("button", {}, say(label)));
}

function labelled(key, input) {
  return el("label", {}, say(key), input);
}

function facts(texts) {
  return texts.filter(Boolean).map((text) => el("span", {}, typed(text)));
}

function reason(error) {
  if (error.status === 403) return say("forbidden");
  if (error.status === 0) return say("failed_how");
  return say("refused", { codes: error.codes.join(", ") || error.code });
}

function signed(points) {
  return points > 0 ? `+${points}` : String(points);
}
