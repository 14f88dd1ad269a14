// Chooses what shows an answer.

import { classBars, labelBars } from "./bars_view.js";
import { element } from "./element.js";
import { numberList } from "./numbers_view.js";

const VIEWS = { classes: classBars, labels: labelBars, numbers: numberList };
const FEW = 30;

/** Return the elements that show an answer of scores.js. */
export function elementsOf(answer) {
  return VIEWS[answer.kind](answer);
}

/** Return what shows, before the first answer, which labels a model knows. */
export function labelsOf({ labels }) {
  const more = labels.length > FEW ? `, and ${labels.length - FEW} more` : "";
  return [element("p", { className: "known", text: `Knows: ${labels.slice(0, FEW).join(", ")}${more}` })];
}
