// Prepares texts for a model: token ids, and a mask of where tokens are.

import { wordWindows } from "./word_windows.js";
import { wordOffsets } from "./word_offsets.js";
import { WordPieces } from "./word_pieces.js";

// As in kerastl/backbones/hub/word_packing.py.
const LONGEST_WORD = 256; // characters
const VOCABULARY = "vocabulary.txt";

/** Return the function that prepares texts for a model, given the files in its archive. */
export function textFeeder(files, { task, preprocessing }) {
  if (!(VOCABULARY in files)) {
    throw new Error(
      `This page reads WordPiece vocabularies, but the model has a ${preprocessing.tokenizer}: ` +
        "use the SavedModel of its bundle.",
    );
  }
  const pieces = new WordPieces(files[VOCABULARY], preprocessing);
  return (text) => (task === "token_classification" ? wordFeeds : textFeed)(pieces, text);
}

function textFeed(pieces, text) {
  return { feeds: [feed(pieces, pieces.packed(text))] };
}

/**
 * Split a text into words and tokenize each, a long text in overlapping windows: one feed for each.
 * The context is the characters of the text, the offsets of its words, and for each window the index of
 * each word with the position of its first token.
 */
function wordFeeds(pieces, text) {
  const letters = [...text];
  const offsets = wordOffsets(letters);
  const words = offsets.map(([start, end]) =>
    pieces.tokens(letters.slice(start, Math.min(end, start + LONGEST_WORD)).join("")),
  );
  const windows = wordWindows(words, pieces.description);
  return {
    feeds: windows.map(({ ids }) => feed(pieces, ids)),
    context: { letters, offsets, windows },
  };
}

function feed({ length, description: { pad } }, ids) {
  const padding = new Array(length - ids.length).fill(0);
  return {
    token_ids: [...ids, ...padding.map(() => pad)],
    padding_mask: [...ids.map(() => 1), ...padding],
    // Only files for MediaPipe have it. No operator reads it.
    segment_ids: new Array(length).fill(0),
  };
}
