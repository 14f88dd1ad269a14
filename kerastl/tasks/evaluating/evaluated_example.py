"""One example of an evaluation, with its truth and its prediction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kerastl.basics.printable import printable

if TYPE_CHECKING:
    from kerastl.tasks.evaluating.example_results import ExampleResults


@dataclass(frozen=True)
class EvaluatedExample:
    """What the model predicted for one example, and the truth.

    Attributes:
        index: Position in the evaluated split.
        name: Path of an image, else kind and position.
        truth: True label, labels, numbers, entities or boxes.
        predicted: Predicted label, labels, numbers, entities or boxes.
        score: Number that the model gave with its prediction: a probability, or for a
            regression the predicted value of the first target.
        loss: Loss of the example; higher is worse.
        correct: Whether the prediction is right. For a regression: whether every true number
            is inside its interval.
        results: The results that this example is one of.

    Example:

    ```python
    for example in recipe.evaluate(data.test).worst(3):
        print(example.name, example.truth, example.predicted, example.score)
    ```
    """

    index: int
    name: str
    truth: Any
    predicted: Any
    score: float
    loss: float
    correct: bool
    results: ExampleResults = field(repr=False, compare=False)

    @classmethod
    def of(cls, results: ExampleResults, index: int) -> EvaluatedExample:
        """Return one example of the results of an evaluation."""
        return cls(
            index=int(index),
            name=results.names[index],
            truth=results.truth(index),
            predicted=results.predicted(index),
            score=float(results.score(index)),
            loss=float(results.losses[index]),
            correct=bool(results.correct[index]),
            results=results,
        )

    @property
    def input(self) -> Any:
        """The input as the split holds it: a text, a path, bytes, or pixels; None if unknown."""
        return self.results.source(self.index)

    def __str__(self) -> str:
        mark = "right" if self.correct else "wrong"
        return printable(
            f"{self.name}: true {shown(self.truth)}, predicted {shown(self.predicted)} "
            f"({self.results.score_name} {self.score:.3g}), {mark}"
        )


def shown(value: Any) -> str:
    """Return a truth or a prediction as one line of text."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:.4g}" for name, number in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown_part, value)) or "nothing"
    return str(value)


def _shown_part(part: Any) -> str:
    if isinstance(part, str):
        return part
    # An entity has its text. The place of a box is shown in a plot.
    words = getattr(part, "text", "")
    return f"{part.label} {words!r}" if words else str(part.label)
