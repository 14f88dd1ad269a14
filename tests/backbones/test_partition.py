import keras
import numpy as np
import pytest

from kerastl.backbones.partition import chain, partition


@pytest.fixture
def residual() -> keras.Model:
    """A stem, one residual block and a last layer."""
    x = keras.Input((4,), name="x")
    stem = keras.layers.Dense(4, name="stem")(x)
    inner = keras.layers.Dense(4, name="inner")(stem)
    added = keras.layers.Add(name="added")([stem, inner])
    return keras.Model(x, keras.layers.Dense(2, name="last")(added), name="residual")


@pytest.mark.parametrize(
    ("ends", "layers"),
    [
        ({"a": "stem", "b": "added", "c": "output"}, [["stem"], ["inner", "added"], ["last"]]),
        ({"a": "before:inner", "b": "output"}, [["stem"], ["inner", "added", "last"]]),
        ({"a": "fork:added", "b": "last"}, [["stem"], ["inner", "added", "last"]]),
        ({"a": ("stem", "inner"), "b": "output"}, [["stem", "inner"], ["added", "last"]]),
        ({"all": "output"}, [["stem", "inner", "added", "last"]]),
    ],
)
def test_a_stage_holds_what_its_end_needs(
    residual: keras.Model, ends: dict[str, str], layers: list[list[str]]
) -> None:
    parts = partition(residual, ends)
    assert [part.name for part in parts] == list(ends)
    assert [[node.operation.name for node in part.nodes] for part in parts] == layers
    x = np.random.default_rng(0).random((3, 4), np.float32)
    new = keras.Input((4,))
    staged = keras.Model(new, chain(residual, ends, [new]))
    np.testing.assert_allclose(np.asarray(staged(x)), np.asarray(residual(x)), atol=1e-6)


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ({"a": "inner", "b": "output"}, "'a' ends inside a block.*'stem'"),
        ({"a": "stemm", "b": "output"}, "Unknown layer of 'residual'. Did you mean 'stem'"),
        ({"a": "after:stem", "b": "output"}, "Unknown layer.*Received: 'after:stem'"),
        ({"a": "stem", "b": "added"}, "must end at the model's output, 'last'"),
        ({"a": "added", "b": "stem", "c": "output"}, "holds no layer.*'b' ending at 'stem'"),
    ],
)
def test_bad_ends_are_refused(residual: keras.Model, ends: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        partition(residual, ends)


def test_stages_may_not_share_weights() -> None:
    x = keras.Input((4,))
    shared = keras.layers.Dense(4, name="shared")
    model = keras.Model(x, shared(keras.layers.ReLU(name="middle")(shared(x))))
    with pytest.raises(ValueError, match=r"layer 'shared' in stages 'a' and 'b'"):
        partition(model, {"a": "middle", "b": "output"})
