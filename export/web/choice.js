// Chooses the label that is shown for the scores of classes.

/** The label of an input: rows are `{label, score}`, best first. */
export function chosenLabel(rows) {
  return rows[0].label;
}
