// Asks the sales API. Every fault is a Refused with a status; 0 is no answer at all, which may be a
// session that is over too, for the gateway's own 401 carries no CORS headers everywhere.

import { refresh, token } from "./sign_in.js";
import { current } from "./words.js";

export class Refused extends Error {
  constructor(status, body = {}) {
    super(body.code ?? String(status));
    this.status = status;
    this.code = body.code ?? "";
    this.mistakes = body.errors ?? [];
  }
}

export class SalesApi {
  constructor(config) {
    this.config = config;
  }

  me() {
    return this.ask("GET", "/me");
  }

  /** A page of a list; of today's share where the owner is "today", of which nothing is counted. */
  list(filters) {
    const todays = filters.owner === "today" && !filters.counts;
    return this.ask("GET", `/leads?${new URLSearchParams({ ...owned(filters), ...(todays ? { today: true } : {}) })}`);
  }

  lead(id) {
    return this.ask("GET", `/leads/${encodeURIComponent(id)}?language=${current()}`);
  }

  /** A list or a report as a table for a spreadsheet. */
  async table(path, filters) {
    const answer = await this.csv(`${path}?${new URLSearchParams(owned(filters))}`);
    return answer.blob();
  }

  /** The whole of a list as one table, however many parts it comes in. */
  async listTable(filters) {
    const parts = [];
    let query = `?${new URLSearchParams({ ...owned(filters), pages: true })}`;
    while (query) {
      const answer = await this.csv(`/leads.csv${query}`);
      parts.push(parts.length ? (await answer.text()).replace(/^[^\n]*\n/, "") : await answer.blob()); // one row of heads
      query = answer.headers.get("link")?.match(/<(\?[^>]*)>; rel="next"/)?.[1];
    }
    return new Blob(parts, { type: "text/csv;charset=utf-8" });
  }

  csv(path) {
    return this.ask("GET", path, undefined, { accept: "text/csv" });
  }

  /** All that is stored of a person. */
  everything(id) {
    return this.ask("GET", `/leads/${encodeURIComponent(id)}/export`);
  }

  erase(id) {
    return this.ask("DELETE", `/leads/${encodeURIComponent(id)}`);
  }

  goals(month) {
    return this.ask("GET", `/reports/goals?${new URLSearchParams({ month })}`);
  }

  report(filters) {
    return this.ask("GET", `/reports/quality?${new URLSearchParams(filters)}`);
  }

  completeness(month) {
    return this.ask("GET", `/reports/completeness?${new URLSearchParams({ from: month, to: month })}`);
  }

  /** Enter a lead; the same key again is the same lead, entered once. */
  enter(body, key) {
    return this.ask("POST", "/leads", body, { "idempotency-key": key });
  }

  /** Write, on a revision where one is named, and give the lead as it is then. */
  async write({ method, lead, revision, what, body, key }) {
    const headers = { "idempotency-key": key, ...(revision === undefined ? {} : { "if-match": `"${revision}"` }) };
    const path = `/leads/${encodeURIComponent(lead)}/${what}?language=${current()}`;
    return this.ask(method, path, body, headers);
  }

  async ask(method, path, body, headers = {}) {
    const held = await token(this.config).catch(() => { throw new Refused(0); });
    if (held === null) throw new Refused(401);
    try {
      return await this.send(held, method, path, body, headers);
    } catch (fault) {
      if (fault.status !== 401) throw fault;
      const again = await refresh(this.config).catch(() => null);
      if (again === null) throw fault;
      return this.send(again, method, path, body, headers); // the same idempotency key: once
    }
  }

  async send(held, method, path, body, headers) {
    const request = { method, headers: { authorization: `Bearer ${held}`, ...headers } };
    if (body !== undefined) {
      request.headers["content-type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(`${this.config.api}${path}`, request);
    } catch {
      throw new Refused(0);
    }
    if (answer.ok && headers.accept === "text/csv") return answer;
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, told);
    return told;
  }
}

/** Whose leads are meant, in the API's words: today's share is of one's own list. */
function owned(filters) {
  return filters.owner === "today" ? { ...filters, owner: "me" } : filters;
}
