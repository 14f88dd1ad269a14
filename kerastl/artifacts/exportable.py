"""A trained model with everything that an export needs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.artifacts.readers.image_reader import ImageReader
from kerastl.artifacts.unknown_output import UnknownOutput
from kerastl.basics.keras_models.precision import copy_in_precision, is_half
from kerastl.heads.unfamiliarity import SCORES, with_unfamiliarity


class RawReader(Protocol):
    """Turns raw input (encoded images, strings) into the model's inputs, inside the graph.

    Attributes:
        input_name: Name of the raw input in the SavedModel: `"image_bytes"` or `"text"`. A
            name that ends in `_bytes` makes TensorFlow Serving take base64 over REST.
    """

    input_name: str

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn a `tf.string` tensor of shape `(N,)` into the model's named inputs, or raise."""
        ...

    def read_each(self, raw: Any) -> tuple[dict[str, Any], Any]:
        """Turn raw inputs into inputs and into errors, `""` or a reason, `tf.string` `(N,)`."""
        ...

    def input_errors(self, inputs: dict[str, Any]) -> Any:
        """Return an error or `""` for each row of the model's own inputs, `tf.string` `(N,)`."""
        ...

    def places(self, raw: Any) -> dict[str, Any]:
        """Return where in a raw input the scores belong, by name; empty if to the whole input."""
        ...

    def samples(self) -> list[bytes]:
        """Make a few raw inputs, not taken from data, to warm up a server."""
        ...

    def trackables(self) -> list[Any]:
        """Return the objects, such as a tokenizer, whose tables the SavedModel must contain."""
        ...

    def describe(self) -> dict[str, Any]:
        """Describe in JSON how a program without TensorFlow prepares the inputs."""
        ...

    def save(self, directory: Path) -> None:
        """Write the files, such as a vocabulary, that such a program needs."""
        ...


@dataclass(frozen=True)
class Exportable:
    """A trained model with its labels, its reader of raw input and its measure.

    Attributes:
        task: What the model does, such as `"image_classification"`.
        model: A Keras model with named inputs and one output, the scores: `pixels` float32
            `(N, H, W, 3)` in 0 to 255, or `token_ids` and `padding_mask`, int32 `(N, L)`;
            scores of shape `(N, ...)`, for a classifier probabilities `(N, classes)`.
        class_names: Names of the last axis of the scores; empty if it has none.
        reader: Turns raw input into the model's inputs.
        sequence_length: Tokens per text of the fixed-size formats; None for images.
        measure: The task's measure: meaning and comparison of the scores.
        unknown: What tells unknown inputs from known ones; a second output of the files. Defaults
            to None: the files have no such output.
        trained: The model as it was given. It differs from `model` if it computes in mixed
            precision: files are made from its float32 copy.

    Raises:
        ValueError: If the labels do not fit the model.
    """

    task: str
    model: Any
    class_names: tuple[str, ...]
    reader: RawReader
    sequence_length: int | None = None
    measure: Measure = field(kw_only=True)
    unknown: UnknownOutput | None = None
    trained: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.measure.check(tuple(self.model.outputs[0].shape), self.class_names)
        broken = [name for name in self.class_names if "\n" in name or "\r" in name]
        if broken:
            raise ValueError(f"A class name must fit on one line. Received: {broken[0]!r}")
        object.__setattr__(self, "trained", self.model)
        if is_half(self.model):
            object.__setattr__(self, "model", copy_in_precision(self.model, "float32"))

    def with_weights(self, weights: Sequence[np.ndarray]) -> Exportable:
        """Return the same with a copy of the model that has other weights.

        Args:
            weights: As `keras.Model.get_weights` of the model returns them.
        """
        model = copy_in_precision(self.model, "float32")
        model.set_weights(list(weights))
        return replace(self, model=model)

    def with_max_pixels(self, max_pixels: int) -> Exportable:
        """Return the same with another limit of the pixels of raw images.

        Raises:
            ValueError: If the raw inputs are not images, or the limit is not a whole number.
        """
        if not isinstance(self.reader, ImageReader):
            raise ValueError(
                "`max_pixels` limits images, and this model reads texts: leave it out. "
                f"Received: max_pixels={max_pixels!r}"
            )
        bounded = copy.copy(self)
        object.__setattr__(bounded, "reader", self.reader.with_max_pixels(max_pixels))
        return bounded

    def scores(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Run the model for inference on its named inputs.

        Returns:
            `scores`, and `unfamiliarity` of shape `(N,)` if there is `unknown`.
        """
        named = inputs if len(inputs) > 1 else next(iter(inputs.values()))
        if self._extended is not None:
            return dict(self._extended(named, training=False))
        return {SCORES: self.model(named, training=False)}

    @cached_property
    def _extended(self) -> Any:
        if self.unknown is None:
            return None
        return with_unfamiliarity(self.model, self.unknown.unfamiliarity)

    @cached_property
    def traced_scores(self) -> Any:
        """`scores` as a `tf.function` for batches of any size. The model runs once in Python."""
        import tensorflow as tf

        return tf.function(self.scores, [self.signature(batch_size=None)])

    def signature(self, batch_size: int | None) -> dict[str, Any]:
        """Describe the model's inputs.

        Args:
            batch_size: None leaves batch and sequence open; a number fixes both.

        Returns:
            A `tf.TensorSpec` for each input name.
        """
        import tensorflow as tf

        length = None if batch_size is None else self.sequence_length
        return {
            tensor.name: tf.TensorSpec(
                (batch_size, *(length if size is None else size for size in tensor.shape[1:])),
                tensor.dtype,
                name=tensor.name,
            )
            for tensor in self.model.inputs
        }
