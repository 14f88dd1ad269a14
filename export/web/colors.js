// Colours of classes, which style.css defines.

const COUNT = 6;

/** The name of the colour of a class, by its position. */
export function colorOf(position) {
  return `color-${position % COUNT}`;
}
