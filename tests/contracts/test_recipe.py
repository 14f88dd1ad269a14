"""What every task promises, whatever its input."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks import TASKS
from kerastl.training.freezing import stages
from tests.contracts.plain_answers import plain
from tests.contracts.recipes_under_test import case

tasks = pytest.mark.parametrize("task", TASKS)
both_backends = pytest.mark.both_backends


def quick(task, tmp_path):
    """Return a case and its recipe after its shortest schedule."""
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    return chosen, recipe


@both_backends
@tasks
def test_fit_learns_and_history_is_continuous(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    fine_tuned = ktl.Phase("all", epochs=2, learning_rate=1e-3)
    first = recipe.fit(chosen.data, chosen.quick, verbose=0).epoch
    history = recipe.fit(chosen.data, [ktl.Phase("head", epochs=1), fine_tuned], verbose=0)
    assert isinstance(history, keras.callbacks.History)
    assert first == list(range(len(first)))
    assert history.epoch == [0, 1, 2]
    assert chosen.figure(recipe.evaluate(chosen.data.validation)) > chosen.learnable


@both_backends
@tasks
def test_while_the_head_trains_the_backbone_stands_still(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    model = recipe.build(chosen.data.class_names)
    before = [stage.get_weights() for stage in stages(model)]
    head = model.get_layer("head").get_weights()
    recipe.fit(chosen.data, [ktl.Phase("head", epochs=1, keep="last")], verbose=0)
    for stage, old in zip(stages(model), before, strict=True):
        for weight, kept in zip(stage.get_weights(), old, strict=True):
            np.testing.assert_array_equal(weight, kept)
    assert np.abs(model.get_layer("head").get_weights()[0] - head[0]).max() > 0


@tasks
def test_raw_inputs_of_every_kind_give_one_prediction(task, tmp_path):
    chosen, recipe = quick(task, tmp_path)
    predictions = [recipe.predict([raw])[0] for raw in chosen.raw]
    for prediction in predictions:
        chosen.check_answer(prediction, chosen.data)
        assert plain(prediction) == pytest.approx(plain(predictions[0]), abs=1e-5)
    assert recipe.predict(chosen.raw[0]) == predictions[:1]
    assert recipe.predict([]) == []


@tasks
def test_evaluation_matches_predictions(task, tmp_path):
    chosen, recipe = quick(task, tmp_path)
    test = chosen.data.test
    recounted = chosen.recount(recipe.predict(test), test)
    assert chosen.figure(recipe.evaluate(test)) == pytest.approx(recounted, abs=1e-6)


@tasks
@pytest.mark.slow
def test_a_saved_recipe_predicts_the_same_in_a_new_process(task, tmp_path):
    chosen, recipe = quick(task, tmp_path)
    recipe.save(tmp_path / "run")
    raw = str(chosen.raw[0])
    program = (
        "import json, sys, kerastl as ktl\n"
        "recipe = ktl.load(sys.argv[1])\n"
        "from tests.contracts.plain_answers import plain\n"
        "print(json.dumps(plain(recipe.predict(sys.argv[2])[0])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "run", raw],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert loaded == pytest.approx(plain(recipe.predict(raw)[0]), abs=1e-5)


@both_backends
@tasks
def test_a_loaded_recipe_can_be_trained_further(task, tmp_path):
    chosen, recipe = quick(task, tmp_path)
    recipe.save(tmp_path / "run")
    loaded = ktl.load(tmp_path / "run")
    assert loaded.class_names == recipe.class_names
    figures = chosen.figure(loaded.evaluate(chosen.data.validation))
    assert figures == chosen.figure(recipe.evaluate(chosen.data.validation))
    weights = loaded.model.get_weights()
    loaded.fit(chosen.data, [ktl.Phase("last:1", epochs=1, keep="last")], verbose=0)
    moved = zip(weights, loaded.model.get_weights(), strict=True)
    assert any((before != after).any() for before, after in moved)


@tasks
def test_saving_replaces_nothing_without_leave(task, tmp_path):
    _, recipe = quick(task, tmp_path)
    target = tmp_path / "run"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="Received"):
        recipe.save(target, overwrite=True)
    assert (target / "thesis.txt").read_text() == "years of work"
    recipe.save(tmp_path / "other")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        recipe.save(tmp_path / "other")
    recipe.save(tmp_path / "other", overwrite=True)


@tasks
def test_a_description_is_readable(task, tmp_path):
    _, recipe = quick(task, tmp_path)
    folder = recipe.save(tmp_path / "run")
    described = json.loads((folder / "recipe.json").read_text())
    assert described["task"] == task
    assert described["training"]["phases"][0]["trains"]
    assert (folder / "labels.txt").read_text().split() == list(recipe.class_names)


@tasks
@pytest.mark.slow
def test_export_verifies_every_artifact(task, tmp_path):
    chosen, recipe = quick(task, tmp_path)
    bundle = recipe.export(tmp_path / "out", max_drop=0.5, min_agreement=chosen.min_agreement)
    assert {row.name for row in bundle.artifacts} == {
        "saved_model",
        "tflite/float32",
        "tflite/float16",
        "tflite/dynamic",
        "tflite/int8",
    }
    assert bundle["tflite/float32"].agreement == 1.0
    figure = chosen.figure(recipe.evaluate(chosen.data.validation))
    assert bundle.model_accuracy == pytest.approx(figure, abs=1e-6)


@tasks
def test_an_untrained_recipe_says_what_to_do(task, tmp_path):
    chosen = case(task, tmp_path)
    for use in (
        lambda recipe: recipe.model,
        lambda recipe: recipe.save(tmp_path / "run"),
        lambda recipe: recipe.predict(chosen.raw[0]),
        lambda recipe: recipe.evaluate(chosen.data.validation),
        lambda recipe: recipe.export(tmp_path / "out", data=chosen.data),
    ):
        with pytest.raises(RuntimeError, match=r"call fit\(\)"):
            use(chosen.make())
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "out").exists()


@tasks
def test_a_loaded_recipe_asks_for_data_to_export(task, tmp_path):
    _, recipe = quick(task, tmp_path)
    recipe.save(tmp_path / "run")
    with pytest.raises(ValueError, match="pass data="):
        ktl.load(tmp_path / "run").export(tmp_path / "out")


@tasks
def test_data_of_the_other_kind_is_refused(task, tmp_path):
    chosen = case(task, tmp_path)
    kind = "text" if chosen.data.modality == "image" else "image"
    other = case(f"{kind}_classification", tmp_path)
    with pytest.raises(ValueError, match="Received: a split of"):
        chosen.make().fit(other.data)


@tasks
def test_it_survives_its_configuration(task, tmp_path):
    recipe = case(task, tmp_path).make()
    config = json.loads(json.dumps(recipe.get_config()))
    again = type(recipe).from_config(config)
    assert again.backbone.stage_names == recipe.backbone.stage_names
    assert {**again.get_config(), "backbone": None} == {**recipe.get_config(), "backbone": None}
