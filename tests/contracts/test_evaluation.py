"""What the evaluation of every task promises: it keeps its examples."""

import gc
import json
import re
import weakref
from dataclasses import dataclass, fields, replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

import kerastl as ktl
from kerastl.tasks.registry import TASKS
from tests.contracts.recipes_under_test import Case, case


class Tags(HTMLParser):
    """Collects the names of elements."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)


def html_tags(html: str) -> list[str]:
    parser = Tags()
    parser.feed(html)
    return parser.tags


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
    metrics = {each.name for each in fields(evaluation)}
    metrics = {name for name in metrics if isinstance(getattr(evaluation, name), float)}
    assert metrics - {"stated_coverage"} == evaluation.intervals.keys()
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


def test_the_worst_are_drawn_or_marked(evaluated, tmp_path):
    modality = evaluated.case.data.modality
    path = tmp_path / ("worst.png" if modality == "image" else "worst.html")
    drawn = evaluated.evaluation.plot_worst(3, path)
    worst = evaluated.evaluation.worst(3)
    if modality == "image":
        assert [axes.axison for axes in drawn.figure.axes].count(True) == 3
        titles = " ".join(axes.get_title(loc="left") for axes in drawn.figure.axes)
        assert Image.open(path).size[0] > 300
    else:
        titles = path.read_text()
        for each in worst:
            inside = re.sub("<small>.*?</small>|<[^>]*>", "", titles)
            assert each.input in unescape(inside)
    for each in worst:
        assert each.name.split("/")[-1] in titles
    assert html_tags(drawn._repr_html_())


def test_a_plot_shows_what_is_confused_or_how_far_off(evaluated, tmp_path):
    evaluation = evaluated.evaluation
    draw = getattr(evaluation, "plot_confusion", None) or evaluation.plot_residuals
    plot = draw(path=tmp_path / "plot.png")
    assert Image.open(tmp_path / "plot.png").size[0] > 200
    texts = " ".join(text.get_text() for text in plot.figure.findobj(Text))
    names = list(evaluation.groups)
    assert all(
        name in texts for name in (names if draw.__name__ == "plot_confusion" else names[:1])
    )


def test_a_notebook_shows_data_evaluation_and_history(evaluated):
    data, recipe = evaluated.case.data, evaluated.recipe
    shown = [data, data.test, data.test[0], evaluated.evaluation, evaluated.evaluation.worst(2)]
    shown += [recipe.history, evaluated.evaluation.compare(evaluated.evaluation)]
    for each in shown:
        tags = html_tags(each._repr_html_())
        assert tags[0] == "div"
        assert not {"script", "link", "iframe"} & set(tags)
    pictures = html_tags(data.test._repr_html_()).count("img")
    assert (pictures > 0) is (data.modality == "image")


def test_examples_of_a_split_are_read_by_position(evaluated):
    test = evaluated.case.data.test
    assert len(evaluated.case.data) == sum(map(len, evaluated.case.data.splits.values()))
    assert [example.index for example in test] == list(range(len(test)))
    assert test[-1].name == test.name(len(test) - 1)
    assert len(test[2:5]) == 3
    assert test[2:5][0].label == test[2].label
    with pytest.raises(IndexError, match=r"Received: the position \d+"):
        test[len(test)]
    truth = evaluated.evaluation.results.truth(0)
    label = test[0].label
    if isinstance(truth, list):
        assert [each[0] for each in label] == [each.label for each in truth]
    else:
        assert label == truth


def test_the_history_is_saved_with_the_recipe(evaluated, tmp_path):
    loaded = ktl.load(evaluated.recipe.save(tmp_path / "run"))
    assert loaded.history.get_config() == evaluated.recipe.history.get_config()
    assert repr(loaded.history) == repr(evaluated.recipe.history)
    plot = loaded.history.plot(tmp_path / "curves.png")
    metrics = loaded.history.history
    several = [m for m, values in metrics.items() if np.isfinite(np.array(values, float)).sum() > 1]
    # A metric of one epoch alone is a point, and no curve.
    assert len(plot.figure.axes) == len({m.removeprefix("val_") for m in several or metrics})
