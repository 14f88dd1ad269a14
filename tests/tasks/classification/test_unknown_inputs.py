"""Inputs of no class on real data: texts out of scope, photos of another data set, `_other`."""

import json

import numpy as np
import pytest

import kerastl as ktl
from tests.recipe.concluding.test_refit import recipe, whole
from tests.training import tiny

pytestmark = pytest.mark.slow


def auroc(known, others):
    """Return the share of pairs in which the unknown input has the higher score."""
    ordered = np.sort([each.unfamiliarity for each in known])
    scores = [each.unfamiliarity for each in others]
    return float(np.searchsorted(ordered, scores).mean() / len(ordered))


def unknown_share(predictions):
    return np.mean([each.label is None for each in predictions])


def test_queries_out_of_scope_are_found(shared, minilm):
    content = json.loads((shared / "text" / "clinc150" / "data_full.json").read_text("utf-8"))
    by_class: dict[str, list[str]] = {}
    for text, label in content["train"]:
        by_class.setdefault(label, []).append(text)
    rows = [(text, label) for label, texts in by_class.items() for text in texts[:20]]
    # Two probes, as without a validation split, would take twice as long.
    data = ktl.data.arrays(*zip(*rows, strict=True), validation_split=0.2)
    made = ktl.TextClassification("bert", weights=minilm)
    made.fit(data, "feature_extraction", verbose=0)
    known = made.predict([text for text, _ in content["test"][::9]], allow_unknown=True)
    strange = made.predict([text for text, _ in content["oos_test"][::5]], allow_unknown=True)
    assert auroc(known, strange) >= 0.93
    # The test queries are other ones than those of the training part, so more than 5 %.
    assert unknown_share(known) <= 0.15
    assert unknown_share(strange) >= 0.6


def test_photos_of_another_data_set_are_found(shared):
    images = shared / "images"
    data = ktl.data.image_folder(images / "trashnet6_subset")
    weights = next((shared / "weights" / "keras_applications").glob("mobilenet_v2*0.35*no_top.h5"))
    made = ktl.ImageClassification(ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights))
    made.fit(data, "feature_extraction", verbose=0)
    known = made.predict(data.test, allow_unknown=True)
    signs = sorted((images / "sign_digits").glob("*/*.JPG"))[::20]
    strange = made.predict(signs, allow_unknown=True)
    assert auroc(known, strange) >= 0.95
    assert unknown_share(known) <= 0.12
    assert unknown_share(strange) >= 0.8


def test_the_class_other_chooses_the_threshold_and_is_no_class():
    data = whole(90)
    generator = np.random.default_rng(0)
    noise = generator.integers(0, 256, (60, tiny.SIZE, tiny.SIZE, 3), np.uint8)
    images = np.concatenate([*(data.train.inputs[i][None] for i in range(90)), noise])
    labels = [data.train.label_of(i) for i in range(90)] + ["_other"] * 60
    both = ktl.data.arrays(images, labels, validation_split=0.2, test_split=0.2, seed=0)
    made = recipe()
    made.fit(both, [ktl.Phase("head", linear_probe=True)], refit=True, verbose=0)
    assert made.class_names == ("blue", "green", "red")
    rule = made.unknown_rule
    assert len(rule.others) == 48
    assert rule.threshold >= rule.chosen_on(others=np.zeros(0, "float32")).threshold
    evaluation = made.evaluate(both.test)
    assert "of 12 examples of no class are called unknown, and" in evaluation.note
    assert evaluation.confusion.sum() == len(both.test) - 12
