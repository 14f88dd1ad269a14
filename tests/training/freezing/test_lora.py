import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import stages, train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.freezing.lora import low_rank_matrices
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends

RANK = 2
CLASSES = ("blue", "green", "red")
WIDTH = 6


def attention():
    """A convolution, then two stages of attention between the twelfths of an image."""
    pixels = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    x = keras.layers.Conv2D(WIDTH, 4, strides=4, name="stage1_end")(x)
    for stage in tiny.STAGES[1:]:
        rows = keras.layers.Reshape((9, WIDTH))(x)
        attended = keras.layers.MultiHeadAttention(2, 3)(rows, rows)
        x = keras.layers.Add()([x, keras.layers.Reshape((3, 3, WIDTH))(attended)])
        x = keras.layers.Dropout(0.1, name=f"{stage}_end")(x)
    return keras.Model(pixels, x)


def dense():
    """Dense layers, with batch normalization after each."""
    pixels = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    for stage in tiny.STAGES:
        x = keras.layers.Dense(WIDTH, name=f"{stage}_dense")(x)
        x = keras.layers.BatchNormalization(name=f"{stage}_end")(x)
    return keras.Model(pixels, x)


def recipe(network=attention):
    backbone = ktl.backbone(network(), stages={stage: f"{stage}_end" for stage in tiny.STAGES})
    made = ktl.ImageClassification(backbone, image_size=(tiny.SIZE, tiny.SIZE))
    made.build(CLASSES)
    return made


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


def values(model):
    return {each.path: keras.ops.convert_to_numpy(each).copy() for each in model.weights}


def output(model):
    pixels = tiny.images(6)[0].astype("float32")
    return keras.ops.convert_to_numpy(model(pixels, training=False))


def is_plain(model):
    return not any(getattr(each, "lora_enabled", False) for each in model._flatten_layers())


@pytest.mark.parametrize(
    ("network", "names"),
    [
        (attention, ["query", "query", "value", "value"]),
        (dense, [f"{stage}_dense" for stage in tiny.STAGES]),
    ],
)
def test_queries_and_values_get_matrices_and_else_every_dense_layer(network, names):
    with low_rank_matrices(stages(recipe(network).model), RANK) as layers:
        assert sorted(layer.name for layer in layers) == names


def test_a_network_without_dense_layers_is_told_what_to_do():
    with pytest.raises(ValueError, match=r"instead\. Received: trains='lora'"):
        recipe(tiny.network).fit(data(), [ktl.Phase("lora", epochs=1)], verbose=0)


@pytest.mark.parametrize(
    ("network", "trained", "frozen"), [(attention, 2, ("stage1",)), (dense, 3, None)]
)
def test_only_matrices_and_the_head_train(network, trained, frozen):
    model = recipe(network).model
    with low_rank_matrices(stages(model), RANK) as layers:
        assert train_only(model, "lora", freeze_batch_norm=False) == list(tiny.STAGES[-trained:])
        names = [each.name for each in model.trainable_weights]
        assert names == ["lora_kernel_a", "lora_kernel_b"] * len(layers) + ["kernel", "bias"]
        assert not any(
            layer.trainable
            for layer in model._flatten_layers()
            if isinstance(layer, keras.layers.BatchNormalization)
        )
        boundary = divide(model)
        assert (boundary.stages if boundary else None) == frozen


def test_outside_there_is_nothing_to_train():
    with pytest.raises(ValueError, match="no low-rank matrices"):
        train_only(recipe().model, "lora")


def test_merging_changes_no_answer_and_leaves_the_layers_plain():
    model = recipe().model
    before, plain = values(model), output(model)
    with low_rank_matrices(stages(model), RANK) as layers:
        np.testing.assert_allclose(output(model), plain, atol=1e-7)
        generator = np.random.default_rng(0)
        for layer in layers:
            drawn = generator.normal(size=layer.lora_kernel_b.shape)
            layer.lora_kernel_b.assign(drawn.astype("float32"))
        adapted = output(model)
        assert np.abs(adapted - plain).max() > 1e-3
    np.testing.assert_allclose(output(model), adapted, atol=1e-5)
    after = values(model)
    assert list(after) == list(before)
    changed = [path for path in after if (after[path] != before[path]).any()]
    assert len(changed) == len(layers)
    for path in changed:
        difference = (after[path] - before[path]).reshape(-1, after[path].shape[-1])
        assert np.linalg.matrix_rank(difference, tol=1e-5) == RANK
    for layer in layers:
        assert not hasattr(layer, "lora_kernel_a")
        assert "lora_rank" not in layer.get_config()


@pytest.mark.slow
def test_a_phase_ends_with_a_plain_model_that_later_phases_train(tmp_path):
    made, examples = recipe(), data()
    before = values(made.model)
    # Its best epoch is kept in any case: whether these few texts show a gain depends on the draw.
    phase = ktl.Phase("lora", epochs=3, learning_rate=3e-2, lora_rank=RANK, required_gain=-1000.0)
    history = made.fit(examples, [phase], verbose=0)
    after = values(made.model)
    assert list(after) == list(before)
    changed = {path.split("/")[-2] for path in after if (after[path] != before[path]).any()}
    assert changed == {"query", "value", "logits"}
    assert is_plain(made.model)
    kept = history.phases[0]["kept_epoch"]
    loss = undo_temperature(made).evaluate(examples.validation).loss
    assert loss == pytest.approx(history.history["val_loss"][kept], rel=1e-3)
    made.save(tmp_path / "saved")
    again = ktl.load(tmp_path / "saved")
    np.testing.assert_allclose(output(again.model), output(made.model), atol=1e-6)
    made.fit(examples, [phase, ktl.Phase("all", epochs=1, keep="last")], verbose=0)
    assert [each.path for each in made.model.weights] == list(before)
    assert list(map(id, made.model.trainable_weights)) == [
        id(each) for each in made.model.weights if each.name not in ("centre", "scale")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["on_train_batch_end", "on_epoch_end"])
def test_a_phase_that_fails_leaves_a_plain_model(moment):
    def fail(self, number, logs=None):
        raise KeyboardInterrupt

    made = recipe()
    before = values(made.model)
    failing = type("Failing", (keras.callbacks.Callback,), {moment: fail})()
    with pytest.raises(KeyboardInterrupt):
        made.fit(data(), [ktl.Phase("lora", lora_rank=RANK)], callbacks=[failing], verbose=0)
    assert list(values(made.model)) == list(before)
    assert is_plain(made.model)
    assert np.isfinite(output(made.model)).all()
