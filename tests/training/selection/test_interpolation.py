import numpy as np
import pytest

from kerastl.training.selection.interpolation import SHARES, best_interpolation, mixed


@pytest.mark.parametrize("lowest", [0.0, 1.1, 2.0, 2.9, 4.0, 9.0])
def test_the_mixture_is_the_best_of_the_shares_and_never_worse_than_the_tuned_weights(lowest):
    first, tuned = [np.zeros(2, "float32")], [np.full(2, 4.0, "float32")]
    tried = []

    def loss(weights):
        tried.append(float(weights[0][0]) / 4)
        return abs(float(weights[0][0]) - lowest)

    found = {share: abs(4 * share - lowest) for share in (*SHARES, 1.0)}
    share, result = best_interpolation(first, tuned, found[1.0], lambda w: (loss(w), w[0][0]))
    assert tried == list(SHARES)
    assert found[share] == min(found.values())
    assert (result is None) == (share == 1.0)
    assert result is None or result == 4 * share


def test_counters_are_not_averaged():
    assert mixed(np.array(3), np.array(8), 0.5) == 3
    assert mixed(np.float16(3), np.float16(8), 0.5).dtype == np.float16
