"""Named parts of any Keras model, and freezing of the rest."""

from collections.abc import Sequence
from typing import Any

import keras

from kerastl.basics.suggest import unknown_name
from kerastl.callbacks.blocks import block_ends
from kerastl.training.freezing.freezing import stages, train_only


class Parts:
    """Apply `"head"`, `"from:NAME"`, `"last:N"` and `"all"` to any Keras model.

    A model made of kerastl stages is frozen stage by stage, as in `train_only`. Any other model is
    a list of layers from input to output, nested models flattened; its head is the last layer with
    weights. Batch normalization belongs to the layer before it: a convolution and its
    normalization count as one layer of N.

    Args:
        model: A built model.
        head: Names of the head's layers, for a model without kerastl stages.
        freeze_batch_norm: Whether batch normalization stays frozen outside of the head.

    Raises:
        ValueError: If the model has no layer with weights, or a head's name is unknown.
    """

    def __init__(
        self, model: keras.Model, head: str | Sequence[str] | None, freeze_batch_norm: bool
    ) -> None:
        self._model = model
        self._freeze_batch_norm = freeze_batch_norm
        self._staged = bool(stages(model))
        if self._staged:
            if head is not None:
                raise ValueError(
                    "`head` must be None for a model made of stages: its head is all other layers. "
                    f"Received: head={head!r}"
                )
            return
        _unfreeze(model)
        self._layers, self._positions = _row(model)
        self._starts = [
            position
            for position, layer in enumerate(self._layers)
            if layer.trainable_weights and not _is_batch_norm(layer)
        ]
        if not self._starts:
            raise ValueError(
                "The model has no layer with weights to train. "
                f"Received: model={model.name!r} of {len(self._layers)} layers"
            )
        names = [head] if isinstance(head, str) else head
        self._head = set(range(self._starts[-1], len(self._layers)))
        if names is not None:
            self._head = set().union(*(self._position(name) for name in names))

    def train(self, trains: str) -> list[Any]:
        """Make exactly one part trainable.

        Args:
            trains: The part, such as `"last:2"`.

        Returns:
            The weights that are now trainable.

        Raises:
            ValueError: If a name is unknown, N is too large, or no weight would train.
        """
        _unfreeze(self._model)
        if self._staged:
            train_only(self._model, trains, self._freeze_batch_norm)
        else:
            self._train_layers(trains)
        weights = self._model.trainable_weights
        if not weights:
            raise ValueError(f"This part has no trainable weight. Received: {trains!r}")
        return list(weights)

    def unfreezing_steps(self) -> list[str]:
        """Return the parts from the head to everything, each with one more stage or block."""
        steps, before = [], -1
        for step in ["head", *(f"last:{number}" for number in self._sizes())]:
            weights = len(self.train(step))
            if weights > before:
                steps.append(step)
            before = max(before, weights)
        return steps

    def _sizes(self) -> list[int]:
        """Return how many stages, or layers with weights, train in each step after the head."""
        if self._staged:
            return list(range(1, len(stages(self._model)) + 1))
        count = len(self._starts)
        ends = [self._positions[layer.name].stop for layer in block_ends(self._model)]
        if not ends:
            return list(range(1, count + 1))
        layers_after = {sum(start >= end for start in self._starts) for end in ends}
        return sorted({*layers_after, count} - {0})

    def _train_layers(self, trains: str) -> None:
        first = self._first_trained(trains)
        for position, layer in enumerate(self._layers):
            in_head = position in self._head
            layer.trainable = in_head or position >= first
            if layer.trainable and self._freeze_batch_norm and not in_head:
                for inner in layer._flatten_layers():
                    if _is_batch_norm(inner):
                        inner.trainable = False

    def _first_trained(self, trains: str) -> int:
        kind, _, argument = trains.partition(":")
        if kind == "head":
            return len(self._layers)
        if kind == "all":
            return 0
        if kind == "from":
            return min(self._position(argument))
        if int(argument) > len(self._starts):
            raise ValueError(
                f"The model has {len(self._starts)} layers with weights. Received: {trains!r}"
            )
        return self._starts[-int(argument)]

    def _position(self, name: str) -> range:
        if name not in self._positions:
            raise unknown_name("layer", name, self._positions)
        return self._positions[name]


def _unfreeze(model: keras.Model) -> None:
    """Make every layer of a model trainable."""
    # On TensorFlow, setting True on a model that is already True does not reach its layers.
    model.trainable = False
    model.trainable = True


def _row(model: keras.Model) -> tuple[list[Any], dict[str, range]]:
    """Return the layers in order, and the range of layers under each name."""
    layers: list[Any] = []
    positions: dict[str, range] = {}
    for layer in model.layers:
        begin = len(layers)
        if isinstance(layer, keras.Model) and _is_sum_of_its_layers(layer):
            inner, names = _row(layer)
            for name, places in names.items():
                moved = range(begin + places.start, begin + places.stop)
                positions.setdefault(name, moved)
            layers += inner
        else:
            layers.append(layer)
        positions[layer.name] = range(begin, len(layers))
    return layers, positions


def _is_sum_of_its_layers(model: keras.Model) -> bool:
    """Return whether freezing a model's layers one by one reaches all of its weights."""
    inside = {id(weight) for layer in model.layers for weight in layer.weights}
    return bool(model.layers) and all(id(weight) in inside for weight in model.weights)


def _is_batch_norm(layer: Any) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)
