// Chooses what shows an answer.

import { classBars, labelBars } from "./bars_view.js";
import { boxBars } from "./boxes_view.js";
import { markedText } from "./entities_view.js";
import { numberList } from "./numbers_view.js";

const VIEWS = {
  classes: classBars,
  labels: labelBars,
  numbers: numberList,
  boxes: boxBars,
  entities: markedText,
};

/** Return the elements that show an answer of scores.js. */
export function elementsOf(answer) {
  return VIEWS[answer.kind](answer);
}
