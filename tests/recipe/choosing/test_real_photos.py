"""Choices on real photos with real weights."""

import pytest

import kerastl as ktl
from kerastl.recipe.choosing.before_training import choose_stages_before_probe
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache

pytestmark = pytest.mark.nightly
SMALL = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
TUNED_ELSEWHERE = "inception_v3_moderation_dequantised_no_top.weights.h5"


def photos(shared, per_class):
    data = ktl.data.image_folder(
        shared / "images" / "trashnet6_subset", validation_split=0.2, seed=0
    )
    rows = [
        row
        for label in range(len(data.class_names))
        for row, own in enumerate(data.train.labels)
        if own == label
    ]
    places = [row for i, row in enumerate(rows) if i % (len(rows) // 6) < per_class]
    return ktl.data.Dataset(data.train.subset(sorted(places)), data.validation, data.test)


def weights(shared, name):
    return shared / "weights" / "keras_applications" / name


def test_a_size_is_chosen_within_the_time(shared, capsys):
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights(shared, SMALL))
    recipe = ktl.ImageClassification(backbone)
    data = photos(shared, 12)
    history = recipe.fit(data, ktl.schedules.ProbeGuidedFineTune(epochs=1, max_pixels=300 * 300))
    chosen = history.decision["input"]
    tried = {row["name"]: row for row in chosen["inputs"] if row["loss"] is not None}
    assert {"160 x 160 pixels", "224 x 224 pixels"} <= tried.keys()
    assert "320 x 320 pixels" not in tried
    assert tried["160 x 160 pixels"]["computation"] == pytest.approx(0.51, abs=0.02)
    assert recipe.image_size == tuple(chosen["settings"]["image_size"])
    assert f"> {chosen['name']}" in capsys.readouterr().out


def test_stages_that_were_tuned_to_another_task_are_left_out(shared):
    backbone = ktl.backbone("inception_v3", weights=weights(shared, TUNED_ELSEWHERE))
    recipe = ktl.ImageClassification(backbone, image_size=(203, 203))
    data = photos(shared, 25)
    with OpenFeatureCache(FeatureCache(), print) as features:
        choose_stages_before_probe(recipe, data, features, batch_size=16, seed=0)
    assert "stage3" not in recipe.feature_stages
    assert recipe.model.get_layer("stage2") is not None
    assert "stage3" not in {layer.name for layer in recipe.model.layers}
