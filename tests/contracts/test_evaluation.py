"""What the evaluation of every task promises: it keeps its examples."""

import gc
import json
import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.registry import TASKS
from tests.contracts.recipes_under_test import Case, case

QUICK = {"image_classification", "text_classification"}


@dataclass
class Evaluated:
    """A recipe that was trained shortly, and its evaluation of the test split."""

    case: Case
    recipe: ktl.Recipe
    evaluation: Any


@pytest.fixture(
    scope="module",
    params=[pytest.param(t, marks=() if t in QUICK else pytest.mark.slow) for t in TASKS],
)
def evaluated(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Evaluated:
    chosen = case(request.param, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    return Evaluated(chosen, recipe, recipe.evaluate(chosen.data.test))


@pytest.fixture
def evaluation(evaluated):
    return evaluated.evaluation


def test_every_example_has_its_name_truth_prediction_and_loss(evaluated):
    test, frame = evaluated.case.data.test, evaluated.evaluation.to_frame()
    assert list(frame.name) == [test.name(index) for index in range(len(test))]
    assert ("text" in frame) is (test.modality == "text")
    if test.modality == "text":
        assert list(frame.text) == list(test.inputs)
    columns = " ".join(frame.columns)
    assert "tru" in columns
    assert "predicted" in columns
    assert np.isfinite(frame.loss).all()
    assert frame.correct.dtype == bool


def test_the_frame_holds_what_predict_says(evaluated):
    predictions = evaluated.recipe.predict(evaluated.case.data.test)
    results = evaluated.evaluation.results
    for index, prediction in enumerate(predictions):
        predicted = results.predicted(index)
        if hasattr(prediction, "values"):
            assert predicted == pytest.approx(prediction.values, rel=1e-5)
        elif hasattr(prediction, "labels"):
            assert set(predicted) == set(prediction.labels)
        elif hasattr(prediction, "label"):
            assert predicted == prediction.label
            assert results.score(index) == pytest.approx(prediction.probability, rel=1e-5)
        elif evaluated.recipe.task == "object_detection":
            sure = [each for each in prediction if each.score >= 0.3]
            assert [each.label for each in predicted] == [each.label for each in sure]
            for mine, given in zip(predicted, sure, strict=True):
                assert mine.box == pytest.approx(given.box, rel=1e-4, abs=1e-3)
        else:
            spans = [(each.start, each.end, each.label, each.text) for each in prediction]
            assert [(e.start, e.end, e.label, e.text) for e in predicted] == spans


def test_the_worst_examples_come_first_and_print_as_a_table(evaluation):
    frame, worst = evaluation.to_frame(), evaluation.worst(5)
    assert len(worst) == 5
    assert worst[0].name == frame.name[worst[0].index]
    assert worst[0].loss == frame.loss[worst[0].index]
    assert {each.index for each in worst} == {e.index for e in evaluation.worst(len(frame))[:5]}
    chosen = [each.index for each in worst]
    others = frame.drop(index=chosen)
    if len(others) and not any(each.correct for each in worst):
        assert min(each.loss for each in worst) >= others.loss[~others.correct].to_numpy().max(
            initial=0
        )
    assert len(repr(worst).splitlines()) == 6
    assert len(evaluation.worst(10_000)) == len(frame)


def test_every_metric_has_an_interval_that_holds_it(evaluation):
    assert evaluation.intervals
    for name, (low, high) in evaluation.intervals.items():
        value = getattr(evaluation, name)
        assert low <= high
        assert low - 1e-9 <= value <= high + 1e-9
    groups = next(
        getattr(evaluation, name)
        for name in ("per_class", "per_label", "per_target", "per_type")
        if hasattr(evaluation, name)
    )
    assert groups.keys() == evaluation.group_intervals.keys()
    for name, intervals in evaluation.group_intervals.items():
        assert intervals
        for metric, (low, high) in intervals.items():
            value = getattr(groups[name], metric)
            assert np.isnan([low, high]).all() or low - 1e-9 <= value <= high + 1e-9


def test_confusions_are_the_wrong_examples(evaluation):
    if not hasattr(evaluation, "confusions"):
        assert isinstance(evaluation.results.truth(0), dict)  # Numbers are not confused.
        return
    found = evaluation.confusions()
    wrong = set(np.flatnonzero(~evaluation.results.correct).tolist())
    assert {index for each in found for index in each.indices} == wrong
    assert all(each.count == len(each.indices) and each.share > 0 for each in found)
    assert [each.count for each in found] == sorted((e.count for e in found), reverse=True)
    assert evaluation.confusions(1) == found[:1]


def test_a_model_does_not_differ_from_itself(evaluation):
    comparison = evaluation.compare(evaluation)
    assert (comparison.fixed, comparison.broken, comparison.p_value) == (0, 0, 1.0)
    assert comparison.to_frame().empty
    assert "no evidence" in str(comparison)


def test_it_goes_through_json_without_examples(evaluation):
    described = json.loads(json.dumps(evaluation.to_dict()))
    assert "results" not in described
    assert described["intervals"].keys() == evaluation.intervals.keys()


def test_the_metrics_alone_say_that_the_examples_are_missing(evaluation):
    alone = replace(evaluation, results=None)
    assert alone.intervals == {}
    assert str(alone)
    for use in (alone.worst, alone.to_frame, lambda: evaluation.compare(alone)):
        with pytest.raises(RuntimeError, match=r"recipe\.evaluate\(split\).*Received"):
            use()
    with pytest.raises(ValueError, match="`other` must be an evaluation"):
        evaluation.compare(0.9)
    with pytest.raises(ValueError, match="Received: count=0"):
        evaluation.worst(0)


def test_other_examples_are_not_compared(evaluated):
    data = evaluated.case.data
    fewer = evaluated.recipe.evaluate(data.test.subset(range(4)))
    with pytest.raises(ValueError, match=r"same examples.*Received: \d+ and 4 examples"):
        evaluated.evaluation.compare(fewer)
    order = np.roll(np.arange(len(data.test)), 1)
    moved = evaluated.recipe.evaluate(data.test.subset(order))
    with pytest.raises(ValueError, match="same examples"):
        evaluated.evaluation.compare(moved)


def test_predict_frame_has_the_predictions(evaluated):
    recipe, raw = evaluated.recipe, evaluated.case.raw
    frame = recipe.predict_frame(raw[:2])
    assert set(frame.index) <= {0, 1}
    rows = [
        each.to_row()
        for prediction in recipe.predict(raw[:2])
        for each in (prediction if isinstance(prediction, list) else [prediction])
    ]
    assert frame.drop(columns=["name", "text"], errors="ignore").to_dict("records") == rows
    assert recipe.predict_frame([]).empty


def test_nothing_is_kept_of_a_decoded_image(evaluated):
    """The evaluation holds the split, not arrays as large as the model's input."""
    test = evaluated.case.data.test
    evaluation = evaluated.recipe.evaluate(test)
    gone = weakref.ref(evaluation.results)
    assert evaluation.results.split.inputs is test.inputs
    kept = [v for v in vars(evaluation.results).values() if isinstance(v, np.ndarray)]
    assert all(each.size <= len(test) * max(8, len(evaluated.recipe.class_names)) for each in kept)
    del evaluation
    gc.collect()
    assert gone() is None
