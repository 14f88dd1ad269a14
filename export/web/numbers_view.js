// Shows predicted numbers, each with its interval.

import { element } from "./element.js";

/** Return what shows the rows of an answer. */
export function numberList({ rows }) {
  return [element("dl", { className: "numbers" }, rows.flatMap(entry))];
}

function entry({ label, value, low, high }) {
  const number = element("data", { value: String(value), text: short(value) });
  const shown = element("dd", {}, [number]);
  if (Number.isFinite(low) && Number.isFinite(high)) {
    shown.append(element("small", { text: `${short(low)} to ${short(high)}` }));
  }
  return [element("dt", { text: label }), shown];
}

// Four digits, as Python's `.4g` has them, but no exponent for ordinary numbers.
function short(value) {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: false }).format(value);
}
