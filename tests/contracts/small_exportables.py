"""Small trained classifiers of both modalities, with raw and prepared examples.

Each is trained once for all tests of a process: a test must not change it.
"""

from functools import cache
from pathlib import Path

import numpy as np

from kerastl.artifacts import Exportable, HeldOut, ImageReader, TextReader
from kerastl.tasks.classification.measure import ClassificationMeasure

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (50, 60, 210)}
LENGTH = 12
GOOD, BAD = ["fine", "great", "good", "lovely"], ["awful", "bad", "poor", "dull"]
FILLERS = ["the", "a", "film", "story", "was", "and", "very", "actor"]


@cache
def image_exportable() -> tuple[Exportable, HeldOut, HeldOut]:
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    reader = ImageReader((32, 32))
    labels = np.arange(150) % 3
    raw = []
    for label in labels:
        noise = random.normal(0, 25, (40, 50, 3))
        pixels = np.clip(np.array(list(COLOURS.values())[label]) + noise, 0, 255)
        pixels[0, 0], pixels[0, 1] = 0, 255
        raw.append(tf.io.encode_png(pixels.astype(np.uint8)).numpy())
    pixels = reader.read(tf.constant(raw))["pixels"].numpy()
    inputs = keras.Input((32, 32, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 127.5, -1)(inputs)
    x = keras.layers.Conv2D(8, 3, strides=2, use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.ReLU(6.0)(x)
    x = keras.layers.DepthwiseConv2D(3, padding="same")(x)
    x = keras.layers.Conv2D(16, 1, activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    outputs = keras.layers.Dense(3, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(pixels[:90], labels[:90], epochs=15, verbose=0)
    exportable = Exportable(
        "image_classification", model, tuple(COLOURS), reader, measure=ClassificationMeasure()
    )
    held_out = HeldOut({"pixels": pixels[90:]}, labels[90:], raw[90:])
    return exportable, held_out, HeldOut({"pixels": pixels[:90]}, labels[:90], raw[:90])


@cache
def text_exportable() -> tuple[Exportable, HeldOut, HeldOut]:
    import keras
    import keras_hub

    from kerastl.backbones import TokenPacker

    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = keras_hub.models.BertTokenizer(
        [*special, *GOOD, *BAD, *FILLERS, "##ly", "."], lowercase=True
    )
    reader = TextReader(TokenPacker.of(tokenizer), LENGTH)
    labels = np.arange(150) % 2
    raw = []
    for label in labels:
        words = [*random.choice(FILLERS, random.integers(2, 7)), random.choice([BAD, GOOD][label])]
        raw.append(" ".join(random.permutation(words)).capitalize() + ".")
    inputs = {name: value.numpy() for name, value in reader.read(raw).items()}
    ids = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(tokenizer.vocabulary), num_layers=1, num_heads=2, hidden_dim=16,
        intermediate_dim=32, max_sequence_length=LENGTH, dropout=0.0,
    )  # fmt: skip
    named = {"token_ids": ids, "padding_mask": mask, "segment_ids": keras.ops.zeros_like(ids)}
    sequence = backbone(named)["sequence_output"]
    outputs = keras.layers.Dense(2, activation="softmax")(sequence[:, 0])
    model = keras.Model({"token_ids": ids, "padding_mask": mask}, outputs)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(
        {name: value[:90] for name, value in inputs.items()}, labels[:90], epochs=30, verbose=0
    )
    names = ("negative", "positive")
    exportable = Exportable(
        "text_classification", model, names, reader, LENGTH, measure=ClassificationMeasure()
    )
    parts = []
    for part in (slice(90, None), slice(0, 90)):
        prepared = {name: value[part] for name, value in inputs.items()}
        parts.append(HeldOut(prepared, labels[part], raw[part]))
    return exportable, parts[0], parts[1]


MAKERS = {"image": image_exportable, "text": text_exportable}


def write_items(held_out: HeldOut, folder: Path, count: int) -> list[str]:
    """Write images to files and return their paths; texts are returned as they are."""
    items = []
    for number, raw in enumerate(held_out.raw[:count]):
        if isinstance(raw, str):
            items.append(raw)
        else:
            (folder / f"{number}.png").write_bytes(raw)
            items.append(str(folder / f"{number}.png"))
    return items
