"""How unlike the training examples an input is, from the input of a classifier's head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    import keras

SCORES, UNFAMILIARITY = "scores", "unfamiliarity"
"""Names of the outputs of an exported classifier: probabilities, and how unfamiliar an input is."""

# More directions than 32 change AUROC by less than 0.03 (benchmarks/unknown.py), and each is two
# rows of numbers in every exported file.
_DIRECTIONS = 32
# At most one direction for each 4 examples, because more would describe single examples, and for
# each 4 features, because what is left of fewer may be nothing but rounding.
_PER_DIRECTION = 4
# Mean distance of training examples, as a share of their norm, below which it is rounding.
_ROUNDING = 1e-3


@dataclass(frozen=True)
class Unfamiliarity:
    """A score that is high for inputs unlike the training examples.

    After ViM (Wang et al. 2022, "ViM: Out-Of-Distribution with Virtual-logit Matching"): the
    distance of the features from the principal directions of the training features, in units of
    logits, less the energy of the logits, `logsumexp(logits)`. The distance shows inputs of another
    kind, and the energy those of the same kind that belong to no class.

    Attributes:
        centre: Mean of the training features, float32 of shape `(features,)`.
        directions: Orthonormal principal directions, float32 of shape `(features, directions)`.
        weight: Factor on the distance.

    Example:

    >>> import numpy as np
    >>> features = np.random.default_rng(0).normal(size=(100, 8)).astype("float32")
    >>> logits = features[:, :2]
    >>> score = Unfamiliarity.fit(features, logits)
    >>> far = np.full((1, 8), 9.0, "float32")
    >>> bool(score(far, far[:, :2])[0] > score(features, logits).max())
    True
    """

    centre: np.ndarray
    directions: np.ndarray
    weight: float

    @classmethod
    def fit(cls, features: np.ndarray, logits: np.ndarray, directions: int = _DIRECTIONS) -> Self:
        """Learn what training examples are like.

        Args:
            features: Input of the head for training examples, shape `(examples, features)`.
            logits: Their logits, shape `(examples, classes)`.
            directions: Largest number of principal directions. Defaults to 32.
        """
        centre = features.mean(axis=0, dtype="float64")
        centred = (features - centre).astype("float64")
        count, width = centred.shape
        wanted = max(1, min(directions, count // _PER_DIRECTION, width // _PER_DIRECTION))
        axes = _principal(centred, wanted).astype("float32")
        plain = cls(centre.astype("float32"), axes, 1.0)
        distance = plain.distance(features).mean()
        norm = np.linalg.norm(centred, axis=1).mean()
        # Both parts have the same mean size for training examples, as in the paper.
        size = np.abs(logits.max(axis=-1)).mean()
        weight = float(size / distance) if distance > _ROUNDING * norm else 0.0
        return cls(plain.centre, plain.directions, weight)

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Return the distance of features from the principal directions, shape `(examples,)`."""
        from keras import ops

        return np.asarray(ops.convert_to_numpy(self._distance(features.astype("float32"))))

    def __call__(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Compute the score, float32 of shape `(examples,)`.

        Args:
            features: Input of the head, shape `(examples, features)`.
            logits: Logits of the same examples, shape `(examples, classes)`.
        """
        from keras import ops

        scores = self.of(features.astype("float32"), logits.astype("float32"))
        return np.asarray(ops.convert_to_numpy(scores))

    def of(self, features: Any, logits: Any) -> Any:
        """Compute the score of tensors, shape `(examples,)`."""
        from keras import ops

        return self.weight * self._distance(features) - ops.logsumexp(logits, axis=-1)

    def _distance(self, features: Any) -> Any:
        from keras import ops

        centred = features - self.centre
        inside = ops.matmul(centred, self.directions)
        # A difference of two sums of squares would cost one product less, and lose the distance in
        # the rounding of a quantized file.
        outside = centred - ops.matmul(inside, np.ascontiguousarray(self.directions.T))
        return ops.sqrt(ops.sum(ops.square(outside), axis=-1))


def head_of(model: keras.Model) -> tuple[Any, Any]:
    """Return the head of a model, its last layer, and the tensor that it reads."""
    from kerastl.backbones.graph import nodes_in_order

    node = next(n for n in nodes_in_order(model) if n.output_tensors[0] is model.outputs[0])
    return node.operation, node.input_tensors[0]


def with_unfamiliarity(model: keras.Model, unfamiliarity: Unfamiliarity) -> keras.Model:
    """Return a model of the same layers with two outputs, `scores` and `unfamiliarity`.

    Args:
        model: A classifier whose last layer is a `ClassificationHead`.
        unfamiliarity: The score.
    """
    import keras
    from keras import ops

    head, features = head_of(model)
    logits = head.logits(features, training=False)
    outputs = {SCORES: ops.softmax(logits), UNFAMILIARITY: unfamiliarity.of(features, logits)}
    return keras.Model(model.inputs, outputs, name=model.name)


def _principal(centred: np.ndarray, count: int) -> np.ndarray:
    """Return the principal directions of centred rows, shape `(features, count)`."""
    rows, width = centred.shape
    # The smaller of the two matrices of products has the same directions.
    if rows >= width:
        _, vectors = np.linalg.eigh(centred.T @ centred)
        return np.asarray(vectors[:, ::-1][:, :count])
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = vectors[:, ::-1][:, :count]
    sizes = np.sqrt(np.maximum(values[::-1][:count], np.finfo("float64").tiny))
    return np.asarray(centred.T @ kept / sizes)
