"""Find the classifier at the end of a user's own model."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerastl.backbones.graph import Node, ancestors, nodes_in_order
from kerastl.basics.printable import printable

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.partition import End

# Names of classes, since a layer and an operation of `keras.ops` often share one.
_PROBABILITIES = {"Softmax", "Sigmoid", "LogSoftmax", "LogSigmoid", "HardSigmoid", "Sparsemax"}
_PROBABILITY_FUNCTIONS = {
    *("softmax", "sigmoid", "log_softmax", "log_sigmoid", "hard_sigmoid", "sparsemax"),
}
_RESHAPES = {"Flatten", "Reshape", "Squeeze", "GetItem"}
_PASSES_ON = {*_RESHAPES, "Dropout", "Identity", "Cast", "Activation"}
_MEANS = {"GlobalAveragePooling1D", "GlobalAveragePooling2D", "Mean"}
_POOLING = {*_MEANS, "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Max"}
_DENSE = {"Dense", "EinsumDense", "TimeDistributed"}
_CONVOLUTIONS = {"Conv1D", "Conv2D", "Conv2DTranspose"}
_JOINS = {"Average", "Concatenate"}
_FIXED = {"FrozenGraph", "TFSMLayer"}
"""Layers that hold weights as constants."""
_CHOICES = "include_top=False leaves it out, include_top=True takes its outputs as features"


@dataclass(frozen=True)
class TrailingClassifier:
    """The classifier at the end of a model.

    Attributes:
        layers: Names of its layers, from input to output.
        features: The tensor that it reads; None if no layer can be separated.
        is_certain: Whether the model ends in probabilities. Otherwise the last layer is a linear
            one, which may be a classifier without its activation or an embedding.
    """

    layers: tuple[str, ...]
    features: Any
    is_certain: bool


def find_classifier(model: Any) -> TrailingClassifier | None:
    """Find the classifier at the end of a model.

    A softmax, a sigmoid or a linear layer at the end marks a classifier. It starts after the last
    feature map or sequence, so pooling and hidden dense layers are part of it.

    Args:
        model: A functional model without nested models.

    Returns:
        The classifier; None if the model ends in features.

    Raises:
        ValueError: If nothing is left without the classifier.
    """
    nodes = nodes_in_order(model)
    maker = {id(tensor): node for node in nodes for tensor in node.output_tensors}
    output = model.outputs[0]
    last, is_certain = _scoring_node(output, maker)
    if last is None:
        return None
    if len(last.input_tensors) != 1 or type(last.operation).__name__ in _FIXED:
        return TrailingClassifier((last.operation.name,), None, is_certain)
    features = last.input_tensors[0]
    start = _before_top(features, maker)
    if _learns(start, nodes):
        features = start
    if not _learns(features, nodes):
        raise ValueError(
            f"The model {model.name!r} is a classifier without a network before it, so it has no "
            f"features to train on. Received: a last layer named {last.operation.name!r}"
        )
    before = {id(node) for node in ancestors([features], nodes)}
    left_out = [n for n in ancestors([output], nodes) if id(n) not in before]
    return TrailingClassifier(tuple(node.operation.name for node in left_out), features, is_certain)


def without_classifier(model: keras.Model, include_top: bool | None) -> tuple[End, tuple[str, ...]]:
    """Find where a model's features end, before its classifier.

    Args:
        model: A functional model without nested models.
        include_top: False leaves a last linear layer out; None raises an error for it.

    Returns:
        Where the last stage ends, and the names of the layers after it.

    Raises:
        ValueError: The model may end in a classifier, or it cannot be separated.
    """
    found = find_classifier(model)
    if found is None:
        return "output", ()
    last = found.layers[-1]
    received = f"Received: model {model.name!r} with include_top={include_top}"
    if found.features is None:
        raise ValueError(
            f"The model {model.name!r} ends in the outputs of a classifier, which cannot be "
            f"separated from its features inside layer {last!r}. Save the model without its "
            "classifier, pass stages= with the last layer of the features, or pass "
            f"include_top=True to take these outputs as features. {received}"
        )
    if include_top is None and not found.is_certain:
        raise ValueError(
            f"The model {model.name!r} ends in the linear layer {last!r} with "
            f"{model.outputs[0].shape[-1]} outputs, which may be a classifier: "
            f"{_CHOICES}. {received}"
        )
    if include_top is None:
        warnings.warn(
            f"The model {model.name!r} ends in a classifier, which the backbone leaves out: "
            f"{printable(', '.join(found.layers))}. {_CHOICES}.",
            stacklevel=4,
        )
    names = [node.operation.name for node in nodes_in_order(model)]
    end = found.features._keras_history.operation.name
    # A layer that runs more than once has a name without a place.
    return (end if names.count(end) == 1 else f"before:{found.layers[0]}"), found.layers


def _scoring_node(tensor: Any, maker: dict[int, Node]) -> tuple[Node | None, bool]:
    """Return the node that computes a model's scores, and whether they are probabilities."""
    certain = pooled = False
    while (node := maker.get(id(tensor))) is not None:
        kind = type(node.operation).__name__
        certain = certain or _gives_probabilities(node.operation)
        if kind in _FIXED:
            found = node.operation.ends_in() if hasattr(node.operation, "ends_in") else None
            certain = certain or found == "probabilities"
            return (node if certain or found == "linear" else None), certain
        if kind in _DENSE or kind in _CONVOLUTIONS:
            # A convolution on a feature map is a classifier if its mean is the score.
            scores = kind in _DENSE or pooled or _is_vector(node.output_tensors[0])
            is_linear = scores and _activation(node.operation) == "linear"
            return (node if certain or is_linear else None), certain
        if len(node.input_tensors) != 1:
            # Not every join: a gate multiplies features with a sigmoid.
            ends = [_scoring_node(each, maker) for each in node.input_tensors]
            certain = certain or (kind in _JOINS and any(sure for _, sure in ends))
            return (node if certain else None), certain
        skipped = kind in _PASSES_ON or kind in _MEANS or kind in _PROBABILITIES
        if _has_weights(node.operation) or not (skipped or certain):
            return (node if certain else None), certain
        if kind == "Activation" and not certain and _activation(node.operation) != "linear":
            return None, False
        pooled = pooled or kind in _MEANS
        tensor = node.input_tensors[0]
    return None, certain


def _before_top(tensor: Any, maker: dict[int, Node]) -> Any:
    """Follow vectors back to the feature map or sequence that they were pooled from."""
    features = None
    while (node := maker.get(id(tensor))) is not None:
        if len(node.input_tensors) != 1:
            pooled = [_unpooled(each, maker) for each in node.input_tensors]
            same = bool(pooled) and all(each is pooled[0] for each in pooled)
            return pooled[0] if same else features if features is not None else tensor
        before = node.input_tensors[0]
        kind = type(node.operation).__name__
        if kind in _POOLING and len(before.shape) > 2:
            return before
        if not _is_vector(before):
            reshapes = kind in _RESHAPES and features is None
            return before if reshapes else features if features is not None else tensor
        if features is None and kind in _RESHAPES and len(before.shape) > 2:
            # A map of one pixel: it is the last one unless a global pooling comes before it.
            features = before
        if not type(node.operation).__module__.startswith("keras."):
            break
        tensor = before
    return features if features is not None else tensor


def _unpooled(tensor: Any, maker: dict[int, Node]) -> Any:
    node = maker.get(id(tensor))
    if node is None or type(node.operation).__name__ not in _POOLING | _RESHAPES:
        return tensor
    return node.input_tensors[0]


def _learns(tensor: Any, nodes: list[Node]) -> bool:
    """Return whether a tensor is computed by a layer with weights, other than scaling."""
    return any(
        _has_weights(node.operation) and type(node.operation).__name__ != "Normalization"
        for node in ancestors([tensor], nodes)
    )


def _has_weights(operation: Any) -> bool:
    return bool(getattr(operation, "weights", ())) or type(operation).__name__ in _FIXED


def _gives_probabilities(operation: Any) -> bool:
    kind = type(operation).__name__
    return kind in _PROBABILITIES or _activation(operation) in _PROBABILITY_FUNCTIONS


def _activation(operation: Any) -> str:
    """Return the name of a layer's activation; `"linear"` if it has none."""
    activation = getattr(getattr(operation, "layer", operation), "activation", None)
    if activation is None:
        return "linear"
    return str(getattr(activation, "__name__", type(activation).__name__.lower()))


def _is_vector(tensor: Any) -> bool:
    return len(tensor.shape) == 2 or set(tensor.shape[1:-1]) == {1}
