// Turns the scores of a model into the answer of its task.

import { chosenLabel } from "./choice.js";

const READERS = {
  image_classification: readClasses,
  image_multi_label_classification: readLabels,
  image_regression: readNumbers,
};

/** Return the function that reads the scores of a file, given the file's kerastl.json. */
export function readScores(description) {
  const reader = READERS[description.task];
  if (!reader) throw new Error(`This page does not answer ${description.task.replaceAll("_", " ")}.`);
  return (scores, context) => reader(scores, description, context);
}

/** Classes: `{kind: "classes", label, rows: [{label, score}]}`, best first. */
function readClasses([scores], { labels }) {
  const rows = bestFirst(labels, scores);
  return { kind: "classes", label: chosenLabel(rows), rows };
}

/** Several labels: `{kind: "labels", labels, rows: [{label, score, threshold}]}`, best first. */
function readLabels([scores], { labels, thresholds }) {
  const rows = bestFirst(labels, scores).map((row) => ({ ...row, threshold: thresholds[row.label] }));
  // The scores are float32, and so is the comparison in Python.
  const given = rows.filter(({ score, threshold }) => score >= Math.fround(threshold));
  return { kind: "labels", labels: given.map(({ label }) => label), rows };
}

/** Numbers: `{kind: "numbers", rows: [{label, value, low, high}]}`; an unknown interval is infinite. */
function readNumbers([scores], { labels, interval }) {
  const rows = labels.map((label, index) => {
    // JSON has no infinity: null stands for it.
    const half = interval.half_widths[label] ?? Infinity;
    return { label, value: scores[index], low: scores[index] - half, high: scores[index] + half };
  });
  return { kind: "numbers", rows };
}

function bestFirst(labels, scores) {
  return labels
    .map((label, index) => ({ label, score: scores[index] }))
    .sort((one, other) => other.score - one.score);
}
