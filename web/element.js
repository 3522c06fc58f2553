// Builds elements. Whatever people typed goes in as text, so nothing they typed is ever markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element: attributes by name, `on…` listeners, then children (texts or elements). */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Make an SVG element. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Isolate what a person typed, so that its reading direction stays its own. */
export function typed(text) {
  return el("bdi", {}, String(text ?? ""));
}

/** Put a dot between what is there. */
export function dotted(...parts) {
  return parts.filter(Boolean).flatMap((part, place) => [place ? " · " : "", part]);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
