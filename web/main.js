// Starts the console: reads where the API is, signs in, and shows the page its address asks for.

import { el } from "./element.js";
import { CallList } from "./call_list.js";
import { LeadPage } from "./lead_page.js";
import { fault, notice, skeleton } from "./notices.js";
import { QualityPage } from "./quality_page.js";
import { SalesApi } from "./sales_api.js";
import { comeBack, forget, signIn, signOut, token } from "./sign_in.js";
import { current, say, speak } from "./words.js";

const main = document.getElementById("main");
const config = await (await fetch("config.json")).json();
const api = new SalesApi(config.api);
const console_ = { api, config, me: null, go, show, shown: null };

addEventListener("hashchange", open);
addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName)) return;
  console_.shown?.key?.(event);
});
await begin();

async function begin() {
  const came = await comeBack(config).catch(() => false);
  if (!came || !token()) return askToSignIn();
  try {
    console_.me = await api.me();
  } catch (error) {
    frame();
    return show(fault(error, ways()));
  }
  speak(console_.me.language);
  await open();
}

/** Show the page of the present address. */
async function open() {
  if (!console_.me) return begin();
  frame();
  const [, name, id] = location.hash.split("/");
  const pages = {
    leads: () => (id ? new LeadPage(console_, decodeURIComponent(id)) : new CallList(console_)),
    quality: () => new QualityPage(console_),
  };
  console_.shown = (pages[name] ?? pages.leads)();
  show(skeleton());
  await load(console_.shown);
}

async function load(page) {
  try {
    const content = await page.content();
    if (console_.shown === page) show(content);
  } catch (error) {
    if (console_.shown !== page) return;
    if (error.status === undefined) throw error;
    if (error.status === 401) forget();
    show(fault(error, ways()));
  }
}

function ways() {
  return { again: () => open(), signIn: () => signIn(config), back: () => go("#/leads") };
}

/** Put a page in place, and the reader's attention on its heading. */
function show(content) {
  main.replaceChildren(content);
  const heading = main.querySelector("h1");
  document.title = heading ? `${heading.textContent} · ${say("leads")}` : say("leads");
  heading?.focus({ preventScroll: false });
}

function go(hash) {
  if (location.hash === hash) open();
  else location.hash = hash;
}

function askToSignIn() {
  console_.me = null;
  frame();
  show(notice(say("sign_in_first"), say("sign_in_why"), say("sign_in"), () => signIn(config)));
}

/** The top of every page: where to go, who is here, which language. */
function frame() {
  document.documentElement.lang = current();
  document.getElementById("skip").textContent = say("skip");
  const place = location.hash.split("/")[1] ?? "leads";
  const link = (name) =>
    el("a", { href: `#/${name}`, "aria-current": place === name ? "page" : null }, say(name));
  const me = console_.me;
  document.getElementById("top").replaceChildren(
    el("nav", { "aria-label": say("leads") }, me ? [link("leads"), link("quality")] : []),
    el("span", { class: "me" }, me ? say("signed_in_as", { name: me.name ?? "", role: say(me.role ?? "nobody_role") }) : ""),
    el("button", { type: "button", class: "plain", lang: current() === "en" ? "pl" : "en", onclick: turn }, say("language")),
    me ? el("button", { type: "button", class: "plain", onclick: () => signOut(config) }, say("sign_out")) : "",
  );
}

function turn() {
  speak(current() === "en" ? "pl" : "en", true);
  if (console_.me) open();
  else askToSignIn();
}
