"""The measure of an embedding: cosine similarity, and whether neighbours stay neighbours."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure


class VectorMeasure(Measure):
    """Compare vectors of shape `(examples, width)` with those of the model.

    The labels of examples are the model's own vectors: nothing else is true of an embedding.

    Example:

    >>> import numpy as np
    >>> VectorMeasure().agreement(np.array([[2.0, 0.0]]), np.array([[1.0, 0.0]]))
    1.0
    """

    name: ClassVar[str] = "nearest neighbour kept"
    agreement_means: ClassVar[str] = (
        "the cosine similarity with the model's own vectors, on average"
    )
    score_means: ClassVar[str] = "Coordinate of the embedding."

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names: coordinates have none."""
        if class_names:
            raise ValueError(f"An embedding has no classes. Received: {class_names!r}")

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of examples whose nearest other example is the model's.

        An example counts, too, where the one found is as near by the model's vectors but for a
        hundredth of cosine similarity: two neighbours that near may change places.
        """
        if len(scores) < 2:
            return 1.0
        given, true = (_between(vectors) for vectors in (scores, labels))
        rows = np.arange(len(true))
        lost = true.max(axis=1) - true[rows, given.argmax(axis=1)]
        return float((lost <= 0.01).mean())

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the mean cosine similarity, 0 where it is negative."""
        cosines = np.sum(unit_length(scores) * unit_length(reference), axis=-1, dtype="float64")
        # One dimension of rounding: equal vectors give 1 and no more.
        return float(np.clip(cosines.mean().round(6), 0.0, 1.0))

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of examples."""
        return {"examples": len(labels)}


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length 1 along the last axis; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _between(vectors: np.ndarray) -> np.ndarray:
    unit = unit_length(vectors)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.asarray(cosines)
