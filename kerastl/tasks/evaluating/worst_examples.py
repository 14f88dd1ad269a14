"""The examples of an evaluation that the model predicted worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.markup import page_part
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample, shown

_WIDEST = 40


class WorstExamples(Sequence[EvaluatedExample]):
    """A list of examples, the worst first, that prints as a table.

    Args:
        examples: The examples.
    """

    def __init__(self, examples: Sequence[EvaluatedExample]) -> None:
        self._examples = tuple(examples)

    def __len__(self) -> int:
        return len(self._examples)

    @overload
    def __getitem__(self, index: int) -> EvaluatedExample: ...
    @overload
    def __getitem__(self, index: slice) -> WorstExamples: ...
    def __getitem__(self, index: int | slice) -> EvaluatedExample | WorstExamples:
        if isinstance(index, slice):
            return WorstExamples(self._examples[index])
        return self._examples[index]

    def __iter__(self) -> Iterator[EvaluatedExample]:
        return iter(self._examples)

    def _repr_html_(self) -> str:
        from kerastl.tasks.evaluating.example_views import example_cards

        return page_part(f"{len(self)} examples", example_cards(self))

    def __repr__(self) -> str:
        if not self:
            return "no example"
        score = self[0].results.score_name
        rows = [("", "name", "true", "predicted", score, "loss")]
        rows += [
            (
                " " if each.correct else "✗",
                _ending(printable(each.name)),
                _cut(printable(shown(each.truth))),
                _cut(printable(shown(each.predicted))),
                f"{each.score:.3g}",
                f"{each.loss:.3g}",
            )
            for each in self
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if place > 3 else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST // 2 else f"{text[: _WIDEST // 2 - 1]}…"


def _ending(text: str) -> str:
    """The end of a path tells files apart, the start does not."""
    return text if len(text) <= _WIDEST else f"…{text[1 - _WIDEST :]}"
