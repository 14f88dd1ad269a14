"""Fit a linear probe on chosen rows of cached features."""

from typing import Any

import keras
import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.adaptation.training.factored_probe import factored_probe
from kerastl.training.cache.cached_features import CachedFeatures
from kerastl.training.freezing.frozen_boundary import Boundary
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.probe import fit_probe

_FOLDS = 4
# Examples that the principal components of a bottleneck are computed from.
_COMPONENT_ROWS = 2000
PSEUDO_PENALTY = 1.0
"""Inverse penalty of probes on pseudo-labels, for features of unit mean square. Cross-validation on
pseudo-labels would only measure how smooth they are."""


class SubsetProbe:
    """Fit the head of a recipe as a linear probe on chosen examples, from cached features.

    A linear layer named `"bottleneck"` between pooling and head becomes the first factor of the
    probe, see `factored_probe`.

    Args:
        model: A model with a `StandardizedFeatures` layer named `"pooling"`, and a head named
            `"head"`.
        boundary: The model, divided after its stages.
        cached: Features of every example.
        class_weights: Factor on the loss of each class, shape `(classes,)`. Defaults to None: 1
            for every class.
    """

    def __init__(
        self,
        model: keras.Model,
        boundary: Boundary,
        cached: CachedFeatures,
        class_weights: np.ndarray | None = None,
    ) -> None:
        self._pooling, self._head = model.get_layer("pooling"), model.get_layer("head")
        has_bottleneck = any(layer.name == "bottleneck" for layer in model.layers)
        self._bottleneck = model.get_layer("bottleneck") if has_bottleneck else None
        self._kernel, self._bias = self._product()
        feature_stages = boundary.names(keras.tree.flatten(self._pooling.input))
        self._class_weights = class_weights
        self._arrays = [cached.features[name] for name in feature_stages]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self._bias)

    @property
    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Centre and scale of the standardized features, each of shape `(features,)`."""
        centre, scale = self._pooling.centre, self._pooling.scale
        return np.array(keras.ops.convert_to_numpy(centre)), np.array(
            keras.ops.convert_to_numpy(scale)
        )

    def standardize_by(
        self, rows: np.ndarray, weights: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Standardize features by some examples, and return their centre and scale.

        Args:
            rows: Row indices of the examples.
            weights: Weight of each, shape `(rows,)`. Defaults to None: 1 for each.
        """
        self._pooling.fit(JoinedFeatures([[array[rows] for array in self._arrays]]), weights)
        return self.moments

    def standardize_with(self, centre: np.ndarray, scale: np.ndarray) -> None:
        """Standardize features by a centre and a scale, each of shape `(features,)`."""
        self._pooling.assign(centre, scale)

    def centre_on(self, rows: np.ndarray) -> None:
        """Centre features on some examples, without changing the scale."""
        self._pooling.centre_on(JoinedFeatures([[array[rows] for array in self._arrays]]))

    def features(self, rows: np.ndarray) -> JoinedFeatures:
        """Return the standardized features of some examples."""
        return JoinedFeatures([[array[rows] for array in self._arrays]], *self.moments)

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
        solved = self._solved(known, rows, classes, seed, inverse_penalty)
        if solved is not None:
            self._kernel, self._bias = solved
            self._assign(rows)

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
        fold_of = np.random.default_rng(seed).permutation(len(rows)) % _FOLDS
        labelled = known.labels[rows] != UNKNOWN
        shares = np.empty((len(rows), classes), "float32")
        for fold in range(_FOLDS):
            others = rows[labelled & (fold_of != fold)]
            solved = self._solved(known, others, classes, seed, PSEUDO_PENALTY)
            shares[fold_of == fold] = self._predicted(rows[fold_of == fold], solved)
        return shares

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        """Return the probabilities of some examples, shape `(rows, classes)`."""
        return self._predicted(rows, None)

    def _predicted(
        self, rows: np.ndarray, solved: tuple[np.ndarray, np.ndarray] | None
    ) -> np.ndarray:
        kernel, bias = solved or (self._kernel, self._bias)
        logits: Any = self.features(rows)[0 : len(rows)] @ kernel + bias
        logits = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = logits / logits.sum(axis=1, keepdims=True)
        return shares

    def _solved(
        self,
        known: DomainRows,
        rows: np.ndarray,
        classes: int,
        seed: int,
        inverse_penalty: float | None,
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Return kernel and bias of a probe, or None if all examples have one class."""
        labels, weights = known.labels[rows], known.weights[rows]
        if self._class_weights is not None:
            weights = weights * self._class_weights[labels]
        present = np.unique(labels)
        if len(present) < 2:
            return None
        probe = fit_probe(
            self.features(rows),
            np.searchsorted(present, labels),
            len(present),
            seed,
            weights if (weights != 1).any() else None,
            inverse_penalty=inverse_penalty,
        )
        if len(present) == classes:
            return probe.kernel, probe.bias
        # The mean over present classes does not change, so that absent ones stay comparable.
        kernel, bias = self._kernel.copy(), self._bias.copy()
        kernel[:, present] = probe.kernel + kernel[:, present].mean(axis=1, keepdims=True)
        bias[present] = probe.bias + bias[present].mean()
        return kernel, bias

    def _assign(self, rows: np.ndarray) -> None:
        """Give the layers of the model the weights of the probe, which was fitted on some rows."""
        if self._bottleneck is None:
            self._head.assign(self._kernel, self._bias)
            return
        # Not the target's rows: by the source's statistics, their components are mostly the
        # distance of the domains, and units sized by them are too small once it is removed.
        some = np.random.default_rng(0).permutation(rows)[:_COMPONENT_ROWS]
        features = self.features(some)[0 : len(some)]
        first, second = factored_probe(
            self._kernel, features - features.mean(axis=0), self._bottleneck.units
        )
        self._bottleneck.kernel.assign(first)
        self._bottleneck.bias.assign(np.zeros(self._bottleneck.units, "float32"))
        self._head.assign(second, self._bias)

    def _product(self) -> tuple[np.ndarray, np.ndarray]:
        """Return kernel and bias of the layers after pooling, as those of one layer."""
        kernel, bias = (np.array(keras.ops.convert_to_numpy(x)) for x in _of(self._head.dense))
        if self._bottleneck is None:
            return kernel, bias
        first, moved = (keras.ops.convert_to_numpy(x) for x in _of(self._bottleneck))
        return first @ kernel, moved @ kernel + bias


def _of(layer: Any) -> tuple[Any, Any]:
    return layer.kernel, layer.bias
