// Asks the sales API. Every fault is a Refused with a status; 0 is no answer at all, which may be a
// signed-out session too, for the gateway's own 401 carries no CORS headers everywhere.

import { token } from "./sign_in.js";

export class Refused extends Error {
  constructor(status, body = {}) {
    super(body.code ?? String(status));
    this.status = status;
    this.codes = (body.errors ?? []).map((one) => `${one.field}: ${one.code}`);
    this.code = body.code ?? "";
  }
}

export class SalesApi {
  constructor(address) {
    this.address = address;
  }

  me() {
    return this.ask("GET", "/me");
  }

  list(filters) {
    return this.ask("GET", `/leads?${new URLSearchParams(filters)}`);
  }

  lead(id, language) {
    return this.ask("GET", `/leads/${encodeURIComponent(id)}?${new URLSearchParams({ language })}`);
  }

  report(filters) {
    return this.ask("GET", `/reports/quality?${new URLSearchParams(filters)}`);
  }

  write(method, lead, what, body) {
    const headers = { "if-match": `"${lead.revision}"`, "idempotency-key": crypto.randomUUID() };
    return this.ask(method, `/leads/${encodeURIComponent(lead.id)}/${what}`, body, headers);
  }

  async ask(method, path, body, headers = {}) {
    const request = { method, headers: { authorization: `Bearer ${token()}`, ...headers } };
    if (body !== undefined) {
      request.headers["content-type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(`${this.address}${path}`, request);
    } catch {
      throw new Refused(token() ? 0 : 401);
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, told);
    return told;
  }
}
