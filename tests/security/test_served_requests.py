"""One request costs a served model little, and changes no answer of another."""

import importlib.util
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import kerastl as ktl
from kerastl.artifacts.saved_model.write import write_saved_model
from kerastl.artifacts.serving import c_session
from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.server_process import c_library, plan
from kerastl.artifacts.serving.signature import ServedSignature
from kerastl.tasks.embedding.exporting import exportable_embedding
from tests.contracts.small_bundles import small_bundle
from tests.data.drawing import encode
from tests.security.small_recipes import RECIPES, image_recipe, text_recipe

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SIGNATURES = ["serving_default", "strict", "tensors"]
TASKS = {
    **{name: (make, names) for name, (make, names, _) in RECIPES.items()},
    "texts": (text_recipe(ktl.TextClassification), ("good", "bad")),
}
PHOTO = encode(Image.new("RGB", (40, 30), "teal"), "JPEG")


def exportable_of(task):
    if task == "vectors":
        recipe = image_recipe(ktl.ImageClassification)()
        recipe.build(("red", "green"))
        embedding = ktl.Embedding.of(recipe)
        return exportable_embedding(embedding.model, recipe.exportable().reader)
    make, names = TASKS[task]
    recipe = make()
    recipe.build(names)
    return recipe.exportable()


@pytest.fixture(scope="module", params=[*TASKS, "vectors"])
def served(request, tmp_path_factory):
    """The SavedModel of each task, for at most 20 examples."""
    exportable = exportable_of(request.param)
    directory = tmp_path_factory.mktemp("served") / "1"
    write_saved_model(exportable, directory, max_examples=20)
    assert served_operations(directory).lowest_server == "2.16"
    return exportable, tf.saved_model.load(str(directory))


def good_and_broken(exportable):
    is_image = exportable.reader.input_name == "image_bytes"
    return (PHOTO, PHOTO[:300]) if is_image else (b"fine film", b"caf\xe9")


def ask(loaded, signature, values):
    function = loaded.signatures[signature]
    named = (
        values if isinstance(values, dict) else {_name(function): tf.constant(values, tf.string)}
    )
    return {name: value.numpy() for name, value in function(**named).items()}


def _name(function):
    (name,) = function.structured_input_signature[1]
    return name


def test_an_empty_batch_has_no_rows(served):
    exportable, loaded = served
    for signature in SIGNATURES:
        values = []
        if signature == "tensors":
            values = {
                spec.name: tf.zeros([0, *(size or 4 for size in spec.shape[1:])], spec.dtype)
                for spec in exportable.signature(batch_size=None).values()
            }
        one = good_and_broken(exportable)[:1]
        shapes = {name: value.shape[1:] for name, value in ask(loaded, "strict", one).items()}
        answer = ask(loaded, signature, values)
        for name, value in answer.items():
            assert len(value) == 0, (signature, name)
            if name in shapes and signature != "tensors":
                assert value.shape[1:] == shapes[name]


def test_one_broken_example_among_sixteen_changes_no_other(served):
    exportable, loaded = served
    good, broken = good_and_broken(exportable)
    without = ask(loaded, "serving_default", [good] * 16)
    answer = ask(loaded, "serving_default", [good] * 9 + [broken] + [good] * 6)
    assert [error != b"" for error in answer["error"]] == [n == 9 for n in range(16)]
    others = np.arange(16) != 9
    for name, values in answer.items():
        np.testing.assert_array_equal(values[others], without[name][others], err_msg=name)
        if name == "error" or name in exportable.measure.constant_outputs:
            continue
        # Nothing that could be taken for an answer, and everything fits into JSON.
        if values.dtype == object:
            assert set(values[9].flat if values.ndim > 1 else [values[9]]) == {b""}, name
        elif values.dtype.kind == "f":
            assert (values[9] == np.finfo(np.float32).min).all(), name
        else:
            assert np.isin(values[9], [0, -1]).all(), name
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"(?s)Received: .*9"):
        ask(loaded, "strict", [good] * 9 + [broken] + [good] * 6)
    strict = ask(loaded, "strict", [good] * 16)
    assert set(strict) == set(without) - {"error"}
    np.testing.assert_array_equal(strict["scores"], without["scores"])


def test_a_wrong_row_of_tensors_has_an_error(served):
    exportable, loaded = served
    (inputs, _) = exportable.reader.read_each(tf.constant([good_and_broken(exportable)[0]] * 3))
    rows = {name: value.numpy() for name, value in inputs.items()}
    right = ask(loaded, "tensors", dict(inputs))
    name, wrong = ("pixels", np.inf) if "pixels" in rows else ("token_ids", 10**6)
    rows[name][1].flat[0] = wrong
    answer = ask(loaded, "tensors", {key: tf.constant(value) for key, value in rows.items()})
    assert [error.decode()[:9] for error in answer["error"]] == ["", "The input", ""]
    np.testing.assert_array_equal(answer["scores"][::2], right["scores"][::2])


def test_the_examples_of_a_request_are_limited(served):
    exportable, loaded = served
    good, _ = good_and_broken(exportable)
    assert len(ask(loaded, "serving_default", [good] * 20)["error"]) == 20
    for signature in ("serving_default", "strict"):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"at most 20 examples.*21"):
            ask(loaded, signature, [good] * 21)


@cache
def _program(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("modality", ["image", "text"])
def test_threads_with_hostile_requests_get_right_answers(modality, tmp_path):
    """The load test of `benchmarks/serving_load.py` for a second, without its bounds of time."""
    small, requests = small_bundle(modality), _program("hostile_requests")
    path = small.bundle.path("saved_model")
    libraries = linked_libraries(served_operations(path))
    plans = {
        name: plan(path, ServedSignature.read(path, name), libraries, c_library())
        for name in ("serving_default", "tensors")
    }
    raw = [each.encode() if isinstance(each, str) else each for each in small.held_out.raw[:4]]
    if modality == "image":
        hostile = requests.hostile_images(PHOTO, (32, 32))
    else:
        hostile = requests.hostile_texts(raw[0], 12)

    good = [requests.Request("good", [item], [False]) for item in raw]
    content = {
        **plans["serving_default"], "program": c_session.__file__, "signatures": plans,
        "good": [each.to_json() for each in good], "hostile": [each.to_json() for each in hostile],
        "threads": 8, "seconds": 1.0, "warm_up": 0.1, "share": 0.5,
    }  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-P", str(ROOT / "benchmarks" / "load_worker.py")]
    done = subprocess.run(
        [*command, str(tmp_path / "plan.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["without"]["wrong"] == seen["with"]["wrong"] == []
    assert seen["with"]["hostile"] > 0
    # Decoding one of the bombs takes more than a gigabyte.
    assert seen["peak"] < 1500
