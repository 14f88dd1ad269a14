import subprocess
import sys
from pathlib import Path

import keras
import pytest

import kerastl as ktl
from kerastl.tasks.checkpoint_file import MODULES
from tests.training import tiny

ROOT = Path(__file__).resolve().parents[2]
# Layers of training alone, and of raw images.
NOT_SAVED = {
    "kerastl.adaptation.losses.domain_discriminator",
    "kerastl.adaptation.losses.gradient_reversal",
    "kerastl.backbones.hub.vit",
    "kerastl.data.images.rand_augment",
    "kerastl.training.contrastive.supervised_contrastive",
}


def test_every_class_of_a_saved_model_is_known():
    registered = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "kerastl").rglob("*.py")
        if "\n@keras.saving.register_keras_serializable" in path.read_text(encoding="utf-8")
    }
    assert registered - NOT_SAVED == set(MODULES)


@pytest.mark.slow
def test_a_checkpoint_is_loaded_in_another_process(tmp_path):
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    file = tmp_path / "model.keras"
    recipe.fit(
        ktl.data.arrays(*tiny.images(12), validation_split=0.25),
        [ktl.Phase("head", epochs=1)],
        callbacks=keras.callbacks.ModelCheckpoint(file),
        verbose=0,
    )
    program = f"import kerastl; print(kerastl.load_model({str(file)!r}).input_shape)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == str(recipe.model.input_shape)


def test_another_file_is_refused(tmp_path):
    (tmp_path / "a.keras").write_text("no")
    with pytest.raises(ValueError, match=r"must be a \.keras file\. Received: path="):
        ktl.load_model(tmp_path / "a.keras")
