import numpy as np
import pytest

from kerastl.training.linear_probe.joined_features import JoinedFeatures


def joined():
    generator = np.random.default_rng(0)
    parts = [
        [generator.normal(size=(count, width)).astype("float16") for width in (2, 3)]
        for count in (5, 2, 8)
    ]
    return JoinedFeatures(parts), np.concatenate([np.concatenate(part, 1) for part in parts])


@pytest.mark.parametrize(
    "rows",
    [slice(None), slice(3, 12), slice(4, 5), slice(9, 99), slice(6, 6), np.array([14, 0, 5, 5])],
)
def test_rows_are_those_of_the_whole_matrix(rows):
    features, whole = joined()
    assert features.shape == whole.shape
    assert features[rows].dtype == np.float32
    np.testing.assert_array_equal(features[rows], whole[rows].astype("float32"))


def test_rows_are_standardized_when_they_are_read():
    features, whole = joined()
    centre, scale = whole.mean(axis=0, dtype="float32"), np.arange(1, 6, dtype="float32")
    given = features.standardized(centre, scale)[2:9]
    np.testing.assert_allclose(given, (whole[2:9] - centre) * scale, rtol=1e-5)
