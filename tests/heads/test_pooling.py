import keras
import numpy as np
import pytest

from kerastl.heads.pooling import SequencePooling

pytestmark = pytest.mark.both_backends

TOKENS = np.arange(24, dtype="float32").reshape(2, 4, 3)
MASK = np.array([[1, 1, 0, 0], [1, 1, 1, 1]], "int32")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("mean", [TOKENS[0, :2].mean(0), TOKENS[1].mean(0)]),
        ("cls", [TOKENS[0, 0], TOKENS[1, 0]]),
        ("last", [TOKENS[0, 1], TOKENS[1, 3]]),
    ],
)
def test_padding_is_left_out(mode, expected):
    pooled = SequencePooling(mode)([TOKENS, MASK])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(pooled), expected, rtol=1e-6)


@pytest.mark.parametrize("mode", ["mean", "last"])
def test_what_padding_holds_does_not_matter(mode):
    other = TOKENS.copy()
    other[0, 2:] = 1e6
    layer = SequencePooling(mode)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer([TOKENS, MASK])),
        keras.ops.convert_to_numpy(layer([other, MASK])),
    )


@pytest.mark.parametrize(("mode", "index"), [("cls", 0), ("last", -1)])
def test_without_a_mask_every_token_is_real(mode, index):
    pooled = SequencePooling(mode)(TOKENS)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(pooled), TOKENS[:, index])


def test_only_padding_gives_zero_not_nan():
    pooled = SequencePooling("mean")([TOKENS, np.zeros_like(MASK)])
    assert (keras.ops.convert_to_numpy(pooled) == 0).all()


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="Did you mean 'mean'"):
        SequencePooling("meen")
