"""What `recipe.explain` shows is what the prediction depends on."""

import re
from html import unescape

import keras
import numpy as np
import pytest
from scipy.stats import spearmanr

import kerastl as ktl
from tests.contracts.recipes_under_test import case, film_words, films, tiny_bert
from tests.training import tiny

SIDE = 24


def spots(count=120, seed=0):
    """Return grey images with a bright spot whose colour is the class, and the spots' places."""
    generator = np.random.default_rng(seed)
    images = generator.integers(60, 100, (count, SIDE, SIDE, 3)).astype("uint8")
    places, labels = [], np.arange(count) % 2
    for image, label in zip(images, labels, strict=True):
        y, x = generator.integers(0, SIDE - 8, 2)
        image[y : y + 8, x : x + 8, 0 if label else 2] = 250
        places.append((y, x))
    return images, np.array(["blue", "red"])[labels], places


@pytest.fixture(scope="module")
def spotted():
    images, labels, _ = spots()
    keras.utils.set_random_seed(0)
    pixels = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    for stage in tiny.STAGES:
        x = keras.layers.Conv2D(8, 3, padding="same", activation="relu", name=f"{stage}_end")(x)
    backbone = ktl.backbone(
        keras.Model(pixels, x), stages={stage: f"{stage}_end" for stage in tiny.STAGES}
    )
    recipe = ktl.ImageClassification(backbone, image_size=SIDE, augmentation="none")
    data = ktl.data.arrays(images, labels, validation_split=0.2, seed=0)
    recipe.fit(data, [ktl.Phase("all", epochs=12, learning_rate=1e-2, keep="last")], verbose=0)
    assert recipe.evaluate(data.validation).accuracy > 0.9
    return recipe


def log_odds(recipe, inputs, target):
    rows = [each.probabilities[target] for each in recipe.predict(inputs)]
    rows = np.clip(rows, 1e-6, 1 - 1e-6)
    return np.log(rows / (1 - rows))


@pytest.mark.both_backends
def test_the_marked_part_of_an_image_is_where_its_class_shows(spotted):
    images, labels, places = spots(16, seed=1)
    shares = []
    for image, label, (y, x) in zip(images, labels, places, strict=True):
        explanation = spotted.explain(image, target=str(label))
        marked = explanation.marked(64 / SIDE**2, (SIDE, SIDE))
        shares.append(marked[y : y + 8, x : x + 8].sum() / marked.sum())
    # A random tenth of the image would share a ninth with the spot.
    assert np.mean(shares) > 0.6


def test_deleting_the_marked_part_costs_more_than_deleting_another(spotted):
    images, labels, _ = spots(16, seed=2)
    generator = np.random.default_rng(0)
    drops = {"marked": [], "random": []}
    for image, label in zip(images, labels, strict=True):
        marked = spotted.explain(image, target=str(label)).marked(0.15, (SIDE, SIDE))
        y, x = generator.integers(0, SIDE, 2)
        random = np.roll(marked, (y, x), axis=(0, 1))
        before = log_odds(spotted, [image], str(label))[0]
        for name, part in (("marked", marked), ("random", random)):
            changed = image.copy()
            changed[part] = 80
            drops[name].append(before - log_odds(spotted, [changed], str(label))[0])
    assert np.mean(drops["marked"]) > 2 * np.mean(drops["random"])


def test_random_weights_have_another_map(spotted):
    """The sanity check of Adebayo et al. 2018."""
    images, labels, _ = spots(8, seed=3)
    before = [spotted.explain(i, target=str(n)).heat for i, n in zip(images, labels, strict=True)]
    weights = spotted.model.get_weights()
    generator = np.random.default_rng(0)
    try:
        spotted.model.set_weights(
            [generator.permutation(w.ravel()).reshape(w.shape) for w in weights]
        )
        stage = spotted.backbone.stage_names[-1]
        alike = []
        for image, label, heat in zip(images, labels, before, strict=True):
            try:
                other = spotted.explain(image, target=str(label), stage=stage).heat
            except ValueError:
                alike.append(0.0)  # No place raises the score any more.
                continue
            alike.append(spearmanr(heat.ravel(), other.ravel()).statistic)
        assert np.nanmean(np.abs(alike)) < 0.5
    finally:
        spotted.model.set_weights(weights)


def test_the_last_stage_has_the_class_activation_map(spotted):
    """With average pooling and a linear head, the sum of the map is the class's own logit."""
    image = spots(1, seed=4)[0][0]
    recipe = spotted
    explanation = recipe.explain(image, stage="stage3")
    features = keras.Model(recipe.model.inputs, recipe.model.get_layer("stage3").output)
    maps = np.asarray(features(image[None].astype("float32")))[0]
    assert explanation.heat.shape == maps.shape[:2]
    assert explanation.heat.max() == 1.0
    assert explanation.heat.min() >= 0.0


@pytest.mark.parametrize("stage", tiny.STAGES)
def test_every_stage_has_a_map(spotted, stage):
    image = spots(1, seed=5)[0][0]
    assert spotted.explain(image, stage=stage).stage == stage


def test_an_image_explanation_is_drawn_and_shown(spotted, tmp_path):
    path = tmp_path / "<b>.png"
    image = spots(1, seed=6)[0][0]
    keras.utils.save_img(path, image)
    explanation = spotted.explain(str(path))
    assert explanation.overlay().size == (SIDE, SIDE)
    assert len(explanation.plot(tmp_path / "why.png").figure.axes) == 2
    html = explanation._repr_html_()
    assert html.count("<img") == 2
    assert "<b>" not in html
    path.unlink()
    assert "cannot be read" not in html


@pytest.fixture(scope="module")
def reviewed():
    texts, labels = films()
    recipe = ktl.TextClassification(tiny_bert(film_words()))
    data = ktl.data.arrays(texts, labels, validation_split=0.2, seed=0)
    recipe.fit(data, [ktl.Phase("all", epochs=8, learning_rate=3e-3, keep="last")], verbose=0)
    assert recipe.evaluate(data.validation).accuracy > 0.9
    return recipe


def test_the_word_that_decides_has_the_largest_weight(reviewed):
    explanation = reviewed.explain("a film 7 lovely 3 film", target="good")
    assert explanation.top(1)[0][0] == "lovely"
    assert explanation.top(1)[0][1] > 0
    other = reviewed.explain("a film 7 awful 3 film", target="good")
    assert other.word(int(other.weights.argmin())) == "awful"
    assert other.weights.min() < 0


def test_weights_are_the_change_of_the_score_without_the_word(reviewed):
    explanation = reviewed.explain("a lovely film", target="good")
    full, without = log_odds(reviewed, ["a lovely film", "a film"], "good")
    assert explanation.without([1]) == "a film"
    assert explanation.weights[1] == pytest.approx(full - without, abs=1e-3)


def test_deleting_the_top_words_costs_more_than_deleting_others(reviewed):
    texts, labels = films()
    generator = np.random.default_rng(0)
    drops = {"top": [], "random": []}
    for text, label in zip(texts[:30], labels[:30], strict=True):
        found = reviewed.explain(text, target=label)
        chosen = {"top": np.argsort(-found.weights)[:1]}
        chosen["random"] = generator.integers(0, len(found.words), 1)
        for name, indices in chosen.items():
            before, after = log_odds(reviewed, [text, found.without(indices)], label)
            drops[name].append(before - after)
    assert np.mean(drops["top"]) > 2 * np.mean(drops["random"])


def test_a_text_explanation_is_a_marked_text(reviewed, tmp_path):
    written = "a <script>alert(1)</script> lovely\u202e film \U0001f600"
    explanation = reviewed.explain(written)
    html = explanation._repr_html_()
    assert "<script" not in html
    assert "\u202e" not in html
    assert 'dir="auto"' in html
    body = unescape(re.sub("<[^>]*>", "", html[html.index('<div class="text"') :]))
    assert body == written.replace("\u202e", "\\u202e")
    page = explanation.plot(tmp_path / "why.html")
    assert (tmp_path / "why.html").read_text().count("<span") == len(explanation.words)
    assert "lovely" in repr(page)
    assert len(explanation.plot_weights().figure.axes) == 1
    with pytest.raises(ValueError, match=r"\.html"):
        explanation.plot(tmp_path / "why.png")


def test_a_long_text_is_explained_in_groups_of_words(reviewed):
    explanation = reviewed.explain(" ".join(["film"] * 50), most_words=8)
    assert len(explanation.words) == 8
    assert explanation.word(0) == " ".join(["film"] * 7)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"target": "gren"}, "Unknown target"), ({"stage": "stage9"}, "Unknown stage")],
)
def test_an_unknown_name_is_refused(spotted, options, message):
    with pytest.raises(ValueError, match=message):
        spotted.explain(spots(1)[0][0], **options)


def test_one_input_is_explained(spotted, reviewed):
    with pytest.raises(ValueError, match=r"one input.*Received: 2 inputs"):
        spotted.explain(spots(2)[0])
    with pytest.raises(ValueError, match="needs a word"):
        reviewed.explain("  ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "task",
    [
        "image_multi_label_classification",
        "image_regression",
        "object_detection",
        "text_regression",
        "token_classification",
    ],
)
def test_every_task_explains_its_predictions(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    explanation = recipe.explain(chosen.raw[0])
    assert explanation.target in recipe.explained_names()
    assert np.isfinite(explanation.score)
    assert explanation._repr_html_()
