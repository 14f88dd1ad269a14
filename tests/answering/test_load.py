import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import kerastl as ktl
from kerastl.answering.inputs.prepared import Prepared
from kerastl.basics.files.damaged import DamagedFileError
from tests.contracts.small_exportables import MAKERS


def change(bundle, name, content):
    """Replace a file and its checksum, as a program that writes bundles would."""
    (bundle / name).write_bytes(content)
    sums = bundle / "SHA256SUMS"
    lines = [line for line in sums.read_text().splitlines() if not line.endswith(f"  {name}")]
    lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
    sums.write_text("\n".join(lines) + "\n")


def described(bundle, **values):
    content = json.loads((bundle / "kerastl.json").read_bytes())
    change(bundle, "kerastl.json", json.dumps({**content, **values}).encode())


def test_the_file_is_the_fastest_of_its_modality_that_was_kept(lite_bundles):
    assert ktl.load_bundle(lite_bundles["image"]).format == "tflite/int8"
    assert ktl.load_bundle(lite_bundles["text"]).format == "tflite/dynamic"


@pytest.mark.parametrize("name", ["float32", "tflite/float32"])
def test_a_file_by_its_name(lite_bundles, name):
    assert ktl.load_bundle(lite_bundles["image"], name).format == "tflite/float32"


@pytest.mark.parametrize("modality", MAKERS)
@pytest.mark.parametrize("threads", [1, 2])
def test_scores_are_those_that_the_export_compared(lite_bundles, modality, threads):
    exportable, held_out, _ = MAKERS[modality]()
    model = ktl.load_bundle(lite_bundles[modality], "float32", threads=threads)
    answers = model.predict(list(held_out.raw))
    inputs = held_out.inputs if len(held_out.inputs) > 1 else held_out.inputs["pixels"]
    expected = exportable.model.predict(inputs, verbose=0)
    found = np.array([[each.probabilities[name] for name in model.labels] for each in answers])
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_another_name_is_an_error(lite_bundles):
    with pytest.raises(ValueError, match=r"Did you mean 'int8'\? Received: 'int9'"):
        ktl.load_bundle(lite_bundles["image"], "int9")
    with pytest.raises(ValueError, match=r"`threads` must .* Received: threads=0"):
        ktl.load_bundle(lite_bundles["image"], threads=0)


def test_a_refused_file_is_an_error_with_the_reason(copied):
    report = json.loads((copied / "report.json").read_bytes())
    report["artifacts"][1] |= {"decision": "refused: accuracy falls", "path": None}
    change(copied, "report.json", json.dumps(report).encode())
    assert ktl.load_bundle(copied).format == "tflite/float32"
    with pytest.raises(ValueError, match=r"has 'float32'\. Received: .*refused: accuracy falls"):
        ktl.load_bundle(copied, "int8")


def test_a_bundle_without_lite_files(copied):
    report = json.loads((copied / "report.json").read_bytes())
    change(copied, "report.json", json.dumps({**report, "artifacts": []}).encode())
    with pytest.raises(ValueError, match="has no LiteRT file: export again"):
        ktl.load_bundle(copied)


@pytest.mark.parametrize(
    "name", ["kerastl.json", "report.json", "SHA256SUMS", "tflite/int8.tflite"]
)
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"incomplete: {name} is missing"):
        ktl.load_bundle(copied)


@pytest.mark.parametrize("name", ["kerastl.json", "report.json", "tflite/int8.tflite"])
def test_a_changed_file_is_named(copied, name):
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content + b"\n")
    with pytest.raises(
        DamagedFileError, match="its checksum is not the one in SHA256SUMS"
    ) as error:
        ktl.load_bundle(copied)
    assert error.value.path == str(copied / name)


def test_a_file_that_is_not_listed(copied):
    sums = copied / "SHA256SUMS"
    sums.write_text("\n".join(s for s in sums.read_text().splitlines() if "int8" not in s) + "\n")
    with pytest.raises(DamagedFileError, match="it is not listed in SHA256SUMS"):
        ktl.load_bundle(copied)
    sums.write_text("no checksums\n")
    with pytest.raises(DamagedFileError, match="a line is not a checksum"):
        ktl.load_bundle(copied)


def test_a_bundle_of_a_later_version(copied):
    described(copied, format=2, versions={"kerastl": "9.1"})
    with pytest.raises(ValueError, match=r"written by kerastl 9\.1.*Received: format 2"):
        ktl.load_bundle(copied)


@pytest.mark.parametrize(
    "values",
    [
        {"format": "1"}, {"task": 3}, {"labels": "glass"}, {"labels": [1]}, {"preprocessing": []},
        {"preprocessing": {"kind": "sound"}}, {"task": "image_regression"}, {"task": "guessing"},
        {"preprocessing": {"kind": "image", "height": 32}},
    ],
)  # fmt: skip
def test_a_damaged_description_is_one_error(copied, values):
    described(copied, **values)
    with pytest.raises(DamagedFileError, match=r"kerastl\.json is damaged"):
        ktl.load_bundle(copied)


def test_a_file_that_is_no_model(copied):
    change(copied, "tflite/int8.tflite", b"nothing")
    with pytest.raises(DamagedFileError, match=r"int8\.tflite is damaged"):
        ktl.load_bundle(copied)


def test_what_is_no_bundle(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no such bundle"):
        ktl.load_bundle(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="not an exported bundle"):
        ktl.load_bundle(tmp_path)


def test_a_tokenizer_that_needs_tensorflow_is_named(lite_bundles, monkeypatch):
    monkeypatch.setattr("kerastl.answering.load.VOCABULARY", "absent.txt")
    with pytest.raises(ValueError, match=r"Only WordPiece .* a bundle with a BertTokenizer"):
        ktl.load_bundle(lite_bundles["text"])


def test_inputs_that_cannot_be_read(lite_bundles, tmp_path):
    model = ktl.load_bundle(lite_bundles["image"])
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    for given in (tmp_path / "broken.jpg", [tmp_path / "absent.png"], [b""]):
        with pytest.raises(ValueError, match="1 of 1 images cannot be used"):
            model.predict(given)
    with pytest.raises(ValueError, match="half of a surrogate pair"):
        ktl.load_bundle(lite_bundles["text"]).predict("caf\udce9")


def test_an_image_above_the_limit_of_the_bundle(copied):
    preprocessing = json.loads((copied / "kerastl.json").read_bytes())["preprocessing"]
    described(copied, preprocessing={**preprocessing, "max_pixels": 99})
    model = ktl.load_bundle(copied)
    model.predict(np.zeros((9, 11, 3), np.uint8))
    with pytest.raises(ValueError, match=r"at most 99 pixels.*Received: 100 pixels"):
        model.predict(np.zeros((10, 10, 3), np.uint8))


def test_scores_that_are_not_finite_are_an_error(lite_bundles, monkeypatch):
    model = ktl.load_bundle(lite_bundles["text"])
    broken = {"scores": np.array([[np.nan, 1.0]])}
    monkeypatch.setattr(model._model, "run_outputs", lambda feed: broken)
    with pytest.raises(ValueError, match=r"scores must be finite.*for input 0"):
        model.predict("fine")


def test_an_error_in_the_middle_ends_the_threads(lite_bundles, monkeypatch):
    model = ktl.load_bundle(lite_bundles["text"])
    real = model._inputs.prepare

    def prepare(split, index):
        if index == 7:
            raise ValueError("the seventh")
        return real(split, index)

    monkeypatch.setattr(model._inputs, "prepare", prepare)
    before = threading.active_count()
    with pytest.raises(ValueError, match="the seventh"):
        model.predict(["fine"] * 500)
    assert threading.active_count() == before


def test_no_more_inputs_are_prepared_than_needed(lite_bundles, monkeypatch):
    """A thousand photos would not fit into memory at once."""
    model = ktl.load_bundle(lite_bundles["text"])
    waiting, most = [], []

    def prepare(split, index):
        waiting.append(index)
        return Prepared([])

    def read(scores, context):
        most.append(len(waiting))
        waiting.pop()

    monkeypatch.setattr(model._inputs, "prepare", prepare)
    monkeypatch.setattr(model._results, "read", read)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    model.predict(["fine"] * 100)
    assert max(most) <= 10


def test_threads_that_share_a_model_get_the_answers_of_one(lite_bundles):
    model = ktl.load_bundle(lite_bundles["image"])
    images = list(np.random.default_rng(0).integers(0, 256, (60, 32, 32, 3), np.uint8))
    alone = [model.predict(image)[0] for image in images]
    assert len({str(answer) for answer in alone}) > 10
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda image: model.predict(image)[0], images)) == alone
