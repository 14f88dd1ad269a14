import subprocess
import sys
from pathlib import Path

import keras
import pytest

import kerastl as ktl
from kerastl.backbones.applications import APPLICATIONS


def test_names_need_no_keras() -> None:
    program = (
        "import sys, kerastl; names = kerastl.backbones.names();"
        "assert 'mobilenet_v2' in names and 'gpt2' in names, names;"
        "heavy = {'keras', 'tensorflow', 'keras_hub'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", ktl.backbones.names())
def test_every_name_makes_a_backbone(name: str) -> None:
    backbone = ktl.backbone(name)
    assert backbone.name == ("bert" if name == "minilm" else name)
    assert backbone.weights is not None


def test_minilm_is_read_from_its_package_or_from_the_hub(minilm, monkeypatch):
    assert ktl.backbone("minilm").weights == str(minilm)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert ktl.backbone("minilm").weights == "all_minilm_l6_v2_en"
    assert ktl.backbone("minilm", weights="bert_tiny_en_uncased").weights == "bert_tiny_en_uncased"


def test_a_recipe_without_a_backbone_takes_a_small_one(minilm):
    assert ktl.TextClassification().backbone.weights == str(minilm)
    assert ktl.FewShotTextClassification().backbone.weights == str(minilm)
    for recipe in (ktl.ImageClassification, ktl.ImageRegression, ktl.ObjectDetection):
        assert recipe(weights=None, alpha=0.35).backbone.name == "mobilenet_v2"
    with pytest.raises(ValueError, match="Did you mean 'dropout'"):
        ktl.TextClassification(drop_out=0.1)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_application_declares_a_rate_for_fine_tuning(name: str) -> None:
    assert 1e-5 <= ktl.backbone(name, weights=None).fine_tune_learning_rate <= 1e-3


def test_a_backbone_comes_back_as_it_is() -> None:
    backbone = ktl.backbone("mobilenet_v2", weights=None)
    assert ktl.backbone(backbone) is backbone
    with pytest.raises(ValueError, match="already has its weights and options"):
        ktl.backbone(backbone, alpha=0.5)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("mobilnet_v2", {}, r"Unknown backbone. Did you mean 'mobilenet_v2'.*'mobilnet_v2'"),
        ("mobilenet_v2", {"alfa": 1}, r"Unknown option.*'mobilenet_v2'. Did you mean 'alpha'"),
        ("vgg16", {"include_top": True}, r"Unknown option of backbone 'vgg16'.*'include_top'"),
        ("bert_base_en", {"weights": None}, r"A preset has its own weights"),
        ("bert", {"weights": "bert_tny_en"}, r"Unknown preset. Did you mean .*'bert_tny_en'"),
        ("bert", {"weights": None, "num_layer": 2}, r"Unknown option.*Did you mean 'num_layers'"),
        ("bert", {"weights": None, "num_layers": 2, "vocabulary_size": 9}, r"give .*num_heads"),
        ("bert", {"weights": None, "num_layers": 2}, r"no tokenizer: give its vocabulary"),
    ],
)
def test_what_is_not_known_is_said_so(name: str, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _ = ktl.backbone(name, **options).stage_names


@pytest.mark.parametrize(
    ("name", "options"),
    [("no/such/model.keras", {}), ("model.h5", {}), ("bert", {"weights": "/no/such/preset"})],
)
def test_a_missing_path_is_said_so(name: str, options: dict) -> None:
    with pytest.raises(FileNotFoundError, match="Received: "):
        _ = ktl.backbone(name, **options).stage_names


def test_an_unknown_kind_in_a_configuration() -> None:
    with pytest.raises(ValueError, match=r"Unknown kind of backbone. Did you mean 'custom'"):
        ktl.backbones.backbone_from_config({"kind": "custum"})


@pytest.mark.slow
def test_a_saved_model_loads_in_a_new_process(tmp_path: Path) -> None:
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=None)
    backbone.build((32, 32)).save(tmp_path / "model.keras")
    program = (
        "import sys, keras, kerastl;"
        f"kerastl.backbones.backbone_from_config({backbone.get_config()!r}).import_layers();"
        "model = keras.saving.load_model(sys.argv[1]);"
        "print(model.get_layer('stage4').trainable)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "model.keras")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "True"
    assert keras.saving.load_model(tmp_path / "model.keras").name == "mobilenet_v2"
