import pytest
import tensorflow as tf

from kerastl.data import Split
from kerastl.data.splits.unreadable import naming_unreadable


def test_an_error_without_an_unreadable_image_is_raised_unchanged():
    split = Split("text", ["x"], [0], ["a"])
    with pytest.raises(tf.errors.InternalError, match="no memory"), naming_unreadable(split, None):
        raise tf.errors.InternalError(None, None, "no memory")
