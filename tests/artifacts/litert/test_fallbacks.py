import numpy as np
import pytest

from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.litert import variants
from kerastl.artifacts.litert.fallbacks import Fallbacks
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
    from dataclasses import replace

    candidates = (variants.Candidate("all layers", _ruin), variants._sensitive_in_float(_ruin))
    monkeypatch.setitem(variants.VARIANTS, "dynamic", candidates)
    (attempt,) = replace(fallbacks, observation=None).make("dynamic")
    assert not attempt.row.kept
    assert attempt.row.path is None
