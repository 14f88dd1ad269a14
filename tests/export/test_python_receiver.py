import importlib.util
import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import keras_hub
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerastl.artifacts import ImageReader, TextReader
from kerastl.backbones import TokenPacker

PROGRAM = Path(__file__).resolve().parents[2] / "export" / "python" / "classify.py"

ALONE = f"""
import json, sys
for name in ("tensorflow", "keras", "keras_hub", "kerastl", "jax", "flatbuffers"):
    sys.modules[name] = None  # Importing it fails.
sys.path.insert(0, {str(PROGRAM.parent)!r})
from classify import Classifier
path, *items = json.load(sys.stdin)
classify = Classifier(path)
print(json.dumps([[classify(item)[label] for label in classify.labels] for item in items]))
"""


def program():
    spec = importlib.util.spec_from_file_location("classify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores_alone(path, items, folder):
    """Run the receiver in a process that has neither TensorFlow nor Keras."""
    only = folder / "model.tflite"
    only.write_bytes(path.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps([str(only), *items]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout))


@pytest.mark.parametrize("size", [(48, 64), (20, 31), (97, 41), (300, 200), (32, 32)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "I;16"])
def test_it_prepares_the_pixels_that_the_model_was_trained_on(size, mode):
    generator = np.random.default_rng(0)
    channels = {"RGB": (3,), "RGBA": (4,), "LA": (2,)}.get(mode, ())
    top, kind = (65536, np.uint16) if mode == "I;16" else (256, np.uint8)
    image = Image.fromarray(generator.integers(0, top, (*size, *channels), kind))
    content = io.BytesIO()
    image.save(content, "PNG")
    reader = ImageReader((32, 32))
    ours = reader.read(tf.constant([content.getvalue()]))["pixels"].numpy()
    theirs = program().read_image(content.getvalue(), reader.describe())
    # Rounding of values that lie halfway is the only difference.
    assert np.abs(ours - theirs).max() <= 1
    assert (ours == theirs).mean() > 0.98


@pytest.mark.parametrize("pixel_range", [(0, 16), (0, 200), (-1, 1), (0, 4095)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "I;16"])
def test_it_reads_a_png_with_the_range_of_the_training_images(mode, pixel_range):
    deep, top = mode == "I;16", pixel_range[1]
    channels = {"RGB": (3,), "RGBA": (4,), "LA": (2,)}.get(mode, ())
    highest = top if deep else min(top, 255)
    values = np.random.default_rng(0).integers(0, highest + 1, (32, 32, *channels))
    image = Image.fromarray(values.astype(np.uint16 if deep else np.uint8))
    content = io.BytesIO()
    image.save(content, "PNG")
    reader = ImageReader((32, 32), pixel_range)
    ours = reader.read(tf.constant([content.getvalue()]))["pixels"].numpy()
    theirs = program().read_image(content.getvalue(), reader.describe())
    # Pillow composites transparency by other rounding.
    assert np.abs(ours - theirs).max() <= ("A" in mode)


@pytest.mark.parametrize("size", [(100, 101), (60_000, 60_000)])
def test_it_decodes_no_image_above_the_limit(size):
    header = b"IHDR" + struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    content = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT\x35\xaf\x06\x1e"
    description = ImageReader((32, 32), max_pixels=10_099).describe()
    with pytest.raises(ValueError, match=r"at most 10,099 pixels"):
        program().read_image(content, description)


TEXTS = [
    "A fine film.", "", "\0", "a\0b", "  spaces\tand\nlines ", "don't (really): $5!", "naïve café",
    "Ça va?", "e\u0301", "Straße", "ﬁne", "İstanbul", "A\u00a0B", "\u200bzero", "¼", "东京 and 京",
    "한국어", "Ελλάδα ΟΔΟΣ", "❤\ufe0f good 🎬", "[CLS] x [SEP] [MASK]", "a" * 100, "a" * 101,
    "é" * 60, "word " * 300, "unaffable", "##ly", "a\x0bb\x85c",
]  # fmt: skip


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("strip_accents", [True, False])
def test_it_splits_texts_as_the_models_own_tokenizer(minilm, lowercase, strip_accents):
    pieces = (minilm / "vocab.txt").read_text(encoding="utf-8").splitlines()
    tokenizer = keras_hub.models.BertTokenizer(
        pieces, lowercase=lowercase, strip_accents=strip_accents
    )
    reader = TextReader(TokenPacker.of(tokenizer), 24)
    expected = reader.read(tf.constant(TEXTS))
    ids = {piece: number for number, piece in enumerate(pieces)}
    for number, text in enumerate(TEXTS):
        read = program().read_text(text, reader.describe(), ids)
        for name, values in expected.items():
            assert read[name][0].tolist() == values[number].numpy().tolist(), repr(text)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 0.02), ("int8", 0.35)])
def test_images_are_answered_as_the_model_does(photos, tmp_path, variant, tolerance):
    path = photos.bundle.path(f"tflite/{variant}")
    scores = scores_alone(path, photos.items, tmp_path)
    expected = photos.scores(photos.items)
    assert np.abs(scores - expected).max() <= tolerance
    assert (scores.argmax(-1) == expected.argmax(-1)).mean() >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 1e-4), ("dynamic", 0.05)])
def test_texts_are_answered_as_the_model_does(reviews, tmp_path, variant, tolerance):
    path = reviews.bundle.path(f"tflite/{variant}")
    items = [*reviews.items, "", "Ça va? naïve café 东京", "a\0b", "great " * 500]
    scores = scores_alone(path, items, tmp_path)
    expected = reviews.scores(items)
    np.testing.assert_allclose(scores, expected, atol=tolerance)
    assert len(set(expected.argmax(-1)[:4])) == 2


def test_a_tokenizer_that_it_cannot_read_is_named():
    described = {"kind": "text", "tokenizer": "GPT2Tokenizer"}
    with pytest.raises(SystemExit, match="the file has a GPT2Tokenizer"):
        program()._reader(described, {})
