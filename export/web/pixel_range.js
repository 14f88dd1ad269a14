// Scales a PNG whose values have the range of the training images, such as 0 to 16.

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47];
const [DEPTH, COLORS] = [24, 25]; // places in the file
const PALETTE = 3;

/** Tell whether an image may have the range of the training images: only a PNG keeps it. */
export async function mayHaveRange(source) {
  if (!(source instanceof Blob)) return false;
  const head = new Uint8Array(await source.slice(0, COLORS + 1).arrayBuffer());
  if (!SIGNATURE.every((byte, place) => head[place] === byte)) return false;
  if (head[DEPTH] === 16) {
    throw new Error("Browsers keep 8 bits of a PNG with 16-bit values: use the Python program.");
  }
  return head[COLORS] !== PALETTE;
}

/** Scale colors (RGBA, four numbers a pixel) to 0 to 255, if all are between black and white. */
export function scaleRange(colors, [black, white]) {
  if (black < 0 || white > 255) return;
  const scaled = (value) => ((value - black) * 255) / (white - black);
  const isInside = (value) => scaled(value) >= -0.5 && scaled(value) <= 255.5;
  // An ordinary image of 8 bits has other values.
  for (let place = 0; place < colors.length; place += 4) {
    if (!colors.subarray(place, place + 3).every(isInside)) return;
  }
  // The array rounds, and keeps values between 0 and 255.
  for (let place = 0; place < colors.length; place += 1) {
    if (place % 4 < 3) colors[place] = scaled(colors[place]);
  }
}
