"""The adaptation method `"shot"`: source hypothesis transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.arguments import check_count, check_number

if TYPE_CHECKING:
    from kerastl.adaptation.losses.alignment_loss import Alignment


@dataclass(frozen=True)
class SHOT(AdaptationMethod):
    """Adapt a trained model to the target alone, by information maximization and pseudo-labels.

    Liang et al. 2020, "Do We Really Need to Access the Source Data? Source Hypothesis Transfer for
    Unsupervised Domain Adaptation". Predictions on the target become confident and diverse. They
    also learn pseudo-labels, which come from the nearest class centroid. Training continues from
    the source-only baseline, and the head stays fixed.

    Args:
        passes: Number of pseudo-labelling rounds, at least 1. Defaults to 5.
        pseudo_strength: Weight of the log-loss on pseudo-labels, at least 0. Defaults to 0.3, as
            in the paper.
        strength: Weight of the information-maximization loss, at least 0. Defaults to 1, as in
            the paper.

    Raises:
        ValueError: If a number is out of its range.

    Example:

    ```python
    recipe.fit(catalogue, adapt_to=webcam, adaptation="shot")
    ```
    """

    bottleneck: ClassVar[bool] = True
    adapts: ClassVar[Literal["none", "moments", "all"]] = "moments"
    uses_source: ClassVar[bool] = False
    trains_head: ClassVar[bool] = False

    passes: int = 5
    pseudo_strength: float = 0.3
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_count("passes", self.passes)
        check_number("pseudo_strength", self.pseudo_strength, "[0, inf)")
        check_number("strength", self.strength, "[0, inf)")

    @property
    def rounds(self) -> int:
        """Number of pseudo-labelling rounds."""
        return self.passes

    @property
    def pseudo_weight(self) -> float:
        """Factor on the loss of pseudo-labelled examples."""
        return self.pseudo_strength

    def alignment(self, width: int, classes: int, domains: int) -> Alignment:
        """Return the information-maximization loss."""
        from kerastl.adaptation.losses.information import Information

        return Information(self.strength)

    def target_labels(self, target: DomainFeatures, round_number: int) -> np.ndarray:
        """Label each example by the class centroid with the highest cosine similarity."""
        features = np.hstack([target.features, np.ones((len(target.features), 1))])
        features /= np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-8)
        shares = target.probabilities
        predicted = np.unique(shares.argmax(axis=1))
        for _ in range(2):
            centroids = shares.T @ features / (1e-8 + shares.sum(axis=0)[:, None])
            lengths = np.maximum(np.linalg.norm(centroids, axis=1), 1e-8)
            closeness = features @ (centroids / lengths[:, None]).T
            # A class that is never predicted has no meaningful centroid.
            labels = predicted[closeness[:, predicted].argmax(axis=1)]
            shares = np.eye(shares.shape[1])[labels]
        return labels
