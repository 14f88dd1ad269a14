// Decodes the scores of a detector to boxes, as export/python/detect.py does.

const SCALES = [1, 2 ** (1 / 3), 2 ** (2 / 3)];
const RATIOS = [0.5, 1, 2];

/**
 * Return `{type, score, box}` of each object, highest score first; a box is x1, y1, x2, y2 as shares of
 * width and height. `scores` has 4 moves and a logit of each class for every anchor.
 */
export function decodeBoxes(scores, description) {
  const anchors = anchorsOf(description);
  const width = scores.length / anchors.length;
  const found = [];
  for (let type = 0; type < width - 4; type += 1) {
    const candidates = [];
    anchors.forEach((anchor, place) => {
      const score = 1 / (1 + Math.exp(-scores[place * width + 4 + type]));
      if (score <= description.least_score) return;
      const moves = scores.subarray(place * width, place * width + 4);
      candidates.push({ type, score, box: moved(anchor, moves, description) });
    });
    candidates.sort((one, other) => other.score - one.score);
    found.push(...suppressed(candidates, description));
  }
  found.sort((one, other) => other.score - one.score);
  const [height, wide] = description.image_size;
  return found.slice(0, description.most_boxes).map(({ box, ...rest }) => ({
    ...rest,
    box: box.map((edge, number) => edge / (number % 2 ? height : wide)),
  }));
}

// Nine boxes on the middle of every cell, level by level, row by row: x, y, width, height.
function anchorsOf({ image_size: [height, width], strides }) {
  const made = [];
  for (const stride of strides) {
    for (let y = 0.5; y < Math.ceil(height / stride); y += 1) {
      for (let x = 0.5; x < Math.ceil(width / stride); x += 1) {
        for (const ratio of RATIOS) {
          for (const scale of SCALES) {
            const side = 4 * stride * scale;
            made.push([x * stride, y * stride, side / Math.sqrt(ratio), side * Math.sqrt(ratio)]);
          }
        }
      }
    }
  }
  return made;
}

function moved([x, y, width, height], moves, { image_size: [bottom, right], variances }) {
  const [aside, down, wider, higher] = Array.from(moves, (move, at) => move * variances[at]);
  const [middleX, middleY] = [x + aside * width, y + down * height];
  const halfWidth = (width * Math.exp(Math.min(wider, 10))) / 2;
  const halfHeight = (height * Math.exp(Math.min(higher, 10))) / 2;
  const within = (edge, most) => Math.min(Math.max(edge, 0), most);
  return [
    within(middleX - halfWidth, right),
    within(middleY - halfHeight, bottom),
    within(middleX + halfWidth, right),
    within(middleY + halfHeight, bottom),
  ];
}

// Keep the surest box, drop those that it covers, and so on.
function suppressed(candidates, { overlap, most_boxes: most }) {
  const kept = [];
  for (const candidate of candidates) {
    if (kept.length === most) break;
    if (kept.every(({ box }) => shared(box, candidate.box) <= overlap)) kept.push(candidate);
  }
  return kept;
}

// The area that two boxes share, as a share of the area of both.
function shared(one, other) {
  const width = Math.max(Math.min(one[2], other[2]) - Math.max(one[0], other[0]), 0);
  const height = Math.max(Math.min(one[3], other[3]) - Math.max(one[1], other[1]), 0);
  const area = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);
  return (width * height) / Math.max(area(one) + area(other) - width * height, 1e-9);
}
