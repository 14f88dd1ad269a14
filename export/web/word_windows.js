// Divides tokenized words into windows that overlap by half.
// kerastl/backbones/hub/windows.py and window_rows.py are the same in Python.

/**
 * Return a window for each part of a text: `{ids, words}`, where `words` are pairs of a word's index
 * and the position of its first token. `words` are the token ids of each word. A word in two windows
 * is read from the one in which it is further from the edge.
 */
export function wordWindows(words, { start, end, sequence_length: length }) {
  if (!words.length) return [];
  const room = length - 2;
  const cut = words.map((ids) => ids.slice(0, room));
  const runs = runsOf(cut.map((ids) => ids.length), room);
  const borders = [
    0,
    ...runs.slice(1).map(([first], number) => Math.floor((first + runs[number][1]) / 2)),
    words.length,
  ];
  return runs.map(([first, stop], number) => {
    const ids = [start];
    const read = [];
    for (let word = first; word < stop; word += 1) {
      const isRead = word >= borders[number] && word < borders[number + 1];
      if (cut[word].length && isRead) read.push([word, ids.length]);
      ids.push(...cut[word]);
    }
    return { ids: [...ids, end], words: read };
  });
}

function runsOf(lengths, room) {
  const runs = [];
  for (let first = 0; ; ) {
    let [stop, filled] = [first, 0];
    while (stop < lengths.length && filled + lengths[stop] <= room) filled += lengths[stop++];
    runs.push([first, stop]);
    if (stop >= lengths.length) return runs;
    let [following, passed] = [first, 0];
    const half = Math.floor(filled / 2);
    while (following < stop && passed + lengths[following] <= half) passed += lengths[following++];
    first = Math.max(following, first + 1);
  }
}
