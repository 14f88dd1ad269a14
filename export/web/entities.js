// Decodes the scores of a text's tags to entities, as kerastl/tasks/token_classification does.

const SMALLEST = 1e-12;
// Breaks ties: of equally probable sequences, the one with fewer entities.
const AGAINST_ANOTHER_ENTITY = 1e-9;

/** Return `{start, end, label, score, text}` of each entity, in order; places count code points. */
export function decodeEntities(scores, tags, { letters, offsets, windows }) {
  // All tags are equally probable for a word that the model does not see.
  const found = offsets.map(() => new Array(tags.length).fill(-Math.log(tags.length)));
  windows.forEach(({ words }, number) => {
    for (const [word, token] of words) {
      const row = scores[number].subarray(token * tags.length, (token + 1) * tags.length);
      found[word] = Array.from(row, (score) => Math.fround(Math.log(Math.max(score, SMALLEST))));
    }
  });
  const decided = decodeTags(found, tags);
  return spans(decided.map((tag) => tags[tag])).map(({ label, first, stop }) => {
    const [start, end] = [offsets[first][0], offsets[stop - 1][1]];
    let sum = 0;
    for (let word = first; word < stop; word += 1) sum += Math.exp(found[word][decided[word]]);
    const text = letters.slice(start, end).join("");
    return { start, end, label, score: sum / (stop - first), text };
  });
}

// The valid sequence of tags with the greatest sum of scores (Viterbi 1967).
function decodeTags(logScores, tags) {
  if (!logScores.length) return [];
  const penalty = tags.map((tag) => (tag.startsWith("B-") ? AGAINST_ANOTHER_ENTITY : 0));
  // In BIO, I- follows only B- or I- of its own type.
  const mayFollow = (earlier, later) =>
    !later.startsWith("I-") || (earlier !== "O" && earlier.slice(2) === later.slice(2));
  let best = logScores[0].map((score, tag) =>
    tags[tag].startsWith("I-") ? -Infinity : score - penalty[tag],
  );
  const cameFrom = [];
  for (const row of logScores.slice(1)) {
    const steps = tags.map((later) => {
      const paths = tags.map((earlier, tag) => (mayFollow(earlier, later) ? best[tag] : -Infinity));
      const most = Math.max(...paths);
      return { from: paths.indexOf(most), most };
    });
    cameFrom.push(steps.map(({ from }) => from));
    best = steps.map(({ most }, tag) => most + (row[tag] - penalty[tag]));
  }
  const path = [best.indexOf(Math.max(...best))];
  for (const from of cameFrom.reverse()) path.push(from[path.at(-1)]);
  return path.reverse();
}

function spans(tags) {
  const found = [];
  tags.forEach((tag, word) => {
    if (tag.startsWith("B-")) found.push({ label: tag.slice(2), first: word, stop: word + 1 });
    else if (tag.startsWith("I-")) found.at(-1).stop = word + 1;
  });
  return found;
}
