// What an address of the console means: #/leads, #/leads?band=hot, #/leads/ID (alerts link to it),
// #/quality?month=2026-11.

/** Read an address: the page's name, a lead's id or null, and what it asks for. Of an address that
    nobody wrote the name is null. */
export function readRoute(hash) {
  const [path, asked] = hash.replace(/^#\/?/, "").split("?");
  const [name, id, ...more] = path.split("/").map(decoded);
  const isWritten = name !== null && id !== null && !more.length && (!id || name === "leads");
  return { name: isWritten ? name || "leads" : null, id: id || null, asked: Object.fromEntries(new URLSearchParams(asked ?? "")) };
}

/** Write the address of a page; what is empty is left out. */
export function addressOf(name, asked = {}) {
  const given = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  return given.size ? `#/${name}?${given}` : `#/${name}`;
}

/** Write the address of a lead. */
export function addressOfLead(id) {
  return `#/leads/${encodeURIComponent(id)}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
