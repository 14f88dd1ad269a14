"""A text classifier with a WordPiece vocabulary, small enough to convert in a second."""

import pytest


def make_text_exportable(lowercase=True):
    import keras
    import keras_hub

    from kerastl.artifacts import Exportable, TextReader
    from kerastl.backbones import TokenPacker
    from kerastl.tasks.classification.measure import ClassificationMeasure

    keras.utils.set_random_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = keras_hub.models.BertTokenizer(
        [*special, "good", "bad", "##ly", "ça"], lowercase=lowercase
    )
    ids = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    vectors = keras.layers.Embedding(9, 4)(ids)
    weights = keras.ops.cast(mask, "float32")[..., None]
    mean = keras.ops.sum(vectors * weights, axis=1) / keras.ops.sum(weights, axis=1)
    outputs = keras.layers.Dense(2, activation="softmax")(mean)
    model = keras.Model({"token_ids": ids, "padding_mask": mask}, outputs)
    reader = TextReader(TokenPacker.of(tokenizer), 6)
    return Exportable(
        "text_classification", model, ("läuft", "nicht\u2028gut"), reader, 6,
        measure=ClassificationMeasure(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def small_text():
    return make_text_exportable()


@pytest.fixture(scope="session")
def cased_text():
    return make_text_exportable(lowercase=False)
