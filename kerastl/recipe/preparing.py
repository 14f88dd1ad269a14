"""Check data, hold out a validation split, seed and build, before every training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.data.inputs.kinds import describe, is_tf_dataset
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.holdout import with_validation
from kerastl.data.splits.split import Split

if TYPE_CHECKING:
    from kerastl.recipe.contract import RecipeContract


def checked(
    recipe: RecipeContract, data: Any, seed: int | None = 0, *, hold_out: bool = True
) -> Dataset:
    """Check a data set, and hold out a validation split if it has none.

    Args:
        recipe: The recipe, which checks the data.
        data: The `data` argument of a user, see `RecipeContract.as_dataset`.
        seed: Seed of the hold-out. Defaults to 0.
        hold_out: Whether a fifth of the training split is held out if there is no validation
            split. Defaults to True.

    Returns:
        The data set, with a validation split if `hold_out`.

    Raises:
        ValueError: If Keras's settings are not supported, or `data` has another form or modality,
            or does not suit the task.
    """
    check_keras_settings()
    data = recipe.as_dataset(data)
    recipe.check_modality(data.train)
    if hold_out:
        data = with_validation(data, seed=seed or 0)
    recipe.check(data)
    return data


def check_schedule(schedule: Any) -> None:
    """Check that the second argument of `fit` is not data, as in Keras.

    Args:
        schedule: The `schedule` argument of a user.

    Raises:
        ValueError: If it is data.
    """
    if (
        isinstance(schedule, Dataset | Split)
        or is_tf_dataset(schedule)
        or hasattr(schedule, "shape")
    ):
        raise ValueError(
            "The second argument of `fit` is the schedule. Pass inputs and labels as one argument, "
            "`(x, y)`, and training and validation examples as `(train, validation)`. "
            f"Received: schedule={describe(schedule)}"
        )


def prepared(
    recipe: RecipeContract,
    train: Split,
    class_names: Sequence[str],
    seed: int | None = 0,
) -> None:
    """Seed the generators, prepare the recipe for the training examples, and build its model.

    A model with the same class names is kept, so that training continues from its weights.

    Args:
        recipe: The recipe.
        train: Training examples, on which for example the sequence length depends.
        class_names: One name for each output.
        seed: Seed of Keras's and NumPy's global generators; None does not seed them.
    """
    import keras

    check_keras_settings()
    recipe.seed = seed or 0
    recipe.quantized_weights = {}
    recipe.unknown_rule = None
    if seed is not None:
        keras.utils.set_random_seed(seed)
    recipe.prepare(train)
    if not recipe.is_built or recipe.class_names != tuple(class_names):
        recipe.build(class_names)
        recipe.refitted_on = None
