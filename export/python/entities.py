"""Find named entities in texts with an exported file, using LiteRT and NumPy only.

pip install ai-edge-litert numpy
python entities.py dynamic.tflite "Marie Curie moved to Paris."

The file's one output, `scores`, has the shape (1, L, tags): the probability of each tag in
`labels`, at each token. The tags are BIO: `B-` begins an entity, `I-` continues it. A text is split
into words, a text that is longer than the file reads at once into overlapping windows.
"""

import unicodedata
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from classify import Model, feed, printable, read_description, read_vocabulary, run, tokenize

_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))
_LONGEST_WORD = 256  # characters
_SMALLEST = 1e-12
# Breaks ties: of equally probable sequences, the one with fewer entities.
_AGAINST_ANOTHER_ENTITY = 1e-9


class Entity(NamedTuple):
    """An entity: `text[start:end]`, its type, and the mean probability of its words' tags."""

    start: int
    end: int
    label: str
    score: float


class Tagger:
    """A `.tflite` file that kerastl exported. It needs no other file.

    Several threads may share a tagger: the network answers them one after the other.

    Args:
        path: The file. Tags, preprocessing and vocabulary are in the archive at its end.
    """

    def __init__(self, path) -> None:
        description, files = read_description(path, "entities.py")
        self.tags: list[str] = description["labels"]
        self._preparing = description["preprocessing"]
        self._ids = read_vocabulary(self._preparing, files)
        self._model = Model(path)

    def __call__(self, text: str) -> list[Entity]:
        """Find the entities of one text, of any length.

        Returns:
            The entities in order. Their places count characters.
        """
        places = word_places(text)
        words = [
            tokenize(text[start : min(end, start + _LONGEST_WORD)], self._preparing, self._ids)
            for start, end in places
        ]
        # All tags are equally probable for a word that the model does not see.
        found = np.full((len(places), len(self.tags)), -np.log(len(self.tags)))
        for ids, read in windows(words, self._preparing):
            values = feed(ids, self._preparing)
            inputs = self._model.inputs.items()
            scores = self._model(**{k: values[k].astype(detail["dtype"]) for k, detail in inputs})
            for word, token in read:
                found[word] = np.log(np.maximum(scores[token], _SMALLEST))
        return entities(found, self.tags, places)


def word_places(text: str) -> list[tuple[int, int]]:
    """Split a text into words, and return the start and end of each.

    A word is a run of characters between spaces. Each punctuation mark, symbol and ideograph is a
    word of its own.
    """
    found, start = [], None
    for place, letter in enumerate(text):
        kind = unicodedata.category(letter)
        is_alone = kind[0] in "PS" or any(a <= ord(letter) <= b for a, b in _IDEOGRAPHS)
        if not is_alone and kind[0] != "Z" and kind != "Cc":
            start = place if start is None else start
            continue
        if start is not None:
            found.append((start, place))
            start = None
        if is_alone:
            found.append((place, place + 1))
    return found if start is None else [*found, (start, len(text))]


def windows(
    words: list[list[int]], description: dict
) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Divide tokenized words into windows that overlap by half.

    Args:
        words: The ids of each word. A longer one than a window is cut.
        description: The entry `preprocessing` of the file's `kerastl.json`.

    Returns:
        For each window its ids, special tokens included, and the words that are read from it: the
        index of each, and the place of its first token. A word in two windows is read from the one
        in which it is further from the edge.
    """
    if not words:
        return []
    room = description["sequence_length"] - 2
    words = [ids[:room] for ids in words]
    runs = _runs([len(ids) for ids in words], room)
    borders = [0, *((b[0] + a[1]) // 2 for a, b in pairwise(runs)), len(words)]
    found = []
    for (first, stop), (read_from, read_until) in zip(runs, pairwise(borders), strict=True):
        filled, read = [description["start"]], []
        for word in range(first, stop):
            if words[word] and read_from <= word < read_until:
                read.append((word, len(filled)))
            filled += words[word]
        found.append(([*filled, description["end"]], read))
    return found


def _runs(lengths: list[int], room: int) -> list[tuple[int, int]]:
    runs, first = [], 0
    while True:
        stop, filled = first, 0
        while stop < len(lengths) and filled + lengths[stop] <= room:
            filled += lengths[stop]
            stop += 1
        runs.append((first, stop))
        if stop >= len(lengths):
            return runs
        following, passed = first, 0
        while following < stop and passed + lengths[following] <= filled // 2:
            passed += lengths[following]
            following += 1
        first = max(following, first + 1)


def entities(
    log_scores: np.ndarray, tags: list[str], places: list[tuple[int, int]]
) -> list[Entity]:
    """Decode the tags of a text's words to entities.

    Args:
        log_scores: Logarithms of the probability of each tag, shape (words, tags).
        tags: The tags in the order of the scores.
        places: The start and end of each word.
    """
    decided = _most_probable(log_scores, tags)
    probability = np.exp(log_scores[np.arange(len(decided)), decided])
    spans: list[tuple[str, int, int]] = []
    for word, tag in enumerate(tags[each] for each in decided):
        if tag.startswith("B-"):
            spans.append((tag[2:], word, word + 1))
        elif tag.startswith("I-"):
            spans[-1] = (*spans[-1][:2], word + 1)
    return [
        Entity(places[first][0], places[stop - 1][1], label, float(probability[first:stop].mean()))
        for label, first, stop in spans
    ]


def _most_probable(log_scores: np.ndarray, tags: list[str]) -> np.ndarray:
    """Find the most probable sequence in which `I-` follows its own type (Viterbi 1967)."""
    if not len(log_scores):
        return np.zeros(0, int)
    barrier = np.zeros((len(tags) + 1, len(tags)))  # the last row is the beginning of a text
    for later, tag in enumerate(tags):
        if tag.startswith("I-"):
            allowed = [*(earlier[1:] == tag[1:] for earlier in tags), False]
            barrier[:, later] = np.where(allowed, 0, -np.inf)
    begins = np.array([tag.startswith("B-") for tag in tags])
    log_scores = log_scores - _AGAINST_ANOTHER_ENTITY * begins
    best = log_scores[0] + barrier[-1]
    came_from = np.zeros(log_scores.shape, int)
    for word in range(1, len(log_scores)):
        paths = best[:, None] + barrier[:-1]
        came_from[word] = paths.argmax(axis=0)
        best = paths.max(axis=0) + log_scores[word]
    path = [int(best.argmax())]
    for word in range(len(log_scores) - 1, 0, -1):
        path.append(int(came_from[word, path[-1]]))
    return np.array(path[::-1])


def main(path: str, items: list[str]) -> None:
    """Print the entities of each text: what is written, its type, score, start and end."""
    find = Tagger(path)
    for text in items:
        for start, end, label, score in find(text):
            written = printable(text[start:end])
            print(f"{written}\t{printable(label)}\t{score:.3f}\t{start}\t{end}")


if __name__ == "__main__":
    run(main)
