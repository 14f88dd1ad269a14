import numpy as np
import pytest
import tensorflow as tf

from kerastl.data.texts.trimming import without_shared_padding


@pytest.mark.parametrize(("longest", "kept"), [(1, 8), (16, 16), (17, 24), (40, 40), (63, 64)])
def test_padding_is_cut_and_pooled_vectors_stay(longest, kept):
    mask = np.zeros((3, 64), "int32")
    mask[0, :longest] = 1
    mask[1:, 0] = 1
    batch = {
        "padding_mask": tf.constant(mask),
        "token_ids": tf.constant(mask + 1),
        "layer1_0": tf.zeros((3, 64, 8)),
        "pooled_0": tf.zeros((3, 64)),
    }
    shapes = {name: values.shape[1] for name, values in without_shared_padding(batch).items()}
    assert shapes == {"padding_mask": kept, "token_ids": kept, "layer1_0": kept, "pooled_0": 64}
