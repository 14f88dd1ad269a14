"""The words that a prediction depends on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.basics.printable import printable, printable_lines
from kerastl.seeing.notebook.html_part import HtmlPart
from kerastl.seeing.notebook.markup import Html, page_part, text

if TYPE_CHECKING:
    from kerastl.seeing.notebook.plot import Plot


@dataclass(frozen=True, eq=False)
class TextExplanation:
    """How much each word of a text raises the score of a class.

    The weight of a word is the score of the text minus the score without the word (occlusion,
    Zeiler and Fergus 2014; leave-one-out, Li et al. 2016). Words that say the same hide each other:
    without one of them, the other still counts.

    Attributes:
        text: The text.
        target: The class, label or number that is explained.
        score: The model's probability or number for it.
        words: Offsets of the first character and after the last one of each word or group of
            words, int32 of shape `(words, 2)`.
        weights: float64 of shape `(words,)`, in log-odds of a probability, or in units of the
            number; above 0 the word raises the score.

    Example:

    ```python
    explanation = recipe.explain("Not once was I bored.")
    explanation.top(3)
    explanation.plot("why.html")
    ```
    """

    text: str
    target: str
    score: float
    words: np.ndarray
    weights: np.ndarray

    def top(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the words with the largest weights, whatever their sign.

        Args:
            count: How many at most. Defaults to 5.

        Returns:
            `(word, weight)` of each, the largest first.
        """
        check_count("count", count)
        order = np.argsort(-np.abs(self.weights), kind="stable")[:count]
        return [(self.word(index), float(self.weights[index])) for index in order]

    def word(self, index: int) -> str:
        """Return one word, as it is written in the text."""
        start, end = self.words[index].tolist()
        return self.text[start:end]

    def without(self, indices: np.ndarray | list[int]) -> str:
        """Return the text without some of its words."""
        return without_words(self.text, self.words, indices)

    def plot(self, path: str | os.PathLike[str] | None = None) -> HtmlPart:
        """Show the text with its words marked: orange raises the score, blue lowers it.

        Args:
            path: Page that is also written; its name ends in `.html`. Defaults to None: none.

        Returns:
            The marked text, which a notebook shows.

        Raises:
            ValueError: If the name of the page ends otherwise.
            OSError: If it cannot be written.
        """
        return HtmlPart(self._repr_html_(), str(self), f"Why {self.target}", path)

    def plot_weights(self, count: int = 12, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the largest weights as bars.

        Args:
            count: How many at most. Defaults to 12.
            path: Image file that is also written. Defaults to None: none.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        from kerastl.seeing.drawing.weights import draw_weights
        from kerastl.seeing.notebook.plot import Plot

        figure = draw_weights(self.top(count), f"weight for {self.target}")
        return Plot(figure, str(self), path)

    def marked(self) -> str:
        """Return the text as HTML, its words marked: orange raises the score, blue lowers it."""
        largest = float(np.abs(self.weights).max(initial=0.0)) or 1.0
        parts, reached = [], 0
        for (start, end), weight in zip(self.words.tolist(), self.weights, strict=True):
            parts.append(escape(printable_lines(self.text[reached:start])))
            colour = "196,81,13" if weight > 0 else "11,102,168"
            opacity = 0.65 * abs(float(weight)) / largest
            word = escape(printable_lines(self.text[start:end]))
            parts.append(
                f'<span style="background:rgba({colour},{opacity:.2f});border-radius:.2em" '
                f'title="{weight:+.3f}">{word}</span>'
            )
            reached = end
        parts.append(escape(printable_lines(self.text[reached:])))
        return "".join(parts)

    def _repr_html_(self) -> str:
        told = text(f"Why {self.target} ({self.score:.3f}): orange raises it, blue lowers it")
        return page_part(told, Html(f'<div class="text" dir="auto">{self.marked()}</div>'))

    def __str__(self) -> str:
        words = ", ".join(f"{word!r} {weight:+.2f}" for word, weight in self.top())
        return printable(f"{self.target} ({self.score:.3f}): {words}")

    __repr__ = __str__


def without_words(text: str, words: np.ndarray, indices: np.ndarray | list[int]) -> str:
    """Return a text without some words, and without the space before each of them."""
    kept, reached = [], 0
    for start, end in words[np.sort(np.asarray(indices, int))].tolist():
        kept.append(text[reached:start].rstrip(" "))
        reached = end
    return "".join([*kept, text[reached:]]).strip(" ")


def word_groups(words: np.ndarray, most: int) -> np.ndarray:
    """Return the offsets of at most some groups of adjacent words, for long texts."""
    if len(words) <= most:
        return words
    parts = np.array_split(words, most)
    return np.array([[part[0, 0], part[-1, 1]] for part in parts], np.int32)
