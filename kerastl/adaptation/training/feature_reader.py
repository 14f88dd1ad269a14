"""Read features and probabilities of examples from a model that is being trained."""

from typing import Any

import keras
import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.training.domain_moments import DomainMoments
from kerastl.adaptation.training.layers_of_model import layer_output, tail_of
from kerastl.basics.progress import Advance, step
from kerastl.training.cache.cached_features import batches_of
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.ordered_examples import InOrder

_BATCH = 256  # examples in a batch in inference


class FeatureReader:
    """Compute features and probabilities of examples from cached features of frozen stages.

    The model is divided after the stages that are frozen when the reader is made.

    Args:
        model: A functional model that returns probabilities.
        aligned: Name of the layer whose output is read as features.
        examples: Training examples of all domains, then validation examples.
        features: The feature cache.
        moments: Centre and scale of each domain's features, by which examples are standardized.
            Defaults to None: the same for both domains.
        is_target: Mask of the target's rows, shape `(rows,)`; needed with `moments`.
    """

    def __init__(
        self,
        model: keras.Model,
        aligned: str,
        examples: Examples,
        features: OpenFeatureCache,
        moments: DomainMoments | None = None,
        is_target: np.ndarray | None = None,
    ) -> None:
        self._boundary = divide(model)
        self._examples = examples
        self._features = features
        suffix = model if self._boundary is None else self._boundary.suffix
        self._moments = moments
        if moments is None or is_target is None:
            outputs = [layer_output(suffix, aligned), suffix.outputs[0]]
        else:
            outputs = [layer_output(suffix, "pooling")]
            self._tail = tail_of(suffix, aligned)
            self._is_source = ~is_target
        self._model = keras.Model(suffix.input, outputs, name="reader")

    def read(self, rows: np.ndarray) -> DomainFeatures:
        """Return the features and probabilities of some examples.

        Args:
            rows: Their row indices; training examples come before validation examples.
        """
        ordered = [self._examples.training_in_order(), self._examples.validation_in_order()]
        present = [each for each in ordered if each is not None]
        with step("Predicting", sum(map(len, present))) as advance:
            features, probabilities = self._read(present, advance)
        return DomainFeatures(features[rows], probabilities[rows])

    def _read(self, ordered: list[InOrder], advance: Advance) -> list[np.ndarray]:
        """Return the features and the probabilities of all examples."""
        found: list[list[np.ndarray]] = []
        read = 0
        for each in ordered:
            if self._boundary is None:
                batches = each.batches(0)
            else:
                cached = self._features.needed(self._boundary.prefix, each)
                batches = batches_of([cached], _BATCH)
            # Not compiled: for few batches through few layers, compiling would take longer.
            for inputs, _ in batches.as_numpy_iterator():
                given = self._given(inputs, read)
                found.append([keras.ops.convert_to_numpy(tensor) for tensor in given])
                read += len(found[-1][0])
                advance(len(found[-1][0]))
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def _given(self, inputs: Any, first: int) -> list[Any]:
        """Return features and probabilities of a batch, whose first row has this index."""
        outputs = self._model(inputs, training=False)
        if self._moments is None:
            return list(outputs)
        pooled = keras.tree.flatten(outputs)[0]
        is_source = self._is_source[first : first + pooled.shape[0]]
        seen = self._tail(self._moments.standardize(pooled, is_source), training=False)
        return [seen["features"], seen["probabilities"]]
