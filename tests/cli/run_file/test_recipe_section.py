import inspect
from collections.abc import Callable, Sequence

import pytest

from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.recipe_section import RecipeSection, read_recipe_section
from kerastl.cli.run_file.task_settings import task_settings
from kerastl.tasks.registry import TASKS, find_task

TASK = "image_classification"
PLACE = Place(lambda keys: ".".join(("recipe", *keys)))


def test_settings_reach_the_recipe():
    section = RecipeSection(
        TASK,
        backbone="mobilenet_v2",
        weights="none",
        options={"alpha": 0.35},
        settings={
            "dropout": 0.1,
            "pooling": "max",
            "feature_stages": ("stage4",),
            "image_size": (96, 128),
            "augmentation": "no_flip",
        },
    )
    recipe = section.make()
    assert recipe.backbone.weights is None
    assert recipe.backbone.options == {"alpha": 0.35}
    assert (recipe.dropout, recipe.pooling, recipe.feature_stages) == (0.1, "max", ("stage4",))
    assert (recipe.image_size, recipe.augmentation) == ((96, 128), "no_flip")


def test_null_is_random_weights_too():
    assert RecipeSection(TASK, weights=None).make().backbone.weights is None


def test_what_the_recipe_chose_is_filled_in():
    section = RecipeSection(TASK)
    recipe = section.make()
    assert recipe.backbone.weights == "imagenet"
    assert section.completed(recipe) == RecipeSection(
        TASK,
        backbone="mobilenet_v2",
        settings={
            "dropout": 0.0,
            "pooling": "statistics",
            "feature_stages": ("stem", "stage1", "stage2", "stage3", "stage4", "top"),
            "image_size": (224, 224),
            "augmentation": "default",
        },
    )


@pytest.mark.parametrize("task", TASKS)
def test_every_argument_of_a_task_can_be_described(task):
    """A new argument of a class is a setting of run files without a change here."""
    found = find_task(task)
    arguments = {
        name
        for cls in found.__mro__
        for name, each in inspect.signature(cls).parameters.items()
        if each.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert set(task_settings(found)) == arguments


def test_only_types_that_a_file_can_hold_are_settings():
    class Toy:
        def __init__(
            self,
            backbone: "str",
            *,
            plot: "Callable[..., str] | None" = None,
            levels: "int | Sequence[str] | None" = None,
        ) -> None: ...

    assert task_settings(Toy) == {"levels": int | tuple[str, ...] | None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"sequence_length": 9},
            "recipe.sequence_length: The task 'image_classification' has no sequence_length. "
            "Received: sequence_length=9",
        ),
        ({"image_sze": 9}, "recipe.image_sze: Unknown setting of section 'recipe'. Did you mean "),
        (
            {"task": "text_regression", "coverage": "most"},
            "recipe.coverage: must be a number. Received: 'most'",
        ),
        (["vgg16"], "recipe: section 'recipe' must be a mapping"),
    ],
)
def test_what_a_recipe_refuses(values, said):
    with pytest.raises(ValueError, match=r"^recipe") as error:
        read_recipe_section(values, PLACE, TASK)
    assert str(error.value).startswith(said)


def test_settings_are_written_as_they_are_read(tmp_path):
    values = {"image_size": "96x128", "feature_stages": ["stage4"], "dropout": 0.1}
    section = read_recipe_section(values, PLACE, TASK)
    assert section.settings["image_size"] == (96, 128)
    plain = section.plain(tmp_path)
    assert {name: plain[name] for name in values} == values
    assert read_recipe_section(plain, PLACE, "text_regression") == section
