import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.int8 import make_int8
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.sensitivity import most_sensitive
from kerastl.artifacts.litert.variants import NEXT, VARIANTS, automatic_variants


@pytest.fixture
def float32(small_float32):
    return small_float32


@pytest.fixture(scope="module")
def observation(small_image, small_float32):
    return observe(small_float32, small_image[2].sample(30).inputs)


def _kernel_types(content):
    graph = Graph(content)
    return {
        graph.tensors[operator.inputs[1]].type
        for operator in graph.of_kinds(Kind.CONV_2D)
    }  # fmt: skip


def _difference(content, float32, inputs):
    mine, theirs = (LiteRTModel(file).predict(inputs) for file in (content, float32))
    return np.abs(mine - theirs).max()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_candidate_gives_a_file_that_runs(float32, observation, small_image, variant):
    inputs = small_image[1].sample(20).inputs
    for candidate in VARIANTS[variant]:
        made = candidate.make(float32, observation)
        limit = 0.5 if variant == "int4" else 0.1
        assert _difference(made, float32, inputs) <= limit, candidate.name


def test_weight_only_stores_bytes_and_computes_in_float(float32):
    (candidate, _) = VARIANTS["weight_only"]
    graph = Graph(candidate.make(float32, None))
    types = {tensor.type for tensor in graph.tensors}
    assert schema.TensorType.INT8 in types
    assert all(
        graph.tensors[index].type == schema.TensorType.FLOAT32
        for operator in graph.operators
        for index in operator.outputs
    )
    wide = Graph(VARIANTS["int4"][0].make(float32, None))
    assert schema.TensorType.INT4 in {tensor.type for tensor in wide.tensors}


def test_int8_is_integer_but_for_head_and_what_is_named(float32, observation):
    graph = Graph(make_int8(float32, observation))
    assert _kernel_types(graph.to_bytes()) == {schema.TensorType.INT8}
    (softmax,) = graph.of_kinds(Kind.SOFTMAX)
    assert graph.tensors[softmax.inputs[0]].type == schema.TensorType.FLOAT32
    everything = range(len(Graph(float32).operators))
    unrounded = make_int8(float32, observation, in_float=everything)
    assert _kernel_types(unrounded) == {schema.TensorType.FLOAT32}


def test_bytes_in_and_floats_out(float32, observation):
    file = LiteRTModel(make_int8(float32, observation))
    pixels = file.inputs["pixels"]
    assert (pixels["dtype"], pixels["zero_point"]) == ("uint8", 0)
    assert pixels["scale"] == pytest.approx(1.0, abs=1e-6)
    assert file.outputs["scores"] == {"shape": [1, 3], "dtype": "float32"}


def test_int8_in_and_out_has_no_float(float32, observation, small_image):
    content = VARIANTS["int8_io"][0].make(float32, observation)
    file, graph = LiteRTModel(content), Graph(content)
    assert (file.inputs["pixels"]["dtype"], file.inputs["pixels"]["zero_point"]) == ("int8", -128)
    assert file.outputs["scores"]["dtype"] == "int8"
    types = {graph.tensors[index].type for o in graph.operators for index in o.outputs}
    assert types == {schema.TensorType.INT8}
    inputs = small_image[1].sample(20).inputs
    scores = file.predict(inputs)
    assert scores.dtype == np.float32
    assert _difference(content, float32, inputs) < 0.1
    prepared = file.prepare(inputs, 0)["pixels"]
    np.testing.assert_array_equal(prepared, inputs["pixels"][:1].astype(int) - 128)


def test_the_layer_that_is_ruined_is_found(float32, observation):
    def make(content, observation, *, in_float):
        """Round nothing but the depthwise kernel, and that to nothing."""
        graph = Graph(content)
        for number, operator in enumerate(graph.operators):
            if graph.kind(operator) == Kind.DEPTHWISE_CONV_2D and number not in in_float:
                zeros = np.zeros_like(graph.constant(operator.inputs[1]))
                operator.inputs[1] = graph.add_constant("zeros", zeros)
        return graph.to_bytes()

    found = most_sensitive(float32, observation, make)
    graph = Graph(float32)
    assert Kind.DEPTHWISE_CONV_2D in {graph.kind(graph.operators[number]) for number in found}


def test_auto_follows_network_and_data(float32):
    assert automatic_variants(float32, calibrated=True) == ("float32", "int8")
    assert automatic_variants(float32, calibrated=False) == ("float32", "weight_only")


def test_every_chain_of_fallbacks_ends_at_float32():
    for variant in VARIANTS:
        while variant != "float32":
            variant = NEXT[variant]


def test_equal_vectors_are_written_once(float32, observation):
    import flatbuffers

    from kerastl.artifacts.litert.sharing_builder import SharingBuilder

    builders = {}
    for maker in (SharingBuilder, flatbuffers.Builder):
        builder = maker(16)
        for _ in range(5):
            builder.CreateNumpyVector(np.zeros(100, np.int64))
        builders[maker] = len(builder.Bytes) - builder.Head()
    assert builders[SharingBuilder] < 0.25 * builders[flatbuffers.Builder]
