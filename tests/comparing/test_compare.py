import json

import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.cache.open_cache import OpenFeatureCache
from tests.contracts.recipes_under_test import case
from tests.training import tiny


@pytest.fixture(scope="module")
def images():
    return ktl.data.arrays(*tiny.images(count=60), validation_split=0.3, seed=0)


@pytest.fixture(scope="module")
def ranked(images, tmp_path_factory):
    """Two networks, one of them given as a Keras model, and two that cannot be had."""
    backbones = [tiny.network(), "mobilnet", tiny.backbone(), "missing/model.keras"]
    cache = tmp_path_factory.mktemp("cache")
    return ktl.compare(images, backbones, export=False, cache=cache, verbose=0), cache


@pytest.mark.both_backends
def test_the_most_accurate_comes_first_and_what_fails_is_a_row(ranked):
    found, _ = ranked
    accuracies = [row.accuracy for row in found.rows[:2]]
    assert accuracies == sorted(accuracies, reverse=True)
    assert found.best is found.rows[0]
    assert "Did you mean 'mobilenet'" in found.rows[2].problem
    assert "FileNotFoundError" in found.rows[3].problem
    for row in found.rows[:2]:
        low, high = row.accuracy_interval
        assert low < row.accuracy <= high
        assert row.feature_seconds > 0
        assert np.isfinite(row.log_me)
        assert not row.random_weights
        assert not row.problem


@pytest.mark.both_backends
def test_the_probe_is_that_of_a_recipe_which_finds_its_features(ranked, images, monkeypatch):
    _, cache = ranked
    computed = []
    compute = OpenFeatureCache._compute
    monkeypatch.setattr(
        OpenFeatureCache, "_compute", lambda *given: computed.append(1) or compute(*given)
    )
    backbone = tiny.backbone()
    again = ktl.compare(images, [backbone], export=False, cache=cache, verbose=0)
    assert computed == [1, 1]  # its weights are fresh ones
    recipe = ktl.ImageClassification(backbone, feature_stages=again.best.feature_stages)
    history = recipe.fit(images, "feature_extraction", cache=cache, verbose=0)
    assert computed == [1, 1]
    assert history.history["val_accuracy"] == [again.best.accuracy]
    assert recipe.model.count_params() == again.best.parameters
    third = ktl.compare(images, [backbone], export=False, cache=cache, verbose=0)
    assert third.best.feature_seconds is None
    assert "cached" in str(third)
    assert third.points == []
    with pytest.raises(ValueError, match="A plot needs latencies"):
        third.plot()


@pytest.mark.both_backends
def test_without_files_size_and_latency_are_marked_as_estimates(ranked):
    found, _ = ranked
    row = found.best
    assert row.float32.bytes == 4 * row.parameters
    assert row.float32.latency_ms == pytest.approx(row.feature_seconds * 1000 / 60)
    assert not row.float32.measured
    assert row.int8 is None
    assert "~" in str(found)
    assert "one thread" not in str(found)


@pytest.mark.slow
def test_files_are_run_by_litert(images):
    found = ktl.compare(images, [tiny.backbone()], verbose=0)
    row = found.best
    assert row.problem == ""
    assert row.float32.accuracy == pytest.approx(row.accuracy, abs=1e-6)
    assert row.float32.measured
    assert row.int8.measured
    assert row.float32.latency_ms > 0
    assert row.float32.bytes > 4 * row.parameters * 0.9
    assert found.export_seconds > 0
    assert "~" not in str(found)
    assert json.loads(json.dumps(found.to_dict()))["rows"][0]["frontier"]


@pytest.mark.slow
@pytest.mark.both_backends
def test_texts_and_random_weights(tmp_path):
    texts = case("text_classification", tmp_path)
    found = ktl.compare(texts.data, [texts.make().backbone], export=False, verbose=0)
    assert found.best.random_weights
    assert "(random weights)" in str(found)


def test_what_cannot_be_compared_is_refused(images, tmp_path):
    with pytest.raises(ValueError, match="must be a list of at least one"):
        ktl.compare(images, "mobilenet")
    with pytest.raises(ValueError, match="must be a list of at least one"):
        ktl.compare(images, [])
    with pytest.raises(ValueError, match="every example must have one class"):
        ktl.compare(case("token_classification", tmp_path).data, ["bert"])
