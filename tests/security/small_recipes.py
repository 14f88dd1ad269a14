"""A small untrained recipe of each task, with its class names and inputs."""

import kerastl as ktl
from tests.contracts import boxes_under_test
from tests.contracts.recipes_under_test import tiny_bert
from tests.training import tiny

IMAGES, LABELS = tiny.images(count=3)


def image_recipe(kind):
    return lambda: kind(tiny.backbone(), image_size=tiny.SIZE)


def text_recipe(kind):
    return lambda: kind(tiny_bert(["fine", "film"]), sequence_length=8)


def boxes():
    return ktl.ObjectDetection(boxes_under_test.backbone(), image_size=boxes_under_test.SIZE)


RECIPES = {
    "classes": (image_recipe(ktl.ImageClassification), ("red", "green", "blue"), IMAGES),
    "labels": (image_recipe(ktl.ImageMultiLabelClassification), ("red", "green"), IMAGES),
    "numbers": (image_recipe(ktl.ImageRegression), ("width",), IMAGES),
    "boxes": (boxes, ("red", "green"), IMAGES),
    "entities": (text_recipe(ktl.TokenClassification), ("O", "B-A", "I-A"), ["fine film"]),
}
