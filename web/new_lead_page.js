// A lead entered after a call (R31): who it is, what was said, and whatever else the model asks. What is
// typed outlives a fault, a sign-in and a look elsewhere; sent twice alike it is entered once.

import { RESULTS } from "./dialogs.js";
import { el, typed } from "./element.js";
import { segments } from "./list_filters.js";
import { isAway, refusal, tell } from "./notices.js";
import { addressOf, addressOfLead } from "./route.js";
import { drop, keep, recall } from "./tab_memory.js";
import { named, say } from "./words.js";

const EMAIL = "email";
const FIRST = ["name", "company", "job_title", "phone", "country"]; // asked by every call; the others are a click away
const LETTERS_MAX = 200, MESSAGE_MAX = 4000, ADDRESS_MAX = 254; // as the API takes them
const MESSAGE = "message";
const CALL = "-call", OWNER = "-owner"; // no field of a model is called so
const NO_CALL = "none";

export class NewLeadPage {
  constructor(console_, asked) {
    this.console = console_;
    this.asked = asked;
  }

  /** A draft that was begun goes on, unless somebody was looked for in vain: then it is about them. */
  content() {
    const begun = recall("new_lead") ?? { values: {} }, { email } = this.asked;
    this.draft = email && email !== begun.values.email ? { values: { email } } : begun;
    return this.page();
  }

  page() {
    this.form = el("form", { class: "entry", novalidate: true, onsubmit: (event) => this.sent(event), oninput: () => this.keep() });
    this.trouble = el("div", { class: "trouble" });
    this.known = el("p", { class: "known", role: "status" });
    const fields = this.console.me.fields ?? [], messages = fields.filter(({ type }) => type === MESSAGE);
    const others = fields.filter(({ field, type }) => type !== MESSAGE && !FIRST.includes(field));
    const first = FIRST.map((name) => fields.find(({ field }) => field === name)).filter(Boolean);
    const more = el("details", { class: "fold", open: others.some(({ field }) => this.draft.values[field]) },
      el("summary", {}, say("more_answers")), el("div", { class: "grid" }, others.map((one) => this.field(one))));
    this.form.append(
      el("div", { class: "grid" }, this.field({ field: EMAIL, type: EMAIL }, "email_how")), this.known,
      el("div", { class: "grid" }, first.map((one) => this.field(one, one.type === "country" ? "country_hint" : null))),
      ...messages.map((one, place) => this.field(one, null, place ? null : "was_said")),
      others.length ? more : "", this.call(), this.trouble,
      el("div", { class: "row" }, el("button", { class: "main" }, say("save_and_open")),
        el("button", { type: "button", class: "plain", onclick: () => this.clear() }, say("clear"))),
    );
    return el("div", { class: "new" },
      el("p", { class: "back" }, el("a", { href: this.console.place?.address ?? addressOf("leads") }, `← ${say("back")}`)),
      el("h1", { tabindex: "-1" }, say("new_lead")), el("p", { class: "aside" }, say("new_lead_how")), this.form);
  }

  /** How the call went and whose the lead is, which are written once it is there. */
  call() {
    const { me } = this.console, { values } = this.draft;
    const results = segments(CALL, [...RESULTS, NO_CALL], (one) => say(one === NO_CALL ? "no_call" : `result.${one}`),
      values[CALL] ?? RESULTS[0], null, "contact");
    const owners = segments(OWNER, ["me", "nobody"], (one) => say(`owner.${one}`), values[OWNER] ?? "me", null, "owner");
    return el("div", { class: "row" }, results, me.name ? owners : null);
  }

  /** Whoever enters a lead types at once. */
  shown() {
    scrollTo(0, 0);
    this.input(EMAIL).focus();
    return true;
  }

  /** A field with its label, a hint, and a place for what is wrong with it. */
  field({ field, type }, hint = null, label = null) {
    const id = `new-${field}`, value = this.draft.values[field] ?? "";
    const control = controlOf(type, {
      id, name: field, "aria-describedby": [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" "),
      required: field === EMAIL, onchange: field === EMAIL ? () => this.lookUp() : null,
    });
    control.value = value;
    return el("div", { class: type === MESSAGE ? "field wide" : "field" },
      el("label", { for: id }, label ? say(label) : typed(named("field", field))), control,
      hint ? el("small", { id: `${id}-hint` }, say(hint)) : null, el("small", { id: `${id}-wrong`, class: "wrong" }));
  }

  input(name) {
    return [...this.form.elements].find((one) => one.name === name);
  }

  values() {
    const given = [...new FormData(this.form)].map(([name, value]) => [name, value.trim()]);
    return Object.fromEntries(given.filter(([, value]) => value));
  }

  keep() {
    this.draft = { ...this.draft, values: this.values() };
    keep("new_lead", this.draft);
  }

  clear() {
    drop("new_lead");
    this.draft = { values: {} };
    this.console.show(this.page(), this);
  }

  /** Say so where the address is known already: what is entered goes to that lead. */
  async lookUp() {
    const { email = "" } = this.values();
    this.known.replaceChildren();
    if (!email.includes("@")) return;
    const told = await this.console.api.list({ email }).catch(() => ({ leads: [] })); // saving tells what is wrong
    if (this.values().email !== email || !told.leads.length) return;
    const [lead] = told.leads, [before, after] = say("known_already", { name: "\0" }).split("\0");
    this.known.append(before, el("a", { href: addressOfLead(lead.id) }, typed(lead.name ?? lead.email)), after);
  }

  async sent(event) {
    event.preventDefault();
    if (this.sending) return;
    this.keep();
    const { email = "", [CALL]: call, [OWNER]: owner, ...answers } = this.draft.values;
    this.mark([]);
    if (!email) return this.refuse([{ field: EMAIL, code: "missing" }]);
    const body = { email, answers }, written = JSON.stringify(body);
    if (this.draft.written !== written) this.draft = { ...this.draft, written, key: crypto.randomUUID() };
    keep("new_lead", this.draft);
    this.sending = true;
    this.form.setAttribute("aria-busy", "true");
    try {
      const lead = await this.console.api.enter(body, this.draft.key);
      drop("new_lead");
      const isSaved = await this.writeCall(lead, call, owner);
      this.console.go(addressOfLead(lead.id));
      if (isSaved) tell(say("entered"));
    } catch (error) {
      if (error.status === undefined) throw error;
      this.fail(error);
    } finally {
      this.sending = false;
      this.form.removeAttribute("aria-busy");
    }
  }

  /** What is not answered here waits in the bar as every write does; the lead is there already. */
  async writeCall(lead, call, owner) {
    const { me, outbox } = this.console;
    const writes = [];
    if (call && call !== NO_CALL) writes.push(["POST", "contacted", { result: call }]);
    if (owner === "me" && me.name && lead.owner === null) writes.push(["PUT", "owner", { owner: me.name }]);
    let now = lead;
    for (const [method, what, body] of writes) {
      try {
        now = await outbox.write(method, now, what, body);
      } catch (error) {
        if (error.status === undefined) throw error;
        if (!isAway(error) && !error.lead) tell(refusal(error));
        return false;
      }
    }
    return true;
  }

  fail(error) {
    if (error.mistakes?.length) return this.refuse(error.mistakes);
    const { signIn } = this.console.ways();
    const button = (key, act, kind) => el("button", { type: "button", class: kind, onclick: act }, say(key));
    const sentence = isAway(error) ? say(error.status === 401 ? "session_over_kept" : "not_answered") : refusal(error);
    this.trouble.replaceChildren(el("p", {}, sentence), el("div", { class: "row" },
      isAway(error) && error.status !== 401 ? button("again", () => this.form.requestSubmit(), "main") : null,
      error.status === 401 || error.status === 0 ? button("sign_in_again", signIn, error.status === 401 ? "main" : null) : null,
      error.status === 403 ? el("a", { href: addressOf("leads", { email: this.draft.values.email }) }, say("find_it")) : null));
    tell(sentence, { seen: false });
    this.trouble.querySelector("button, a")?.focus();
  }

  /** Each mistake stands at its field; the first one is where the reader is led. */
  refuse(mistakes) {
    const elsewhere = this.mark(mistakes);
    const sentence = refusal({ status: 422, mistakes });
    if (elsewhere.length) this.trouble.append(el("p", {}, refusal({ status: 422, mistakes: elsewhere })));
    const first = this.form.querySelector("[aria-invalid]");
    first?.closest("details")?.setAttribute("open", "");
    first?.focus();
    tell(sentence);
  }

  /** Write mistakes at their fields; gives those that have none here. */
  mark(mistakes) {
    this.trouble.replaceChildren();
    for (const field of this.form.querySelectorAll(".field [name]")) {
      const wrong = mistakes.filter((one) => one.field === field.name).map((one) => named("mistake", one.code));
      document.getElementById(`${field.id}-wrong`).textContent = wrong.join(", ");
      if (wrong.length) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    return mistakes.filter((one) => !this.input(one.field));
  }

  key(event) {
    if (event.key === "Escape") this.console.go(this.console.place?.address ?? addressOf("leads"));
  }
}

function controlOf(type, given) {
  const field = { autocomplete: "off", maxlength: LETTERS_MAX, ...given };
  if (type === MESSAGE) return el("textarea", { ...field, rows: 5, maxlength: MESSAGE_MAX });
  if (type === "yes_no") {
    return el("select", given, el("option", { value: "" }), ["yes", "no"].map((one) => el("option", { value: one }, say(`tick.${one}`))));
  }
  const kinds = {
    email: { type: "email", maxlength: ADDRESS_MAX, spellcheck: "false", autocapitalize: "none" },
    phone: { type: "tel" }, number: { inputmode: "decimal" }, url: { inputmode: "url", spellcheck: "false" }, date: { type: "date" },
  };
  return el("input", { ...field, ...kinds[type] });
}
