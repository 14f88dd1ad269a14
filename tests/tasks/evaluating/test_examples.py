"""Images that vanish, large data, and what plots need."""

import builtins
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.splits.split import Split
from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.tasks.multi_label.evaluation import MultiLabelEvaluation


@pytest.fixture
def photos(tmp_path):
    """Evaluate a split of image files, of which every second is predicted wrong."""
    for number in range(8):
        folder = tmp_path / "photos" / ("cat", "dog")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        colour = (20 * number, 90, 200)
        Image.new("RGB", (60, 40), colour).save(folder / f"{number}.jpg")
    split = ktl.data.image_folder(tmp_path / "photos").train
    scores = np.tile([[0.9, 0.1], [0.7, 0.3]], (4, 1))
    return Evaluation.from_probabilities(scores, split.labels, split.class_names, split)


def test_images_that_vanish_leave_an_empty_place(photos, tmp_path):
    worst = photos.worst(3)
    os.remove(worst[0].name)
    Path(worst[1].name).write_bytes(b"not an image any more")
    plot = photos.plot_worst(3, tmp_path / "worst.png")
    texts = [text.get_text() for axes in plot.figure.axes for text in axes.texts]
    assert texts.count("cannot be read") == 2
    html = photos._repr_html_()
    assert html.count("cannot be read") == 2
    assert list(photos.to_frame().name) == [photos.results.split.name(i) for i in range(8)]
    assert worst[0].input == worst[0].name


def test_the_worst_of_a_classifier_are_the_most_confidently_wrong(photos):
    worst = photos.worst(8)
    assert [each.correct for each in worst] == [False] * 4 + [True] * 4
    assert [each.score for each in worst[:4]] == sorted((e.score for e in worst[:4]), reverse=True)
    assert worst[0].truth == "dog"
    assert worst[0].predicted == "cat"
    assert "✗" in repr(worst)
    assert repr(worst[:2]).count("\n") == 2


def test_mcnemar_compares_the_examples_that_changed(photos):
    """With 4 fixed and none broken, the exact two-sided p-value is 2 / 2^4."""
    results = photos.results
    perfect = np.where(np.arange(2) == results.labels[:, None], 0.9, 0.1)
    better = Evaluation.from_probabilities(
        perfect, results.labels, photos.class_names, results.split
    )
    comparison = photos.compare(better)
    assert (comparison.fixed, comparison.broken) == (4, 0)
    assert comparison.p_value == pytest.approx(0.125)
    assert comparison.difference == pytest.approx(0.5)
    low, high = comparison.difference_interval
    assert low < 0.5 < high
    assert comparison.loss_difference < 0
    assert {each.index for each in comparison.fixed_examples()} == set(
        np.flatnonzero(~results.correct)
    )
    assert len(comparison.broken_examples()) == 0
    assert list(comparison.to_frame().change) == ["fixed"] * 4
    assert "4 more and 0 fewer of 8 examples" in str(comparison)
    reverse = better.compare(photos)
    assert (reverse.fixed, reverse.broken, reverse.p_value) == (0, 4, 0.125)


def test_other_labels_are_not_compared(photos):
    results = photos.results
    labels = 1 - results.labels
    scores = np.full((8, 2), 0.5)
    other = Evaluation.from_probabilities(scores, labels, photos.class_names, results.split)
    with pytest.raises(ValueError, match=r"with the same labels\. Received: cat and dog"):
        photos.compare(other)
    numbers = MultiLabelEvaluation.from_probabilities(
        scores, np.ones((8, 2)), photos.class_names, [0.5, 0.5]
    )
    with pytest.raises(ValueError, match="same task"):
        photos.compare(numbers)


def test_many_classes_and_many_examples_stay_small():
    """Of 1,000 probabilities an example, the evaluation keeps two."""
    count, classes = 20_000, 1_000
    generator = np.random.default_rng(0)
    scores = np.full((count, classes), 1e-4, "float32")
    labels = generator.integers(classes, size=count)
    scores[np.arange(count), labels] = generator.random(count)
    split = Split("text", ["a"] * count, labels, [f"class {n}" for n in range(classes)])
    tracemalloc.start()
    results = Evaluation.from_probabilities(scores, labels, split.class_names, split).results
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(v.nbytes for v in vars(results).values() if isinstance(v, np.ndarray)) < 2e6
    # 20 million probabilities would be 160 MB.
    assert current < 40e6


def test_a_page_of_ten_thousand_classes_is_small(tmp_path):
    classes = 10_000
    names = [f"class {n}" for n in range(classes)]
    labels = np.arange(20_000) % classes
    split = Split("text", ["some text"] * 20_000, labels, names)
    data = ktl.data.Dataset(split)
    assert len(data._repr_html_()) < 30_000
    assert len(split._repr_html_()) < 30_000


def test_without_matplotlib_a_sentence_says_what_to_install(photos, monkeypatch):
    real = builtins.__import__

    def missing(name, *arguments, **how):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *arguments, **how)

    monkeypatch.setattr(builtins, "__import__", missing)
    for draw in (photos.plot_worst, photos.plot_confusion):
        with pytest.raises(
            ImportError, match=r"Plots need matplotlib: pip install .kerastl\[plots\]"
        ):
            draw()
    assert "accuracy" in photos._repr_html_()


def test_right_to_left_and_emoji_texts_are_shown(tmp_path):
    texts = ["مرحبا بالعالم", "😀 fine", "שלום", "plain"]
    split = Split("text", texts, [0, 1, 0, 1], ["طيب", "😈"])
    scores = np.full((4, 2), 0.5)
    evaluation = Evaluation.from_probabilities(scores, split.labels, split.class_names, split)
    page = evaluation.plot_worst(4, tmp_path / "worst.html")
    written = (tmp_path / "worst.html").read_text(encoding="utf-8")
    for text in texts:
        assert text in written
    assert written.count('dir="auto"') >= 4
    assert "طيب" in repr(page)
    with pytest.raises(ValueError, match=r"end its name in \.html"):
        evaluation.plot_worst(4, tmp_path / "worst.png")


def test_without_its_inputs_an_evaluation_has_no_picture_of_them():
    evaluation = Evaluation.from_probabilities(np.eye(2), np.array([1, 0]), ["a", "b"])
    assert list(evaluation.to_frame().name) == ["example 0", "example 1"]
    assert evaluation._repr_html_()
    with pytest.raises(RuntimeError, match=r"recipe\.evaluate\(split\)"):
        evaluation.plot_worst()
