"""Compare an artifact's scores with the model's."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kerastl.artifacts.bundle.artifact import KEPT, Artifact
from kerastl.artifacts.measure import Measure
from kerastl.tasks.classification.measure import ClassificationMeasure

# Other kernels add in another order; a wrong graph is off by far more.
_SAME = 1e-4


@dataclass(frozen=True)
class Reference:
    """What the model itself says on held-out examples.

    Attributes:
        scores: Shape `(N, ...)`.
        labels: What is true, shape `(N, ...)`.
        max_drop: Largest loss of accuracy, or of the task's own figure, at which an artifact is
            kept; None keeps any. Where the figure is a share of examples, one may be lost
            however few there are, unless the bound is 0: with 90, a bound of 0.01 would ask
            for none to change.
        min_agreement: Smallest agreement with the model; None asks for none.
        measure: How scores are compared. Defaults to classification's.
    """

    scores: np.ndarray
    labels: np.ndarray
    max_drop: float | None
    min_agreement: float | None = None
    measure: Measure = field(default_factory=ClassificationMeasure)

    @property
    def accuracy(self) -> float:
        """The model's own figure: for a classifier, its share of right answers."""
        return self.measure.figure(self.scores, self.labels)

    def check_same(self, scores: np.ndarray, what: str) -> None:
        """Refuse a float file that computes something else.

        Args:
            scores: Its scores of the same examples.
            what: What it is called in the error.

        Raises:
            RuntimeError: If a score differs by more than 1e-4 of the largest one, or of 1.
        """
        scale = max(1.0, float(np.abs(self.scores).max()))
        off = float(np.abs(scores - self.scores).max()) / scale
        if not off <= _SAME:
            raise RuntimeError(
                f"{what} does not compute what the model does. "
                f"Received: scores that differ by {off:.1e}, more than {_SAME:g}"
            )

    def judge(
        self, name: str, path: Path, size: int, scores: np.ndarray, latency_ms: float
    ) -> Artifact:
        """Compare and decide.

        Args:
            name: The artifact's name.
            path: Where it would lie inside the bundle.
            size: Its size in bytes.
            scores: Its scores of the same examples.
            latency_ms: Its time for one example.

        Returns:
            The row; `path` is None where the artifact is refused.
        """
        if not np.isfinite(scores).all():
            why = "refused: some scores are not finite"
            return Artifact(name, None, size, None, None, None, latency_ms, why)
        accuracy = self.measure.figure(scores, self.labels)
        agreement = self.measure.agreement(scores, self.scores)
        decision = KEPT
        lost = self.accuracy - accuracy
        if self._loses_too_much(lost):
            decision = (
                f"refused: {self.measure.name} falls by {lost:.4f}, more than {self.max_drop:g}"
            )
        elif self.min_agreement is not None and agreement < self.min_agreement:
            decision = f"refused: agreement {agreement:.4f}, less than {self.min_agreement:g}"
        return Artifact(
            name=name,
            path=path if decision == KEPT else None,
            bytes=size,
            accuracy=accuracy,
            agreement=agreement,
            max_difference=float(np.abs(scores - self.scores).max()),
            latency_ms=latency_ms,
            decision=decision,
        )

    def _loses_too_much(self, lost: float) -> bool:
        if self.max_drop is None:
            return False
        if not self.measure.counts_examples:
            return lost > self.max_drop + 1e-6
        count = len(self.labels)
        bound = max(self.max_drop * count, 1.0) if self.max_drop else 0.0
        # Shares of examples are compared as numbers of them, which the last digit cannot decide.
        return round(lost * count) > bound + 1e-6
