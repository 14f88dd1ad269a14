"""UDALM: masked words of the target are learned together with the task."""

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation.losses.domain_batch import DomainBatch
from kerastl.adaptation.losses.masked_words import MaskedWords
from tests.contracts.adapted import check_what_is_kept
from tests.training import tiny

pytestmark = pytest.mark.both_backends

WORDS = ["good", "fine", "bad", "poor", "film", "plot", "phone", "case", "a", "the"]
PAD, UNK, CLS, SEP, MASK = range(5)


def backbone(name="bert"):
    return ktl.backbone(
        name,
        weights=None,
        vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS],
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=16,
    )


def texts(things, count, seed):
    random = np.random.default_rng(seed)
    kinds = [("good", "fine"), ("bad", "poor")]
    labels = [number % 2 for number in range(count)]
    made = [f"the {random.choice(things)} a {random.choice(kinds[label])}" for label in labels]
    return made, labels


@pytest.fixture
def words():
    """Return the loss, attached to a small network with everything trainable."""
    model = ktl.TextClassification(backbone(), sequence_length=8).build(["bad", "good"])
    made = MaskedWords(1.0, 0.5, MASK)
    made.attach(model)
    return made


def test_only_words_are_hidden(words):
    tokens = np.array([[CLS, 5, 6, 7, SEP, PAD, PAD, PAD], [CLS, 5, 6, 7, 8, 9, 10, SEP]])
    mask = (tokens != PAD).astype("int32")
    hidden = np.zeros(tokens.shape)
    for _ in range(40):
        positions, counted = words._choose(keras.ops.array(mask))
        seen = words._hidden(keras.ops.array(tokens), positions, counted)
        hidden += keras.ops.convert_to_numpy(seen) != tokens
    assert not hidden[tokens < 5].any()
    assert (hidden[tokens >= 5] > 0).all()


def test_about_the_asked_share_of_every_text_is_chosen(words):
    mask = np.zeros((2, 16), "int32")
    mask[0, :6], mask[1, :] = 1, 1
    _, counted = words._choose(keras.ops.array(mask))
    assert keras.ops.convert_to_numpy(counted).sum(axis=1).tolist() == [2, 7]


def test_source_examples_do_not_count(words):
    tokens = np.array([[CLS, 5, 6, SEP]] * 4)
    inputs = {"token_ids": keras.ops.array(tokens), "padding_mask": keras.ops.ones((4, 4), "int32")}
    none = keras.ops.zeros((4,), "int32")
    features = keras.ops.zeros((4, 3))
    batch = DomainBatch(features, features, none, none, 1, keras.ops.array(0.0), inputs)
    loss, metrics = words.loss(batch)
    assert float(loss) == 0
    assert float(metrics["word_loss"]) == 0


@pytest.mark.slow
def test_words_are_learned_beside_the_task(tmp_path):
    recipe = ktl.TextClassification(backbone(), sequence_length=8)
    movies = ktl.data.arrays(*texts(["film", "plot"], 64, 0), validation_split=0.25, seed=0)
    method = ktl.adaptation.UDALM(masked_share=0.3)
    schedule = [ktl.Phase("all", epochs=6, learning_rate=6e-3, keep="last")]
    products, _ = texts(["phone", "case"], 48, 1)
    goal = ktl.adaptation.Target(products, keep_adapted=True)
    history = recipe.fit(movies, schedule, adapt_to=goal, adaptation=method, verbose=0).history
    assert history["word_loss"][-1] < history["word_loss"][0] - 0.5
    assert history["accuracy"][-1] > 0.9
    packed = {name: np.asarray(ids) for name, ids in recipe.packer(products, 8).items()}
    check_what_is_kept(recipe, packed, products, tmp_path)


@pytest.mark.slow
def test_a_frozen_backbone_is_refused():
    recipe = ktl.TextClassification(backbone(), sequence_length=8)
    movies = ktl.data.arrays(*texts(["film"], 24, 0), validation_split=0.25, seed=0)
    phases = [ktl.Phase("last:1", epochs=1, keep="last")]
    with pytest.raises(ValueError, match="trains the whole backbone"):
        recipe.fit(movies, phases, adapt_to=["the phone"] * 8, adaptation="udalm", verbose=0)


def test_a_model_without_words_is_refused():
    from tests.adaptation import shifted

    adapter = ktl.adaptation.Adapter(shifted.classifier(), "udalm", aligned="features")
    with pytest.raises(ValueError, match="works with text recipes only"):
        adapter.fit(shifted.domain(), shifted.domain(20, 0.5, seed=1)[0], epochs=1, verbose=0)


def test_images_are_refused():
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    images, labels = tiny.images(24)
    with pytest.raises(ValueError, match="masked words"):
        recipe.fit(ktl.data.arrays(images, labels), adapt_to=images, adaptation="udalm")


def test_it_survives_its_configuration():
    method = ktl.adaptation.UDALM(strength=0.5, mask_token=4)
    assert ktl.adaptation.UDALM.from_config(method.get_config()) == method
