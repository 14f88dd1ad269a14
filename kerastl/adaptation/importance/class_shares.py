"""Class shares of a target without labels."""

from dataclasses import dataclass

import numpy as np

_MOST_ROUNDS = 200
_CONVERGED = 1e-6
# A class with almost no examples would give the few examples that resemble it any weight.
_LARGEST_WEIGHT = 10.0
_SMALLEST_SHARE = 1e-3


@dataclass(frozen=True)
class ClassShares:
    """The estimated class shares of a target.

    Attributes:
        source: Share of each class in the source, shape `(classes,)`.
        target: Estimated share of each class in the target, shape `(classes,)`.
        posteriors: Class probabilities of the target examples, given these shares, shape
            `(examples, classes)`.
    """

    source: np.ndarray
    target: np.ndarray
    posteriors: np.ndarray

    @classmethod
    def estimated(cls, probabilities: np.ndarray, source_shares: np.ndarray) -> "ClassShares":
        """Estimate the shares that make a model's predictions on the target most likely.

        The maximum is found by expectation maximization (Saerens, Latinne and Decaestecker 2002,
        "Adjusting the outputs of a classifier to new a priori probabilities"). Probabilities must
        be calibrated on the source (Alexandari, Kundaje and Shrikumar 2020, "Maximum likelihood
        with bias-corrected calibration is hard-to-beat at label shift adaptation"). One example
        for each class, distributed as in the source, is added to the target, so that no share is
        0. The estimate assumes that a class looks the same in both domains; where it does not,
        errors of predictions are errors of shares.

        Args:
            probabilities: Calibrated predictions on target examples, shape `(examples, classes)`.
            source_shares: Share of each class in the source, shape `(classes,)`.

        Example:

        >>> import numpy as np
        >>> sure = np.repeat([[0.95, 0.05], [0.05, 0.95]], [90, 10], axis=0)
        >>> shares = ClassShares.estimated(sure, np.array([0.5, 0.5]))
        >>> [round(float(each), 2) for each in shares.target]
        [0.93, 0.07]
        """
        source = np.maximum(source_shares, _SMALLEST_SHARE)
        source = source / source.sum()
        count, classes = probabilities.shape
        target = source
        for _ in range(_MOST_ROUNDS):
            posteriors = probabilities * (target / source)
            posteriors = posteriors / np.maximum(posteriors.sum(axis=1, keepdims=True), 1e-12)
            found = (posteriors.sum(axis=0) + classes * source) / (count + classes)
            moved = np.abs(found - target).sum()
            target = found
            if moved < _CONVERGED:
                break
        return cls(source, target, posteriors)

    @property
    def weights(self) -> np.ndarray:
        """Weights by which the target examples have the class shares of the source.

        A mean or a deviation with these weights is the one that the target would have with the
        source's class shares. Shape `(examples,)`, at most 10.
        """
        ratio = self.source / np.maximum(self.target, _SMALLEST_SHARE)
        weights: np.ndarray = np.minimum(self.posteriors @ ratio, _LARGEST_WEIGHT)
        return weights
