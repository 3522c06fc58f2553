// What this tab keeps for whoever is signed in here, over a sign-in or a reload: words half typed, and
// what was written and not answered. Nobody else who signs in here gets it.

const PLACES = { typed: "kept-typed", unsent: "kept-unsent", new_lead: "kept-new-lead" };
let person = null;

/** Keep things for this person from now on, and throw away what another has left. */
export function keepFor(name) {
  person = name;
  for (const place of Object.keys(PLACES)) if (read(place)?.person !== person) drop(place);
}

export function keep(place, value) {
  sessionStorage.setItem(PLACES[place], JSON.stringify({ person, value }));
}

/** What was kept, null where there is nothing. */
export function recall(place) {
  return read(place)?.value ?? null;
}

export function drop(place) {
  sessionStorage.removeItem(PLACES[place]);
}

/** Forget all of it: the person signs out. */
export function dropAll() {
  Object.keys(PLACES).forEach(drop);
}

function read(place) {
  return JSON.parse(sessionStorage.getItem(PLACES[place]) ?? "null");
}
