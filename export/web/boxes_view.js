// Shows objects: a list, and boxes over the image.

import { bars } from "./bars_view.js";
import { colorOf } from "./colors.js";
import { element } from "./element.js";

// Of less sure boxes there are many.
const LEAST = 0.3;

/** Return the list of objects. */
export function boxBars(answer) {
  const rows = sure(answer);
  const count = rows.length === 1 ? "1 object" : `${rows.length || "No"} objects`;
  return [element("h2", { text: count }), ...bars(rows)];
}

/** Return the boxes, to lie over the image. */
export function boxesOver(answer) {
  return sure(answer).map(({ label, score, box, color }) => {
    const [x1, y1, x2, y2] = box.map((share) => share * 100);
    const made = element("div", { className: `box ${color}` }, [element("span", { text: label })]);
    Object.assign(made.dataset, { label, score, corners: box.join() });
    Object.assign(made.style, {
      left: `${x1}%`,
      top: `${y1}%`,
      width: `${x2 - x1}%`,
      height: `${y2 - y1}%`,
    });
    return made;
  });
}

function sure({ labels, rows }) {
  return rows
    .filter(({ score }) => score >= LEAST)
    .map((row) => ({ ...row, color: colorOf(labels.indexOf(row.label)) }));
}
