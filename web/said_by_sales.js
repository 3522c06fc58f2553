// What people of sales said of a lead, apart from what the lead did itself: a write stands on the first,
// and is none of the business of the second.

/** All of it, by name: `owner`, `ticks/DEFINITION/CRITERION`, `answers/FIELD`… */
export function saidBySales(lead) {
  const { owner, outcome, later, contacted } = lead;
  const ticks = lead.definitions.flatMap(({ definition, criteria }) => criteria
    .filter((one) => one.from === "tick").map((one) => [`ticks/${definition}/${one.criterion}`, one.answer]));
  const answers = lead.answers.filter((one) => one.origin === "sales").map((one) => [`answers/${one.field}`, one.value]);
  return { owner, outcome, later, contacted, ...Object.fromEntries([...ticks, ...answers]) };
}

/** The names of what others said since a write was made; what it says itself, or its writer said, is no
    other's: its first try may have got through. */
export function saidByOthers({ seen = {}, what, body }, lead, writer) {
  const now = saidBySales(lead);
  const isOwn = (name) => now[name]?.by === writer || (name === "owner" && now.owner === writer);
  return [...new Set([...Object.keys(seen), ...Object.keys(now)])].filter((name) =>
    !isSame(seen[name], now[name]) && !isOwn(name) && !says(what, body, name, now[name]));
}

/** What a writer has seen, and what they wrote since. */
export function seenToo(seen, what, lead) {
  const now = Object.entries(saidBySales(lead)).filter(([name]) => name.split("/")[0] === what);
  return { ...seen, ...Object.fromEntries(now) };
}

function says(what, body, name, value) {
  const [part, ...rest] = name.split("/");
  if (part !== what) return false;
  if (part === "owner") return isSame(value, body.owner);
  if (part === "ticks") return rest[0] === body.definition && body.ticks[rest.slice(1).join("/")] === value;
  if (part === "answers") return isSame(String(value ?? ""), String(body.answers[rest.join("/")] ?? ""));
  return ["result", "amount", "reason"].every((each) => isSame(value?.[each], body[each]));
}

function isSame(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
