"""What every task promises, whatever its input."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.registry import TASKS
from kerastl.training.freezing.freezing import stages
from tests.contracts.plain_answers import plain, rounded
from tests.contracts.recipes_under_test import Case, case

both_backends = pytest.mark.both_backends


@dataclass
class Trained:
    """A recipe that was fitted twice, which tests look at and leave as it is."""

    case: Case
    recipe: ktl.Recipe
    first: keras.callbacks.History
    """What `fit(data)` returned, with no other argument."""
    history: keras.callbacks.History
    """What the second fit returned."""
    before: list[list[np.ndarray]]
    """Weights of the stages and of the head before the second fit."""
    after_head: list[list[np.ndarray]]
    """The same when its first phase, that of the head, was over."""
    saved: Path


class _AtEpoch(keras.callbacks.Callback):
    """Note the weights of stages and head when an epoch begins."""

    def __init__(self, epoch: int, recipe: ktl.Recipe):
        super().__init__()
        self.when, self.recipe, self.weights = epoch, recipe, []

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when:
            self.weights = weights(self.recipe.model)


def weights(model):
    layers = [*stages(model), model.get_layer("head")]
    return [[np.array(weight) for weight in layer.get_weights()] for layer in layers]


def few(data):
    """Return a few of the training examples: some default schedules take many epochs."""
    return ktl.data.Dataset(data.train.subset(range(8)), data.validation)


# In the developer's loop, the commonest tasks.
QUICK = {"image_classification", "text_classification"}


# Tests of one task stand together, so that each worker trains few recipes.
@pytest.fixture(
    scope="module",
    params=[pytest.param(t, marks=() if t in QUICK else pytest.mark.slow) for t in TASKS],
)
def task(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def trained(task: str, tmp_path_factory: Any) -> Trained:
    chosen = case(task, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    first = recipe.fit(few(chosen.data) if chosen.default_needs_more else chosen.data)
    assert recipe.history is first
    if chosen.default_needs_more:
        recipe.fit(chosen.data, chosen.quick, verbose=0)
    before, at_second_phase = weights(recipe.model), _AtEpoch(1, recipe)
    history = recipe.fit(
        chosen.data,
        [
            ktl.Phase("head", epochs=1, keep="last"),
            ktl.Phase("all", epochs=2, learning_rate=1e-3),
        ],
        callbacks=[at_second_phase],
        verbose=0,
    )
    saved = recipe.save(tmp_path_factory.mktemp("runs") / "run")
    return Trained(chosen, recipe, first, history, before, at_second_phase.weights, saved)


@pytest.fixture(scope="module")
def new_process() -> Iterator[subprocess.Popen]:
    """A process that has seen no training; it answers for every task, to start only once."""
    program = (
        "import json, sys, kerastl as ktl\n"
        "from tests.contracts.plain_answers import plain\n"
        "for line in sys.stdin:\n"
        "    saved, raw = json.loads(line)\n"
        "    answer = plain(ktl.load(saved).predict(raw)[0])\n"
        "    print('answer', json.dumps(answer), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        yield process


@both_backends
def test_fit_learns_and_history_is_continuous(trained):
    chosen = trained.case
    assert isinstance(trained.history, keras.callbacks.History)
    for history in (trained.first, trained.history):
        assert history.epoch == list(range(len(history.epoch)))
        assert np.isfinite(history.history["loss"]).all()
    assert trained.history.epoch == [0, 1, 2]
    assert chosen.figure(trained.recipe.evaluate(chosen.data.validation)) > chosen.learnable


@both_backends
def test_while_the_head_trains_the_backbone_stands_still(trained):
    *stages_before, head_before = trained.before
    *stages_after, head_after = trained.after_head
    for before, after in zip(stages_before, stages_after, strict=True):
        for old, new in zip(before, after, strict=True):
            np.testing.assert_array_equal(new, old)
    assert np.abs(head_after[0] - head_before[0]).max() > 0


def test_batches_hold_the_targets(trained):
    split = trained.case.data.validation
    batches = trained.recipe.batches(split).map(lambda inputs, targets: targets)
    found = np.concatenate(list(batches.as_numpy_iterator()))
    np.testing.assert_array_equal(found, trained.recipe.targets(split))


def test_raw_inputs_of_every_kind_give_one_prediction(trained):
    chosen, recipe = trained.case, trained.recipe
    predictions = [recipe.predict([raw])[0] for raw in chosen.raw]
    for prediction in predictions:
        chosen.check_answer(prediction, chosen.data)
        assert plain(prediction) == rounded(plain(predictions[0]))
    assert recipe.predict(chosen.raw[0]) == predictions[:1]
    assert recipe.predict([]) == []


def test_evaluation_matches_predictions(trained):
    chosen, recipe = trained.case, trained.recipe
    test = chosen.data.test
    recounted = chosen.recount(recipe.predict(test), test)
    assert chosen.figure(recipe.evaluate(test)) == pytest.approx(recounted, abs=1e-6)


@pytest.mark.slow
def test_a_saved_recipe_predicts_the_same_in_a_new_process(trained, new_process):
    raw = str(trained.case.raw[0])
    new_process.stdin.write(json.dumps([str(trained.saved), raw]) + "\n")
    new_process.stdin.flush()
    answer = next(line for line in new_process.stdout if line.startswith("answer "))
    expected = plain(trained.recipe.predict(raw)[0])
    assert json.loads(answer.removeprefix("answer ")) == rounded(expected)


@pytest.mark.slow
@both_backends
def test_a_loaded_recipe_can_be_trained_further(trained):
    chosen, recipe = trained.case, trained.recipe
    loaded = ktl.load(trained.saved)
    assert loaded.class_names == recipe.class_names
    metrics = chosen.figure(loaded.evaluate(chosen.data.validation))
    assert metrics == chosen.figure(recipe.evaluate(chosen.data.validation))
    weights = loaded.model.get_weights()
    loaded.fit(chosen.data, [ktl.Phase("last:1", epochs=1, keep="last")], verbose=0)
    moved = zip(weights, loaded.model.get_weights(), strict=True)
    assert any((before != after).any() for before, after in moved)


def test_saving_replaces_nothing_without_leave(trained, tmp_path):
    recipe = trained.recipe
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


def test_a_schedule_that_decides_needs_a_linear_probe(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.build(chosen.data.class_names)
    if recipe.criterion.has_linear_probe:
        return
    schedule = ktl.schedules.ProbeGuidedFineTune(epochs=1)
    with pytest.raises(ValueError, match=r"JointFineTune.*HeadThenFineTune.*Received: Phase"):
        recipe.fit(chosen.data, schedule, verbose=0)
    assert recipe.history is None


# One task for each metric that decides.
@pytest.mark.parametrize(
    "task", ["image_classification", "image_multi_label_classification", "image_regression"]
)
def test_a_schedule_that_decides_reads_the_metric_of_the_task(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    history = recipe.fit(chosen.data, ktl.schedules.ProbeGuidedFineTune(epochs=1), verbose=0)
    criterion = recipe.criterion
    metric = criterion.validation_metric
    value = history.history[f"val_{metric}"][0]
    result = history.decision["reasons"][0]
    assert result.startswith(f"the linear probe's {metric.replace('_', ' ')} is {value:.3f} on ")
    assert criterion.baseline_means in result
    assert len(history.decision["phases"]) == (0 if value == 1 else 1)


def test_a_description_is_readable(task, trained):
    described = json.loads((trained.saved / "recipe.json").read_text())
    assert described["task"] == task
    assert described["training"]["phases"][0]["trains"]
    labels = (trained.saved / "labels.txt").read_text().split()
    assert labels == list(trained.recipe.class_names)


@pytest.mark.slow
def test_export_verifies_every_artifact(trained, tmp_path):
    chosen, recipe = trained.case, trained.recipe
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


def test_a_loaded_recipe_asks_for_data_to_export(trained, tmp_path):
    with pytest.raises(ValueError, match="pass data="):
        ktl.load(trained.saved).export(tmp_path / "out")


def test_data_of_the_other_kind_is_refused(task, tmp_path):
    chosen = case(task, tmp_path)
    kind = "text" if chosen.data.modality == "image" else "image"
    other = case(f"{kind}_classification", tmp_path)
    with pytest.raises(ValueError, match="Received: a split of"):
        chosen.make().fit(other.data)


def test_it_survives_its_configuration(task, tmp_path):
    recipe = case(task, tmp_path).make()
    config = json.loads(json.dumps(recipe.get_config()))
    again = type(recipe).from_config(config)
    assert again.backbone.stage_names == recipe.backbone.stage_names
    assert {**again.get_config(), "backbone": None} == {**recipe.get_config(), "backbone": None}
