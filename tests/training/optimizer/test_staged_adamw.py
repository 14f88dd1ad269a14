import keras
import numpy as np
import pytest

from kerastl.training.optimizer.staged_adamw import StagedAdamW

pytestmark = pytest.mark.both_backends

NOMINAL = 1e-3
NO_DECAY = {"learning_rate": NOMINAL, "weight_decay": 0.0}


def variables():
    """Two matrices and what decay leaves alone."""
    shapes = {"kernel": (3, 2), "table": (4, 2), "bias": (2, 2), "gamma": (2, 2), "beta": (2, 2)}
    return [
        keras.Variable(np.ones(shape, "float32"), name=name)
        for name, shape in {**shapes, "vector": (3,)}.items()
    ]


def weight(name="kernel"):
    return keras.Variable(np.zeros((2, 2), "float32"), name=name)


def values(of):
    return [keras.ops.convert_to_numpy(each) for each in of]


def gradients(of, seed):
    generator = np.random.default_rng(seed)
    drawn = [generator.normal(size=each.shape).astype("float32") for each in of]
    return [keras.ops.convert_to_tensor(each) for each in drawn]


def steps(optimizer):
    return [int(step) for step in values(optimizer.step_counts)]


def first_update(optimizer, *groups, before):
    """Train the first group for some steps, then all; return the ratio to the nominal rate."""
    everything = [variable for group in groups for variable in group]
    optimizer.build(everything)
    for _ in range(before):
        optimizer.apply([keras.ops.ones((2, 2))] * len(groups[0]), groups[0])
    optimizer.apply([keras.ops.ones((2, 2))] * len(everything), everything)
    return float(np.abs(values(groups[-1])[0]).max()) / NOMINAL


def small_model(width=4):
    layers = [keras.Input((3,)), keras.layers.Dense(width, "relu"), keras.layers.Dense(1)]
    return keras.Sequential(layers)


def examples():
    inputs = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
    return inputs, inputs.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"weight_decay": 0.1},
        {"amsgrad": True},
        {"clipnorm": 0.5},
        {"global_clipnorm": 0.5},
        {"clipvalue": 0.1},
        {"gradient_accumulation_steps": 3},
        {"use_ema": True, "ema_momentum": 0.9},
        {"use_ema": True, "ema_overwrite_frequency": 4},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(1e-2, 8)},
    ],
    ids=lambda settings: "-".join(settings) or "plain",
)
def test_it_is_adamw_where_everything_trains_from_the_start(settings):
    settings = {"learning_rate": 1e-2, **settings}
    ours, theirs = variables(), variables()
    plain = keras.optimizers.AdamW(**settings)
    plain.exclude_from_weight_decay(var_names=["bias", "gamma", "beta", "vector"])
    for optimizer, trained in ((StagedAdamW(**settings), ours), (plain, theirs)):
        for step in range(9):
            optimizer.apply(gradients(trained, step), trained)
        optimizer.finalize_variable_values(trained)
    for own, other in zip(values(ours), values(theirs), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-7, rtol=0)


@pytest.mark.slow
def test_a_late_beginner_takes_a_first_step_of_the_nominal_rate():
    ratios = {
        kind: first_update(kind(**NO_DECAY), [weight("early")], [weight("late")], before=1000)
        for kind in (keras.optimizers.AdamW, StagedAdamW)
    }
    assert ratios[keras.optimizers.AdamW] > 2
    assert ratios[StagedAdamW] == pytest.approx(1, abs=0.1)


def test_those_that_keep_training_do_not_notice_a_beginner():
    alone, joined, late = weight("early"), weight("early"), weight("late")
    first, second = StagedAdamW(**NO_DECAY), StagedAdamW(**NO_DECAY)
    second.build([joined, late])
    for step in range(6):
        first.apply(gradients([alone], step), [alone])
        if step < 3:
            second.apply(gradients([joined], step), [joined])
        else:
            second.apply([*gradients([joined], step), keras.ops.ones((2, 2))], [joined, late])
    np.testing.assert_array_equal(*values([alone, joined]))
    assert steps(second) == [6, 3]


def test_a_variable_without_gradient_stands_still():
    moving, still = weight("moving"), weight("still")
    optimizer = StagedAdamW(**NO_DECAY)
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        optimizer.apply([keras.ops.ones((2, 2)), None], [moving, still])
    assert steps(optimizer) == [1, 0]
    assert not values([still])[0].any()


def test_each_variable_has_its_own_rate():
    fast, slow = weight("fast"), weight("slow")
    optimizer = StagedAdamW(**NO_DECAY, rate_multipliers={slow.path: 0.125, "elsewhere": 3.0})
    for step in range(4):
        gradient = gradients([fast], step)
        optimizer.apply(gradient * 2, [fast, slow])
    moved_fast, moved_slow = values([fast, slow])
    np.testing.assert_allclose(moved_slow, moved_fast * 0.125, rtol=1e-6)


def test_decay_leaves_biases_norms_and_vectors_alone_and_follows_the_rate():
    trained = variables()
    factors = {trained[1].path: 0.5}
    optimizer = StagedAdamW(1e-2, weight_decay=0.1, rate_multipliers=factors)
    optimizer.apply([keras.ops.zeros(each.shape) for each in trained], trained)
    left = {each.name: value for each, value in zip(trained, values(trained), strict=True)}
    assert left.pop("kernel") == pytest.approx(1 - 1e-3)
    assert left.pop("table") == pytest.approx(1 - 5e-4)
    assert all((value == 1).all() for value in left.values())


def test_accumulated_gradients_count_as_one_step():
    trained = [weight("one"), weight("two")]
    optimizer = StagedAdamW(**NO_DECAY, gradient_accumulation_steps=4)
    for step in range(10):
        optimizer.apply(gradients(trained, step), trained)
    assert steps(optimizer) == [2, 2]


@pytest.mark.parametrize("frequency", [None, 2])
def test_moving_averages_leave_a_frozen_variable_exactly_as_it_was(frequency):
    trained, frozen = weight("trained"), weight("frozen")
    frozen.assign(np.full((2, 2), 1 / 3))
    frozen.trainable = False
    before = values([frozen])[0]
    optimizer = StagedAdamW(**NO_DECAY, use_ema=True, ema_overwrite_frequency=frequency)
    optimizer.build([trained, frozen])
    for step in range(5):
        optimizer.apply(gradients([trained], step), [trained])
    optimizer.finalize_variable_values([trained])
    np.testing.assert_array_equal(values([frozen])[0], before)
    np.testing.assert_array_equal(*values([trained, optimizer._model_variables_moving_average[0]]))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_trains_in_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        model = small_model()
    finally:
        keras.config.set_dtype_policy("float32")
    optimizer = StagedAdamW(1e-2, global_clipnorm=1.0)
    model.compile(optimizer, "mse")
    wrapped = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert wrapped == (policy == "mixed_float16")
    losses = model.fit(*examples(), epochs=4, batch_size=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    # A step whose gradients overflow at the first loss scale is skipped, and not counted.
    assert steps(optimizer) == [int(model.optimizer.iterations)] * 4
    assert steps(optimizer)[0] in ({16} if policy == "mixed_bfloat16" else range(8, 17))


@pytest.mark.parametrize(
    "settings",
    [
        {"clipnorm": 1.0},
        {"gradient_accumulation_steps": 2},
        {"use_ema": True},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(1e-2, 16)},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_it_trains_through_fit(settings):
    model = small_model()
    optimizer = StagedAdamW(**{"learning_rate": 1e-2, **settings})
    model.compile(optimizer, "mse")
    losses = model.fit(*examples(), epochs=4, batch_size=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert steps(optimizer) == [16 // settings.get("gradient_accumulation_steps", 1)] * 4


@pytest.mark.parametrize("accumulation", [None, 2])
def test_the_next_phase_takes_over_what_both_train(accumulation):
    model = small_model()
    hidden, head = model.layers
    hidden.trainable = False
    previous = StagedAdamW(1e-2, gradient_accumulation_steps=accumulation)
    model.compile(previous, "mse")
    model.fit(*examples(), epochs=3, batch_size=16, verbose=0)
    hidden.trainable = True
    optimizer = StagedAdamW(1e-3, gradient_accumulation_steps=accumulation)
    optimizer.build(model.trainable_variables)
    optimizer.take_over(previous)
    taken = 6 // (accumulation or 1)
    assert steps(optimizer) == [0, 0, taken, taken]
    for slot in ("_momentums", "_velocities"):
        fresh, kept = getattr(optimizer, slot)[:2], getattr(optimizer, slot)[2:]
        assert not any(value.any() for value in values(fresh))
        for value, before in zip(values(kept), values(getattr(previous, slot)), strict=True):
            np.testing.assert_array_equal(value, before)
    assert not any(each.any() for each in values(getattr(optimizer, "_accumulated_gradients", [])))
    model.compile(optimizer, "mse")
    model.fit(*examples(), batch_size=16, verbose=0)
    more = 2 // (accumulation or 1)
    assert steps(optimizer) == [more, more, taken + more, taken + more]
    assert steps(previous) == [taken, taken]
    assert len(head.trainable_variables) == 2


def test_its_state_is_saved_with_the_model(tmp_path):
    model = small_model()
    multipliers = {model.layers[0].kernel.path: 0.5}
    model.compile(StagedAdamW(1e-2, rate_multipliers=multipliers), "mse")
    model.fit(*examples(), epochs=2, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.optimizer, StagedAdamW)
    assert loaded.optimizer.rate_multipliers == multipliers
    assert steps(loaded.optimizer) == [8] * 4
    for own, other in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(*values([own, other]))


@pytest.mark.parametrize("multipliers", [None, {"stem/kernel": 0.25}])
def test_it_survives_its_configuration(multipliers):
    optimizer = StagedAdamW(
        keras.optimizers.schedules.ExponentialDecay(1e-2, 10, 0.5),
        weight_decay=0.02,
        global_clipnorm=1.0,
        rate_multipliers=multipliers,
    )
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, StagedAdamW)
    assert again.get_config() == optimizer.get_config()
    assert again.get_config()["rate_multipliers"] == multipliers


@pytest.mark.parametrize("factor", [0, 0.0, -0.1, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(factor):
    with pytest.raises(ValueError, match=r"Received: rate_multipliers\['stem/kernel'\]="):
        StagedAdamW(rate_multipliers={"stem/kernel": factor})


@pytest.mark.parametrize(
    ("build", "previous", "message"),
    [
        (True, keras.optimizers.Adam, "must be a StagedAdamW"),
        (False, StagedAdamW, "before `take_over`"),
    ],
)
def test_taking_over_is_refused_where_it_cannot_be(build, previous, message):
    optimizer = StagedAdamW()
    if build:
        optimizer.build([weight()])
    with pytest.raises(ValueError, match=message) as error:
        optimizer.take_over(previous())
    assert "Received: " in str(error.value)


def test_an_optimizer_that_never_trained_gives_nothing():
    optimizer = StagedAdamW()
    optimizer.build([weight()])
    optimizer.take_over(StagedAdamW())
    assert steps(optimizer) == [0]
