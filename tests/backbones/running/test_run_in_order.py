import keras
import numpy as np
import pytest

from kerastl.backbones.running.run_in_order import run_in_order

pytestmark = pytest.mark.both_backends

LENGTH = 40


def texts(count, seed=0):
    """Token ids that are padded at the end."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(1, LENGTH + 1, count)
    mask = (np.arange(LENGTH) < lengths[:, None]).astype("int32")
    return {"token_ids": generator.integers(1, 9, (count, LENGTH)) * mask, "padding_mask": mask}


def batches(inputs, size, *others):
    count = len(keras.tree.flatten(inputs)[0])
    for start in range(0, count, size):
        part = slice(start, start + size)
        yield (keras.tree.map_structure(lambda array, part=part: array[part], inputs),
               *(each[part] for each in others))  # fmt: skip


class Shapes(keras.layers.Layer):
    """Notes the shapes that it is called with."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, values):
        self.seen.append(tuple(keras.ops.shape(values)))
        return values


def text_model(pools):
    ids = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    shapes = Shapes()
    vectors = keras.layers.Embedding(9, 4)(shapes(ids))
    weights = keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)
    summed = keras.ops.sum(vectors * weights, axis=1)
    model = keras.Model([ids, mask], {"out": summed if pools else vectors * weights})
    model.run_eagerly = True
    return model, shapes


@pytest.mark.parametrize("pools", [True, False])
@pytest.mark.parametrize("count", [1, 7, 16, 150])
def test_outputs_come_in_order_with_their_targets(count, pools):
    model, _ = text_model(pools)
    inputs, targets = texts(count), np.arange(count)
    given = list(run_in_order(model, batches(inputs, 16, targets)))
    expected = model.predict(inputs, verbose=0)["out"]
    np.testing.assert_allclose(np.concatenate([out["out"] for out, _ in given]), expected, 1e-5)
    assert np.concatenate([rest[0] for _, rest in given]).tolist() == targets.tolist()


def test_texts_of_similar_length_are_run_together(monkeypatch):
    model, shapes = text_model(pools=True)
    # Compiled, the layer would see no numbers.
    monkeypatch.setattr(
        "kerastl.backbones.running.run_in_order.open_function", lambda model, inputs: model
    )
    shapes.seen.clear()
    list(run_in_order(model, batches(texts(128), 16)))
    tokens = sum(rows * length for rows, length in shapes.seen)
    if keras.backend.backend() == "jax":
        assert tokens == 128 * LENGTH
    else:
        assert tokens < 0.75 * 128 * LENGTH


def test_an_output_for_each_token_has_the_length_of_the_input():
    model, _ = text_model(pools=False)
    for outputs, _ in run_in_order(model, batches(texts(20), 16)):
        assert outputs["out"].shape[1] == LENGTH


def test_images_run_batch_by_batch_at_one_size():
    pixels = np.random.default_rng(0).random((5, 3))
    model = keras.Sequential([keras.Input((3,)), shapes := Shapes()])
    model.run_eagerly = True
    shapes.seen.clear()
    given = [outputs for outputs, _ in run_in_order(model, batches(pixels, 2))]
    assert [len(each) for each in given] == [2, 2, 1]
    np.testing.assert_allclose(np.concatenate(given), pixels, 1e-6)
    assert shapes.seen == [(2, 3)] * 3


def test_no_batches_give_nothing():
    assert list(run_in_order(text_model(True)[0], iter(()))) == []
