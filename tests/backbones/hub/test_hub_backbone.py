import json
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.small_presets import small_network

VIT = {
    "image_shape": (32, 32, 3),
    "patch_size": 8,
    "num_layers": 2,
    "num_heads": 2,
    "hidden_dim": 8,
    "mlp_dim": 16,
}


@pytest.mark.both_backends
@pytest.mark.parametrize("by_name", [pytest.param(True, marks=pytest.mark.slow), False])
def test_minilm_gives_what_keras_hub_gives(minilm: Path, by_name: bool) -> None:
    backbone = ktl.backbone("bert", weights=minilm) if by_name else ktl.backbone(minilm)
    assert backbone.stage_names == ("embeddings", *(f"layer{n}" for n in range(1, 7)))
    assert (backbone.max_sequence_length, backbone.fine_tune_learning_rate) == (512, 1e-4)
    assert backbone.packer is not None
    packed = backbone.packer(["A fine film.", "", "No plot, no wit, no end in sight"], 16)
    inputs = {name: np.asarray(value) for name, value in packed.items()}
    original = keras_hub.models.BertBackbone.from_preset(str(minilm))
    segments = np.zeros_like(inputs["token_ids"])
    expected = original({**inputs, "segment_ids": segments})["sequence_output"]
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(backbone.build()(inputs)),
        keras.ops.convert_to_numpy(expected),
        atol=1e-5,
    )


def test_a_preset_of_another_family_is_refused(minilm: Path) -> None:
    with pytest.raises(ValueError, match=r"does not fit backbone\('gpt2'.*Received: weights="):
        _ = ktl.backbone("gpt2", weights=minilm).stage_names


def test_a_text_backbone_takes_no_image_size(minilm: Path) -> None:
    with pytest.raises(ValueError, match="takes no image size"):
        ktl.backbone("bert", weights=minilm).build((32, 32))


@pytest.fixture
def vit_preset(tmp_path: Path) -> tuple[Path, Any]:
    network = keras_hub.models.ViTBackbone(**VIT)
    network.save_to_preset(str(tmp_path))
    converter = keras_hub.layers.ViTImageConverter(
        image_size=(32, 32), scale=1 / 127.5, offset=-1.0
    )
    converter.save_to_preset(str(tmp_path))
    return tmp_path, network


@pytest.mark.both_backends
def test_vit_blocks_are_stages(vit_preset: tuple[Path, Any], tmp_path: Path) -> None:
    folder, network = vit_preset
    backbone = ktl.backbone("vit", weights=folder)
    assert (backbone.modality, backbone.image_size, backbone.pooling) == ("image", (32, 32), "cls")
    model = backbone.build()
    names = ["pixels", "preprocessing", "embeddings", "layer1", "layer2", "top"]
    assert [layer.name for layer in model.layers] == names
    assert len({id(weight) for weight in model.weights}) == len(network.weights)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
    expected = keras.ops.convert_to_numpy(network(pixels / 127.5 - 1))
    model.save(tmp_path / "vit.keras")
    for each in (model, keras.saving.load_model(tmp_path / "vit.keras")):
        given = keras.ops.convert_to_numpy(each(pixels))
        np.testing.assert_allclose(given, expected, atol=1e-5)


def test_vit_of_random_weights_takes_another_size() -> None:
    backbone = ktl.backbone("vit", weights=None, **VIT)
    assert backbone.build((16, 24)).output.shape == (None, 2 * 3 + 1, 8)


def test_a_preset_of_no_declared_family_is_cut_automatically(tmp_path: Path) -> None:
    network = keras_hub.models.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[3],
        stackwise_num_filters=[64, 128],
        stackwise_num_blocks=[1, 1],
        stackwise_num_strides=[1, 2],
        block_type="basic_block",
        image_shape=(32, 32, 3),
    )
    network.save_to_preset(str(tmp_path))
    converter = keras_hub.layers.ResNetImageConverter(
        image_size=(32, 32), scale=[0.01, 0.02, 0.03], offset=[-1.0, 0.0, 1.0]
    )
    converter.save_to_preset(str(tmp_path))
    backbone = ktl.backbone(tmp_path)
    assert len(backbone.stage_names) >= 2
    model = backbone.build()
    held = [id(w) for name in backbone.stage_names for w in model.get_layer(name).weights]
    assert len(held) == len(set(held)) == len(network.weights)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    scaled = (pixels * [0.01, 0.02, 0.03] + [-1.0, 0.0, 1.0]).astype("float32")
    np.testing.assert_allclose(np.asarray(model(pixels)), np.asarray(network(scaled)), atol=1e-4)


def test_a_failed_download_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(preset: str, **arguments: Any) -> None:
        raise OSError("Max retries exceeded")

    monkeypatch.setattr(keras_hub.models.BertBackbone, "from_preset", offline)
    with pytest.raises(ConnectionError, match=r"could not be downloaded.*Max retries exceeded"):
        _ = ktl.backbone("bert").stage_names


def test_a_preset_of_the_backbone_alone_takes_the_pixel_scaling(tmp_path: Path) -> None:
    network = keras_hub.models.ViTBackbone(**VIT)
    network.save_to_preset(str(tmp_path))
    for source, options in ((tmp_path, {}), ("vit", {"weights": tmp_path})):
        with pytest.raises(ValueError, match=r"no image_converter.json.*preprocessing='tf'.*Recei"):
            ktl.ImageClassification(source, **options)
    recipe = ktl.ImageClassification(tmp_path, preprocessing="tf")
    again = ktl.backbones.backbone_from_config(json.loads(json.dumps(recipe.backbone.get_config())))
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
    expected = keras.ops.convert_to_numpy(network(pixels / 127.5 - 1))
    np.testing.assert_allclose(again.build()(pixels), expected, atol=1e-5)
    with pytest.raises(ValueError, match="Unknown preprocessing"):
        ktl.backbone(tmp_path, preprocessing="nope")


def test_a_preset_of_a_text_backbone_alone_asks_for_its_tokenizer(tmp_path: Path) -> None:
    small_network("bert").save_to_preset(str(tmp_path))
    with pytest.raises(ValueError, match=r"no tokenizer.json.*tokenizer.save_to_preset.*Received"):
        ktl.TextClassification(tmp_path)


def test_a_text_backbone_takes_no_pixel_scaling(minilm: Path) -> None:
    with pytest.raises(ValueError, match="preprocessing"):
        ktl.TextClassification("bert", weights=minilm, preprocessing="tf")
    with pytest.raises(ValueError, match="reads texts: leave it out"):
        ktl.backbone("bert", weights=minilm, preprocessing="tf")
