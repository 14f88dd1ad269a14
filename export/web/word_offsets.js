// Splits texts into words. kerastl/answering/inputs/word_offsets.py is the same in Python.

const IDEOGRAPH = /[\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}\u{F900}-\u{FAFF}\u{20000}-\u{2FA1F}]/u;
const SPACE = /[\p{Z}\p{Cc}]/u;
const ALONE = /[\p{P}\p{S}]/u;

/**
 * Return `[start, end]` of each word: a run of characters between spaces. Each punctuation mark, symbol
 * and ideograph is a word of its own. `letters` are the code points of a text.
 */
export function wordOffsets(letters) {
  const found = [];
  let start = null;
  const close = (end) => {
    if (start !== null) found.push([start, end]);
    start = null;
  };
  letters.forEach((letter, place) => {
    const isAlone = ALONE.test(letter) || IDEOGRAPH.test(letter);
    if (!isAlone && !SPACE.test(letter)) {
      start ??= place;
      return;
    }
    close(place);
    if (isAlone) found.push([place, place + 1]);
  });
  close(letters.length);
  return found;
}
