"""What the frozen part of a model gives for every example, computed once."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerastl.data.epoch_seed import EpochSeed
from kerastl.data.order import indices
from kerastl.data.trimming import without_shared_padding


@dataclass(frozen=True)
class KeptFeatures:
    """Features and labels of a split, in memory.

    Attributes:
        features: Arrays by tensor name, each with one row an example.
        labels: Shape `(examples,)`.
    """

    features: dict[str, np.ndarray]
    labels: np.ndarray

    @classmethod
    def compute(cls, model: keras.Model, batches: Any) -> "KeptFeatures":
        """Run a model over a split.

        Args:
            model: Gives a dictionary of tensors; in inference mode.
            batches: A `tf.data.Dataset` of `(inputs, labels)`, in a fixed order.
        """
        rows: dict[str, list[np.ndarray]] = {}
        labels = []
        for inputs, batch_labels in batches.as_numpy_iterator():
            for name, values in model.predict_on_batch(inputs).items():
                rows.setdefault(name, []).append(np.asarray(values))
            labels.append(batch_labels)
        return cls(
            {name: np.concatenate(values) for name, values in rows.items()},
            np.concatenate(labels),
        )

    def batches(
        self, batch_size: int, *, shuffle: bool = False, seed: int | EpochSeed = 0
    ) -> Any:
        """Return the examples as batches.

        Args:
            batch_size: Examples in a batch.
            shuffle: Whether every pass has an order of its own, the one that the examples
                themselves would have under the same seed. Defaults to False.
            seed: Seed of the orders; an `EpochSeed` also says which epoch comes next.

        Returns:
            A `tf.data.Dataset` of `(features by name, labels)`.
        """
        trims = shuffle and "padding_mask" in self.features and keras.backend.backend() != "jax"
        kinds = [tf.as_dtype(array.dtype) for array in self.features.values()]

        def rows(index: np.ndarray) -> list[np.ndarray]:
            return [array[index] for array in self.features.values()]

        def take(index: Any) -> Any:
            # Not one constant tensor: TensorFlow would hold a second copy of all features.
            taken = tf.numpy_function(rows, [index], kinds, stateful=False)
            batch = {}
            for (name, array), values in zip(self.features.items(), taken, strict=True):
                batch[name] = tf.ensure_shape(values, [None, *array.shape[1:]])
            if trims:
                batch = without_shared_padding(batch)
            return batch, tf.gather(self.labels, index)

        chosen = indices(len(self.labels), shuffle, seed).batch(batch_size)
        return chosen.map(take, tf.data.AUTOTUNE).prefetch(2)


def size_in_bytes(model: keras.Model, inputs: Any, examples: int) -> int:
    """Say how large the features of a split would be.

    Args:
        model: Gives a dictionary of tensors.
        inputs: One batch for it.
        examples: How many there are in the split.
    """
    given = model.predict_on_batch(inputs)
    rows = len(next(iter(given.values())))
    return sum(np.asarray(values).nbytes for values in given.values()) * examples // rows
