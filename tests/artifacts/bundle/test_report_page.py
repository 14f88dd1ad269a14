import re
from pathlib import Path

from kerastl.artifacts import Artifact, Bundle
from kerastl.artifacts.bundle.report_page import report_page


def _bundle(*artifacts: Artifact) -> Bundle:
    return Bundle(Path("trash"), "image_classification", ("a", "b"), 90, 0.8, artifacts)


def _artifact(name: str, accuracy: float, decision: str = "kept") -> Artifact:
    return Artifact(name, Path(name), 1_000_000, accuracy, 0.97, 1e-3, 2.0, decision)


def _unmade(name: str) -> Artifact:
    """Return the row of a file without scores."""
    return Artifact(name, None, None, None, None, None, None, "refused: some are not finite")


def test_every_measured_file_is_in_the_charts():
    bundle = _bundle(
        _artifact("saved_model", 0.8),
        _artifact("tflite/float32", 0.8),
        _artifact("tflite/int8", 0.7, "refused: accuracy falls"),
        _unmade("tflite/int4"),
    )
    page = report_page(bundle, [(0.9, 0.8, 90)], not_timed=["saved_model"])
    size, latency, calibration = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    names = ["saved_model", "float32", "int8", "int4"]
    assert [name in size for name in names] == [True, True, True, False]
    assert [name in latency for name in names] == [False, True, True, False]
    assert "reliability" in calibration


def test_files_are_linked_and_refused_ones_are_marked():
    page = report_page(_bundle(_artifact("tflite/a b", 0.8), _unmade("tflite/int4")))
    assert 'href="tflite/a%20b"' in page
    assert page.count('<tr class="bad">') == 1


def test_a_page_without_metrics_has_no_charts():
    page = report_page(_bundle(_unmade("tflite/int8")))
    assert "<svg" not in page
    assert "some are not finite" in page
