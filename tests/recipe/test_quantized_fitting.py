import re

import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.recipes_under_test import case
from tests.training import tiny


def data():
    return ktl.data.arrays(*tiny.images(90), validation_split=0.25, seed=0)


def trained():
    """Return a recipe that is not sure of every example, so that rounding shows."""
    keras.utils.set_random_seed(0)
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), augmentation="none"
    )
    phases = [ktl.Phase("head", linear_probe=True), ktl.Phase("all", epochs=1, learning_rate=1e-4)]
    recipe.fit(data(), phases, verbose=0)
    return recipe


def weights_by_path(recipe):
    return {variable.path: np.array(variable) for variable in recipe.model.variables}


def quantized_by_path(recipe, bits):
    """Return the weights that quantized files are made from, as those of the model."""
    paths = [weight.path for weight in recipe.model.weights]
    return dict(zip(paths, recipe.quantized_weights[bits], strict=True))


def structure(recipe):
    """Describe the model, but for what trains at the moment."""
    return re.sub('"trainable": (true|false)', "", recipe.model.to_json())


def moved(before, after):
    return {path.rsplit("/", 1)[-1] for path in before if (before[path] != after[path]).any()}


@pytest.mark.slow
@pytest.mark.both_backends
def test_only_what_may_move_has_moved(capsys):
    recipe = trained()
    before, described = weights_by_path(recipe), structure(recipe)
    history = recipe.fit_quantized(bits=4, epochs=2, learning_rate=1e-4, verbose=2)
    (phase,) = history.phases
    assert recipe.history is history
    assert history.epoch == [0, 1]
    assert phase["bits"] == 4
    assert phase["kept_epoch"] is not None
    assert phase["agreement"] >= phase["agreement_before"]
    # A later epoch that is closer may have a higher loss.
    until = history.history["val_divergence"][: phase["kept_epoch"] + 1]
    assert min(until) == until[-1]
    assert moved(before, weights_by_path(recipe)) == set()
    quantized = quantized_by_path(recipe, 4)
    changed = moved({path: before[path] for path in quantized}, quantized)
    assert "kernel" in changed
    assert changed <= {"kernel", "bias", "gamma", "beta"}
    assert structure(recipe) == described
    printed = capsys.readouterr().out
    assert "training to 4 bits: Phase 1 of 1: all, 2 epochs, learning rate 0.0001" in printed
    assert f"Keeping epoch {phase['kept_epoch'] + 1} (val_agreement" in printed


@pytest.mark.slow
@pytest.mark.both_backends
def test_weights_come_back_where_no_epoch_is_closer():
    recipe = trained()
    before = weights_by_path(recipe)
    history = recipe.fit_quantized(data(), epochs=1, learning_rate=0.3, verbose=0)
    assert history.phases[0]["kept_epoch"] is None
    assert moved(before, weights_by_path(recipe)) == set()
    assert recipe.quantized_weights == {}


@pytest.mark.slow
@pytest.mark.both_backends
def test_weights_come_back_where_the_loss_breaks():
    recipe = trained()
    before = weights_by_path(recipe)
    with pytest.raises(
        FloatingPointError, match=r"in phase 1 \(all, 3 epochs, learning rate 1e\+30\)"
    ):
        recipe.fit_quantized(epochs=3, learning_rate=1e30, verbose=0)
    assert moved(before, weights_by_path(recipe)) == set()


@pytest.mark.both_backends
@pytest.mark.slow
def test_training_and_saving_go_on_after_it(tmp_path):
    recipe = trained()
    recipe.fit_quantized(bits=4, epochs=2, learning_rate=1e-4, verbose=0)
    recipe.save(tmp_path / "run")
    loaded = ktl.load(tmp_path / "run")
    assert list(loaded.quantized_weights) == [4]
    for ours, theirs in zip(*(r.quantized_weights[4] for r in (recipe, loaded)), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    images = tiny.images(5)[0]
    before, after = (each.predict(list(images)) for each in (recipe, loaded))
    assert [each.probability for each in before] == pytest.approx([e.probability for e in after])
    with pytest.raises(ValueError, match="pass data, as to fit"):
        loaded.fit_quantized()
    loaded.fit_quantized(data(), epochs=1, verbose=0)
    recipe.fit(data(), [ktl.Phase("last:1", epochs=1, keep="last")], verbose=0)
    assert [phase["trains"] for phase in recipe.history.phases] == ["last:1"]
    assert recipe.quantized_weights == {}


@pytest.mark.slow
def test_saved_quantized_weights_of_another_model_are_refused(tmp_path):
    recipe = trained()
    weights = recipe.model.get_weights()
    for wrong in (weights[1:], [*weights[:-1], weights[-1][:-1]]):
        recipe.quantized_weights = {4: wrong}
        recipe.save(tmp_path / "run", overwrite=True)
        with pytest.raises(ValueError, match=r"not those of this model.*quantized_4_bits"):
            ktl.load(tmp_path / "run")
    (tmp_path / "run" / "quantized_4_bits.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"cannot be read.*quantized_4_bits"):
        ktl.load(tmp_path / "run")


@pytest.mark.slow
def test_each_file_has_the_weights_of_its_own_bits(tmp_path):
    from kerastl.artifacts.litert.runner import LiteRTModel

    recipe = trained()
    pixels = tiny.images(90)[0].astype("float32")

    def scores(folder):
        bundle = recipe.export(
            tmp_path / folder,
            formats=("tflite",),
            quantize=("float32", "dynamic", "int8", "int4"),
            max_drop=None,
            min_agreement=None,
        )
        return {
            row.name: (
                LiteRTModel(bundle.path(row.name).read_bytes(), threads=1).predict(
                    {"pixels": pixels}
                ),
                row.decision + row.candidate,
            )
            for row in bundle.artifacts
        }

    before = scores("before")
    recipe.quantized_weights = {4: [1.01 * each for each in recipe.model.get_weights()]}
    after = scores("after")
    changed = {name for name in before if np.abs(before[name][0] - after[name][0]).max() > 1e-6}
    assert changed == {"tflite/int4"}
    assert {n for n in after if "quantization-aware" in after[n][1]} == {"tflite/int4"}


@pytest.mark.slow
def test_the_exported_file_agrees_no_less_than_before(tmp_path):
    recipe = trained()
    reference = recipe.model.predict(tiny.images(90)[0].astype("float32"), verbose=0)

    def apart(folder):
        from kerastl.artifacts.litert.runner import LiteRTModel

        bundle = recipe.export(
            tmp_path / folder,
            formats=("tflite",),
            quantize=("int4",),
            max_drop=None,
            min_agreement=None,
        )
        file = LiteRTModel(bundle.path("tflite/int4").read_bytes(), threads=1)
        scores = file.predict({"pixels": tiny.images(90)[0].astype("float32")})
        return (scores.argmax(1) != reference.argmax(1)).mean(), np.abs(scores - reference).mean()

    before = apart("before")
    recipe.fit_quantized(bits=4, epochs=8, learning_rate=1e-3, verbose=0)
    after = apart("after")
    assert after[0] <= before[0]
    assert after[1] < 0.8 * before[1]


@pytest.mark.slow
@pytest.mark.both_backends
def test_outputs_that_are_no_classes_are_kept_close_as_well(tmp_path):
    chosen = case("image_regression", tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    history = recipe.fit_quantized(chosen.data, bits=4, epochs=2, learning_rate=1e-3, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert "val_divergence" in history.history


@pytest.mark.both_backends
def test_errors_say_what_to_do():
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    with pytest.raises(RuntimeError, match=r"call fit\(\)"):
        recipe.fit_quantized(data())
    recipe.build(("blue", "green", "red"))
    wrong = {"bits": 6, "epochs": 0, "learning_rate": -1.0, "batch_size": 0}
    for name, value in wrong.items():
        with pytest.raises(ValueError, match=f"`{name}` must be .*Received: {name}={value}"):
            recipe.fit_quantized(data(), **{name: value})
    with pytest.raises(ValueError, match="pass data, as to fit"):
        recipe.fit_quantized()
    grouped = ktl.data.arrays(*tiny.images(12), groups=[str(n // 3) for n in range(12)])
    with pytest.raises(ValueError, match=r"validation split is needed.*Received"):
        recipe.fit_quantized(grouped)


@pytest.mark.both_backends
@pytest.mark.slow
def test_the_seed_decides_what_comes_out():
    results = []
    for seed in (1, 1, 2):
        recipe = trained()
        recipe.fit_quantized(bits=4, epochs=1, learning_rate=1e-3, seed=seed, verbose=0)
        results.append(recipe.history.history["val_divergence"][0])
    assert results[0] == pytest.approx(results[1], rel=1e-3)
    assert results[0] != pytest.approx(results[2], rel=1e-3)
