import pytest
import tensorflow as tf

from kerastl.data import Split
from kerastl.data.splits.unreadable import naming_unreadable


def test_an_error_that_no_image_explains_stays_itself():
    split = Split("text", ["x"], [0], ["a"])
    with pytest.raises(tf.errors.InternalError, match="no memory"), naming_unreadable(split, None):
        raise tf.errors.InternalError(None, None, "no memory")
