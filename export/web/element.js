// Makes elements of the page. Text comes in as text: nothing is read as HTML.

import { printable } from "./printable.js";

/** Make an element with properties and children; `text` becomes its text, made fit to show. */
export function element(name, { text, ...properties } = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = printable(text);
  made.append(...children);
  return made;
}
