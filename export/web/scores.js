// Turns the scores of a model into the answer of its task.

import { decodeBoxes } from "./boxes.js";
import { chosenLabel } from "./choice.js";
import { decodeEntities } from "./entities.js";

const READERS = {
  image_classification: readClasses,
  text_classification: readClasses,
  few_shot_text_classification: readClasses,
  image_multi_label_classification: readLabels,
  text_multi_label_classification: readLabels,
  image_regression: readNumbers,
  text_regression: readNumbers,
  object_detection: readBoxes,
  token_classification: readEntities,
};

/** Return the function that reads the scores of a file, given the file's kerastl.json. It takes the outputs of each run. */
export function readScores(description) {
  const reader = READERS[description.task];
  if (!reader) throw new Error(`This page does not answer ${description.task.replaceAll("_", " ")}.`);
  return (outputs, context) => {
    const scores = outputs.map((each) => each.scores);
    return reader(scores, description, context, outputs[0]);
  };
}

/** Classes: `{kind: "classes", label, rows: [{label, score}]}`, best first; label null for none of them. */
function readClasses([scores], { labels, unknown }, context, outputs) {
  const rows = bestFirst(labels, scores);
  return { kind: "classes", label: chosenLabel(rows, outputs, unknown), rows };
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

/**
 * Objects: `{kind: "boxes", labels, rows: [{label, score, box}]}`, best first; a box is x1, y1, x2, y2 as shares
 * of the image's width and height.
 */
function readBoxes([scores], { labels, decoding }) {
  const rows = decodeBoxes(scores, decoding).map(({ type, ...row }) => ({ label: labels[type], ...row }));
  return { kind: "boxes", labels, rows };
}

/** Entities: `{kind: "entities", letters, types, rows: [{start, end, label, score, text}]}`, in order. */
function readEntities(scores, { labels }, context) {
  const types = labels.filter((tag) => tag.startsWith("B-")).map((tag) => tag.slice(2));
  const rows = decodeEntities(scores, labels, context);
  return { kind: "entities", letters: context.letters, types, rows };
}

function bestFirst(labels, scores) {
  return labels
    .map((label, index) => ({ label, score: scores[index] }))
    .sort((one, other) => other.score - one.score);
}
