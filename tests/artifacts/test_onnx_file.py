import json
import re

import numpy as np
import pytest

from kerastl.artifacts import export_bundle
from kerastl.artifacts.onnx_file import check_onnx_packages


@pytest.fixture(scope="module")
def bundle(small_image, tmp_path_factory):
    exportable, held_out, _ = small_image
    target = tmp_path_factory.mktemp("onnx") / "bundle"
    return export_bundle(exportable, target, held_out=held_out, formats=("onnx",))


def test_the_file_answers_as_the_model_does_in_batches(bundle, small_image):
    import onnxruntime

    exportable, held_out, _ = small_image
    assert bundle["onnx"].kept
    assert bundle["onnx"].max_difference <= 1e-5
    assert bundle["onnx"].agreement == 1.0
    session = onnxruntime.InferenceSession(bundle.path("onnx"))
    pixels = held_out.inputs["pixels"][:7]
    (scores,) = session.run(["scores"], {"pixels": pixels})
    np.testing.assert_allclose(scores, exportable.model.predict(pixels, verbose=0), atol=1e-5)
    told = session.get_modelmeta().custom_metadata_map
    assert json.loads(told["kerastl.json"])["labels"] == list(exportable.class_names)


def test_the_bundle_tells_inputs_and_how_to_run_it(bundle, small_image, monkeypatch):
    described = json.loads((bundle.directory / "kerastl.json").read_text())["onnx"]
    assert described["inputs"] == {"pixels": {"shape": [None, 32, 32, 3], "dtype": "float"}}
    card = (bundle.directory / "README.md").read_text()
    (lines,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    monkeypatch.chdir(bundle.directory)
    scope = {"pixels": small_image[1].inputs["pixels"][:2]}
    for line in lines.splitlines():
        exec(line, scope)
    assert scope["scores"].shape == (2, 3)


def test_missing_packages_are_named(monkeypatch, small_image, tmp_path):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tf2onnx" else found(name)
    )
    with pytest.raises(ImportError, match=r"kerastl\[onnx\][\s\S]*Received: no tf2onnx"):
        check_onnx_packages()
    with pytest.raises(ImportError, match="tf2onnx"):
        export_bundle(
            small_image[0], tmp_path / "bundle", held_out=small_image[1], formats=("onnx",)
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_texts_of_any_length(tmp_path):
    from tests.contracts.small_exportables import text_exportable

    exportable, held_out, _ = text_exportable()
    made = export_bundle(exportable, tmp_path / "b", held_out=held_out, formats=("onnx",))
    assert made["onnx"].max_difference <= 1e-5
    described = json.loads((made.directory / "kerastl.json").read_text())["onnx"]["inputs"]
    assert described["token_ids"] == {"shape": [None, None], "dtype": "int32"}
