"""What every classifier promises about inputs of no class: recipe, files and programs agree."""

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import kerastl as ktl
from kerastl.answering.serving.predict_call import PredictCall
from kerastl.answering.trying.tried_model import TriedModel
from kerastl.artifacts.metadata.reading import read_metadata
from kerastl.cli.main import main
from tests.contracts.recipes_under_test import Case, case

TASKS = ("image_classification", "text_classification", "few_shot_text_classification")
CLASSIFY = Path(__file__).resolve().parents[2] / "export" / "python" / "classify.py"
FILES = ("float32", "dynamic")


@dataclass
class Made:
    case: Case
    recipe: ktl.Recipe
    bundle: Path

    @property
    def test(self) -> ktl.data.Split:
        return self.case.data.test


@pytest.fixture(scope="module", params=TASKS)
def made(request, tmp_path_factory) -> Made:
    chosen = case(request.param, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    # The validation splits are too small for 5 %, and a fifth of the inputs shows both answers.
    assert np.isfinite(recipe.choose_unknown_threshold(false_alarms=0.25))
    bundle = tmp_path_factory.mktemp("bundle") / "out"
    recipe.export(
        bundle, formats=("saved_model", "tflite"), quantize=FILES, max_drop=None,
        min_agreement=None,
    )  # fmt: skip
    return Made(chosen, recipe, bundle)


def judged(predictions) -> list[bool]:
    return [each.is_unknown for each in predictions]


def test_predictions_have_no_label_beyond_the_threshold(made):
    plain = made.recipe.predict(made.test)
    found = made.recipe.predict(made.test, allow_unknown=True)
    rule = made.recipe.unknown_rule
    assert 0 < sum(judged(found)) < len(found)
    for each, before in zip(found, plain, strict=True):
        assert each.is_unknown == (each.unfamiliarity > rule.threshold)
        assert each.label == (None if each.is_unknown else before.label)
        assert each.probabilities == pytest.approx(before.probabilities, abs=1e-5)
        assert before.unfamiliarity is None
        assert not before.is_unknown
    frame = made.recipe.predict_frame(made.test, allow_unknown=True)
    assert frame["is unknown"].tolist() == judged(found)
    assert frame["label"].isna().tolist() == judged(found)
    assert "is unknown" not in made.recipe.predict_frame(made.test)


def test_a_saved_recipe_answers_the_same(made, tmp_path):
    made.recipe.save(tmp_path / "run")
    loaded = ktl.load(tmp_path / "run")
    expected = made.recipe.predict(made.test, allow_unknown=True)
    assert loaded.unknown_rule.threshold == made.recipe.unknown_rule.threshold
    assert judged(loaded.predict(made.test, allow_unknown=True)) == judged(expected)
    # Another rate needs no data.
    loaded.choose_unknown_threshold(false_alarms=0.5)
    assert sum(judged(loaded.predict(made.test, allow_unknown=True))) > sum(judged(expected))


def test_files_answer_as_the_recipe_does(made):
    expected = made.recipe.predict(made.test, allow_unknown=True)
    model = ktl.load_bundle(made.bundle, "float32")
    found = model.predict(made.test, allow_unknown=True)
    scores = [[each.unfamiliarity for each in many] for many in (expected, found)]
    np.testing.assert_allclose(*scores, atol=5e-3)
    assert judged(found) == judged(expected)
    assert not any(judged(model.predict(made.test)))


def test_every_file_holds_a_threshold_of_its_own(made):
    described = json.loads((made.bundle / "kerastl.json").read_text())
    validation = made.case.data.validation
    alarms = np.mean(judged(made.recipe.predict(validation, allow_unknown=True)))
    for name in FILES:
        path = f"tflite/{name}.tflite"
        own = read_metadata((made.bundle / path).read_bytes()).description["unknown"]
        assert own == described["tflite"][path]["unknown"]
        found = ktl.load_bundle(made.bundle, name).predict(validation, allow_unknown=True)
        # Rounding may exchange two examples beside the threshold.
        assert np.mean(judged(found)) == pytest.approx(alarms, abs=2.5 / len(validation))
    thresholds = [described["tflite"][f"tflite/{name}.tflite"]["unknown"] for name in FILES]
    assert thresholds[0] != thresholds[1]


def test_the_saved_model_answers_as_the_recipe_does(made):
    import tensorflow as tf
    import tensorflow_text  # noqa: F401

    served = tf.saved_model.load(str(made.bundle / "saved_model" / "1"))
    raw = tf.constant([*made.test.encoded()])
    answer = served.signatures["serving_default"](raw)
    expected = made.recipe.predict(made.test, allow_unknown=True)
    assert answer["is_unknown"].numpy().tolist() == judged(expected)
    labels = [name.decode() for name in answer["label"].numpy()]
    # A program that knows nothing of `is_unknown` gets the most probable class, as before.
    assert labels == [each.label for each in made.recipe.predict(made.test)]


def test_the_program_without_kerastl_answers_as_load_bundle_does(made):
    spec = importlib.util.spec_from_file_location("classify", CLASSIFY)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    classify = program.Classifier(made.bundle / "tflite" / "float32.tflite")
    raw = [*made.test.encoded()]
    items = [each.decode() if made.test.modality == "text" else each for each in map(_bytes, raw)]
    model = ktl.load_bundle(made.bundle, "float32")
    for item in items:
        (expected,) = model.predict(item, allow_unknown=True)
        label, score = classify.answer(item)
        assert label == expected.label
        assert score == pytest.approx(expected.probability, abs=2e-3)


def test_the_server_answers_as_a_saved_model_does(made):
    model = ktl.load_bundle(made.bundle, "float32")
    call = PredictCall([model], 100)
    if model.modality == "text":
        texts = [str(each) for each in made.test.inputs]
        body = {"instances": texts}
    else:
        import base64

        encoded = [base64.b64encode(each).decode() for each in made.test.encoded()]
        body = {"instances": [{"image_bytes": {"b64": each}} for each in encoded]}
    (answer, _, failed) = call(json.dumps(body).encode())
    assert not failed
    expected = model.predict(made.test, allow_unknown=True)
    rows = answer["predictions"]
    assert [row["is_unknown"] for row in rows] == judged(expected)
    assert [row["label"] for row in rows] == [each.label for each in model.predict(made.test)]


def test_the_command_prints_none_of_these(made, capsys, tmp_path):
    test, expected = made.test, made.recipe.predict(made.test, allow_unknown=True)
    index = judged(expected).index(True)
    given = str(test.inputs[index])
    if test.modality == "image":
        path = tmp_path / "unknown.png"
        path.write_bytes(test.encoded()[index])
        given = str(path)
    command = ["predict", str(made.bundle), given, "--allow-unknown", "--format", "float32"]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("none of these\t")
    assert main([*command, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["label"] is None
    assert row["is_unknown"]


def _bytes(raw) -> bytes:
    return raw if isinstance(raw, bytes) else raw.encode()


def test_the_page_of_kerastl_try_answers_as_predict_does(made):
    given = made.test.encoded()[:20]
    for model in (made.recipe, ktl.load_bundle(made.bundle, "float32")):
        assert model.tells_unknown
        page = TriedModel(model, "model")
        found = model.predict(given, allow_unknown=True)
        answers = [page.answer(x if isinstance(x, bytes) else x.encode()) for x in given]
        assert [each["label"] for each in answers] == [each.label for each in found]
