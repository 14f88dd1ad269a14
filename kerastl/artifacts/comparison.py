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
        max_drop: Largest loss of accuracy at which an artifact is kept.
    """

    scores: np.ndarray
    labels: np.ndarray
    max_drop: float

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
        decision = KEPT
        if not np.isfinite(scores).all():
            decision = "refused: some scores are not finite"
        elif self.accuracy - accuracy > self.max_drop:
            lost = self.accuracy - accuracy
            decision = f"refused: accuracy falls by {lost:.4f}, more than {self.max_drop:g}"
        return Artifact(
            name=name,
            path=path if decision == KEPT else None,
            bytes=size,
            accuracy=accuracy,
            agreement=float((chosen == self.scores.argmax(axis=-1)).mean()),
            max_difference=float(np.abs(scores - self.scores).max()),
            latency_ms=latency_ms,
            decision=decision,
        )
