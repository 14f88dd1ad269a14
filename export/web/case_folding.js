// Folds case as Unicode's NFKC_Casefold does, which JavaScript lacks.

// Characters that case folding drops: variation selectors, fillers, joiners.
const IGNORABLE =
  /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;
const CHEROKEE = /[\u13a0-\u13f5]/;
const SMALL_CHEROKEE = /[\u13f8-\u13fd\uab70-\uabbf]/;

/** Fold a word, so that words that differ only in case become equal. */
export function folded(word) {
  let result = "";
  for (const letter of word.normalize("NFKC")) result += foldedLetter(letter);
  return result.normalize("NFKC").replace(IGNORABLE, "");
}

// Letter by letter: at the end of a word, JavaScript would make another sigma.
function foldedLetter(letter) {
  if (letter === "ı" || CHEROKEE.test(letter)) return letter;
  if (SMALL_CHEROKEE.test(letter)) return letter.toUpperCase();
  // A capital sharp s has no capitals of its own; the small one becomes two letters.
  const upper = letter.toLowerCase().toUpperCase();
  return [...upper].map((each) => each.toLowerCase()).join("");
}
