"""Fit a linear probe on chosen rows of cached features."""

from typing import Any

import keras
import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.training.cache.cached_features import CachedFeatures
from kerastl.training.freezing.frozen_boundary import Boundary
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.probe import fit_probe

_FOLDS = 4
PSEUDO_PENALTY = 1.0
"""Inverse penalty of probes on pseudo-labels, for features of unit mean square. Cross-validation on
pseudo-labels would only measure how smooth they are."""


class SubsetProbe:
    """Fit the head of a recipe as a linear probe on chosen examples, from cached features.

    Args:
        model: A model with a `StandardizedFeatures` layer named `"pooling"` right before a head
            named `"head"`.
        boundary: The model, divided after its stages.
        cached: Features of every example.
        class_weights: Factor on the loss of each class, shape `(classes,)`. Defaults to None: 1
            for every class.

    Raises:
        ValueError: If there is a bottleneck between pooling and head.
    """

    def __init__(
        self,
        model: keras.Model,
        boundary: Boundary,
        cached: CachedFeatures,
        class_weights: np.ndarray | None = None,
    ) -> None:
        if any(layer.name == "bottleneck" for layer in model.layers):
            raise ValueError(
                "A head after a bottleneck cannot be fitted as a linear probe: leave out phases "
                "with linear_probe=True. Received: a model with a layer named 'bottleneck'"
            )
        self._pooling, self._head = model.get_layer("pooling"), model.get_layer("head")
        feature_stages = boundary.names(keras.tree.flatten(self._pooling.input))
        self._class_weights = class_weights
        self._arrays = [cached.features[name] for name in feature_stages]

    def standardize_by(self, rows: np.ndarray) -> None:
        """Standardize features by the centre and the scale of some examples."""
        self._pooling.fit(JoinedFeatures([[array[rows] for array in self._arrays]]))

    def centre_on(self, rows: np.ndarray) -> None:
        """Centre features on some examples, without changing the scale."""
        self._pooling.centre_on(JoinedFeatures([[array[rows] for array in self._arrays]]))

    def features(self, rows: np.ndarray) -> JoinedFeatures:
        """Return the standardized features of some examples."""
        centre, scale = (
            keras.ops.convert_to_numpy(x) for x in (self._pooling.centre, self._pooling.scale)
        )
        return JoinedFeatures([[array[rows] for array in self._arrays]], centre, scale)

    def fit_probe(
        self,
        known: DomainRows,
        rows: np.ndarray,
        classes: int,
        seed: int,
        inverse_penalty: float | None = None,
    ) -> None:
        """Fit the head on the labels of some examples.

        The head keeps its weights for classes that none of them has.

        Args:
            known: Labels and weights by row.
            rows: Row indices of the examples, all labelled.
            classes: Number of classes.
            seed: Seed of the folds.
            inverse_penalty: As for `fit_probe`.
        """
        labels, weights = known.labels[rows], known.weights[rows]
        if self._class_weights is not None:
            weights = weights * self._class_weights[labels]
        present = np.unique(labels)
        if len(present) < 2:
            return
        probe = fit_probe(
            self.features(rows),
            np.searchsorted(present, labels),
            len(present),
            seed,
            weights if (weights != 1).any() else None,
            inverse_penalty=inverse_penalty,
        )
        kernel, bias = (np.array(x) for x in _weights(self._head))
        if len(present) < classes:
            # The mean over present classes does not change, so that absent ones stay comparable.
            probe_shift = kernel[:, present].mean(axis=1, keepdims=True)
            kernel[:, present] = probe.kernel + probe_shift
            bias[present] = probe.bias + bias[present].mean()
        else:
            kernel, bias = probe.kernel, probe.bias
        self._head.assign(kernel, bias)

    def cross_fitted(
        self, known: DomainRows, rows: np.ndarray, classes: int, seed: int
    ) -> np.ndarray:
        """Return predictions for examples by probes that were fitted without them.

        A probe that was fitted on an example's label repeats it, since with more features than
        examples it can fit any labels. The head keeps its weights.

        Args:
            known: Labels and weights by row; some of `rows` may be unlabelled.
            rows: Row indices of the examples.
            classes: Number of classes.
            seed: Seed of the folds.

        Returns:
            Probabilities, shape `(rows, classes)`.
        """
        before = _weights(self._head)
        fold_of = np.random.default_rng(seed).permutation(len(rows)) % _FOLDS
        labelled = known.labels[rows] != UNKNOWN
        shares = np.empty((len(rows), classes), "float32")
        for fold in range(_FOLDS):
            others = rows[labelled & (fold_of != fold)]
            self.fit_probe(known, others, classes, seed, PSEUDO_PENALTY)
            shares[fold_of == fold] = self.probabilities(rows[fold_of == fold])
            self._head.assign(*before)
        return shares

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        """Return the probabilities of some examples, shape `(rows, classes)`."""
        kernel, bias = _weights(self._head)
        logits: Any = self.features(rows)[0 : len(rows)] @ kernel + bias
        logits = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = logits / logits.sum(axis=1, keepdims=True)
        return shares


def _weights(head: Any) -> tuple[np.ndarray, np.ndarray]:
    kernel, bias = (keras.ops.convert_to_numpy(x) for x in (head.dense.kernel, head.dense.bias))
    return kernel, bias
