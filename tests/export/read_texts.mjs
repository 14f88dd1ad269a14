// Prepares texts as the page does, and prints the inputs of the model as JSON.
// Standard input: {vocabulary, description, texts, points}.

import { readFileSync } from "node:fs";

import { folded } from "../../export/web/case_folding.js";
import { textFeeder } from "../../export/web/text_feeds.js";

const { vocabulary, description, texts, points } = JSON.parse(readFileSync(0, "utf8"));
const prepare = textFeeder({ "vocabulary.txt": vocabulary }, description);
const prepared = texts.map((text) => {
  const { feeds, context } = prepare(text);
  return { feeds, offsets: context?.offsets ?? null, words: context?.windows.map(({ words }) => words) };
});
console.log(JSON.stringify({ prepared, folded: points.map((point) => folded(String.fromCodePoint(point))) }));
