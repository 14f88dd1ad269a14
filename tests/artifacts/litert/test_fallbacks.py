from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.litert import variants
from kerastl.artifacts.litert.fallbacks import Attempt, Fallbacks
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.tasks.classification.measure import ClassificationMeasure


@pytest.fixture(scope="module")
def fallbacks(small_image, small_float32):
    exportable, held_out, calibration = small_image
    examples = held_out.sample(30)
    scores = LiteRTModel(small_float32).predict(examples.inputs)
    reference = Reference(scores, examples.labels, ClassificationMeasure(), 0.01, 0.9)
    observation = observe(small_float32, calibration.sample(30).inputs)
    return Fallbacks(exportable, small_float32, observation, examples, reference)


def _ruin(content, observation=None, *, in_float=()):
    graph = Graph(content)
    for number, operator in enumerate(graph.operators):
        if graph.kind(operator) == Kind.DEPTHWISE_CONV_2D and number not in in_float:
            zeros = np.zeros_like(graph.constant(operator.inputs[1]))
            operator.inputs[1] = graph.add_constant("zeros", zeros)
    return graph.to_bytes()


def test_the_first_candidate_that_passes_is_the_last_tried(fallbacks):
    (attempt,) = fallbacks.make("int8")
    assert (attempt.row.name, attempt.row.candidate) == ("tflite/int8", "least-error ranges")
    assert attempt.row.kept
    assert len(attempt.content) == attempt.row.bytes


def test_each_candidate_is_reported(fallbacks, monkeypatch):
    first, second, _ = variants.VARIANTS["int8"]
    candidates = (
        variants.Candidate(first.name, _ruin),
        variants.Candidate(second.name, _ruin),
        variants._sensitive_in_float(_ruin),
    )
    monkeypatch.setitem(variants.VARIANTS, "int8", candidates)
    attempts = fallbacks.make("int8")
    # The second gives the same file as the first, and is not compared again.
    names = [attempt.row.name for attempt in attempts]
    assert names == ["tflite/int8, least-error ranges", "tflite/int8"]
    assert attempts[0].row.decision.startswith("refused: ")
    assert attempts[1].row.kept
    assert attempts[1].row.candidate == "sensitive layers in float"


def test_candidates_that_need_calibration_are_left_out_without_it(fallbacks, monkeypatch):
    candidates = (variants.Candidate("all layers", _ruin), variants._sensitive_in_float(_ruin))
    monkeypatch.setitem(variants.VARIANTS, "dynamic", candidates)
    (attempt,) = replace(fallbacks, observation=None).make("dynamic")
    assert not attempt.row.kept
    assert attempt.row.path is None


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ValueError("no such kernel"), RuntimeError),
        (AssertionError("no such kernel"), RuntimeError),
        (ImportError("no such kernel"), ImportError),
        (OSError(28, "no such kernel"), OSError),
    ],
)
def test_a_failure_that_is_no_missed_bound_is_raised(failure, expected, fallbacks, monkeypatch):
    def fail(content, observation):
        raise failure

    monkeypatch.setitem(variants.VARIANTS, "int8", (variants.Candidate("all layers", fail),))
    with pytest.raises(expected, match="no such kernel") as caught:
        fallbacks.make("int8")
    if expected is RuntimeError:
        assert str(caught.value).startswith("The file 'tflite/int8' cannot be made")
        assert f"Received: all layers, {type(failure).__name__}" in str(caught.value)


# Of 200 examples the model has 180 right. A candidate gets `right` of them and changes `changed`.
@pytest.mark.parametrize(
    ("max_drop", "candidates", "kept"),
    [
        (0.0, [(179, 5), (180, 14), (176, 6)], 0),  # 1 lost, within the error of 5 + 14 changes
        (0.0, [(181, 9), (180, 4), (180, 6)], 1),
        (0.0, [(188, 10), (180, 4), (180, 4)], 0),  # 8 more, beyond the error of 10 + 4 changes
        (0.0, [(179, 3), (179, 1)], None),  # none passes
        (0.0, [(180, 0)], 0),
        (0.01, [(179, 5), (180, 0)], 0),  # another bound takes the first that passes
    ],
)
def test_a_bound_of_zero_takes_the_candidate_that_agrees_most(
    max_drop, candidates, kept, fallbacks, monkeypatch
):
    labels = np.zeros(200, int)
    model = np.eye(2)[np.arange(200) // 180]
    reference = Reference(model, labels, ClassificationMeasure(), max_drop, 0.9)
    tried = []

    def attempt(self, variant, candidate):
        right, changed = candidates[len(tried)]
        tried.append(candidate.name)
        # Changes from wrong to right and from right to wrong, with the given difference.
        lost = (changed + 180 - right) // 2
        wrong = np.concatenate([np.arange(180) < lost, np.arange(20) >= changed - lost])
        row = reference.compare("tflite/int8", Path("int8"), 1, np.eye(2)[wrong.astype(int)], 1.0)
        return Attempt(replace(row, candidate=candidate.name), candidate.name.encode(), {})

    names = [str(number) for number in range(len(candidates))]
    made = tuple(variants.Candidate(name, _ruin) for name in names)
    monkeypatch.setitem(variants.VARIANTS, "int8", made)
    monkeypatch.setattr(Fallbacks, "_try", attempt)
    attempts = replace(fallbacks, reference=reference).make("int8")
    rows = [each.row for each in attempts]
    assert [row.candidate for row in rows if row.kept] == ([] if kept is None else [str(kept)])
    assert rows[-1].name == "tflite/int8"
    if kept is not None:
        assert rows[-1].kept
        assert rows[-1].path == Path("int8")
    assert all(row.path is None for row in rows[:-1])
    assert tried == (names[:1] if max_drop else names)
