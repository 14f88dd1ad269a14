import numpy as np
import pytest

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import observe

KINDS = (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED)


@pytest.fixture
def float32(small_float32):
    return small_float32


def _rounded(content: bytes) -> bytes:
    """The same file with weights on the int8 grid and arithmetic in float."""
    graph = Graph(content)
    for operator in graph.of_kinds(*KINDS):
        kernel = graph.constant(operator.inputs[1])
        last = graph.kind(operator) == Kind.DEPTHWISE_CONV_2D
        axes = tuple(range(kernel.ndim - 1)) if last else tuple(range(1, kernel.ndim))
        scale = np.abs(kernel).max(axis=axes, keepdims=True) / 127
        rounded = (np.round(kernel / scale) * scale).astype(np.float32)
        operator.inputs[1] = graph.add_constant(f"rounded{operator.outputs[0]}", rounded)
    return graph.to_bytes()


def test_mean_output_comes_back(float32, small_image):
    """Not wholly: activations that are cut off at zero and at six do not move with the bias."""
    inputs = small_image[2].inputs
    means = observe(float32, inputs).means
    graph = Graph(float32)
    first = next(graph.of_kinds(Kind.CONV_2D))
    name = graph.name(first.outputs[0])
    plain = observe(_rounded(float32), inputs).means[name]
    corrected = observe(_rounded(correct_biases(float32, means, KINDS)), inputs).means[name]
    wanted = means[name]
    assert np.abs(plain - wanted).max() > 0
    assert np.abs(corrected - wanted).mean() < 0.7 * np.abs(plain - wanted).mean()


def test_only_the_kinds_named_are_touched(float32, small_image):
    means = observe(float32, small_image[2].inputs).means
    before, after = Graph(float32), Graph(correct_biases(float32, means, (Kind.FULLY_CONNECTED,)))
    for old, new in zip(before.operators, after.operators, strict=True):
        changed = list(old.inputs) != list(new.inputs)
        assert changed == (before.kind(old) == Kind.FULLY_CONNECTED)
