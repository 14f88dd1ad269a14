"""Properties of every validator."""

import doctest
import importlib
import inspect
import subprocess
import sys

import numpy as np
import pytest

from kerastl.adaptation.validators import VALIDATORS
from tests.adaptation.validators.adapted_models import adapted, harmed, score

each = pytest.mark.parametrize("name", VALIDATORS)
FLOATS = [
    (name, given)
    for name, function in VALIDATORS.items()
    for given in inspect.signature(function).parameters
    if given.endswith(("features", "probabilities", "losses"))
]


@pytest.fixture(scope="module")
def models():
    """Adapted and harmed models, by seed."""
    return [(adapted(seed), harmed(seed)) for seed in range(3)]


def test_the_harmed_models_are_harmed(models):
    assert all(good.target_accuracy > bad.target_accuracy + 0.15 for good, bad in models)


@each
def test_an_adapted_model_ranks_above_a_harmed_one(name, models):
    for good, bad in models:
        assert score(name, good) > score(name, bad)


@each
def test_a_score_is_a_finite_number_that_a_seed_repeats(name, models):
    value = score(name, models[0][0])
    assert type(value) is float
    assert np.isfinite(value)
    assert score(name, models[0][0]) == value


@pytest.mark.parametrize(("name", "given"), FLOATS)
def test_nan_is_refused(name, given, models):
    values = getattr(models[0][0], given).copy()
    values[3] = np.nan
    with pytest.raises(ValueError, match=rf"`{given}` .* Received: 1 of 120 such examples$"):
        score(name, models[0][0], **{given: values})


@pytest.mark.parametrize(("name", "given"), FLOATS)
def test_no_examples_are_refused(name, given, models):
    with pytest.raises(ValueError, match="Received: "):
        score(name, models[0][0], **{given: getattr(models[0][0], given)[:0]})


@each
def test_the_example_in_the_docstring_runs(name):
    module = importlib.import_module(f"kerastl.adaptation.validators.{name}")
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


def test_importing_them_loads_no_framework():
    program = (
        "import sys, kerastl.adaptation.validators\n"
        "print(sorted({'tensorflow', 'keras', 'jax', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
