import numpy as np
import pytest

from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import Boxes
from kerastl.tasks.object_detection.evaluation import DetectionEvaluation
from kerastl.tasks.object_detection.resampled_precision import _matched, average_precision_of

NONE = Boxes(np.zeros((0, 4)), np.zeros(0, int), np.zeros(0))


def boxes(*rows):
    """Make boxes of x1, y1, x2, y2, class, score."""
    table = np.array(rows, "float64").reshape(-1, 6)
    return Boxes(table[:, :4], table[:, 4].astype(int), table[:, 5])


def random_images(seed, images=30):
    generator = np.random.default_rng(seed)
    found, true = [], []
    for _ in range(images):
        count = generator.integers(0, 4)
        corners = generator.uniform(0, 60, (count, 2))
        rows = np.concatenate([corners, corners + generator.uniform(8, 30, (count, 2))], axis=1)
        kinds = generator.integers(0, 2, (count, 1))
        true.append(np.concatenate([rows, kinds], axis=1))
        moved = np.repeat(rows, 2, axis=0) + generator.normal(0, 2.5, (2 * count, 4))
        scores = np.sort(generator.uniform(0.05, 1, 2 * count))[::-1]
        found.append(Boxes(moved, np.repeat(kinds[:, 0], 2), scores))
    return found, true


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_with_equal_weights_is_that_of_pycocotools(seed):
    found, true = random_images(seed)
    expected = average_precision(found, true, 2)
    for kind in range(2):
        own = average_precision_of(*_matched(found, true, kind), np.ones(len(true)))
        assert own.mean() == pytest.approx(expected.strict[kind], abs=1e-6)
        assert own[0] == pytest.approx(expected.at_half[kind], abs=1e-6)


def test_an_image_drawn_twice_counts_as_two_images():
    found, true = random_images(9, images=8)
    weights = np.array([2, 0, 1, 3, 0, 1, 1, 0.0])
    drawn = np.repeat(np.arange(8), weights.astype(int))
    expected = average_precision([found[i] for i in drawn], [true[i] for i in drawn], 2)
    for kind in range(2):
        own = average_precision_of(*_matched(found, true, kind), weights)
        assert own.mean() == pytest.approx(expected.strict[kind], abs=1e-6)


def test_mistakes_of_an_image():
    targets = [np.array([[0, 0, 10, 10, 0], [20, 20, 30, 30, 1], [50, 50, 60, 60, 0.0]])]
    found = boxes((0, 0, 10, 9, 0, 0.9), (20, 20, 30, 29, 0, 0.8), (70, 70, 80, 80, 1, 0.5))
    evaluation = DetectionEvaluation.from_boxes([found], targets, ["cat", "dog"])
    told = [(each.truth, each.predicted, each.count) for each in evaluation.confusions()]
    assert told == [
        ("(nothing)", "dog", 1),
        ("cat", "(nothing)", 1),
        ("dog", "cat", 1),
    ]
    # Missed: cat, dog. Scores of wrong boxes: .8 and .5. The right one lacks .1.
    assert evaluation.results.losses[0] == pytest.approx(2 + 0.8 + 0.5 + 0.1)
    assert not evaluation.worst(1)[0].correct


def test_unsure_boxes_are_no_answers():
    targets = [np.array([[0, 0, 10, 10, 0.0]])]
    sure = boxes((0, 0, 10, 10, 0, 0.4), (40, 40, 50, 50, 0, 0.2))
    unsure = boxes((0, 0, 10, 10, 0, 0.2))
    evaluation = DetectionEvaluation.from_boxes([sure, unsure, NONE], targets * 3, ["cat"])
    assert evaluation.results.correct.tolist() == [True, False, False]
    assert [len(evaluation.results.predicted(i)) for i in range(3)] == [1, 0, 0]
    assert evaluation.confusions()[0].indices == (1, 2)
    assert [each.index for each in evaluation.worst(2)] == [2, 1]


def test_intervals_hold_the_metric_and_are_narrower_with_more_images():
    few, many = (
        DetectionEvaluation.from_boxes(*random_images(3, n), ["a", "b"]) for n in (12, 400)
    )
    widths = []
    for each in (few, many):
        low, high = each.intervals["map50"]
        assert low <= each.map50 <= high
        assert each.group_intervals["a"]["map"][0] <= each.per_class["a"].map
        widths.append(high - low)
    assert widths[1] < widths[0]
