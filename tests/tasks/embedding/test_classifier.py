import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny


@pytest.fixture(scope="module")
def embedding():
    # Not every draw of weights tells the colours apart as well.
    keras.utils.set_random_seed(0)
    return ktl.Embedding(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def few(each, seed=0):
    return ktl.data.arrays(*tiny.images(count=3 * each, seed=seed))


@pytest.mark.both_backends
@pytest.mark.parametrize("method", ["nearest_mean", "knn", "probe"])
def test_classes_that_show_in_the_features_are_told_apart(embedding, method):
    classifier = embedding.classifier(few(8), method)
    evaluation = classifier.evaluate(few(20, seed=1).train)
    assert evaluation.accuracy > 0.8
    images, labels = tiny.images(count=3, seed=2)
    predictions = classifier.predict(images)
    assert [each.label for each in predictions] == labels.tolist()
    for each in predictions:
        assert sum(each.probabilities.values()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("method", ["nearest_mean", "knn", "probe"])
def test_one_example_of_each_class_is_enough(embedding, method):
    classifier = embedding.classifier(few(1).train, method)
    assert classifier.class_names == ("blue", "green", "red")
    assert classifier.evaluate(few(1).train).accuracy == 1.0
    assert classifier.predict([]) == []


def test_the_nearest_mean_is_that_of_unit_vectors(embedding):
    train, test = few(4).train, few(4, seed=3).train
    vectors, asked = embedding.embed(train), embedding.embed(test)
    means = np.stack([vectors[train.labels == each].mean(axis=0) for each in range(3)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    expected = [train.class_names[each] for each in (asked @ means.T).argmax(axis=1)]
    predicted = embedding.classifier(train, "nearest_mean").predict(test)
    assert [each.label for each in predicted] == expected


def test_labels_are_matched_by_name(embedding):
    classifier = embedding.classifier(few(8), "nearest_mean")
    images, labels = tiny.images(count=30, seed=1)
    chosen = labels != "blue"
    without = ktl.data.arrays(images[chosen], labels[chosen]).train
    assert without.class_names == ("green", "red")
    assert classifier.evaluate(without).accuracy > 0.8


def test_misuse_says_what_to_do(embedding):
    train = few(2).train
    with pytest.raises(ValueError, match="nearest_mean"):
        embedding.classifier(train, "nearest_men")
    missing = train.subset(np.flatnonzero(train.labels != 2))
    with pytest.raises(ValueError, match="none of red"):
        embedding.classifier(missing)
    with pytest.raises(ValueError, match=r"test_split=0\.2.*Received: split=None"):
        embedding.classifier(train).evaluate(ktl.data.arrays(*tiny.images(12)).test)
