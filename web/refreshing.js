// Keeps the open list and the open lead as they are now, quietly: nothing moves under whoever types, is
// asked or writes. A fault is no news, but says since when the page stands still.

import { isAsking } from "./dialogs.js";
import { clock, say } from "./words.js";

const EVERY_MS = 20_000; // one request each

export class Refreshing {
  /** `open()` gives the page that is open, null while one is fetched. */
  constructor(open, outbox) {
    this.open = open;
    this.outbox = outbox;
    this.since = Date.now();
    setInterval(() => this.refresh(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.refresh());
  }

  /** A page was fetched just now. */
  fetched() {
    this.since = Date.now();
  }

  /** `page.now()` asks for what it shows, with one request, and gives what puts it in place. */
  async refresh() {
    const page = this.open(), { ended } = this.outbox;
    if (this.isAsked || !this.may(page)) return;
    this.isAsked = true;
    try {
      const put = await page.now();
      if (this.open() !== page || this.outbox.ended !== ended || !this.may(page)) return;
      put();
      this.since = Date.now();
      tellStale("");
    } catch (error) {
      if (error.status === undefined) throw error;
      if (this.open() === page) tellStale(say("not_refreshed", { time: clock(new Date(this.since)) }));
    } finally {
      this.isAsked = false;
    }
  }

  may(page) {
    if (!page?.now || document.hidden || isAsking() || this.outbox.isBusy || page.isTouched()) return false;
    return getSelection().isCollapsed; // who marks words is about to copy them
  }
}

/** In the place the page has for it. */
function tellStale(words) {
  const place = document.querySelector("#main .stale");
  if (place) place.textContent = words;
}
