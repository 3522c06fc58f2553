// Signs people in by authorization code with PKCE (RFC 7636): the code is worth nothing without the
// verifier, which never leaves this tab. Tokens live as long as the tab.
//
// `config.pkce: false` is for a sign-in that knows no PKCE, `config.refresh: false` for one whose
// refreshed tokens are worth less (the local cloud leaves the person's groups out of them).

const SCOPES = "openid leads/read leads/write leads/admin";
const TOKEN = "token", STATE = "state", VERIFIER = "verifier", WANTED = "wanted";
const EARLY = 30_000; // ms: a token that ends while its request travels would be refused

let refreshing = null;

/** Whether somebody has signed in here and not out again; the session may be over all the same. */
export function isSignedIn() {
  return kept() !== null;
}

/** An access token, refreshed where its time is over; null where nobody can be signed in any more. */
export async function token(config) {
  const held = kept();
  if (held === null || held.until - EARLY > Date.now()) return held?.access ?? null;
  return refresh(config);
}

/** Get a new access token for the refresh token; null where there is none or it counts no more. */
export async function refresh(config) {
  const held = kept();
  if (config.refresh === false || !held?.refresh) return null;
  refreshing ??= ask(config, { grant_type: "refresh_token", refresh_token: held.refresh })
    .then((told) => told && keep({ refresh_token: held.refresh, ...told }))
    .finally(() => { refreshing = null; }); // many requests at once ask for one token
  return refreshing;
}

/** Leave for the sign-in page; afterwards the page wanted now opens. */
export async function signIn(config) {
  const verifier = random(48), state = random(16);
  sessionStorage.setItem(VERIFIER, verifier);
  sessionStorage.setItem(STATE, state);
  sessionStorage.setItem(WANTED, location.hash);
  const asked = new URLSearchParams({
    response_type: "code", client_id: config.client, redirect_uri: config.redirect, scope: SCOPES, state,
  });
  if (config.pkce !== false) {
    asked.set("code_challenge_method", "S256");
    asked.set("code_challenge", await challenge(verifier));
  }
  location.assign(`${config.sign_in}/oauth2/authorize?${asked}`);
}

/** Come back from the sign-in page: the code becomes a token. Gives false where that failed. */
export async function comeBack(config) {
  const told = new URLSearchParams(location.search);
  if (!told.has("code") && !told.has("error")) return true;
  const [expected, verifier, wanted] = [STATE, VERIFIER, WANTED].map(taken);
  history.replaceState(null, "", `${location.pathname}${wanted ?? ""}`);
  if (!told.has("code") || !expected || told.get("state") !== expected) return false;
  const asked = { grant_type: "authorization_code", redirect_uri: config.redirect, code: told.get("code") };
  if (config.pkce !== false) asked.code_verifier = verifier;
  const tokens = await ask(config, asked).catch(() => null);
  return tokens !== null && keep(tokens) !== null;
}

/** Forget the tokens here. */
export function forget() {
  sessionStorage.removeItem(TOKEN);
}

/** Sign out here and at the sign-in page, which comes back to this one. */
export function signOut(config) {
  forget();
  const asked = new URLSearchParams({ client_id: config.client, logout_uri: config.redirect });
  location.assign(`${config.sign_in}/logout?${asked}`);
}

async function ask(config, body) {
  const answer = await fetch(`${config.sign_in}/oauth2/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ client_id: config.client, ...body }),
  });
  return answer.ok ? answer.json() : null;
}

function keep({ access_token: access, refresh_token: again, expires_in: seconds }) {
  const held = { access, refresh: again ?? null, until: Date.now() + seconds * 1000 };
  sessionStorage.setItem(TOKEN, JSON.stringify(held));
  return access ?? null;
}

function kept() {
  return JSON.parse(sessionStorage.getItem(TOKEN) ?? "null");
}

function taken(name) {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
}

function random(bytes) {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

async function challenge(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
