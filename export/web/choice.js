// Chooses the label that is shown for the scores of classes.

/**
 * The label of an input, or null for one that is unlike the training examples.
 *
 * Rows are `{label, score}`, best first. `unknown` is the entry of kerastl.json that names an output
 * of the file and its threshold; files of older versions have none.
 */
export function chosenLabel(rows, outputs, unknown) {
  const isUnknown = unknown && outputs[unknown.output][0] > unknown.threshold;
  return isUnknown ? null : rows[0].label;
}
