import numpy as np
import pytest

from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.ranges import widest_ranges
from kerastl.artifacts.litert.runner import LiteRTModel


@pytest.fixture
def float32(small_float32):
    return small_float32


def test_reading_and_writing_changes_no_answer(float32, small_image):
    inputs = small_image[1].inputs
    again = Graph(float32).to_bytes()
    np.testing.assert_array_equal(
        LiteRTModel(again).predict(inputs), LiteRTModel(float32).predict(inputs)
    )


def test_replaced_constants_leave_the_file(float32):
    graph = Graph(float32)
    operator = next(graph.of_kinds(Kind.FULLY_CONNECTED))
    values = graph.constant(operator.inputs[1])
    operator.inputs[1] = graph.add_constant("copy", values.copy())
    again = Graph(graph.to_bytes())
    held = [again.constant(index) for index in range(len(again.tensors))]
    assert sum(value is not None and np.array_equal(value, values) for value in held) == 1


def test_compacting_drops_names_and_strays_but_no_answer(float32, small_image):
    graph = Graph(float32)
    graph.add_constant("stray", np.ones(3, np.float32))
    graph.compact()
    small = graph.to_bytes()
    assert len(small) < len(float32)
    names = [tensor.name for tensor in Graph(small).tensors]
    assert not any(b"conv2d" in name for name in names)
    shown = [name for name in names if name]
    assert len(set(shown)) == len(shown)
    inputs = small_image[1].inputs
    np.testing.assert_array_equal(
        LiteRTModel(small).predict(inputs), LiteRTModel(float32).predict(inputs)
    )


def test_observed_input_range_is_exact(float32, small_image):
    pixels = small_image[2].inputs["pixels"]
    observation = observe(float32, {"pixels": pixels})
    (name,) = (name for name in observation.lows if "pixels" in name)
    seen = widest_ranges(observation)[name]
    assert (seen["min"].item(), seen["max"].item()) == (pixels.min(), pixels.max())
    np.testing.assert_allclose(observation.means[name], pixels.mean((0, 1, 2)), rtol=1e-4)
    drawn = observation.samples[name]
    assert len(drawn) == 256 * len(pixels)
    assert drawn.mean() == pytest.approx(pixels.mean(), rel=0.02)
