"""Adaptation from a trained model and target examples alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.methods.method import AdaptationMethod

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class SHOT(AdaptationMethod):
    """Make the target's predictions sure and various, and follow labels by class centroids.

    Liang et al. 2020, "Do We Really Need to Access the Source Data? Source Hypothesis Transfer for
    Unsupervised Domain Adaptation". Source examples are not used once the model knows its task.

    Args:
        passes: How often the target is labelled anew. Defaults to 5.
        pseudo_strength: Weight of the log-loss on those labels. Defaults to 0.3, the paper's.
        strength: Weight of information maximisation. Defaults to 1, the paper's.

    Raises:
        ValueError: If a value is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="shot")
    ```
    """

    bottleneck: ClassVar[bool] = True
    uses_source: ClassVar[bool] = False
    trains_head: ClassVar[bool] = False

    passes: int = 5
    pseudo_strength: float = 0.3
    strength: float = 1.0

    def __post_init__(self) -> None:
        self._check("passes", self.passes >= 1, "is at least 1")
        self._check("pseudo_strength", self.pseudo_strength >= 0, "is at least 0")
        self._check("strength", self.strength >= 0, "is at least 0")

    @property
    def rounds(self) -> int:
        """How often target examples are labelled anew."""
        return self.passes

    @property
    def pseudo_weight(self) -> float:
        """Factor on the loss of labels that the target was given."""
        return self.pseudo_strength

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Make the loss of unsure and of uniform predictions."""
        from kerastl.adaptation.losses.information import Information

        return Information(self.strength)

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Label every example by the nearest centroid, in the angle between features."""
        features = np.hstack([target.features, np.ones((len(target.features), 1))])
        features /= np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-8)
        shares = target.probabilities
        predicted = np.unique(shares.argmax(axis=1))
        for _ in range(2):
            centroids = shares.T @ features / (1e-8 + shares.sum(axis=0)[:, None])
            lengths = np.maximum(np.linalg.norm(centroids, axis=1), 1e-8)
            closeness = features @ (centroids / lengths[:, None]).T
            # A class that nothing is predicted to be has no centroid of its own.
            labels = predicted[closeness[:, predicted].argmax(axis=1)]
            shares = np.eye(shares.shape[1])[labels]
        return labels
