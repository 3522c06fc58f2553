// Starts the console: reads where the API is, signs in, and shows the page its address asks for.

import { CallList } from "./call_list.js";
import { CompletenessPage } from "./completeness_page.js";
import { isAsking, showKeys } from "./dialogs.js";
import { el, typed } from "./element.js";
import { LeadPage } from "./lead_page.js";
import { forgetMeanwhile } from "./meanwhile.js";
import { NewLeadPage } from "./new_lead_page.js";
import { fault, notice, skeleton } from "./notices.js";
import { Outbox } from "./outbox.js";
import { QualityPage } from "./quality_page.js";
import { Refreshing } from "./refreshing.js";
import { addressOf, readRoute } from "./route.js";
import { SalesApi } from "./sales_api.js";
import { comeBack, forget, isSignedIn, signIn, signOut } from "./sign_in.js";
import { drop, dropAll, keep, keepFor, recall } from "./tab_memory.js";
import { current, say, speak } from "./words.js";

const PAGES = {
  leads: ({ id, asked }) => (id ? new LeadPage(console_, id) : new CallList(console_, asked)),
  new: ({ asked }) => new NewLeadPage(console_, asked),
  quality: ({ asked }) => new QualityPage(console_, asked),
  completeness: ({ asked }) => new CompletenessPage(console_, asked),
};
const ICON = new URL("icon.svg", import.meta.url).href; // beside this file, wherever a release lies
const main = document.getElementById("main");
// what every page is given: the API, who asks, ways to move on, `place`: the list as it was left, and the
// outbox, which tells of what was written after all
const console_ = { api: null, config: null, me: null, place: null, outbox: null, go, show, ways, took, changed };
let page = null, isOpen = false, refreshing = null;

addEventListener("hashchange", open);
addEventListener("keydown", press);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
await begin();

async function begin() {
  show(skeleton());
  try {
    console_.config ??= await (await fetch("config.json")).json();
  } catch {
    frame();
    return show(notice({ title: say("failed"), sentence: say("failed_how"), label: say("again"), act: begin }));
  }
  console_.api ??= new SalesApi(console_.config);
  console_.outbox ??= new Outbox(console_);
  refreshing ??= new Refreshing(() => (isOpen ? page : null), console_.outbox);
  const cameBack = await comeBack(console_.config);
  if (!cameBack || !isSignedIn()) return askToSignIn(cameBack ? say("sign_in_why") : say("sign_in_failed"));
  await open();
}

/** Show the page of the present address. */
async function open() {
  if (!console_.api || !isSignedIn()) return askToSignIn(say("sign_in_why"));
  const route = readRoute(location.hash);
  page?.leave?.(route);
  page = null;
  isOpen = false;
  if (!Object.hasOwn(PAGES, route.name ?? "")) return showNoPage();
  const opened = PAGES[route.name](route);
  page = opened;
  frame();
  show(skeleton());
  try {
    await know();
    const content = await opened.content();
    if (page !== opened) return;
    show(content, opened);
    takeUp(opened);
    isOpen = true;
    refreshing.fetched();
  } catch (error) {
    if (page !== opened) return;
    if (error.status === undefined) throw error;
    if (error.status === 401) ended();
    show(fault(error, ways()));
  }
}

/** There is no such page, but a way back to the list. */
async function showNoPage() {
  await know().catch(() => null); // whoever is here, there is none
  frame();
  show(notice({ title: say("no_page"), sentence: say("no_page_how"), label: say("back"), act: ways().back }));
}

/** Ask once who is here, and speak the language of their company. */
async function know() {
  if (console_.me) return;
  console_.me = await console_.api.me();
  speak(console_.me.language);
  keepFor(console_.me.name);
  console_.outbox.resume();
  frame();
}

/** Type again what was typed here before the person left to sign in. */
function takeUp(opened) {
  const kept = recall("typed");
  drop("typed");
  if (kept?.hash === location.hash) opened.resume?.(kept.state);
}

/** Leave to sign in, and keep what is typed on the page until the same person is back. */
function signInAgain() {
  const state = page?.typed?.();
  if (state) keep("typed", { hash: location.hash, state });
  return signIn(console_.config);
}

/** A write that had waited was taken, or can no more be: the page shows the lead as it is. */
function took(lead, what) {
  return page?.took?.(lead, what);
}

function changed(lead) {
  return page?.changed?.(lead);
}

function ended() {
  forget();
  console_.me = null;
  frame();
}

function ways() {
  return { again: open, signIn: signInAgain, back: () => go(addressOf("leads")) };
}

/** Put a page in place, and the reader's attention on its heading, or where the page wants it. */
function show(content, shown = null) {
  main.replaceChildren(content);
  const heading = main.querySelector("h1");
  document.title = heading ? `${heading.firstChild.textContent} · ${say("product")}` : say("product");
  if (shown?.shown?.()) return;
  scrollTo(0, 0);
  (heading ?? main).focus({ preventScroll: true });
}

function go(hash) {
  if (location.hash === hash) open();
  else location.hash = hash;
}

function askToSignIn(sentence) {
  page = null;
  console_.me = null;
  frame();
  show(notice({ title: say("sign_in_first"), sentence, label: say("sign_in"), act: () => signIn(console_.config) }));
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isAsking() || isTyping(event)) return;
  if (event.key === "?") showKeys();
  else if (event.key === "t") console_.outbox?.again();
  else if (event.key === "n" && page && readRoute(location.hash).name !== "new") enterLead(event);
  else if (event.key === "b" && page) go(console_.place?.address ?? addressOf("leads"));
  else page?.key?.(event);
}

/** The letter that opens the form must not be the first one typed in it. */
function enterLead(event) {
  event.preventDefault();
  go(addressOf("new"));
}

/** Whether a key belongs to the field it is pressed in; of a choice by radios the arrows do. */
function isTyping({ key, target }) {
  if (["SELECT", "TEXTAREA"].includes(target.tagName)) return true;
  if (target.tagName !== "INPUT") return false;
  return !["radio", "checkbox"].includes(target.type) || key.startsWith("Arrow");
}

/** The top of every page: where to go, who is here, which language. */
function frame() {
  document.documentElement.lang = current();
  document.getElementById("skip").textContent = say("skip");
  const { me } = console_, other = current() === "en" ? "pl" : "en";
  document.getElementById("top").replaceChildren(
    el("span", { class: "product" }, el("img", { src: ICON, alt: "", width: 22, height: 22 }), say("product")),
    me ? el("nav", { "aria-label": say("pages") }, link("leads", "call_list"), link("quality", "quality"),
      link("completeness", "completeness")) : "",
    me ? el("span", { class: "me", title: say("signed_in_as", { name: me.name ?? "", role: say(`role.${me.role}`) }) },
      typed(me.name ?? ""), el("small", {}, say(`role.${me.role}`))) : "",
    me ? el("button", { type: "button", class: "plain", "aria-keyshortcuts": "?", onclick: showKeys }, say("keys")) : "",
    el("button", { type: "button", class: "plain", lang: other, onclick: () => turn(other) }, say("other_language")),
    me ? el("button", { type: "button", class: "plain", onclick: leaveForGood }, say("sign_out")) : "",
  );
}

function leaveForGood() {
  dropAll();
  forgetMeanwhile();
  signOut(console_.config);
}

function link(name, key) {
  const here = readRoute(location.hash).name === name ? "page" : null;
  return el("a", { href: addressOf(name), "aria-current": here }, say(key));
}

function turn(language) {
  speak(language, true);
  if (console_.me) open();
  else askToSignIn(say("sign_in_why"));
}
