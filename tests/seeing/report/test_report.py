"""Reports of difficult runs."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.seeing.report.files import described, write_run_files
from kerastl.seeing.report.metrics_part import _threshold, reliability
from kerastl.seeing.report.page import report_page
from kerastl.seeing.report.run import ReportedRun
from kerastl.seeing.report.worst_part import worst_part
from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.training.phases.history import PhasedHistory
from tests.contracts.recipes_under_test import case
from tests.permissions import mode
from tests.training import tiny

EVIL = '<script>alert("1")</script>'


def recipe_of(history=None):
    """What a report reads of a recipe."""
    backbone = SimpleNamespace(name=EVIL, options={"alpha": EVIL})
    return SimpleNamespace(
        task="text_classification",
        backbone=backbone,
        seed=0,
        history=history,
        class_names=("a", "b"),
        verdict=None,
        feature_stages=("top",),
        input_arguments=lambda: {"sequence_length": 16},
        explanations=lambda split, most_words: [None] * len(split),
    )


def run_of(texts, labels, names, history=None):
    """A run whose evaluation is of its own training examples."""
    data = ktl.data.arrays(texts, [names[i] for i in labels], class_names=names)
    generator = np.random.default_rng(0)
    rows = generator.dirichlet(np.ones(len(names)), len(texts)).astype("float32")
    chosen = data.train.subset(range(len(texts)))
    evaluation = Evaluation.from_probabilities(rows, chosen.labels, names, chosen)
    return ReportedRun(EVIL, recipe_of(history), data, evaluation)


@pytest.fixture
def small():
    texts = [f"{EVIL} שלום 👋🏽 {number}" for number in range(12)]
    return run_of(texts, [n % 2 for n in range(12)], [EVIL, "b"])


def test_names_and_texts_cannot_act(small):
    page = report_page(small, "runs")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_best_threshold_of_two_classes_is_named(small):
    assert "The best threshold for b" in report_page(small, "runs")


def test_without_matplotlib_there_is_a_sentence(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = report_page(small, "runs")
    assert "kerastl[plots]" in page
    assert "<svg" not in page


def test_a_run_without_an_evaluation_and_a_history_has_a_page(small, tmp_path):
    run = ReportedRun("plain", recipe_of(), small.data)
    write_run_files(run, tmp_path)
    assert not (tmp_path / "evaluation.json").exists()
    assert (tmp_path / "history.csv").read_text() == "epoch,phase\n"
    assert 'id="metrics"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_adaptation_without_a_source_has_a_page(tmp_path):
    write_run_files(ReportedRun("target", recipe_of(), None), tmp_path)
    assert 'id="data"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_decision_is_in_words(small, tmp_path):
    history = PhasedHistory()
    history.phases = [{"linear_probe": True, "first_epoch": 0, "trains": "head"}]
    history.record({"loss": 1.0, "val_loss": 0.5})
    history.decision = {"phases": [], "reasons": ["it makes no errors"], "input": {}}
    history.calibration = {"temperature": 0.5}
    run = ReportedRun("run", recipe_of(history), small.data)
    write_run_files(run, tmp_path)
    lines = (tmp_path / "decision.txt").read_text().splitlines()
    assert lines[0] == "Weights: the linear probe of phase 1."
    assert "It makes no errors." in lines
    assert any("divided by 0.5" in line for line in lines)
    assert (tmp_path / "history.csv").read_text().splitlines()[1] == '1,"1, linear probe",1.0,0.5'


@pytest.mark.slow
def test_the_page_of_many_classes_and_examples_is_small():
    classes, count = 10_000, 200_000
    names = [f"class {number}" for number in range(classes)]
    texts = [f"text {number} " + "of many words " * 20 for number in range(count)]
    data = ktl.data.arrays(texts, [names[n % classes] for n in range(count)], class_names=names)
    some = data.train.subset(range(500))
    rows = np.full((500, classes), 1e-5, "float32")
    rows[np.arange(500), (np.arange(500) * 7) % classes] = 0.9
    evaluation = Evaluation.from_probabilities(rows, some.labels, names, some)
    run = ReportedRun("many", recipe_of(), data, evaluation)
    assert len(report_page(run, "many").encode()) < 5_000_000
    values = described(run)
    assert len(values["confusion"]) <= 500


def test_images_that_vanish_before_the_report_are_no_error(tmp_path):
    images, labels = tiny.images(count=60)
    for number, (pixels, label) in enumerate(zip(images, labels, strict=True)):
        path = tmp_path / "photos" / str(label) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    data = ktl.data.image_folder(tmp_path / "photos", validation_split=0.2, test_split=0.2)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    recipe.fit(data, "feature_extraction", verbose=0)
    evaluation = recipe.evaluate(data.test)
    for path in (tmp_path / "photos").rglob("*.png"):
        path.unlink()
    page = report_page(ReportedRun("gone", recipe, data, evaluation), "gone")
    assert "the image cannot be read" in page


def test_a_folder_with_files_is_refused_before_training(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    images, labels = tiny.images(count=20)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    with pytest.raises(FileExistsError):
        recipe.fit((images, labels), run_dir=tmp_path, verbose=0)
    assert not recipe.is_built


def test_a_folder_that_cannot_be_written_to_is_refused_before_training(tmp_path):
    images, labels = tiny.images(count=20)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    closed = tmp_path / "closed"
    closed.mkdir()
    with mode(closed, 0o500), pytest.raises(PermissionError, match="closed"):
        recipe.fit((images, labels), run_dir=closed / "run", verbose=0)
    assert not recipe.is_built
    assert not list(closed.iterdir())


def test_a_threshold_that_calls_everything_positive_is_not_named():
    names = ("a", "b")
    rows = np.array([[0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.9, 0.1]], "float32")
    texts = [f"text {n}" for n in range(4)]
    data = ktl.data.arrays(texts, ["a", "b", "b", "b"], class_names=names)
    labels = np.array([0, 1, 1, 1])
    evaluation = Evaluation.from_probabilities(rows, labels, names, data.train)
    assert _threshold(evaluation.results) == ""
    separable = Evaluation.from_probabilities(rows, np.array([1, 1, 0, 0]), names, data.train)
    assert "The best threshold for b" in _threshold(separable.results)


def test_the_bins_of_the_reliability_diagram():
    confidence = np.array([0.95, 0.85, 1.0, 0.15])
    found = reliability(confidence, np.array([True, False, True, False]))
    assert [(round(mean, 3), right, count) for mean, right, count in found] == [
        (0.15, 0.0, 1),
        (0.85, 0.0, 1),
        (0.975, 1.0, 2),
    ]


def test_metrics_that_are_not_finite_are_null(small, tmp_path):
    write_run_files(small, tmp_path)
    json.loads((tmp_path / "evaluation.json").read_text(), parse_constant=pytest.fail)


def test_entities_are_marked_as_right_missed_or_wrong():
    from kerastl.seeing.report.worst_part import _marked

    true = {(0, 3, "person"), (9, 13, "place")}
    found = {(0, 3, "person"), (9, 13, "person")}
    text = _marked("Ada like <b>!", true, found)
    assert text.startswith("<mark>Ada <small>person</small></mark> like ")
    assert "&lt;b&gt;! <small>predicted: person</small>" in text
    assert "missed: place" in text
    assert "<b>" not in text


@pytest.mark.parametrize("task", ["image_classification", "text_classification"])
def test_the_worst_examples_are_explained(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    evaluation = recipe.evaluate(chosen.data.test or chosen.data.validation)
    run = ReportedRun("run", recipe, chosen.data, evaluation)
    shown = worst_part(run)
    explained = [each for each in shown if each["why"]]
    assert 1 <= len(explained) <= 4
    target = evaluation.worst(1)[0].predicted
    assert f"raise {target}" in explained[0]["why"]
    page = report_page(run, "run")
    if task.startswith("image"):
        assert len(explained[0]["pictures"]) == 2
        assert page.count('class="pair"') == len(explained)
    else:
        # The words carry the weights that `explain` returns.
        found = recipe.explain(evaluation.worst(1)[0].input, most_words=24)
        assert str(explained[0]["marked"]) == found.marked()
        assert found.marked() in page


def test_several_examples_are_explained_as_each_alone(tmp_path):
    chosen = case("image_classification", tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    images = chosen.data.train.subset(range(3)).inputs
    together = recipe.explanations(ktl.data.Split("image", images, None, ()))
    for index, found in enumerate(together):
        alone = recipe.explain(images[index])
        assert found.target == alone.target
        np.testing.assert_allclose(found.heat, alone.heat, atol=1e-3)
