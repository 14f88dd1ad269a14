import inspect

from kerastl.cli.run_file.recipe_section import DEFAULT_BACKBONES, RecipeSection
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.registry import find_task

TASK = "image_classification"


def test_settings_reach_the_recipe():
    section = RecipeSection(
        TASK,
        backbone="mobilenet_v2",
        weights="none",
        options={"alpha": 0.35},
        dropout=0.1,
        pooling="max",
        feature_stages=("stage4",),
        image_size=(96, 128),
        augmentation="no_flip",
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
        dropout=0.0,
        pooling="average",
        feature_stages=("stem", "stage1", "stage2", "stage3", "stage4", "top"),
        image_size=(224, 224),
        augmentation="default",
    )


def test_every_setting_of_a_recipe_can_be_described():
    known = set(inspect.signature(RecipeSection).parameters)
    for cls in (Recipe, *map(find_task, DEFAULT_BACKBONES)):
        named = {
            name
            for name, each in inspect.signature(cls.__init__).parameters.items()
            if each.kind is not inspect.Parameter.VAR_KEYWORD
        }
        assert named - {"self"} <= known, cls
