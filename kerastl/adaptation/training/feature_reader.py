"""Read features and probabilities of examples from a model that is being trained."""

import keras
import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.training.adapted_model import layer_output
from kerastl.training.cache.cached_features import batches_of
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.phases.examples import Examples

_BATCH = 256  # examples in a batch in inference


class FeatureReader:
    """Compute features and probabilities of examples from cached features of frozen stages.

    The model is divided after the stages that are frozen when the reader is made.

    Args:
        model: A functional model that returns probabilities.
        aligned: Name of the layer whose output is read as features.
        examples: Training examples of all domains, then validation examples.
        features: The feature cache.
    """

    def __init__(
        self, model: keras.Model, aligned: str, examples: Examples, features: OpenFeatureCache
    ) -> None:
        self._boundary = divide(model)
        self._examples = examples
        self._features = features
        suffix = model if self._boundary is None else self._boundary.suffix
        self._model = keras.Model(
            suffix.input, [layer_output(suffix, aligned), suffix.outputs[0]], name="reader"
        )

    def read(self, rows: np.ndarray) -> DomainFeatures:
        """Return the features and probabilities of some examples.

        Args:
            rows: Their row indices; training examples come before validation examples.
        """
        ordered = [self._examples.training_in_order(), self._examples.validation_in_order()]
        found = []
        for each in ordered:
            if each is None:
                continue
            if self._boundary is None:
                batches = each.batches(0)
            else:
                cached = self._features.needed(self._boundary.prefix, each)
                batches = batches_of([cached], _BATCH)
            # Not compiled: for few batches through few layers, compiling would take longer.
            for inputs, _ in batches.as_numpy_iterator():
                given = self._model(inputs, training=False)
                found.append([keras.ops.convert_to_numpy(tensor) for tensor in given])
        features, probabilities = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return DomainFeatures(features[rows], probabilities[rows])
