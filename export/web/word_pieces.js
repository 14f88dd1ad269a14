// Tokenizes texts with a WordPiece vocabulary as keras-hub's tokenizers of BERT do.
// kerastl/answering/inputs/word_pieces.py is the same in Python; a test compares the ids.

import { folded } from "./case_folding.js";

// Unicode blocks that BERT splits into single characters.
const CJK = /[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}]/u;
// Punctuation, and every other ASCII character that is neither a letter nor a digit.
const ALONE = /[\p{P}!-/:-@[-`{-~]/u;
const SPACE = /[ \t\n\r\f\p{Cc}\p{Cf}]/u;
const UNKNOWN = "[UNK]";
const LONGEST_WORD = 100; // bytes; a longer word is unknown
const BYTES_PER_TOKEN = 128;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class WordPieces {
  /** A vocabulary (the text of vocabulary.txt) and the entry `preprocessing` of kerastl.json. */
  constructor(vocabulary, description) {
    const pieces = vocabulary.replace(/\n$/, "").split("\n");
    this.ids = new Map(pieces.map((piece, number) => [piece, number]));
    this.description = description;
    this.length = description.sequence_length;
    // Older files keep the first tokens and have no such numbers.
    this.first = description.kept_at_start ?? this.length - 2;
    this.last = description.kept_at_end ?? 0;
    this.known = new Map();
  }

  /** The ids of a whole text, without special tokens. */
  tokens(text) {
    return this.#words(text).flatMap((word) => this.#pieces(word));
  }

  /** The ids of a text, truncated, between the start and the end token. */
  packed(text) {
    let found = this.tokens(this.#readable(text));
    if (found.length > this.first + this.last) {
      found = [...found.slice(0, this.first), ...found.slice(found.length - this.last)];
    }
    return [this.description.start, ...found, this.description.end];
  }

  // Cut off what has no room in the sequence, because time grows with it.
  #readable(text) {
    const count = BYTES_PER_TOKEN * this.length;
    if (text.length * 4 <= count) return text;
    const bytes = encoder.encode(text);
    if (bytes.length <= (this.last ? 2 * count : count)) return text;
    const start = whole(bytes, 0, count);
    return this.last ? start + whole(bytes, bytes.length - count, bytes.length) : start;
  }

  #words(text) {
    const { strip_accents: stripAccents, split_on_cjk: splitOnCjk, lowercase } = this.description;
    let read = text.replaceAll("\0", "");
    if (stripAccents) read = read.normalize("NFD").replace(/\p{Mn}/gu, "");
    let spaced = "";
    for (const letter of read) {
      if (SPACE.test(letter)) spaced += " ";
      else if (ALONE.test(letter) || (splitOnCjk && CJK.test(letter))) spaced += ` ${letter} `;
      else spaced += letter;
    }
    const words = spaced.split(" ").filter(Boolean);
    return lowercase ? words.map(folded) : words;
  }

  // Texts repeat their words.
  #pieces(word) {
    if (!this.known.has(word)) this.known.set(word, this.#split(word));
    return this.known.get(word);
  }

  #split(word) {
    const unknown = [this.ids.get(UNKNOWN)];
    if (encoder.encode(word).length > LONGEST_WORD) return unknown;
    const letters = [...word];
    const found = [];
    for (let start = 0; start < letters.length; ) {
      const prefix = start ? "##" : "";
      let end = letters.length;
      let id;
      for (; end > start; end -= 1) {
        id = this.ids.get(prefix + letters.slice(start, end).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) return unknown;
      found.push(id);
      start = end;
    }
    return found.length ? found : unknown;
  }
}

// The characters that lie completely between two places of UTF-8.
function whole(bytes, start, end) {
  const isInside = (place) => place < bytes.length && (bytes[place] & 0xc0) === 0x80;
  while (isInside(start)) start += 1;
  while (isInside(end)) end -= 1;
  return decoder.decode(bytes.subarray(start, end));
}
