// Shows a text with its entities marked.

import { colorOf } from "./colors.js";
import { element } from "./element.js";

/** Return a heading and the text. */
export function markedText({ letters, types, rows }) {
  const text = element("p", { className: "marked" });
  const between = (start, end) => element("span", { text: letters.slice(start, end).join("") });
  let last = 0;
  for (const { start, end, label, score, text: written } of rows) {
    const color = colorOf(types.indexOf(label));
    const mark = element("mark", { className: color, text: written });
    Object.assign(mark.dataset, { start, end, label, score });
    text.append(between(last, start), mark, element("small", { className: color, text: label }));
    last = end;
  }
  text.append(between(last, letters.length));
  const count = rows.length === 1 ? "1 entity" : `${rows.length || "No"} entities`;
  return [element("h2", { text: count }), text];
}
