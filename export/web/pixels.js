// Decodes and resizes an image as training did.

import { mayHaveRange, scaleRange } from "./pixel_range.js";

/**
 * Read an image (a Blob, File, canvas or video) in the model's size: RGB, whole numbers 0 to 255, row
 * by row. Transparent parts become white. The browser applies the EXIF orientation.
 */
export async function readPixels(source, description) {
  const { height, width, area_above: areaAbove, max_pixels: most, pixel_range: range } = description;
  const isInRange = range !== undefined && (await mayHaveRange(source));
  const bitmap = await createImageBitmap(source, { colorSpaceConversion: "none" }).catch(() => {
    throw new Error("The browser cannot read this as an image.");
  });
  const [oldWidth, oldHeight] = [bitmap.width, bitmap.height];
  if (oldWidth * oldHeight > most) {
    bitmap.close();
    throw new Error(`The image must have at most ${most} pixels.`);
  }
  const canvas = new OffscreenCanvas(oldWidth, oldHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, oldWidth, oldHeight);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, oldWidth, oldHeight);
  if (isInRange) scaleRange(data, range);
  const byArea = oldWidth * oldHeight > areaAbove * width * height;
  const shares = byArea ? areaShares : bilinearShares;
  const columns = shares(oldWidth, width);
  const rows = shares(oldHeight, height);
  const row = width * 3;
  const narrow = new Float32Array(row);
  const pixels = new Float32Array(height * row);
  // Each old row is narrowed once, and then added to the new rows that it contributes to.
  const uses = usesOf(rows, oldHeight);
  for (let y = 0; y < oldHeight; y += 1) {
    if (!uses[y].length) continue;
    narrowRow(data, y * oldWidth * 4, columns, narrow);
    for (const [place, weight] of uses[y]) {
      const start = place * row;
      for (let at = 0; at < row; at += 1) pixels[start + at] += weight * narrow[at];
    }
  }
  return pixels.map(rounded);
}

// As training rounds: what lies halfway becomes even.
function rounded(value) {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 === 1 ? up - 1 : up;
}

function narrowRow(data, start, columns, narrow) {
  for (let x = 0; x < columns.length; x += 1) {
    const { first, weights } = columns[x];
    let [red, green, blue] = [0, 0, 0];
    for (let step = 0; step < weights.length; step += 1) {
      const at = start + (first + step) * 4;
      red += weights[step] * data[at];
      green += weights[step] * data[at + 1];
      blue += weights[step] * data[at + 2];
    }
    narrow[x * 3] = red;
    narrow[x * 3 + 1] = green;
    narrow[x * 3 + 2] = blue;
  }
}

// For each old place: the new places that it contributes to, and with which weight.
function usesOf(shares, old) {
  const uses = Array.from({ length: old }, () => []);
  shares.forEach(({ first, weights }, place) => {
    weights.forEach((weight, step) => weight && uses[first + step].push([place, weight]));
  });
  return uses;
}

// For each new place: the first old place that contributes to it, and the weights from there.
function bilinearShares(old, size) {
  return Array.from({ length: size }, (_, place) => {
    const centre = Math.min(Math.max(((place + 0.5) * old) / size - 0.5, 0), old - 1);
    const first = Math.min(Math.floor(centre), Math.max(old - 2, 0));
    return { first, weights: old === 1 ? [1] : [1 - (centre - first), centre - first] };
  });
}

function areaShares(old, size) {
  return Array.from({ length: size }, (_, place) => {
    const [start, end] = [(place * old) / size, ((place + 1) * old) / size];
    const first = Math.floor(start);
    const weights = [];
    for (let from = first; from < Math.min(Math.ceil(end), old); from += 1) {
      weights.push(((Math.min(end, from + 1) - Math.max(start, from)) * size) / old);
    }
    return { first, weights };
  });
}
