// What was written and not answered, or answered that the session is over: kept in a bar above the page
// until it is sent again or thrown away. Each write keeps its idempotency key, so it counts once.

import { el, typed } from "./element.js";
import { isAway, refusal, tell } from "./notices.js";
import { drop, keep, recall } from "./tab_memory.js";
import { say } from "./words.js";

const ACTS = { // what a write is called where it waits
  contacted: "contact", outcome: "outcome", owner: "owner", ticks: "criteria", later: "later", reject: "reject",
  answers: "answers",
};

export class Outbox {
  constructor(console_) {
    this.console = console_;
    this.waiting = [];
    this.bar = document.getElementById("unsent");
  }

  /** Write, and give the lead as it is then. Throws Refused; what nobody answered waits in the bar. */
  async write(method, lead, what, body) {
    const write = {
      method, what, body, key: crypto.randomUUID(), lead: lead.id, revision: lead.revision, name: lead.name ?? lead.email,
    };
    try {
      return await this.send(write);
    } catch (error) {
      if (isAway(error)) this.hold(write, error);
      throw error;
    }
  }

  /** What waited when this person left for the sign-in waits again. */
  resume() {
    this.waiting = recall("unsent") ?? [];
    this.show(null);
  }

  /** Say that something was not answered, with a way on; here is nothing to keep. */
  failed(error) {
    tell(refusal(error));
    if (error.status === 401) this.show(error);
  }

  /** Send what waits, in its order, until something fails again. */
  async again() {
    if (this.sending || !this.waiting.length) return;
    this.sending = true;
    try {
      while (this.waiting.length) await this.sendFirst();
      this.show(null);
    } catch (error) {
      if (!isAway(error)) throw error;
      this.show(error);
      tell(this.sentence(error), { seen: false });
    } finally {
      this.sending = false;
    }
  }

  async sendFirst() {
    const [write] = this.waiting;
    try {
      const lead = await this.send(write);
      this.remove(write);
      await this.console.took(lead, write.what);
      tell(say("saved"));
    } catch (error) {
      if (error.status === undefined || isAway(error)) throw error;
      this.remove(write);
      tell(error.status === 412 ? say("changed_since") : refusal(error));
      await this.console.changed(write.lead);
    }
  }

  /** What waits for the same lead stands on what is written now. */
  async send(write) {
    const { revision } = write, lead = await this.console.api.write(write);
    for (const other of this.waiting) {
      if (other.lead === write.lead && other.revision === revision) other.revision = lead.revision;
    }
    this.keep();
    return lead;
  }

  hold(write, error) {
    this.waiting.push(write);
    this.keep();
    this.show(error);
    tell(this.sentence(error), { seen: false });
  }

  remove(write) {
    this.waiting = this.waiting.filter((one) => one !== write);
    this.keep();
  }

  throwAway() {
    this.waiting = [];
    this.keep();
    this.show(null);
    document.getElementById("main").focus();
  }

  keep() {
    if (this.waiting.length) keep("unsent", this.waiting);
    else drop("unsent");
  }

  sentence(error) {
    if (error?.status === 401) return say(this.waiting.length ? "session_over_kept" : "session_over");
    return say(error ? "not_answered" : "not_saved_yet");
  }

  /** Show what waits and the ways on; by no answer at all a session may be over too. */
  show(error) {
    this.error = error;
    const isOver = error?.status === 401;
    this.bar.replaceChildren();
    this.bar.hidden = !this.waiting.length && !isOver;
    if (this.bar.hidden) return;
    const what = this.waiting.map((one) => el("li", {}, typed(one.name), `: ${say(ACTS[one.what])}`));
    const button = (key, act, kind = null) => el("button", { type: "button", class: kind, onclick: act }, say(key));
    this.bar.setAttribute("aria-label", say("not_saved"));
    this.bar.append(
      el("div", {}, el("p", {}, this.sentence(error)), what.length ? el("ul", {}, what) : null),
      el("div", { class: "ways" },
        isOver ? null : button("again", () => this.again(), "main"),
        isOver || error?.status === 0 ? button("sign_in_again", () => this.console.ways().signIn(), isOver ? "main" : null) : null,
        this.waiting.length ? button("throw_away", () => this.throwAway(), "plain") : null),
    );
  }
}
