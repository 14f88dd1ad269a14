"""What is in the SavedModel and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from kerastl.artifacts.saved_model.write import write_saved_model
from kerastl.artifacts.serving.operations import served_operations

pytestmark = pytest.mark.slow


def test_augmentation_and_dropout_stay_in_training(small_image, tmp_path):
    import keras
    import tensorflow as tf

    exportable, held_out, _ = small_image
    inputs = keras.Input((32, 32, 3), name="pixels")
    x = keras.layers.RandomFlip("horizontal")(inputs)
    x = keras.layers.RandomRotation(0.2)(x)
    x = keras.layers.Dropout(0.5)(x / 255.0)
    x = keras.layers.GaussianNoise(0.3)(x)
    outputs = keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(x))
    model = keras.Model(inputs, outputs)
    directory = tmp_path / "1"
    write_saved_model(replace(exportable, model=model), directory)
    assert [name for name in served_operations(directory).names if "Random" in name] == []
    pixels = held_out.inputs["pixels"][:8]
    served = tf.saved_model.load(str(directory)).signatures["tensors"]
    scores = served(pixels=tf.constant(pixels))["scores"].numpy()
    assert np.abs(scores - model.predict(pixels, verbose=0)).max() <= 1e-6


def test_a_tokenizer_that_has_read_nothing_is_carried_along(tmp_path):
    """A recipe that was just loaded has one."""
    import keras
    import keras_hub
    import tensorflow as tf

    from kerastl.artifacts import Exportable, TextReader
    from kerastl.backbones import TokenPacker
    from kerastl.tasks.classification.measure import ClassificationMeasure

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    reader = TextReader(TokenPacker.of(keras_hub.models.BertTokenizer(vocabulary)), 6)
    ids = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    kept = keras.layers.Embedding(7, 3)(ids) * keras.ops.cast(mask, "float32")[..., None]
    outputs = keras.layers.Softmax()(keras.ops.sum(kept, axis=1))
    model = keras.Model({"token_ids": ids, "padding_mask": mask}, outputs)
    directory = tmp_path / "1"
    names = ("a", "b", "c")
    exportable = Exportable(
        "text_classification", model, names, reader, 6, measure=ClassificationMeasure()
    )
    write_saved_model(exportable, directory)
    serve = tf.saved_model.load(str(directory)).signatures["serving_default"]
    scores = serve(text=tf.constant(["good", "bad"]))["scores"].numpy()
    assert np.abs(scores[0] - scores[1]).max() > 1e-4
