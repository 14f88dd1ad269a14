// Shows the scores of classes or labels as bars.

import { element } from "./element.js";

const FEW = 5;

/** Return what shows the most probable rows, and the others behind a summary. */
export function classBars({ label, rows }) {
  return [element("h2", { text: label ?? "None of these" }), ...bars(rows)];
}

/** The same for several labels, each with its threshold. */
export function labelBars({ labels, rows }) {
  return [element("h2", { text: labels.join(", ") || "No label" }), ...bars(rows)];
}

/** Return bars: the first few rows, and the others behind a summary. */
export function bars(rows) {
  const shown = [list(rows.slice(0, FEW))];
  if (rows.length > FEW) {
    const rest = element("details", {}, [
      element("summary", { text: `${rows.length - FEW} more` }),
      list(rows.slice(FEW)),
    ]);
    shown.push(rest);
  }
  return shown;
}

function list(rows) {
  return element("ul", { className: "bars" }, rows.map(bar));
}

function bar({ label, score, threshold, color }) {
  const filled = element("span", { className: `filled ${color ?? ""}` });
  filled.style.width = `${score * 100}%`;
  const track = element("span", { className: "track" }, [filled]);
  if (threshold !== undefined) {
    const mark = element("span", { className: "threshold" });
    mark.style.left = `${threshold * 100}%`;
    track.append(mark);
  }
  const isGiven = threshold === undefined || score >= Math.fround(threshold);
  return element("li", { className: isGiven ? "" : "below" }, [
    element("span", { className: "label", text: label }),
    element("data", { value: String(score), text: percent(score) }),
    track,
  ]);
}

// As one reads it: "93 %", and "0.4 %" or "99.7 %" near the ends.
function percent(score) {
  if (score < 0.0005) return "< 0.1 %";
  if (score > 0.9995) return "> 99.9 %";
  const isNearEnd = Math.min(score, 1 - score) < 0.0995;
  return `${(score * 100).toFixed(isNearEnd ? 1 : 0)} %`;
}
