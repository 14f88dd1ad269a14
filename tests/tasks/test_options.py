"""A misspelt option is answered with the nearest option of the class that was called."""

import inspect

import pytest

import kerastl as ktl
from kerastl.tasks.registry import TASKS, find_task
from tests.contracts.boxes_under_test import SIZE
from tests.contracts.boxes_under_test import backbone as box_backbone
from tests.contracts.recipes_under_test import tiny_bert
from tests.training import tiny

NAMED = {"image": "mobilenet_v2", "text": "bert"}


def misspelt(name):
    """Swap two letters in the middle."""
    middle = len(name) // 2
    return f"{name[: middle - 1]}{name[middle]}{name[middle - 1]}{name[middle + 1 :]}"


def own_backbone(task):
    if task == "object_detection":
        return box_backbone()
    return tiny.backbone() if find_task(task).modality == "image" else tiny_bert(["a"])


def answer(make, *given, **options):
    with pytest.raises(ValueError, match="Received: ") as error:
        make(*given, **options)
    return str(error.value)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("given", ["by name", "as an object"])
def test_every_option_of_every_task_is_found_again(task, given):
    made = find_task(task)
    backbone = NAMED[made.modality] if given == "by name" else own_backbone(task)
    for option in made.options():
        wrong = misspelt(option)
        message = answer(made, backbone, **{wrong: 1})
        assert message.startswith(f"{made.__name__} has no option {wrong!r}. Did you mean ")
        assert repr(option) in message
        assert message.endswith(f"Received: {wrong}=1")


@pytest.mark.parametrize("task", TASKS)
def test_no_option_is_offered_that_the_class_refuses(task):
    made = find_task(task)
    for option in made.without:
        assert option not in made.options()
        message = answer(made, own_backbone(task), **{option: 1})
        assert (
            message
            == f"{made.__name__} has no option `{option}`: leave it out. Received: {option}=1"
        )
    if made.modality == "image":
        # The builder of a text network has a dropout of its own.
        message = answer(made, "mobilenet_v2", droput=0.1)
        assert ("dropout" in message) == ("dropout" in made.options())


@pytest.mark.parametrize("task", TASKS)
def test_options_of_the_builder_and_weights_are_offered_too(task):
    made = find_task(task)
    name, right, wrong = {
        "image": ("mobilenet_v2", "alpha", "alhpa"),
        "text": ("bert", "num_layers", "num_layer"),
    }[made.modality]
    assert f"Did you mean {right!r}" in answer(made, name, **{wrong: 1})
    assert "Did you mean 'weights'" in answer(made, name, wieghts=None)


@pytest.mark.parametrize(
    ("make", "options", "right"),
    [
        (ktl.ImageClassification, {"image_sze": (96, 96)}, "image_size"),
        (ktl.ImageRegression, {"coverge": 0.8}, "coverage"),
        (ktl.ImageRegression, {"feature_stage": "last"}, "feature_stages"),
        (ktl.ObjectDetection, {"widht": 32}, "width"),
        (ktl.Embedding, {"image_sze": (96, 96)}, "image_size"),
        (ktl.Embedding, {"normalise": False}, "normalize"),
        (ktl.Embedding, {"alhpa": 0.35}, "alpha"),
    ],
)
def test_what_users_mistype(make, options, right):
    message = answer(make, "mobilenet_v2", **options)
    assert f"Did you mean {right!r}" in message
    ((name, value),) = options.items()
    assert message.endswith(f"Received: {name}={value!r}")


def test_an_option_that_is_like_none_is_answered_with_all():
    message = answer(ktl.ObjectDetection, "mobilenet_v2", zzz=1)
    assert "Known: alpha, augmentation, image_size, pixel_range, weights, width." in message


def test_a_preset_directory_knows_its_options(tmp_path):
    (tmp_path / "config.json").write_text('{"registered_name": "keras_hub>BertBackbone"}')
    message = answer(ktl.TextClassification, tmp_path, num_layer=2)
    assert "Did you mean 'num_layers'" in message


@pytest.mark.parametrize("task", TASKS)
def test_help_shows_every_argument_once(task):
    made = find_task(task)
    lines = inspect.getdoc(made).splitlines()
    shown = [line.strip().partition(":")[0] for line in lines if line[4:5].strip()]
    for option in ("backbone", *made.options(), "**options"):
        assert shown.count(option) == 1, option
    assert not set(made.without) & set(shown)


NAN = float("nan")
WRONG = {
    "dropout": ("x", -0.1, 1, NAN, True, None),
    "pooling": ("nope", 3, ["mean"]),
    "bottleneck": (-3, 0, 2.5, "x", True),
    "feature_stages": (5, [], ["a", "a"], [3]),
    "augmentation": (5, "flpi"),
    "pixel_range": (5, "x", (0,), (1, 1), (0, NAN)),
    "sequence_length": (0, -1, 2.5, "x"),
    "truncation": ("middle", 3, ["head"]),
    "coverage": (0, 1, NAN, "x"),
    "width": (0, -3, 2.5, "x"),
    "epochs": (0, 2.5, "x"),
    "max_steps": (0, 2.5, "x"),
    "learning_rate": (0, -1, NAN, "x"),
}


@pytest.mark.parametrize("task", TASKS)
def test_a_wrong_value_is_refused_when_it_is_given(task):
    made = find_task(task)
    backbone = own_backbone(task)
    # Sizes are read by the inputs of images.
    for option in set(made.options()) - {"image_size"}:
        for wrong in WRONG[option]:
            assert repr(wrong) in answer(made, backbone, **{option: wrong}), (option, wrong)


@pytest.mark.parametrize("task", TASKS)
def test_every_option_of_every_call_is_checked_before_anything_is_read(task):
    recipe = find_task(task)(own_backbone(task))
    for option, wrong in {
        "batch_size": -7,
        "seed": -1,
        "resume": "yes",
        "verbose": "quiet",
        "callbacks": 5,
    }.items():
        message = answer(recipe.fit, None, **{option: wrong})
        assert message.endswith(f"Received: {wrong}" if option == "callbacks" else f"={wrong!r}")
    for option, wrong in {"bits": 5, "epochs": 0, "learning_rate": NAN, "batch_size": 0}.items():
        assert answer(recipe.fit_quantized, None, **{option: wrong}).endswith(f"{option}={wrong!r}")
    for call in (recipe.fit, recipe.fit_quantized, recipe.evaluate, recipe.predict, recipe.save):
        message = answer(call, None, zzz=3)
        assert message.startswith(f"{type(recipe).__name__}.{call.__name__}() has no option 'zzz'.")
    assert "is an option of" in answer(recipe.fit, None, **{f"{recipe.options()[0]}s": 1})


def test_what_users_of_keras_pass_to_fit_is_answered_with_what_to_pass():
    recipe = ktl.ImageClassification(tiny.backbone())
    assert "Pass a schedule, such as" in answer(recipe.fit, None, epochs=3)
    assert "validation_split=0.2" in answer(recipe.fit, None, validation_data=())
    assert "Phase with LossSettings" in answer(recipe.fit, None, class_weight={})


def test_a_configuration_holds_what_the_class_takes():
    recipe = ktl.ObjectDetection(box_backbone(), image_size=(SIZE, SIZE))
    assert set(recipe.get_config()) == {"backbone", *recipe.options()}
