import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.examples import RecipeExamples
from kerastl.training.cache.model_identity import NotDescribableError
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def of_images(augmentation="default", size=tiny.SIZE, change=None, batch_size=4, **view):
    images, labels = tiny.images(24)
    if change is not None:
        images = change(images.copy())
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(size, size), augmentation=augmentation
    )
    data = ktl.data.arrays(images, labels, validation_split=0.25, seed=0)
    return RecipeExamples(recipe, data, batch_size).training_in_order(**view)


def text_backbone(words=("good", "bad")):
    return ktl.backbone(
        "bert",
        weights=None,
        vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words],
        num_layers=1,
        num_heads=1,
        hidden_dim=4,
        intermediate_dim=4,
        max_sequence_length=16,
    )


def of_texts(words=("good", "bad"), texts=("good", "bad", "good bad"), **options):
    options = {"sequence_length": 8, **options}
    recipe = ktl.TextClassification(text_backbone(words), **options)
    split = ktl.data.Split("text", texts, np.arange(len(texts)) % 2, ("a", "b"))
    return RecipeExamples(recipe, ktl.data.Dataset(split, split), 4).training_in_order()


def brighter(images):
    images[0, 0, 0, 0] += 1
    return images


def test_how_much_of_a_image_is_read_is_said_with_the_reason():
    backbone = ktl.backbone("mobilenet", weights=None, alpha=0.25)
    own = ktl.ImageClassification(backbone).input_size
    told = ktl.ImageClassification(backbone, image_size=(96, 64)).input_size
    assert own == "images of 224 x 224 pixels: the backbone's own"
    assert told == "images of 96 x 64 pixels: as given"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (8, "texts of up to 8 tokens: as given"),
        (None, "texts of up to 16 tokens: 99 % of the training texts are read whole"),
    ],
)
def test_how_much_of_a_text_is_read_is_said_with_the_reason(length, said):
    recipe = ktl.TextClassification(text_backbone(), sequence_length=length)
    data = ktl.data.arrays(["good", "bad"] * 4, ["a", "b"] * 4, validation_split=0.25, seed=0)
    recipe.fit(data, "feature_extraction", verbose=0)
    assert recipe.input_size == said


VIEW = {"view": 0, "seed": 0}


@pytest.mark.parametrize(
    ("make", "base", "change"),
    [
        (of_images, {}, {"size": 10}),
        (of_images, {}, {"change": brighter}),
        (of_images, {}, {"change": lambda images: images[::-1]}),
        (of_images, {}, VIEW),
        (of_images, VIEW, {"view": 1}),
        (of_images, VIEW, {"seed": 1}),
        (of_images, VIEW, {"augmentation": "no_flip"}),
        (of_images, VIEW, {"augmentation": keras.layers.RandomFlip("horizontal")}),
        (of_images, VIEW, {"batch_size": 8}),
        (of_texts, {}, {"words": ("good", "bad", "fine")}),
        (of_texts, {}, {"words": ("bad", "good")}),
        (of_texts, {}, {"texts": ("good", "good bad", "bad")}),
        (of_texts, {}, {"sequence_length": 9}),
        (of_texts, {"truncation": "head"}, {"truncation": "tail"}),
    ],
)
def test_whatever_changes_what_the_model_reads_changes_the_identity(make, base, change):
    before = make(**base).identity()
    assert make(**base).identity() == before
    assert make(**{**base, **change}).identity() != before


def test_augmentation_and_batches_do_not_count_where_nothing_is_drawn():
    before = of_images().identity()
    assert of_images(augmentation="none").identity() == before
    assert of_images(batch_size=8).identity() == before


def test_a_users_function_is_not_known_again():
    examples = of_images(augmentation=lambda pixels, training: pixels, **VIEW)
    with pytest.raises(NotDescribableError):
        examples.identity()


@pytest.mark.slow
@pytest.mark.parametrize("view", [{}, VIEW, {"view": 1, "seed": 5}])
def test_examples_are_the_same_in_every_pass_and_from_any_one_on(view):
    def pixels(start):
        batches = of_images(**view).batches(start).as_numpy_iterator()
        return np.concatenate([inputs for inputs, _ in batches])

    whole = pixels(0)
    np.testing.assert_array_equal(pixels(0), whole)
    np.testing.assert_array_equal(pixels(8), whole[8:])
    np.testing.assert_array_equal(pixels(7), whole[7:])


def test_views_differ():
    first, second, none = (
        next(of_images(**view).batches(0).as_numpy_iterator())[0]
        for view in (VIEW, {"view": 1, "seed": 0}, {})
    )
    assert np.abs(first - second).max() > 1
    assert np.abs(first - none).max() > 1
