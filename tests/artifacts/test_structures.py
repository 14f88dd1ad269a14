"""Networks of every kind convert: operators, size and float answers, with random weights."""

import json

import numpy as np
import pytest

import kerastl as ktl
from kerastl.artifacts.litert.graph import Graph, Kind

pytestmark = pytest.mark.slow

# Of these a layer of its own remains an operator: batch normalization comes before a ReLU there.
_PRE_ACTIVATION = {"densenet121"}
_PICTURES = [
    pytest.param("mobilenet_v3_small", {}),
    pytest.param("mobilenet_v3_large", {}, marks=pytest.mark.nightly),
    pytest.param("efficientnet_v2_b0", {}, marks=pytest.mark.nightly),
    pytest.param("resnet50", {}, marks=pytest.mark.nightly),
    pytest.param("inception_v3", {}, marks=pytest.mark.nightly),
    pytest.param("densenet121", {}, marks=pytest.mark.nightly),
    pytest.param("vgg16", {}, marks=pytest.mark.nightly),
]
_VARIANTS = ("float32", "dynamic", "int8")


def _images():
    random = np.random.default_rng(0)
    labels = np.arange(36) % 3
    colours = np.array([(200, 40, 40), (40, 180, 60), (50, 60, 210)])[labels]
    noise = random.normal(0, 40, (len(labels), 24, 24, 3))
    images = np.clip(colours[:, None, None] + noise, 0, 255).astype(np.uint8)
    names = [("red", "green", "blue")[label] for label in labels]
    return ktl.data.arrays(list(images), names, validation_split=0.3, seed=0)


def _texts():
    random = np.random.default_rng(0)
    labels = np.arange(16) % 2
    words = [["fine", "great", "warm"], ["awful", "dull", "cold"]]
    texts = [f"the film was {random.choice(words[label])} and long" for label in labels]
    names = [("bad", "good")[label] for label in labels]
    return ktl.data.arrays(texts, names, validation_split=0.5, seed=0)


def _export(recipe, data, folder, variants):
    recipe.fit(data, "feature_extraction", verbose=0)
    return recipe.export(
        folder / "bundle",
        formats=("tflite",),
        quantize=variants,
        max_drop=None,
        min_agreement=None,
    )


def _check(bundle, model, int8_size):
    """Built-in operators only, the float answers of the model, and weights of a byte."""
    for artifact in bundle.artifacts:
        assert artifact.kept, artifact
        assert Kind.CUSTOM not in _kinds(bundle, artifact.name)
    float32 = bundle["tflite/float32"]
    assert float32.max_difference <= 1e-5
    assert 4 * model.count_params() * 0.9 < float32.bytes < 4 * model.count_params() * 1.05 + 3e5
    for artifact in bundle.artifacts[1:]:
        assert artifact.bytes <= int8_size * float32.bytes, artifact.name


def _kinds(bundle, name):
    graph = Graph(bundle.path(name).read_bytes())
    return [graph.kind(operator) for operator in graph.operators]


@pytest.mark.parametrize(("name", "options"), _PICTURES)
def test_a_convolutional_network_converts(name, options, tmp_path):
    import keras

    backbone = ktl.backbone(name, weights=None, **options)
    recipe = ktl.ImageClassification(backbone, image_size=(128, 128))
    bundle = _export(recipe, _images(), tmp_path, _VARIANTS)
    _check(bundle, recipe.model, int8_size=0.36 if "mobilenet" in name else 0.3)
    layers = recipe.model._flatten_layers(include_self=False)
    depthwise = [layer for layer in layers if isinstance(layer, keras.layers.DepthwiseConv2D)]
    plain = [layer for layer in layers if type(layer) is keras.layers.Conv2D]
    kinds = _kinds(bundle, "tflite/float32")
    assert kinds.count(Kind.CONV_2D) == len(plain)
    assert kinds.count(Kind.DEPTHWISE_CONV_2D) == len(depthwise)
    if name not in _PRE_ACTIVATION:
        assert Kind.RSQRT not in kinds


def _check_text(recipe, folder):
    bundle = _export(recipe, _texts(), folder, ("float32", "dynamic"))
    _check(bundle, recipe.model, int8_size=0.3)
    kinds = _kinds(bundle, "tflite/dynamic")
    assert Kind.BATCH_MATMUL in kinds
    assert Kind.GATHER in kinds


@pytest.mark.nightly
def test_bert_base_converts(tmp_path):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = ["the", "film", "was", "and", "long", "fine", "great", "warm", "awful", "dull", "cold"]
    vocabulary = [*special, *words, *(f"piece{number}" for number in range(30_522 - 16))]
    backbone = ktl.backbone(
        "bert", weights=None, vocabulary=vocabulary, lowercase=True, num_layers=12, num_heads=12,
        hidden_dim=768, intermediate_dim=3072, max_sequence_length=512,
    )  # fmt: skip
    _check_text(ktl.TextClassification(backbone, sequence_length=16), tmp_path)


@pytest.mark.nightly
def test_gpt2_base_converts(shared, tmp_path):
    files = shared / "weights" / "gpt2_tokenizer"
    backbone = ktl.backbone(
        "gpt2", weights=None, vocabulary=json.loads((files / "vocab.json").read_text()),
        merges=(files / "merges.txt").read_text().splitlines(), num_layers=12, num_heads=12,
        hidden_dim=768, intermediate_dim=3072, max_sequence_length=1024,
    )  # fmt: skip
    _check_text(ktl.TextClassification(backbone, sequence_length=16), tmp_path)
