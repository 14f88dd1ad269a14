"""A float network with fake quantization, which computes as the integer file will."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.ranges import least_error_ranges
from kerastl.artifacts.quantization_aware.fake_quantized_output import FakeQuantizedOutput
from kerastl.artifacts.quantization_aware.fake_quantized_parts import FakeQuantizedParts
from kerastl.artifacts.quantization_aware.flat_graph import flattened
from kerastl.artifacts.quantization_aware.folded_layer import FoldedLayer
from kerastl.artifacts.quantization_aware.plan import Folded, Plan
from kerastl.backbones.graph import nodes_in_order, replay

# As many values of each example as an export looks at.
_SAMPLED = 256


class FakeQuantizedModel:
    """Add fake quantization to a model, as its integer file rounds.

    The fake-quantized model shares the weights of the given one, which does not change: training
    one trains the other. Ranges of tensors are chosen from examples as an export chooses them,
    with the present weights, and stay until `calibrate` is called again.

    Args:
        model: A functional model, built.
        bits: 8 for weights and tensors, as in the file `int8`; 4 for weights alone, as in `int4`.

    Attributes:
        model: The fake-quantized model, on the same inputs.
        plan: Which layers and tensors are rounded.

    Raises:
        ValueError: If the network has attention, or no layer whose weights could be rounded.

    Example:

    ```python
    fake_quantized = FakeQuantizedModel(recipe.model, bits=8)
    fake_quantized.calibrate(pixels for pixels, labels in recipe.batches(data.train, 8))
    fake_quantized.model.predict(pixels)
    ```
    """

    def __init__(self, model: keras.Model, bits: int) -> None:
        _check_no_attention(model)
        flat = flattened(model)
        self.plan = Plan.of(flat, bits)
        if not self.plan.folded:
            raise ValueError(
                "Only weights of Conv2D, DepthwiseConv2D and Dense layers can be quantized, and "
                "this network has none of these. Received: layers "
                f"{', '.join(self.plan.unknown) or 'without kernels'}"
            )
        self._weighted: dict[int, list[FoldedLayer | FakeQuantizedParts]] = {}
        self._rounded: dict[int, FakeQuantizedOutput] = {}
        self.model = self._rebuilt(flat, bits)
        observed = {id(tensor): tensor for tensor in self.plan.tensors}
        weighted = [*(each.node for each in self.plan.folded), *self.plan.parts]
        observed |= {id(node.input_tensors[0]): node.input_tensors[0] for node in weighted}
        self._observed = list(observed)
        self._observer = keras.Model(flat.input, list(observed.values()))

    def calibrate(self, batches: Iterable[Any]) -> None:
        """Choose the range of every rounded tensor, and the mean of every rounded layer's input.

        Args:
            batches: Inputs of the model, some hundred examples in all in small batches: every
                tensor of one is in memory.
        """
        random = np.random.default_rng(0)
        lows: dict[str, list[np.ndarray]] = {}
        highs: dict[str, list[np.ndarray]] = {}
        samples: dict[str, list[np.ndarray]] = {}
        sums: dict[int, np.ndarray] = {}
        count = 0
        for inputs in batches:
            values = keras.tree.flatten(self._observer.predict_on_batch(inputs))
            count += len(values[0])
            for key, value in zip(self._observed, values, strict=True):
                if key in self._weighted:
                    means = value.mean(axis=tuple(range(1, value.ndim - 1)), dtype="float64")
                    sums[key] = sums.get(key, 0.0) + means.sum(axis=0)
                if key in self._rounded:
                    rows = value.reshape(len(value), -1)
                    lows.setdefault(str(key), []).append(rows.min(axis=1, keepdims=True))
                    highs.setdefault(str(key), []).append(rows.max(axis=1, keepdims=True))
                    drawn = random.integers(0, rows.shape[1], (len(rows), _SAMPLED))
                    samples.setdefault(str(key), []).append(
                        np.take_along_axis(rows, drawn, axis=1).ravel()
                    )
        for key, total in sums.items():
            for layer in self._weighted[key]:
                layer.input_mean.assign((total / count).astype("float32"))
        observation = Observation(
            lows={name: np.concatenate(each) for name, each in lows.items()},
            highs={name: np.concatenate(each) for name, each in highs.items()},
            samples={name: np.concatenate(each) for name, each in samples.items()},
            means={},
            examples={},
        )
        for name, ends in least_error_ranges(observation).items():
            layer = self._rounded[int(name)]
            layer.low.assign(ends["min"].min())
            layer.high.assign(ends["max"].max())

    def _rebuilt(self, flat: keras.Model, bits: int) -> keras.Model:
        folded = {id(each.node): each for each in self.plan.folded}
        parts = {id(node) for node in self.plan.parts}
        skipped = {id(each.normalization) for each in self.plan.folded}
        rounded = {id(tensor) for tensor in self.plan.tensors}
        inputs = keras.tree.map_structure(
            lambda old: keras.Input(batch_shape=old.shape, dtype=old.dtype, name=old.name),
            flat.input,
        )
        made = {
            id(old): new for old, new in zip(flat.inputs, keras.tree.flatten(inputs), strict=True)
        }
        for position, node in enumerate(nodes_in_order(flat)):
            if id(node) in folded:
                made |= self._fold(folded[id(node)], made, position)
            elif id(node) in parts:
                wrapped = FakeQuantizedParts(node.operation, bits, name=f"parts_{position}")
                source = node.input_tensors[0]
                self._weighted.setdefault(id(source), []).append(wrapped)
                made[id(node.output_tensors[0])] = wrapped(made[id(source)])
            elif id(node) not in skipped:
                made = replay([node], made)
            for tensor in node.output_tensors:
                if id(tensor) in rounded:
                    layer = FakeQuantizedOutput(name=f"bytes_{position}")
                    self._rounded[id(tensor)] = layer
                    made[id(tensor)] = layer(made[id(tensor)])
        outputs = [made[id(tensor)] for tensor in flat.outputs]
        return keras.Model(inputs, outputs[0] if len(outputs) == 1 else outputs)

    def _fold(self, folded: Folded, made: dict[int, Any], position: int) -> dict[int, Any]:
        node, norm = folded.node, folded.normalization
        layer = FoldedLayer(
            node.operation,
            None if norm is None else norm.operation,
            folded.bits,
            name=f"folded_{position}",
        )
        source = node.input_tensors[0]
        self._weighted.setdefault(id(source), []).append(layer)
        outputs = layer(made[id(source)])
        return {id((norm or node).output_tensors[0]): outputs}


def _check_no_attention(model: keras.Model) -> None:
    kinds = (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention)
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, kinds):
            raise ValueError(
                "Rounded training is for convolutional networks. A transformer loses little in a "
                "dynamic file, whose weights alone are int8: export with quantize=('dynamic',). "
                f"Received: a network with the attention layer {layer.name!r}"
            )
