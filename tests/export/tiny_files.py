"""Tiny `.tflite` files with random weights, of the kinds that the receivers read."""

import json
import zipfile

import numpy as np

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{n}" for n in range(200))]
LENGTH, SIDE = 16, 32
IMAGE = {"kind": "image", "height": SIDE, "width": SIDE, "area_above": 4, "max_pixels": 10_000}
TEXT = {
    "kind": "text", "tokenizer": "BertTokenizer", "sequence_length": LENGTH, "start": 2, "end": 3,
    "pad": 0, "lowercase": True, "strip_accents": True, "split_on_cjk": True,
}  # fmt: skip
DECODING = {
    "image_size": [SIDE, SIDE], "strides": [16], "variances": [0.1, 0.1, 0.2, 0.2],
    "least_score": 0.4, "overlap": 0.5, "most_boxes": 5,
}  # fmt: skip


def image_file(folder, classes=40):
    """A classifier of images that computes long enough for threads to meet in it."""
    import tensorflow as tf

    random = np.random.default_rng(0)
    first, last = (random.normal(0, 0.2, shape) for shape in ((5, 5, 3, 64), (64, classes)))
    first, last = tf.constant(first, tf.float32), tf.constant(last, tf.float32)

    @tf.function(input_signature=[tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32, "pixels")])
    def scores(pixels):
        x = tf.nn.relu(tf.nn.conv2d(pixels / 255, first, 1, "SAME"))
        return {"scores": tf.nn.softmax(tf.reduce_mean(x, (1, 2)) @ last)}

    return _write(folder / "image.tflite", scores, IMAGE, [f"c{n}" for n in range(classes)])


def text_file(folder, classes=40):
    """A classifier of texts by their words."""
    import tensorflow as tf

    random = np.random.default_rng(1)
    table = tf.constant(random.normal(0, 1, (len(WORDS), 256)), tf.float32)
    last = tf.constant(random.normal(0, 1, (256, classes)), tf.float32)
    names = ("token_ids", "padding_mask")

    @tf.function(input_signature=[tf.TensorSpec((1, LENGTH), tf.int32, name) for name in names])
    def scores(token_ids, padding_mask):
        mask = tf.cast(padding_mask, tf.float32)[..., None]
        found = tf.reduce_sum(tf.gather(table, token_ids) * mask, 1)
        return {"scores": tf.nn.softmax(found @ last / 50)}

    labels = [f"c{n}" for n in range(classes)]
    return _write(folder / "text.tflite", scores, TEXT, labels, "\n".join(WORDS) + "\n")


def detection_file(folder):
    """A detector with the anchors of one stride."""
    import tensorflow as tf

    kernel = np.random.default_rng(2).normal(0, 0.3, (16, 16, 3, 9 * 6))
    kernel = tf.constant(kernel, tf.float32)

    @tf.function(input_signature=[tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32, "pixels")])
    def scores(pixels):
        cells = tf.nn.conv2d(pixels / 255 - 0.5, kernel, 16, "SAME")
        return {"scores": tf.reshape(cells, (1, -1, 6))}

    path, labels = folder / "detection.tflite", ["cat", "dog"]
    return _write(path, scores, IMAGE, labels, task="object_detection")


def _write(path, function, preprocessing, labels, vocabulary=None, task=None):
    import tensorflow as tf

    module = tf.Module()
    module.scores = function
    concrete = function.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
    path.write_bytes(converter.convert())
    described = {"labels": labels, "preprocessing": preprocessing, "decoding": DECODING}
    described["task"] = task or f"{preprocessing['kind']}_classification"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("kerastl.json", json.dumps(described))
        if vocabulary is not None:
            archive.writestr("vocabulary.txt", vocabulary)
    return path
