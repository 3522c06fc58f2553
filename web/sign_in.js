// Signs people in by authorization code with PKCE (RFC 7636): the code is worth nothing without the
// verifier, which never leaves this tab. Tokens live as long as the tab.

const SCOPES = "openid leads/read leads/write leads/admin";
const TOKEN = "token", STATE = "state", VERIFIER = "verifier", WANTED = "wanted";

/** The access token, null where nobody is signed in or its time is over. */
export function token() {
  const kept = JSON.parse(sessionStorage.getItem(TOKEN) ?? "null");
  return kept && kept.until > Date.now() ? kept.access : null;
}

/** Leave for the sign-in page; afterwards the page wanted now opens. */
export async function signIn(config) {
  const verifier = random(48), state = random(16);
  sessionStorage.setItem(VERIFIER, verifier);
  sessionStorage.setItem(STATE, state);
  sessionStorage.setItem(WANTED, location.hash);
  const asked = new URLSearchParams({
    response_type: "code", client_id: config.client, redirect_uri: config.redirect, scope: SCOPES,
    state, code_challenge_method: "S256", code_challenge: await challenge(verifier),
  });
  location.assign(`${config.sign_in}/oauth2/authorize?${asked}`);
}

/** Come back from the sign-in page: the code becomes a token. Gives false where it was none. */
export async function comeBack(config) {
  const told = new URLSearchParams(location.search);
  if (!told.has("code")) return true;
  const expected = sessionStorage.getItem(STATE), verifier = sessionStorage.getItem(VERIFIER);
  sessionStorage.removeItem(STATE);
  sessionStorage.removeItem(VERIFIER);
  const wanted = sessionStorage.getItem(WANTED) ?? "";
  history.replaceState(null, "", `${location.pathname}${wanted}`);
  if (!expected || told.get("state") !== expected) return false;
  const answer = await fetch(`${config.sign_in}/oauth2/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: config.client, redirect_uri: config.redirect,
      code: told.get("code"), code_verifier: verifier,
    }),
  });
  if (!answer.ok) return false;
  const { access_token: access, expires_in: seconds } = await answer.json();
  sessionStorage.setItem(TOKEN, JSON.stringify({ access, until: Date.now() + seconds * 1000 }));
  return true;
}

/** Forget the token here. */
export function forget() {
  sessionStorage.removeItem(TOKEN);
}

/** Sign out here and at the sign-in page, which comes back to this one. */
export function signOut(config) {
  forget();
  const asked = new URLSearchParams({ client_id: config.client, logout_uri: config.redirect });
  location.assign(`${config.sign_in}/logout?${asked}`);
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
