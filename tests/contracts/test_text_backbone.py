"""The contract that every text backbone of keras-hub keeps, weight by weight."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

import kerastl as ktl
from kerastl.backbones.hub.truncation import TRUNCATIONS, kept_ends
from tests.contracts.freezing import check_frozen_stages_stay, check_only_last_stage_moves
from tests.contracts.small_presets import (
    FAMILIES,
    SENTENCES,
    save_preset,
    small_tokenizer,
    tokenizer_options,
)

LENGTH = 12
TRICKY = [
    *SENTENCES,
    "",
    "   ",
    "A FINE Film!!",
    "naïve café, 東京 and 🎬",
    "[MASK] of [CLS]",
    "the\tplot\nis\x85thin",
    "a" * 300,
    "no " * 50,
]


@dataclass
class Built:
    family: str
    backbone: ktl.Backbone
    model: keras.Model
    reference: Any

    @property
    def stages(self) -> list[keras.Layer]:
        return [self.model.get_layer(name) for name in self.backbone.stage_names]

    @property
    def inputs(self) -> dict[str, np.ndarray]:
        assert self.backbone.packer is not None
        packed = self.backbone.packer(SENTENCES, LENGTH)
        return {name: np.asarray(value) for name, value in packed.items()}


def _named(family: str) -> Any:
    return pytest.param(family, marks=() if family == "bert" else pytest.mark.slow)


@pytest.fixture(scope="module", params=[_named(family) for family in FAMILIES])
def built(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("presets") / request.param
    reference = save_preset(request.param, folder)
    backbone = ktl.backbone(request.param, weights=folder)
    yield Built(request.param, backbone, backbone.build(), reference)
    keras.utils.clear_session()


def test_layers_are_the_inputs_and_the_named_stages(built: Built) -> None:
    names = [layer.name for layer in built.model.layers]
    inputs = ["token_ids", "padding_mask"]
    assert [name for name in names if name not in inputs] == list(built.backbone.stage_names)
    assert set(built.model.input) == set(inputs)
    block = "group" if built.family == "albert" else "layer"
    top = ["top"] if built.family == "gpt2" else []
    assert list(built.backbone.stage_names) == ["embeddings", f"{block}1", f"{block}2", *top]


def test_every_weight_of_the_sequence_lies_in_exactly_one_stage(built: Built) -> None:
    held = [id(weight) for stage in built.stages for weight in stage.weights]
    pooler = [weight for weight in built.reference.weights if "pooled_dense" in weight.path]
    assert len(held) == len(set(held)) == len(built.reference.weights) - len(pooler)
    assert set(held) == {id(weight) for weight in built.model.weights}
    assert all(stage.weights for stage in built.stages)


def test_one_tensor_passes_between_stages(built: Built) -> None:
    """DeBERTa's relative positions are made once and read by every layer."""
    counts = [len(keras.tree.flatten(stage.output)) for stage in built.stages]
    first = 2 if built.family == "deberta_v3" else 1
    assert counts == [first, *[1] * (len(counts) - 1)]


@pytest.mark.both_backends
def test_output_is_that_of_the_original_network(built: Built) -> None:
    inputs = built.inputs
    given = {each.name: inputs.get(each.name) for each in built.reference.inputs}
    if "segment_ids" in given:
        given["segment_ids"] = np.zeros_like(inputs["token_ids"])
    expected = built.reference(given, training=False)
    expected = expected["sequence_output"] if isinstance(expected, dict) else expected
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(built.model(inputs, training=False)),
        keras.ops.convert_to_numpy(expected),
        atol=1e-5,
    )


@pytest.mark.both_backends
def test_frozen_stages_do_not_move(built: Built) -> None:
    check_frozen_stages_stay(built.model, built.stages, built.inputs)


@pytest.mark.both_backends
def test_only_the_trainable_stage_moves(built: Built) -> None:
    check_only_last_stage_moves(built.model, built.stages, built.inputs)


def test_dropout_is_on_again_where_a_stage_trains(built: Built) -> None:
    for stage in built.stages:
        stage.trainable = True
    first, second = (built.model(built.inputs, training=True) for _ in range(2))
    assert np.abs(keras.ops.convert_to_numpy(first - second)).max() > 1e-3


@pytest.mark.both_backends
def test_saved_model_loads_twice_and_gives_the_same(built: Built, tmp_path: Path) -> None:
    built.model.save(tmp_path / "first.keras")
    keras.saving.load_model(tmp_path / "first.keras").save(tmp_path / "second.keras")
    loaded = keras.saving.load_model(tmp_path / "second.keras")
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(loaded(built.inputs, training=False)),
        keras.ops.convert_to_numpy(built.model(built.inputs, training=False)),
        atol=1e-6,
    )


def test_configuration_makes_the_same_backbone_without_the_preset(built: Built) -> None:
    config = json.loads(json.dumps(built.backbone.get_config()))
    config["weights"] = "/no/such/preset"
    again = ktl.backbones.backbone_from_config(config)
    assert again.stage_names == built.backbone.stage_names
    assert again.max_sequence_length == built.backbone.max_sequence_length == 32
    assert again.pooling == built.backbone.pooling
    assert again.fine_tune_learning_rate == built.backbone.fine_tune_learning_rate


def test_packed_ids_are_those_of_keras_hub(built: Built) -> None:
    prefix = FAMILIES[built.family][0]
    suffix = "Preprocessor" if built.family == "gpt2" else "TextClassifierPreprocessor"
    if built.family == "electra":
        prefix = "Bert"  # keras-hub has none of its own; the format is BERT's.
    tokenizer = small_tokenizer("bert" if built.family == "electra" else built.family)
    theirs = getattr(keras_hub.models, prefix + suffix)(tokenizer, sequence_length=LENGTH)
    assert built.backbone.packer is not None
    packed = built.backbone.packer(TRICKY, LENGTH)
    expected = theirs(tf.constant(TRICKY))
    for name, value in packed.items():
        np.testing.assert_array_equal(value, np.asarray(expected[name]).astype("int32"), name)


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_a_long_text_keeps_the_ends_that_its_truncation_names(
    built: Built, truncation: str
) -> None:
    packer = built.backbone.packer
    assert packer is not None
    text = " ".join(SENTENCES)
    (length,) = packer.lengths([text])
    body = slice(int(packer.start is not None), length - int(packer.end is not None))
    whole = packer([text], int(length))["token_ids"][0].numpy()[body].tolist()
    room = LENGTH - packer.special_count
    first, last = kept_ends(room, truncation)
    kept = packer([text], LENGTH, truncation)["token_ids"][0].numpy()
    kept = kept[body.start : body.start + room].tolist()
    assert kept == whole[:first] + whole[len(whole) - last :]


def test_packing_in_a_graph_equals_packing_eagerly(built: Built) -> None:
    packer = built.backbone.packer
    assert packer is not None
    graph = tf.function(lambda texts: packer(texts, LENGTH))
    texts = [*TRICKY, "a\x00fine\x00film"]
    for name, value in packer(texts, LENGTH).items():
        np.testing.assert_array_equal(graph(tf.constant(texts))[name], value)
        assert value.shape == (len(texts), LENGTH)


def test_random_weights_need_only_sizes_and_a_vocabulary(built: Built) -> None:
    options = {**FAMILIES[built.family][1], **tokenizer_options(built.family)}
    backbone = ktl.backbone(built.family, weights=None, **options)
    assert backbone.stage_names == built.backbone.stage_names
    assert backbone.build().count_params() == built.model.count_params()
    assert backbone.packer is not None
    np.testing.assert_array_equal(
        backbone.packer(SENTENCES, LENGTH)["token_ids"], built.inputs["token_ids"]
    )
