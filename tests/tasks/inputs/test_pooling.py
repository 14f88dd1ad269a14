import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny


def recipe(**options):
    made = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), feature_stages="last", **options
    )
    made.build(["no", "yes"])
    return made


def width(made):
    return made.model.get_layer("head").input.shape[-1]


@pytest.mark.both_backends
def test_feature_maps_are_read_by_two_statistics_unless_another_pooling_is_given():
    assert recipe().pooling == "statistics"
    assert width(recipe()) == 2 * width(recipe(pooling="average"))
    assert width(recipe(pooling="max")) == width(recipe(pooling="average"))


def test_a_pooling_of_the_backbones_own_is_kept():
    made = ktl.ImageClassification(tiny.backbone(pooling="max"))
    assert made.pooling == "max"


def test_vectors_for_a_search_are_means():
    made = recipe()
    images = np.random.default_rng(0).integers(0, 255, (3, tiny.SIZE, tiny.SIZE, 3), np.uint8)
    found = ktl.Embedding.of(made, normalize=False).embed(images)
    assert found.shape == (3, width(recipe(pooling="average")))


def test_a_text_has_no_statistics():
    with pytest.raises(ValueError, match=r"'last', 'none'\. Received: pooling='statistics'"):
        ktl.TextClassification("bert", weights=None, pooling="statistics")
