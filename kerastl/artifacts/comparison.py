"""Compare a file's scores with the model's, and decide whether the file is kept."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerastl.artifacts.bundle.artifact import KEPT, Artifact
from kerastl.artifacts.measure import Measure

# Other kernels add in another order. A wrong graph differs by far more.
_SAME = 1e-4


@dataclass(frozen=True)
class Reference:
    """The model's own scores on held-out examples, with the bounds for its files.

    Attributes:
        scores: Shape `(N, ...)`.
        labels: The true labels, shape `(N, ...)`.
        measure: The task's measure.
        max_drop: Largest loss of the task's metric at which a file is kept. None keeps any.
            Where the metric is a share of examples, one example may always be lost unless the
            bound is 0: with 90 examples, a bound of 0.01 would allow no change at all.
        min_agreement: Smallest agreement with the model. Defaults to None: no bound.
        unfamiliarity: The model's score of unknown inputs, shape `(N,)`. Defaults to None: it has
            none.
    """

    scores: np.ndarray
    labels: np.ndarray
    measure: Measure
    max_drop: float | None
    min_agreement: float | None = None
    unfamiliarity: np.ndarray | None = None

    @property
    def metric(self) -> float:
        """The model's own metric."""
        return self.measure.metric(self.scores, self.labels)

    def check_same(self, scores: np.ndarray, what: str) -> None:
        """Check that an unquantized file computes what the model computes.

        Args:
            scores: The file's scores of the same examples.
            what: Name of the file in the error message.

        Raises:
            RuntimeError: If a score differs by more than 1e-4 of the largest one, or of 1.
        """
        scale = max(1.0, float(np.abs(self.scores).max()))
        off = float(np.abs(scores - self.scores).max()) / scale
        if not off <= _SAME:
            raise RuntimeError(
                f"{what} does not compute what the model computes. "
                f"Received: scores that differ by {off:.1e}, more than {_SAME:g}"
            )

    def compare(
        self, name: str, path: Path, size: int, scores: np.ndarray, latency_ms: float
    ) -> Artifact:
        """Compare a file with the model and decide whether it is kept.

        Args:
            name: The artifact's name.
            path: Path of the file inside the bundle.
            size: Size of the file in bytes.
            scores: The file's scores of the same examples.
            latency_ms: Time for one example, in milliseconds.

        Returns:
            The row of the report. Its `path` is None if the file is refused.
        """
        if not np.isfinite(scores).all():
            why = "refused: some scores are not finite"
            return Artifact(name, None, size, None, None, None, latency_ms, why)
        metric = self.measure.metric(scores, self.labels)
        agreement = self.measure.agreement(scores, self.scores)
        decision = KEPT
        lost = self.metric - metric
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
            accuracy=metric,
            agreement=agreement,
            max_difference=float(np.abs(scores - self.scores).max()),
            latency_ms=latency_ms,
            decision=decision,
        )

    def are_equal(self, one: Artifact, other: Artifact) -> bool:
        """Return whether the metrics of two files differ by no more than their standard error.

        A file differs from the model on the share `1 - agreement` of the examples, so the two
        differ from each other on the sum of both shares at most. The standard error is that of a
        paired difference. A metric that is no share of examples must be equal.

        Args:
            one: The row of a file with a metric.
            other: The row of another one.
        """
        rows = (one, other)
        metrics = [row.accuracy for row in rows if row.accuracy is not None]
        changed = [1 - row.agreement for row in rows if row.agreement is not None]
        if len(metrics) < 2 or len(changed) < 2:
            return False  # scores that are not finite
        error = np.sqrt(sum(changed) / len(self.labels)) if self.measure.counts_examples else 0.0
        return bool(abs(metrics[0] - metrics[1]) <= error + 1e-6)

    def _loses_too_much(self, lost: float) -> bool:
        if self.max_drop is None:
            return False
        if not self.measure.counts_examples:
            return lost > self.max_drop + 1e-6
        count = len(self.labels)
        bound = max(self.max_drop * count, 1.0) if self.max_drop else 0.0
        # Counts of examples are compared, so that rounding of the shares cannot decide.
        return round(lost * count) > bound + 1e-6
