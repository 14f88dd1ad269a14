// Text that comes from a file, made fit to show.

/**
 * Escape control characters and invisible ones: a bidirectional override in a label, for example,
 * would reverse the text around it. Joiners stay, which belong to emoji and Persian words.
 */
export function printable(text) {
  return String(text).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (letter) => ("\u200c\u200d".includes(letter) ? letter : `\\u{${letter.codePointAt(0).toString(16)}}`),
  );
}
