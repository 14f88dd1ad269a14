import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.metadata import read_metadata, with_metadata


@pytest.fixture
def image_file(small_float32):
    return small_float32


@pytest.fixture(scope="module")
def text_file(small_text, tmp_path_factory):
    return convert_float32(small_text, tmp_path_factory.mktemp("work"))


def test_an_image_file_answers_as_before_and_says_what_it_takes(image_file, small_image):
    exportable, held_out, _ = small_image
    content = with_metadata(image_file, exportable)
    before, after = LiteRTModel(image_file), LiteRTModel(content)
    np.testing.assert_array_equal(before.predict(held_out.inputs), after.predict(held_out.inputs))
    read = read_metadata(content)
    assert read.labels == list(exportable.class_names)
    assert read.description["preprocessing"] == exportable.reader.describe()
    (subgraph,) = read.model["subgraph_metadata"]
    (pixels,) = subgraph["input_tensor_metadata"]
    assert pixels["content"] == {
        "content_properties": {
            "ImageProperties": {"color_space": 1, "default_size": {"width": 32, "height": 32}}
        }
    }
    assert pixels["process_units"] == [
        {"options": {"NormalizationOptions": {"mean": [0.0], "std": [1.0]}}}
    ]
    (scores,) = subgraph["output_tensor_metadata"]
    assert [file["name"] for file in scores["associated_files"]] == ["labels.txt"]


def test_a_text_file_has_its_vocabulary_and_the_inputs_of_a_bert(text_file, small_text):
    from ai_edge_litert.interpreter import Interpreter

    content = with_metadata(text_file, small_text)
    read = read_metadata(content)
    assert read.labels == ["läuft", "nicht\u2028gut"]
    pieces = read.files["vocabulary.txt"].decode().split("\n")
    assert pieces == [*small_text.reader.packer.tokenizer.get_vocabulary(), ""]
    (subgraph,) = read.model["subgraph_metadata"]
    ((unit, options),) = subgraph["input_process_units"][0]["options"].items()
    assert (unit, options["vocab_file"][0]["name"]) == ("BertTokenizerOptions", "vocabulary.txt")
    interpreter = Interpreter(model_content=content)
    tensors = [detail["name"] for detail in interpreter.get_input_details()]
    described = [tensor["name"] for tensor in subgraph["input_tensor_metadata"]]
    assert sorted(described) == ["ids", "mask", "segment_ids"]
    for tensor, name in zip(tensors, described, strict=True):
        assert {"ids": "token_ids", "mask": "padding_mask"}.get(name, name) in tensor
    assert set(LiteRTModel(content).inputs) == {"token_ids", "padding_mask", "segment_ids"}
    inputs = {k: v.numpy() for k, v in small_text.reader.read(["good bad", "Goodly"]).items()}
    before, after = LiteRTModel(text_file).predict(inputs), LiteRTModel(content).predict(inputs)
    np.testing.assert_array_equal(before, after)
    assert before[0] != pytest.approx(before[1])


def test_a_cased_vocabulary_is_packed_without_a_tokenizer_that_lowercases(text_file, cased_text):
    content = with_metadata(text_file, cased_text)
    (subgraph,) = read_metadata(content).model["subgraph_metadata"]
    assert "input_process_units" not in subgraph
    names = [file["name"] for file in subgraph["associated_files"]]
    assert names == ["kerastl.json", "vocabulary.txt"]
    assert len(subgraph["input_tensor_metadata"]) == 2


def test_files_lie_uncompressed_behind_one_flatbuffer(text_file, small_text):
    from ai_edge_litert import schema_py_generated as schema

    content = with_metadata(text_file, small_text)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert archive.read(entry) in content
    told = json.loads(read_metadata(content).files["kerastl.json"])
    assert told["labels"] == list(small_text.class_names)
    model = schema.Model.GetRootAs(content)
    buffers = [model.Buffers(number) for number in range(model.BuffersLength())]
    assert all(buffer.Offset() <= 1 for buffer in buffers)


def test_the_same_model_gives_the_same_file(image_file, small_image):
    assert with_metadata(image_file, small_image[0]) == with_metadata(image_file, small_image[0])


def test_labels_are_kept_letter_by_letter(image_file, small_image):
    names = ("", " spaces ", "日本, \x85 and tab\t")
    content = with_metadata(image_file, replace(small_image[0], class_names=names))
    assert read_metadata(content).labels == list(names)


def test_metadata_twice_is_an_error(image_file, small_image):
    content = with_metadata(image_file, small_image[0])
    with pytest.raises(ValueError, match=r"already has metadata[\s\S]*Received: "):
        with_metadata(content, small_image[0])


@pytest.mark.parametrize("content", [b"", b"no flatbuffer", b"PK\x03\x04rest of an archive"])
def test_reading_something_else_is_an_error(content):
    with pytest.raises(ValueError, match="holds no TFLite metadata"):
        read_metadata(content)


def test_reading_a_file_without_metadata_is_an_error(image_file):
    with pytest.raises(ValueError, match="give a file that kerastl exported"):
        read_metadata(image_file)


@pytest.mark.parametrize("kind", ["image", "text"])
def test_compiled_models_of_litert_take_the_file(
    kind, image_file, text_file, small_image, small_text
):
    """LiteRT.js and LiteRT on Android load files so: stricter than the interpreter."""
    from ai_edge_litert.compiled_model import CompiledModel

    file, exportable = (image_file, small_image[0]) if kind == "image" else (text_file, small_text)
    model = CompiledModel.from_buffer(with_metadata(file, exportable))
    signature = model.get_signature_list()["serving_default"]
    assert signature["outputs"] == ["scores"]
    named = {"image": {"pixels"}, "text": {"token_ids", "padding_mask", "segment_ids"}}
    assert set(signature["inputs"]) == named[kind]
