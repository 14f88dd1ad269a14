// Decodes and resizes an image as training did.

/**
 * Decode an image and resize it to the model's size: RGB, whole numbers 0 to 255, row by row.
 * Transparent parts become white. The browser applies the EXIF orientation.
 */
export async function readPixels(blob, { height, width, area_above: areaAbove, max_pixels: most }) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" }).catch(() => {
    throw new Error("The browser cannot read this as an image.");
  });
  if (bitmap.width * bitmap.height > most) {
    throw new Error(`The image must have at most ${most} pixels.`);
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const byArea = bitmap.width * bitmap.height > areaAbove * width * height;
  const weights = byArea ? areaWeights : bilinearWeights;
  const columns = weights(bitmap.width, width);
  const rows = weights(bitmap.height, height);
  const narrow = new Float32Array(bitmap.height * width * 3);
  for (let y = 0; y < bitmap.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const [from, weight] of columns[x]) {
        for (let channel = 0; channel < 3; channel += 1) {
          const value = data[(y * bitmap.width + from) * 4 + channel];
          narrow[(y * width + x) * 3 + channel] += weight * value;
        }
      }
    }
  }
  const row = width * 3;
  const pixels = new Float32Array(height * row);
  for (let y = 0; y < height; y += 1) {
    for (const [from, weight] of rows[y]) {
      for (let at = 0; at < row; at += 1) pixels[y * row + at] += weight * narrow[from * row + at];
    }
  }
  return pixels.map(Math.round);
}

// For each new place: the old places that contribute to it, and their weights.
function bilinearWeights(old, size) {
  return Array.from({ length: size }, (_, place) => {
    const centre = Math.min(Math.max(((place + 0.5) * old) / size - 0.5, 0), old - 1);
    const low = Math.floor(centre);
    const high = Math.min(low + 1, old - 1);
    return [
      [low, 1 - (centre - low)],
      [high, centre - low],
    ];
  });
}

function areaWeights(old, size) {
  return Array.from({ length: size }, (_, place) => {
    const [start, end] = [(place * old) / size, ((place + 1) * old) / size];
    const shares = [];
    for (let from = Math.floor(start); from < Math.min(Math.ceil(end), old); from += 1) {
      const overlap = Math.min(end, from + 1) - Math.max(start, from);
      shares.push([from, (overlap * size) / old]);
    }
    return shares;
  });
}
