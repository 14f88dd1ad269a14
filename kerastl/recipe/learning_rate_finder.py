"""The learning rate finder."""

import copy
import math
from typing import Any

import keras
import numpy as np

from kerastl.basics.arguments import check_count, check_number, check_seed
from kerastl.basics.keras_models.precision import built_in, model_precision
from kerastl.basics.known_options import known_options
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.unreadable import naming_unreadable
from kerastl.recipe.contract import RecipeContract
from kerastl.recipe.learning_rate_search import LearningRateSearch
from kerastl.recipe.preparing import checked, prepared
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.preserved import preserved, preserved_randomness
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.trainable_part import check_part

_MEMORY = 0.9
# Above four times the lowest loss, training diverges (Howard and Gugger 2020, "Fastai").
_DIVERGED = 4.0


@known_options()
def find_learning_rate(
    recipe: RecipeContract,
    data: Dataset,
    *,
    trains: str = "all",
    lowest: float = 1e-7,
    highest: float = 1.0,
    steps: int = 100,
    batch_size: int = 16,
    seed: int = 0,
) -> LearningRateSearch:
    """Find a learning rate: train at rising rates and record the loss (Smith 2017).

    The rate is multiplied by the same factor after every step, with the optimizer of a phase. The
    recipe does not change. If it has a model, the search starts from its weights; otherwise from a
    temporary model with a new head, whose first losses are mostly those of the head. Before a
    schedule that starts with a linear probe, fit that first:
    `recipe.fit(data, "feature_extraction")`.

    Args:
        recipe: A recipe, such as `ImageClassification`, built or not.
        data: As for `fit`.
        trains: The trainable part, as in `Phase`, except `"lora"`. Defaults to `"all"`.
        lowest: The first learning rate. Defaults to 1e-7.
        highest: The last learning rate. Defaults to 1.
        steps: Number of steps, at least 10. The search ends early if the loss diverges. Defaults
            to 100.
        batch_size: Examples in a batch; the best rate depends on it. Defaults to 16.
        seed: Seed of the order, and of a temporary model. Defaults to 0.

    Returns:
        Learning rates, smoothed losses and a suggested rate.

    Raises:
        ValueError: If a value is out of its range, the recipe cannot train on the data, or the
            first loss is not finite.

    Example:

    ```python
    search = ktl.find_learning_rate(recipe, data, trains="from:stage3")
    search.plot("rates.png")
    recipe.fit(data, [ktl.Phase("from:stage3", learning_rate=search.suggestion)])
    ```
    """
    check_number("lowest", lowest, "(0, inf)")
    check_number("highest", highest, "(0, inf)")
    if not lowest < highest:
        raise ValueError(
            f"`lowest` must be below `highest`. Received: lowest={lowest}, highest={highest}"
        )
    check_count("steps", steps, at_least=10)
    check_count("batch_size", batch_size)
    check_seed(seed)
    check_part(trains)
    if trains == "lora":
        raise ValueError(
            "`trains` cannot be 'lora': low-rank matrices exist only during a phase. Start from "
            "the default learning rate, 5e-4. Received: trains='lora'"
        )
    # A copy, so that settings and a model made for the search do not change the recipe.
    working = copy.copy(recipe)
    data = checked(working, data, seed)
    train = data.train
    with preserved_randomness(seed), naming_unreadable(train):
        prepared(working, train, data.class_names, seed=None)
        model = working.model
        with preserved(model), built_in(model_precision(model)):
            # Another model on the same layers, so that the recipe's model keeps its optimizer.
            trained = keras.Model(model.inputs, model.outputs)
            train_only(trained, trains)
            optimizer = StagedAdamW(weight_decay=0.01, global_clipnorm=1.0)
            trained.compile(optimizer, loss=working.criterion.loss())
            batches = working.batches(train, batch_size, shuffle=True, seed=seed).repeat()
            rates = lowest * (highest / lowest) ** (np.arange(steps) / (steps - 1))
            losses = _losses(trained, batches.as_numpy_iterator(), rates)
    if not losses:
        raise ValueError(
            "The loss is not finite after the first step: check the weights and the data, or lower "
            f"`lowest`. Received: lowest={lowest}"
        )
    return LearningRateSearch(rates[: len(losses)], np.array(losses))


def _losses(model: keras.Model, batches: Any, rates: np.ndarray) -> list[float]:
    """Return the smoothed loss after each step, until it diverges."""
    average, smoothed = 0.0, []
    for step, (rate, (inputs, labels)) in enumerate(zip(rates, batches, strict=False), start=1):
        # Set directly: in float16, a schedule does not advance if gradients overflow.
        model.optimizer.learning_rate = rate
        loss = float(model.train_on_batch(inputs, labels, return_dict=True)["loss"])
        average = _MEMORY * average + (1 - _MEMORY) * loss
        corrected = average / (1 - _MEMORY**step)
        if not math.isfinite(corrected):
            break
        smoothed.append(corrected)
        if corrected > _DIVERGED * min(smoothed):
            break
    return smoothed
