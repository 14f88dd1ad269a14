import numpy as np
import pytest

from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.ranges import least_error_ranges, widest_ranges


def _observed(values: np.ndarray) -> Observation:
    rows = values.reshape(10, -1)
    lows, highs = ({"x": ends[:, None]} for ends in (rows.min(axis=1), rows.max(axis=1)))
    return Observation(lows, highs, {"x": values}, {}, {})


def _error(values: np.ndarray, chosen: dict[str, np.ndarray]) -> float:
    low, high = float(chosen["min"][0]), float(chosen["max"][0])
    step = (high - low) / 255
    return float(np.square(np.round(np.clip(values, low, high) / step) * step - values).mean())


@pytest.fixture
def outliers():
    values = np.random.default_rng(0).normal(0, 1, 5000)
    values[7] = 30.0
    return values


def test_widest_covers_every_example(outliers):
    chosen = widest_ranges(_observed(outliers))["x"]
    assert (chosen["min"].item(), chosen["max"].item()) == (outliers.min(), 30.0)


def test_an_outlier_is_cut_where_that_lowers_the_error():
    # One of 500,000: what is lost on it is less than what finer steps give to all others.
    values = np.random.default_rng(0).normal(0, 1, 500_000)
    values[7] = 8.0
    chosen, widest = (choose(_observed(values))["x"] for choose in (
        least_error_ranges, widest_ranges,
    ))  # fmt: skip
    assert chosen["max"].item() < 6
    assert _error(values, chosen) < 0.75 * _error(values, widest)


def test_what_is_cut_never_costs_more_than_it_gives(outliers):
    for values in (outliers, np.abs(outliers), -np.abs(outliers), np.zeros(100)):
        chosen, widest = (choose(_observed(values))["x"] for choose in (
            least_error_ranges, widest_ranges,
        ))  # fmt: skip
        assert chosen["min"].item() <= 0 or values.min() > 0
        if values.any():
            assert _error(values, chosen) <= _error(values, widest) * 1.01
