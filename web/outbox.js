// What was written and not answered, or answered that the session is over: kept in a bar above the page
// until it is sent again or thrown away. Each write keeps its idempotency key, so it counts once.
//
// A contact, a call later and a complaint stand beside whatever else was written. The others stand on what
// sales said of the lead before: where that is still so, a lead that moved meanwhile keeps nobody from it.

import { el, typed } from "./element.js";
import { tellMeanwhile } from "./meanwhile.js";
import { isAway, refusal, tell } from "./notices.js";
import { saidByOthers, saidBySales, seenToo } from "./said_by_sales.js";
import { drop, keep, recall } from "./tab_memory.js";
import { say } from "./words.js";

const ACTS = { // what a write is called where it waits
  contacted: "contact", outcome: "outcome", owner: "owner", ticks: "criteria", later: "later", reject: "reject",
  answers: "answers",
};
const APPENDED = new Set(["contacted", "later", "reject"]);
const TRIES = 5; // of one write on a lead that moves just then

export class Outbox {
  constructor(console_) {
    this.console = console_;
    this.waiting = [];
    this.bar = document.getElementById("unsent");
    this.begun = 0; // writes so far, and those of them that are answered
    this.ended = 0;
  }

  /** Whether something is being written, or waits to be. */
  get isBusy() {
    return this.waiting.length > 0 || this.begun > this.ended;
  }

  /** Write, and give the lead as it is then. Throws Refused; what nobody answered waits in the bar. */
  async write(method, lead, what, body) {
    const write = {
      method, what, body, key: crypto.randomUUID(), lead: lead.id, name: lead.name ?? lead.email,
      ...(APPENDED.has(what) ? {} : { revision: lead.revision, seen: saidBySales(lead) }),
    };
    try {
      return await this.send(write);
    } catch (error) {
      if (isAway(error)) this.hold(write, error);
      if (error.lead) this.tellMeanwhile(write, error);
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
      if (error.lead) this.tellMeanwhile(write, error);
      else tell(refusal(error));
      await this.console.changed(write.lead);
    }
  }

  async send(write) {
    this.begun += 1;
    try {
      return await this.sent(write);
    } finally {
      this.ended += 1;
    }
  }

  /** Write on the revision that was seen, and where only the lead moved since, on that of now. A refusal
      has the `lead` as it is and what `others` said. */
  async sent(write) {
    const { api, me } = this.console;
    for (let tries = 1; ; tries += 1) {
      try {
        const lead = await api.write(write);
        this.letSee(write, lead);
        return lead;
      } catch (error) {
        if (error.status !== 412) throw error;
        const lead = await api.lead(write.lead), others = saidByOthers(write, lead, me?.name);
        if (others.length || tries === TRIES) throw Object.assign(error, { lead, others });
        write.revision = lead.revision;
      }
    }
  }

  /** Who wrote what waits for the same lead knows what they wrote now. */
  letSee(write, lead) {
    for (const other of this.waiting) {
      if (other.lead === write.lead && other.seen) other.seen = seenToo(other.seen, write.what, lead);
    }
    this.keep();
  }

  tellMeanwhile({ what }, { lead, others }) {
    tellMeanwhile({ lead, what: say(ACTS[what]), names: others, team: this.console.me?.team ?? [] });
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
