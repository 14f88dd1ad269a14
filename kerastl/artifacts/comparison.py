"""Compare an artifact's scores with the model's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerastl.artifacts.artifact import KEPT, Artifact


@dataclass(frozen=True)
class Reference:
    """What the model itself says on held-out examples.

    Attributes:
        scores: Shape `(N, classes)`.
        labels: True classes, shape `(N,)`.
        max_drop: Largest loss of accuracy at which an artifact is kept; None keeps any. Unless
            it is 0, one example may be lost however few there are: with 90, a bound of 0.01
            would ask for none to change.
        min_agreement: Smallest share of the model's own labels; None asks for none.
    """

    scores: np.ndarray
    labels: np.ndarray
    max_drop: float | None
    min_agreement: float | None = None

    @property
    def accuracy(self) -> float:
        """The model's own share of right answers."""
        return float((self.scores.argmax(axis=-1) == self.labels).mean())

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
        chosen = scores.argmax(axis=-1)
        accuracy = float((chosen == self.labels).mean())
        agreement = float((chosen == self.scores.argmax(axis=-1)).mean())
        decision = KEPT
        lost = self.accuracy - accuracy
        if not np.isfinite(scores).all():
            decision = "refused: some scores are not finite"
        elif self._loses_too_much(lost):
            decision = f"refused: accuracy falls by {lost:.4f}, more than {self.max_drop:g}"
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
        count = len(self.labels)
        bound = max(self.max_drop * count, 1.0) if self.max_drop else 0.0
        # Shares of examples are compared as numbers of them, which the last digit cannot decide.
        return round(lost * count) > bound + 1e-6
