"""What `load_bundle` promises for the bundle of every task."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import kerastl as ktl
from kerastl.answering.bundle_model import BundleModel
from kerastl.answering.results import TASKS as ANSWERED
from kerastl.tasks.registry import TASKS
from tests.contracts.plain_answers import plain, rounded
from tests.contracts.recipes_under_test import Case, case

# In the developer's loop, the commonest tasks.
QUICK = {"image_classification", "text_classification"}

ALONE = """
import json, sys
import kerastl as ktl
from tests.contracts.plain_answers import plain
directory, inputs = json.load(sys.stdin)
answers = ktl.load_bundle(directory).predict(inputs)
heavy = {"tensorflow", "keras", "keras_hub", "tf_keras", "tensorflow_text", "jax"}
print(json.dumps([plain(answers), sorted(heavy & set(sys.modules))]))
"""


@dataclass
class Exported:
    case: Case
    recipe: ktl.Recipe
    folder: Path
    model: BundleModel

    def close(self, answer):
        """What equals the values of an answer up to the order in which a runtime adds numbers.

        The head of a regression on few texts adds terms near 200 that cancel, where numbers of
        float32 are 1.5e-5 apart; probabilities have no such terms.
        """
        near = 3e-4 if self.recipe.task.endswith("regression") else 1e-4
        return rounded(plain(answer), rel=1e-4, abs=near)


@pytest.fixture(
    scope="module",
    params=[pytest.param(t, marks=() if t in QUICK else pytest.mark.slow) for t in TASKS],
)
def exported(request, tmp_path_factory) -> Exported:
    chosen = case(request.param, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    folder = tmp_path_factory.mktemp("bundle") / "out"
    recipe.export(
        folder, formats=("tflite",), quantize=("float32",), max_drop=None, min_agreement=None
    )
    return Exported(chosen, recipe, folder, ktl.load_bundle(folder))


def test_every_task_is_answered():
    assert {*TASKS, "embedding"} == set(ANSWERED)


def test_results_are_those_of_the_recipe(exported):
    test = exported.case.data.test
    expected = exported.recipe.predict(test)
    answers = exported.model.predict(test)
    assert type(answers[0]) is type(expected[0])
    assert plain(answers) == exported.close(expected)


def test_raw_inputs_of_every_form_are_read(exported):
    (expected,) = exported.recipe.predict(exported.case.raw[0])
    for raw in exported.case.raw:
        for given in (raw, [raw]):
            (answer,) = exported.model.predict(given)
            assert plain(answer) == exported.close(expected)
    assert exported.model.predict([]) == []


def test_labels_and_text_of_the_object(exported):
    assert exported.model.labels == exported.recipe.class_names
    assert exported.model.task == exported.recipe.task
    assert exported.model.format == "tflite/float32"
    assert repr(exported.model).startswith(f"BundleModel({str(exported.folder)!r}, ")


def test_neither_tensorflow_nor_keras_is_imported(exported):
    raw = [each for each in exported.case.raw if isinstance(each, str)]
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps([str(exported.folder), raw]),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr
    answers, imported = json.loads(done.stdout)
    assert imported == []
    assert answers == exported.close(exported.model.predict(raw))
