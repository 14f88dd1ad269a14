from pathlib import Path

import pytest

from kerastl.artifacts import Artifact, Bundle


@pytest.fixture
def bundle(tmp_path):
    return Bundle(
        directory=tmp_path,
        task="image_classification",
        labels=("glass", "metal"),
        examples=150,
        model_accuracy=0.787,
        artifacts=(
            Artifact(
                "saved_model", Path("saved_model/1"), 1_700_000, 0.787, 1.0, 0.0, 21.7, "kept"
            ),
            Artifact(
                "tflite/int8", None, None, None, None, None, None, "refused: some are not finite"
            ),
        ),
    )


def test_table(bundle):
    head, columns, rule, first, second = str(bundle).splitlines()
    assert "0.787 on 150 held-out examples" in head
    assert columns.split() == [
        "artifact",
        "size",
        "accuracy",
        "agreement",
        "max",
        "diff",
        "latency",
        "decision",
    ]
    assert set(rule) == {"-", " "}
    assert first.split() == [
        "saved_model",
        "1.70",
        "MB",
        "0.787",
        "1.000",
        "0.0e+00",
        "21.70",
        "ms",
        "kept",
    ]
    assert second.endswith("refused: some are not finite")
    assert first.index("kept") == second.index("refused") == columns.index("decision")


def test_report_round_trip(bundle):
    from kerastl.basics.files.json_file import write_json

    write_json(bundle.directory / "report.json", bundle.to_json())
    assert Bundle.load(bundle.directory) == bundle


def test_load_from_elsewhere(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"report\.json"):
        Bundle.load(tmp_path)
