import random

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.learning_rate_search import LearningRateSearch
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def recipe():
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), dropout=0.2)


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


def state(made):
    """Return all that the search must leave alone."""
    model = made.model
    values = [np.array(keras.ops.convert_to_numpy(each)) for each in model.variables]
    values += [np.array(keras.ops.convert_to_numpy(v)) for v in model.optimizer.variables]
    flags = [layer.trainable for layer in model._flatten_layers()]
    return values, flags + [each.trainable for each in model.variables]


def unchanged(before, after):
    values = all(np.array_equal(a, b) for a, b in zip(before[0], after[0], strict=True))
    return values and before[1] == after[1]


def fitted():
    made = recipe()
    made.fit(data(), [ktl.Phase("all", epochs=1)], verbose=0)
    return made


def drawn():
    """Draw a number from every global generator."""
    return random.random(), np.random.random(), float(keras.random.uniform(()))


@pytest.mark.slow
def test_a_rate_is_suggested_and_the_recipe_is_left_as_it_was():
    made = fitted()
    before, history, seed = state(made), made.history, made.seed
    keras.utils.set_random_seed(3)
    expected = [drawn(), drawn()]
    keras.utils.set_random_seed(3)
    found = [drawn()]
    search = ktl.find_learning_rate(made, data(), steps=30, highest=10.0)
    found.append(drawn())
    assert unchanged(before, state(made))
    assert found == expected
    assert (made.history, made.seed) == (history, seed)
    assert 1e-6 < search.suggestion < 1
    assert search.rates[0] == pytest.approx(1e-7)
    assert np.all(np.diff(search.rates) > 0)
    assert search.losses.shape == search.rates.shape
    assert search.losses.min() < search.losses[0]
    again = ktl.find_learning_rate(made, data(), steps=30, highest=10.0)
    np.testing.assert_allclose(again.losses, search.losses, rtol=1e-4)


@pytest.mark.slow
def test_a_recipe_goes_on_training_as_if_nothing_had_been_searched():
    def weights(searches):
        keras.utils.set_random_seed(1)
        made = fitted()
        if searches:
            ktl.find_learning_rate(made, data(), steps=10)
        made.model.fit(*examples, epochs=1, verbose=0, shuffle=False)
        return made.model.get_weights()

    images, labels = tiny.images(24)
    examples = images, np.unique(labels, return_inverse=True)[1]
    plain, searched = weights(False), weights(True)
    assert all(np.array_equal(a, b) for a, b in zip(plain, searched, strict=True))


@pytest.mark.slow
def test_a_recipe_without_a_model_has_none_afterwards():
    made = recipe()
    first = ktl.find_learning_rate(made, data(), trains="head", steps=10)
    second = ktl.find_learning_rate(made, data(), trains="head", steps=10)
    with pytest.raises(RuntimeError, match="no model yet"):
        _ = made.model
    np.testing.assert_allclose(first.losses, second.losses, rtol=1e-5)
    made.fit(data(), [ktl.Phase("head", epochs=1)], verbose=0)


@pytest.mark.slow
def test_a_loss_that_runs_away_ends_the_search_and_leaves_the_recipe():
    made = fitted()
    before = state(made)
    search = ktl.find_learning_rate(made, data(), steps=40, lowest=1.0, highest=1e30)
    assert len(search.rates) < 40
    assert np.isfinite(search.losses).all()
    assert unchanged(before, state(made))


def test_an_error_leaves_the_recipe():
    made = fitted()
    before = state(made)
    with pytest.raises(ValueError, match="Unknown stage"):
        ktl.find_learning_rate(made, data(), trains="from:stage9")
    assert unchanged(before, state(made))

    given = made.batches
    made.batches = lambda *arguments, **options: given(*arguments, **options).map(
        lambda pixels, labels: (pixels[:, :4], labels)
    )
    with pytest.raises(ValueError, match=r"incompatible|shape"):
        ktl.find_learning_rate(made, data())
    del made.batches
    assert unchanged(before, state(made))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lowest": 0.0}, r"lowest=0\.0"),
        ({"lowest": 1.0, "highest": 0.1}, r"lowest=1\.0, highest=0\.1"),
        ({"highest": float("inf")}, "highest=inf"),
        ({"steps": 9}, "steps=9"),
    ],
)
def test_values_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        ktl.find_learning_rate(recipe(), data(), **settings)


def test_the_suggestion_is_a_tenth_of_the_rate_at_the_lowest_loss(tmp_path):
    rates = np.array([1e-5, 1e-4, 1e-3, 1e-2])
    search = LearningRateSearch(rates, np.array([2.0, 1.5, 1.0, 3.0]))
    assert search.suggestion == pytest.approx(1e-4)
    assert LearningRateSearch(rates, np.array([1.0, 1.5, 2.0, 3.0])).suggestion is None
    written = search.plot(tmp_path / "rates.png")
    assert written.read_bytes().startswith(b"\x89PNG")
    assert [each.name for each in tmp_path.iterdir()] == ["rates.png"]


@pytest.mark.parametrize("trains", ["stage3", "HEAD", "last:0", "from:stage9", "lora"])
def test_what_cannot_be_searched_is_named(trains):
    with pytest.raises(ValueError, match=f"Received: .*{trains.rpartition(':')[2]}"):
        ktl.find_learning_rate(recipe(), data(), trains=trains)
