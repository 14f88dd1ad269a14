import keras
import numpy as np
import pytest

from kerastl.training.cache.cached_features import CachedFeatures, batches_of

pytestmark = pytest.mark.both_backends


def views(count=10, number=3):
    labels = np.arange(count)
    return [CachedFeatures({"a": labels + 100.0 * view}, labels) for view in range(number)]


@pytest.mark.parametrize("shuffle", [False, True])
def test_every_epoch_gives_each_example_once_from_the_view_whose_turn_it_is(shuffle):
    batches = batches_of(views(), 4, shuffle=shuffle, seed=3)
    assert int(batches.cardinality()) == 3
    orders = []
    for epoch in range(7):
        given = list(batches.as_numpy_iterator())
        values = np.concatenate([features["a"] for features, _ in given])
        labels = np.concatenate([labels for _, labels in given])
        np.testing.assert_array_equal(values, labels + 100.0 * (epoch % 3))
        assert sorted(labels) == list(range(10))
        orders.append(tuple(labels))
    assert len(set(orders)) == (7 if shuffle else 1)


@pytest.mark.parametrize("trims", [False, True])
def test_shared_padding_is_cut_where_told_so(trims):
    mask = (np.arange(64) < np.array([[40], [10], [12]])).astype("int32")
    kept = CachedFeatures({"values": np.ones((3, 64, 5)), "padding_mask": mask}, np.arange(3))
    (features, _), *_ = batches_of([kept], 3, trims=trims).as_numpy_iterator()
    length = 40 if trims and keras.backend.backend() != "jax" else 64
    assert features["padding_mask"].shape == (3, length)
    assert features["values"].shape == (3, length, 5)
