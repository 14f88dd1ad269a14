"""Token ids of the windows over tokenized words, ready to be padded."""

from collections.abc import Sequence
from dataclasses import dataclass

from kerastl.backbones.hub.windows import windows


@dataclass(frozen=True)
class WindowRow:
    """The token ids of one window over a text.

    Attributes:
        text: Index of the text.
        ids: The ids, special tokens included.
        words: The words whose outputs are taken from this window: the index of each word, and
            the positions of its tokens in `ids`.
    """

    text: int
    ids: list[int]
    words: list[tuple[int, slice]]


def window_rows(
    texts: Sequence[Sequence[Sequence[int]]],
    start: int | None,
    end: int | None,
    sequence_length: int,
) -> list[WindowRow]:
    """Divide texts into windows that overlap by half, and add the special tokens.

    Args:
        texts: The token ids of each word of each text.
        start: Id of the token before every window, or None.
        end: Id of the token after every window, or None.
        sequence_length: Tokens in a window, special tokens included. A longer word is truncated.

    Returns:
        The windows in order. A text without words has none.

    Example:

    >>> window_rows([[[7], [8, 9]]], start=2, end=3, sequence_length=8)[0].ids
    [2, 7, 8, 9, 3]
    """
    before = [] if start is None else [start]
    after = [] if end is None else [end]
    room = sequence_length - len(before) - len(after)
    rows = []
    for number, tokens in enumerate(texts):
        if not tokens:
            continue
        for window in windows([len(ids) for ids in tokens], room):
            row, read = [*before], []
            for word in range(window.first, window.stop):
                ids = list(tokens[word][:room])
                if ids and window.answers_from <= word < window.answers_until:
                    read.append((word, slice(len(row), len(row) + len(ids))))
                row += ids
            rows.append(WindowRow(number, [*row, *after], read))
    return rows
